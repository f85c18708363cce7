"""Who may do what with companies, accounts, roles, lists, notices and sign-ins."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core.auth.access_index import access_index
from core.auth.models import (
    MODELS,
    Company,
    CompanyAddon,
    Department,
    Employee,
    LoginAttempt,
    Notice,
    OneTimeToken,
    Option,
    RoleRow,
    Session,
    User,
    UserRole,
)
from core.auth.sessions import start_session
from core.errors import AccessDenied, NotFound, ValidationFailed
from core.orm.env import Env
from core.orm.trust import TRUSTED
from tests.core.auth.conftest import World


def names(env: Env, model: type, field: str = "name") -> set[str]:
    return {getattr(row, field) for row in env.search(model)}


def role_row(world: World, code: str) -> int:
    table = world.composed.info(RoleRow).table
    wanted = select(table.c.id).where(table.c.code == code)
    return world.session.scalars(wanted, execution_options=TRUSTED).one()


def test_every_model_of_this_room_is_granted_to_somebody(office: World) -> None:
    without = access_index(office.composed).without_grant(office.composed)
    assert {office.composed.info(model).key for model in MODELS}.isdisjoint(without)


def test_an_employee_sees_the_organisation_of_the_own_company(office: World) -> None:
    cid = office.env("cid")
    assert names(cid, Company) == {"A"}
    assert names(cid, Department) == {"sales", "north", "service"}
    assert names(cid, Employee) == {"ann", "bob", "cid", "dan"}
    assert names(cid, User) == {"ann", "bob", "cid", "dan", "max"}
    assert "base.user" in names(cid, RoleRow, "code")
    for model in (UserRole, CompanyAddon, LoginAttempt, OneTimeToken):
        assert not cid.can("read", model)
    for model in (Department, Employee, Option, User, Company, UserRole):
        assert not cid.can("create", model) and not cid.can("delete", model)


def test_colleagues_see_names_and_not_logins(office: World) -> None:
    cid, boss = office.env("cid"), office.env("max")
    info = cid.info(User)
    assert {"name", "language"} <= cid.policy.readable(info)
    assert not {"login", "email", "blocked", "last_login", "password_hash"} & cid.policy.readable(info)
    assert "login" in boss.policy.readable(info) and "password_hash" not in boss.policy.readable(info)


def test_somebody_who_has_left_keeps_the_name_on_old_records(office: World) -> None:
    from datetime import UTC, datetime

    for code in ("base.user", "toy_deals.seller"):
        office.change("base.user_role", f"dan:A:{code}", deleted_at=datetime.now(UTC))
    assert "dan" in names(office.env("cid"), User)
    assert "eve" not in names(office.env("cid"), User)


def test_everybody_changes_the_own_language_and_nothing_else(office: World) -> None:
    cid = office.env("cid")
    info = cid.info(User)
    assert cid.policy.editable(info) & {"name", "login", "email", "language", "blocked", "is_demo"} == {
        "language"
    }
    me, ann = cid.user, cid.get(User, office.ids["ann"])
    cid.write(me, language="en")
    with pytest.raises(AccessDenied):
        cid.write(ann, language="en")


def test_notices_and_sign_ins_are_personal(office: World) -> None:
    for name in ("cid", "ann"):
        office.add(
            "base.notice", f"for {name}", company_id=office.ids["A"], user_id=office.ids[name], text={}
        )
        start_session(office.session, office.ids[name], company_id=office.ids["A"], agent=name)
    start_session(office.session, office.ids["eve"], company_id=office.ids["B"], agent="eve")
    cid = office.env("cid")
    assert [notice.id for notice in cid.search(Notice)] == [office.ids["for cid"]]
    assert names(cid, Session, "agent") == {"cid"}
    with pytest.raises(NotFound):
        cid.get(Notice, office.ids["for ann"])
    boss = office.env("max")
    assert boss.search(Notice) == [] and names(boss, Session, "agent") == {"cid", "ann"}


def test_an_administrator_keeps_the_own_company_only(office: World) -> None:
    boss = office.env("max")
    assert names(boss, Company) == {"A"}
    boss.write(boss.get(Company, office.ids["A"]), name="A renamed")
    assert names(boss, User) == {"ann", "bob", "cid", "dan", "max"}
    assert {row.company_id for row in boss.search(UserRole)} == {office.ids["A"]}
    assert {row.company_id for row in boss.search(CompanyAddon)} == {office.ids["A"]}
    assert not boss.can("create", Company) and not boss.can("update", CompanyAddon)


def test_an_account_of_two_companies_is_not_an_administrators_of_one(office: World) -> None:
    office.user("bob", "B")
    boss = office.env("max")
    bob, cid = boss.get(User, office.ids["bob"]), boss.get(User, office.ids["cid"])
    assert boss.can("update", cid) and not boss.can("update", bob)
    with pytest.raises(AccessDenied):
        boss.write(bob, blocked=True)


def test_a_system_administrators_account_is_not_an_administrators(office: World) -> None:
    office.give("cid", "A", "base.system")
    boss = office.env("max")
    assert not boss.can("update", boss.get(User, office.ids["cid"]))


def test_an_administrator_makes_an_account_and_gives_it_roles(office: World) -> None:
    boss = office.env("max")
    made = boss.create(User, name="New", login=" New.Person ")
    assert made.login == "new.person"
    boss.write(made, email="new@example.com")
    boss.create(UserRole, user=made, company=office.ids["A"], role=role_row(office, "toy_deals.seller"))
    assert "New" in names(office.env("cid"), User)


@pytest.mark.parametrize(
    ("user", "company", "role"),
    [("cid", "A", "base.system"), ("cid", "B", "toy_deals.seller"), ("eve", "A", "toy_deals.seller")],
)
def test_roles_that_an_administrator_cannot_give(office: World, user: str, company: str, role: str) -> None:
    boss = office.env("max")
    with pytest.raises((AccessDenied, ValidationFailed)):
        boss.create(UserRole, user=office.ids[user], company=office.ids[company], role=role_row(office, role))


def test_an_administrator_takes_roles_away_but_not_the_highest(office: World) -> None:
    office.give("cid", "A", "base.system")
    boss = office.env("max")
    boss.delete(boss.get(UserRole, office.ids["cid:A:toy_deals.seller"]))
    with pytest.raises(AccessDenied):
        boss.delete(boss.get(UserRole, office.ids["cid:A:base.system"]))


def test_the_system_administrator_keeps_companies_and_accounts(office: World) -> None:
    office.give("max", "A", "base.system")
    system = office.env("max")
    assert names(system, Company) == {"A", "B"}
    assert "eve" in names(system, User)
    made = system.create(Company, name="C", code="C")
    role = role_row(office, "base.admin")
    system.create(UserRole, user=office.ids["eve"], company=made, role=role)
    assert system.policy.allowed(system.info(Option), "write_shared")
    assert not office.env("cid").policy.allowed(system.info(Option), "write_shared")
