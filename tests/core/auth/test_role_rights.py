"""Rights of roles as a company makes them, over what is shipped; what superiors may; what roles show."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from core.auth.identity import identity_of
from core.auth.models import HierarchyRule, RolePlace, RoleRight, RoleRow, RoleScreen, UserRole
from core.auth.second_factor import is_required_of
from core.errors import AccessDenied, NotFound, ValidationFailed
from core.orm.env import Env
from core.orm.fields import key_of
from core.orm.trust import TRUSTED
from tests.core.auth import toys
from tests.core.auth.conftest import World, titles
from tests.core.auth.test_company_rights import put_below, role_id

DEAL = "toy_deals.deal"
FREE = "free deal"


def set_right(
    world: World, code: str, action: str, level: str, model: str = DEAL, company: int | None = None
) -> int:
    here = world.ids["A"] if company is None else company
    return world.add(
        "base.role_right", f"{code} {model} {action} {here}", company_id=here, role_id=role_id(world, code),
        model=model, action=action, level=level,
    )  # fmt: skip


def own_role(world: World, name: str, company: str = "A") -> str:
    code = f"own.{name}"
    world.add("base.role", code, code=code, title={"en": name}, company_id=world.ids[company])
    return code


# -- how far a role reaches -------------------------------------------------------------------------------------------


def test_a_changed_level_counts_instead_of_the_shipped_one(office: World) -> None:
    set_right(office, "toy_deals.boss", "read", "own")
    assert titles(office.env("max")) == set()
    assert titles(office.env("max"), "update") == {"ann", "bob", "cid", "dan", FREE}, "other actions stay"
    office.change(
        "base.role_right", f"toy_deals.boss {DEAL} read {office.ids['A']}", deleted_at=text("now()")
    )
    assert titles(office.env("max")) == {"ann", "bob", "cid", "dan", FREE}, "restored to what is shipped"


def test_nothing_takes_the_right_and_the_rules_of_the_role(office: World) -> None:
    office.give("dan", "A", "toy_deals.reader")
    set_right(office, "toy_deals.reader", "read", "own")
    assert titles(office.env("dan")) == {"dan", FREE}
    set_right(office, "toy_deals.seller", "read", "none")
    assert titles(office.env("dan")) == {"dan"}, (
        "the rule of the seller opens nothing without the seller's right"
    )
    assert not office.env("cid").can("read", toys.Deal)


def test_a_role_gets_what_no_addon_has_given_it(office: World) -> None:
    office.user("pat", "A", "toy_deals.curious")
    assert not office.env("pat").can("export", toys.Deal)
    set_right(office, "toy_deals.curious", "export", "company")
    assert titles(office.env("pat"), "export") == {"ann", "bob", "cid", "dan", FREE}
    assert titles(office.env("eve"), "export") == {"eve"}
    assert not office.env("pat").can("read", toys.Deal)


def test_a_role_that_the_company_made(office: World) -> None:
    code = own_role(office, "clerk")
    office.user("pat", "A", code)
    set_right(office, code, "read", "company")
    assert titles(office.env("pat")) == {"ann", "bob", "cid", "dan", FREE}
    office.change("base.role", code, active=False)
    assert titles(office.env("pat")) == set()


def test_a_role_of_another_company_is_none_here(office: World) -> None:
    code = own_role(office, "spy", "B")
    office.user("pat", "A", code)
    assert code not in office.env("pat").roles


def test_own_department_is_without_those_below(office: World) -> None:
    code = own_role(office, "head")
    office.user("tom", "A", code)
    office.post("tom", "A", department="sales")
    set_right(office, code, "read", "own_department")
    assert titles(office.env("tom")) == {"ann"}
    office.change("base.role_right", f"{code} {DEAL} read {office.ids['A']}", level="department")
    assert titles(office.env("tom")) == {"ann", "bob", "cid"}


def test_department_by_a_role_below_in_the_hierarchy(office: World) -> None:
    code = own_role(office, "chief")
    office.user("tom", "A", code)
    office.post("tom", "A", department="sales")
    put_below(office, "toy_deals.head", code)
    assert titles(office.env("tom")) == {"ann", "bob", "cid"}


def test_desks_of_the_own_department(office: World) -> None:
    for name in ("sales", "north"):
        office.add("toy_deals.desk", f"desk {name}", company_id=office.ids["A"], name=name,
                   department_id=office.ids[name])  # fmt: skip
    set_right(office, "toy_deals.head", "read", "own_department", "toy_deals.desk")
    office.user("tom", "A", "toy_deals.head")
    office.post("tom", "A", department="sales")
    assert [desk.name for desk in office.env("tom").search(toys.Desk)] == ["sales"]


def test_a_level_that_the_model_cannot_have_opens_nothing(office: World) -> None:
    set_right(office, "toy_deals.seller", "read", "own", "toy_gadgets.gadget")
    assert not office.env("bob").can("read", toys.Gadget)


def test_what_is_said_for_all_companies_and_what_one_says(office: World) -> None:
    office.open(0, office.ids["A"], office.ids["B"])
    set_right(office, "toy_deals.boss", "read", "own", company=0)
    assert (titles(office.env("max")), titles(office.env("eve"))) == (set(), {"eve"})
    office.open(0, office.ids["A"], office.ids["B"])
    set_right(office, "toy_deals.boss", "read", "company")
    assert titles(office.env("max")) == {"ann", "bob", "cid", "dan", FREE}


def test_no_further_statement_for_configured_roles(office: World) -> None:
    from tests.core.auth.test_company_rights import statements

    code = own_role(office, "chief")
    office.user("tom", "A", code)
    put_below(office, "toy_deals.head", code)
    set_right(office, code, "update", "own_department")
    identity_of(office.session, office.ids["tom"])
    with statements(office) as seen:
        identity_of(office.session, office.ids["tom"])
    assert len(seen) == 1


# -- superiors --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("direct", "indirect", "bob_updates", "ann_reads", "ann_updates"),
    [
        ("full", "query", {"bob", "cid"}, {"ann", "bob", "cid", FREE}, {"ann", "bob"}),
        ("query", "query", {"bob"}, {"ann", "bob", "cid", FREE}, {"ann"}),
        ("none", "none", {"bob"}, {"ann", FREE}, {"ann"}),
        ("full", "none", {"bob", "cid"}, {"ann", "bob", FREE}, {"ann", "bob"}),
        ("full", "full", {"bob", "cid"}, {"ann", "bob", "cid", FREE}, {"ann", "bob", "cid"}),
    ],
)  # fmt: skip
def test_the_rule_of_superiors_is_the_companys(
    office: World,
    direct: str,
    indirect: str,
    bob_updates: set[str],
    ann_reads: set[str],
    ann_updates: set[str],
) -> None:
    office.add(
        "base.hierarchy_rule",
        "rule",
        company_id=office.ids["A"],
        model=DEAL,
        direct=direct,
        indirect=indirect,
    )
    assert titles(office.env("bob"), "update") == bob_updates
    assert titles(office.env("ann")) == ann_reads
    assert titles(office.env("ann"), "update") == ann_updates
    assert titles(office.env("ann"), "delete") == {"ann"}, "nobody deletes as a superior"


# -- menus and buttons ------------------------------------------------------------------------------------------------


def test_shown_by_one_role_counts_more_than_hidden_by_another(office: World) -> None:
    def shown(name: str) -> bool | None:
        return office.env(name).policy.shows("menu", "toy_deals.menu")

    assert shown("bob") is None
    office.add("base.role_screen", "hide", company_id=office.ids["A"], role_id=role_id(office, "toy_deals.seller"),
               kind="menu", name="toy_deals.menu", shown=False)  # fmt: skip
    office.give("max", "A", "toy_deals.seller")
    assert (shown("bob"), shown("max"), shown("eve")) == (False, False, None)
    office.open(office.ids["A"])
    office.add("base.role_screen", "show", company_id=office.ids["A"], role_id=role_id(office, "toy_deals.boss"),
               kind="menu", name="toy_deals.menu", shown=True)  # fmt: skip
    assert (shown("bob"), shown("max")) == (False, True)


# -- who may configure what -------------------------------------------------------------------------------------------


def configure(env: Env, code: str, level: str = "company", model: str = DEAL, action: str = "read") -> Any:
    role = env.first(RoleRow, RoleRow.code == code)
    return env.create(RoleRight, role=role, model=model, action=action, level=level)


def test_an_administrator_makes_a_role_and_gives_it(office: World) -> None:
    boss = office.env("max")
    role = boss.create(RoleRow, title="Clerk")
    assert key_of(role, "company") == office.ids["A"] and role.code.startswith("own.")
    boss.create(RoleRight, role=role, model=DEAL, action="read", level="company")
    boss.create(UserRole, user=office.ids["cid"], role=role)
    assert titles(office.env("cid")) == {"ann", "bob", "cid", "dan", FREE}
    assert office.env("eve").first(RoleRow, RoleRow.code == role.code) is None, (
        "another company does not know of it"
    )


def test_shipped_roles_stay_what_they_are(office: World) -> None:
    boss = office.env("max")
    seller = boss.first(RoleRow, RoleRow.code == "toy_deals.seller")
    with pytest.raises(AccessDenied):
        boss.write(seller, title="x")
    with pytest.raises(AccessDenied):
        boss.delete(seller)


@pytest.mark.parametrize("code", ["base.admin", "base.system"])
def test_the_rights_of_administrators_stay_as_shipped(office: World, code: str) -> None:
    with pytest.raises(AccessDenied, match="administrators"):
        configure(office.env("max"), code, "none")


@pytest.mark.parametrize(
    ("model", "action", "level"),
    [
        ("base.user", "update", "company"), ("base.user", "delete", "rule"), ("base.company", "create", "company"),
        ("base.login_attempt", "read", "company"), ("base.session", "read", "company"),
        ("base.user_role", "create", "company"), ("base.one_time_token", "read", "company"),
        ("base.notice", "read", "company"),
    ],
)  # fmt: skip
def test_an_administrator_of_a_company_cannot_give_what_is_the_systems(
    office: World, model: str, action: str, level: str
) -> None:
    """Else a role would open the accounts of other companies, or let its holders make themselves more."""
    office.env("max").create(RoleRow, title="Trojan", code="own.trojan")
    with pytest.raises(AccessDenied, match="cannot give what you do not have"):
        configure(office.env("max"), "own.trojan", level, model, action)


def test_whoever_got_the_right_to_configure_gives_no_more_than_the_own(office: World) -> None:
    boss = office.env("max")
    for model, action, level in (
        ("base.role", "create", "rule"), ("base.role_right", "create", "company"),
        ("base.user_role", "create", "rule"), ("base.role_place", "create", "rule"),
    ):  # fmt: skip
        configure(boss, "toy_deals.curious", level, model, action)
    office.give("bob", "A", "toy_deals.curious")
    bob = office.env("bob")
    configure(bob, "toy_deals.head", "own")
    with pytest.raises(AccessDenied, match="cannot give"):
        configure(office.env("bob"), "toy_deals.leader", "team")
    with pytest.raises(AccessDenied, match="cannot give"):
        configure(office.env("bob"), "toy_deals.leader", "own", action="export")


def test_a_role_is_handed_on_by_who_may_hand_on_all_of_it(office: World) -> None:
    """A role that the system administrator has made strong is not the company administrator's to give."""
    code = own_role(office, "strong")
    set_right(office, code, "read", "company", "base.login_attempt")
    boss = office.env("max")
    role = boss.first(RoleRow, RoleRow.code == code)
    with pytest.raises(AccessDenied, match="cannot give"):
        boss.create(UserRole, user=office.ids["cid"], role=role)
    with pytest.raises(AccessDenied, match="cannot give"):
        boss.create(RolePlace, role=role, superior=role_id(office, "toy_deals.seller"))
    office.give("max", "A", "base.system")
    office.env("max").create(UserRole, user=office.ids["dan"], role=role)


def test_what_was_taken_away_does_not_come_back_through_the_bin(office: World) -> None:
    code = own_role(office, "strong")
    office.give("cid", "A", code)
    set_right(office, code, "read", "company", "base.login_attempt")
    held = office.ids[f"cid:A:{code}"]
    boss = office.env("max")
    boss.delete(boss.get(UserRole, held))
    with pytest.raises(AccessDenied, match="cannot give"):
        office.env("max").restore(UserRole, [held])


def test_the_system_administrator_stands_outside_the_hierarchy(office: World) -> None:
    office.give("max", "A", "base.system")
    for role, superior in (("base.system", "toy_deals.boss"), ("toy_deals.boss", "base.system")):
        with pytest.raises(ValidationFailed, match="outside"):
            office.env("max").create(
                RolePlace, role=role_id(office, role), superior=role_id(office, superior)
            )


def test_a_role_does_not_stand_below_itself(office: World) -> None:
    boss = office.env("max")
    boss.create(
        RolePlace, role=role_id(office, "toy_deals.seller"), superior=role_id(office, "toy_deals.head")
    )
    with pytest.raises(ValidationFailed, match="below itself"):
        boss.create(
            RolePlace, role=role_id(office, "toy_deals.head"), superior=role_id(office, "toy_deals.seller")
        )


def test_roles_of_another_company_cannot_be_named(office: World) -> None:
    own_role(office, "foreign", "B")
    foreign = role_id(office, "own.foreign")
    boss = office.env("max")
    with pytest.raises((ValidationFailed, NotFound)):
        boss.create(UserRole, user=office.ids["cid"], role=foreign)
    with pytest.raises((ValidationFailed, NotFound)):
        boss.create(RoleRight, role=foreign, model=DEAL, action="read", level="own")
    with pytest.raises((ValidationFailed, NotFound)):
        boss.create(RolePlace, role=foreign, superior=role_id(office, "toy_deals.head"))


@pytest.mark.parametrize(
    ("model", "action", "level", "problem"),
    [
        ("nowhere.thing", "read", "company", "no kind of record"), (DEAL, "dance", "company", "no such action"),
        (DEAL, "write_shared", "company", "no such action"), ("toy_gadgets.gadget", "read", "team", "no owner"),
    ],
)  # fmt: skip
def test_rights_that_make_no_sense(office: World, model: str, action: str, level: str, problem: str) -> None:
    with pytest.raises(ValidationFailed, match=problem):
        configure(office.env("max"), "toy_deals.reader", level, model, action)


def test_a_rule_of_superiors_is_about_owners(office: World) -> None:
    boss = office.env("max")
    boss.create(HierarchyRule, model=DEAL, direct="query")
    with pytest.raises(ValidationFailed, match="no owner"):
        boss.create(HierarchyRule, model="toy_gadgets.gadget")


def test_people_without_the_right_configure_nothing(office: World) -> None:
    bob = office.env("bob")
    for model in (RoleRow, RoleRight, RolePlace, RoleScreen, HierarchyRule):
        assert not bob.can("create", model) and not bob.can("update", model)


# -- the primary role -------------------------------------------------------------------------------------------------


def test_the_primary_role_is_the_chosen_one_else_the_first(office: World) -> None:
    def primary() -> str:
        found = identity_of(office.session, office.ids["bob"])
        assert found is not None
        return found.primary

    assert primary() == "toy_deals.seller"
    office.give("bob", "A", "toy_deals.head")
    assert primary() == "toy_deals.seller"
    office.change("base.user_role", "bob:A:toy_deals.head", primary=True)
    assert primary() == "toy_deals.head"


def test_a_second_factor_is_asked_of_whoever_includes_the_role(office: World) -> None:
    code = own_role(office, "chief")
    office.user("tom", "A", code)
    link = office.composed.info("base.company").link_tables["second_factor_roles"]
    asked = link.insert().values(left_id=office.ids["A"], right_id=role_id(office, "toy_deals.head"))
    office.session.execute(asked, execution_options=TRUSTED)
    assert not is_required_of(office.session, office.ids["tom"])
    put_below(office, "toy_deals.leader", code)
    put_below(office, "toy_deals.head", "toy_deals.leader")
    assert is_required_of(office.session, office.ids["tom"])


# -- copies -----------------------------------------------------------------------------------------------------------


def copy_of(world: World, code: str, name: str = "copy") -> str:
    found = own_role(world, name)
    world.change("base.role", found, basis_id=role_id(world, code))
    return found


def test_a_copy_has_rights_rules_and_fields_of_the_shipped_role(office: World) -> None:
    code = copy_of(office, "toy_deals.seller")
    office.user("pat", "A", code)
    assert titles(office.env("pat")) == {FREE}, "the rule of the seller"
    assert titles(office.env("pat"), "update") == set()
    office.change("base.role", code, basis_id=role_id(office, "toy_deals.boss"))
    pat = office.env("pat")
    assert titles(pat) == {"ann", "bob", "cid", "dan", FREE}
    assert "margin" in pat.policy.readable(pat.info(toys.Deal))
    assert pat.roles >= {code, "toy_deals.boss"}


def test_a_copy_is_changed_apart(office: World) -> None:
    code = copy_of(office, "toy_deals.seller")
    office.user("pat", "A", code)
    set_right(office, code, "read", "none")
    assert titles(office.env("pat")) == set()
    assert titles(office.env("cid")) == {"cid", FREE}
    office.change("base.role_right", f"{code} {DEAL} read {office.ids['A']}", deleted_at=text("now()"))
    set_right(office, "toy_deals.seller", "read", "none")
    assert titles(office.env("pat")) == {FREE}, "what is changed of the shipped role is not shipped"


def test_a_copy_of_a_head_reaches_the_department(office: World) -> None:
    office.user("tom", "A", copy_of(office, "toy_deals.head"))
    office.post("tom", "A", department="sales")
    assert titles(office.env("tom")) == {"ann", "bob", "cid"}


def test_a_second_factor_is_asked_of_copies(office: World) -> None:
    office.user("tom", "A", copy_of(office, "toy_deals.head"))
    link = office.composed.info("base.company").link_tables["second_factor_roles"]
    asked = link.insert().values(left_id=office.ids["A"], right_id=role_id(office, "toy_deals.head"))
    office.session.execute(asked, execution_options=TRUSTED)
    assert is_required_of(office.session, office.ids["tom"])


def test_nobody_copies_the_system_administrator(office: World) -> None:
    office.give("max", "A", "base.system")
    with pytest.raises(ValidationFailed, match="shipped roles only"):
        office.env("max").create(RoleRow, title="x", basis=role_id(office, "base.system"))


def test_a_weakened_copy_of_the_administrator_hands_on_its_own_only(office: World) -> None:
    code = copy_of(office, "base.admin")
    office.user("sub", "A", code)
    set_right(office, code, "delete", "none", "base.employee")
    with pytest.raises(AccessDenied, match="cannot give"):
        configure(office.env("sub"), "toy_deals.reader", "company", "base.employee", "delete")
    with pytest.raises(AccessDenied, match="cannot give"):
        office.env("sub").create(UserRole, user=office.ids["cid"], role=role_id(office, "base.admin"))
