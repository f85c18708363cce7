"""What follows by itself from changes of people, departments and accounts."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core.auth.identity import identity_of, open_request
from core.auth.models import Company, Department, Employee, User
from core.auth.role_rows import role_id_of, sync_roles
from core.auth.sessions import start_session
from core.auth.tokens import hash_token
from core.errors import ValidationFailed
from core.orm import kernel_tables
from core.orm.trust import TRUSTED
from tests.core.auth.conftest import World


def test_login_names_are_folded(office: World) -> None:
    office.give("max", "A", "base.system")
    system = office.env("max")
    made = system.create(User, name="N", login="  Élan@Example.COM ")
    assert made.login == "élan@example.com"
    system.write(made, login="OTHER")
    assert system.get(User, made.id).login == "other"
    with pytest.raises(ValidationFailed) as told:
        system.create(User, name="N", login="Other")
    assert list(told.value.problems) == ["login"]


def test_blocking_ends_sessions_for_good(office: World) -> None:
    token = start_session(office.session, office.ids["bob"], company_id=office.ids["A"])
    boss = office.env("max")
    bob = boss.get(User, office.ids["bob"])
    boss.write(bob, blocked=True)
    assert open_request(office.session, hash_token(token)) is None
    boss = office.env("max")
    boss.write(boss.get(User, office.ids["bob"]), blocked=False)
    assert open_request(office.session, hash_token(token)) is None
    assert identity_of(office.session, office.ids["bob"]) is not None


def test_an_employee_file_with_an_account_lets_the_user_in(office: World) -> None:
    office.add("base.user", "pia", name="pia", login="pia")
    assert identity_of(office.session, office.ids["pia"]) is None
    office.give("max", "A", "base.system")
    boss = office.env("max")
    file = boss.create(Employee, name="pia", code="77")
    assert identity_of(office.session, office.ids["pia"]) is None
    boss = office.env("max")
    boss.write(boss.get(Employee, file.id), user=office.ids["pia"])
    found = identity_of(office.session, office.ids["pia"])
    assert found is not None and found.roles == {"base.user"}
    boss = office.env("max")
    boss.write(boss.get(Employee, file.id), position="Clerk")
    held = office.composed.info("base.user_role").table
    rows = select(held.c.id).where(held.c.user_id == office.ids["pia"])
    assert len(office.session.scalars(rows, execution_options=TRUSTED).all()) == 1
    boss.write(boss.get(Employee, file.id), status="left")
    assert identity_of(office.session, office.ids["pia"]) is None


def test_circles_are_refused(office: World) -> None:
    boss = office.env("max")
    ann, cid = (boss.get(Employee, office.ids[f"e:{name}"]) for name in ("ann", "cid"))
    with pytest.raises(ValidationFailed) as told:
        boss.write(ann, superior=cid)
    assert list(told.value.problems) == ["superior"]
    boss.session.expire_all()
    sales, north = (boss.get(Department, office.ids[name]) for name in ("sales", "north"))
    with pytest.raises(ValidationFailed) as told:
        boss.write(sales, parent=north)
    assert list(told.value.problems) == ["parent"]


def test_a_department_is_not_its_own_parent(office: World) -> None:
    boss = office.env("max")
    with pytest.raises(ValidationFailed):
        boss.write(boss.get(Department, office.ids["sales"]), parent=office.ids["sales"])


def test_a_zone_that_does_not_exist_is_refused(office: World) -> None:
    office.give("max", "A", "base.system")
    boss = office.env("max")
    with pytest.raises(ValidationFailed):
        boss.create(Company, name="C", code="C", timezone="Mars/Olympus")
    with pytest.raises(ValidationFailed):
        boss.write(boss.get(Company, office.ids["A"]), timezone="Mars/Olympus")


def test_role_rows_follow_the_declarations(office: World) -> None:
    table = office.composed.info("base.role").table
    seller = role_id_of(office.session, "toy_deals.seller")
    shipped = {"shipped": {"title": {"en": "Trader"}, "active": False}}
    is_role = kernel_tables.shipped.c.model == "base.role"
    office.session.execute(
        kernel_tables.shipped.update().where(is_role).values(shipped), execution_options=TRUSTED
    )
    old = {"title": {"en": "Trader"}, "active": False}
    office.session.execute(table.update().values(old), execution_options=TRUSTED)
    ours = table.update().where(table.c.code == "base.user").values(title={"en": "Staff"})
    office.session.execute(ours, execution_options=TRUSTED)
    office.session.execute(table.insert().values(code="gone.role", title={}), execution_options=TRUSTED)
    for _n in range(2):
        sync_roles(office.session, office.composed)
    rows = {row.code: row for row in office.session.execute(select(table), execution_options=TRUSTED)}
    assert rows["toy_deals.seller"].id == seller and rows["toy_deals.seller"].title["en"] == "Seller"
    assert rows["toy_deals.seller"].active and not rows["gone.role"].active
    assert rows["base.user"].title == {"en": "Staff"}, "what somebody has changed stays"
    assert set(rows) > {"base.user", "base.admin", "base.system"}
    assert role_id_of(office.session, "no.role") is None
