"""Rules of sharing: who gets which records for what, at once, and in words."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event

from core.auth.models import SharingRule
from core.errors import ValidationFailed
from core.orm.env import Env
from tests.core.auth import toys
from tests.core.auth.conftest import World, titles


@pytest.fixture
def shop(office: World) -> World:
    """Hal helps: he may do much with deals, and reaches none of them by himself."""
    office.user("hal", "A", "toy_deals.helper")
    office.post("hal", "A", department="service")
    return office


def share(world: World, name: str = "a rule", **values: Any) -> None:
    given = {
        "model": "toy_deals.deal",
        "may": "read",
        "owners_below": True,
        "receivers_below": True,
        "active": True,
    }
    ids = {key: world.ids[value] if isinstance(value, str) and key.endswith("_id") else value
           for key, value in values.items()}  # fmt: skip
    world.add("base.sharing_rule", name, company_id=world.ids["A"], name=name, **(given | ids))


def role_id(world: World, code: str) -> int:
    found: int = next(one.id for one in world.env("max").search("base.role", limit=100) if one.code == code)  # type: ignore[attr-defined]
    return found


def test_a_department_and_those_below_it_are_shared_with_a_person(shop: World) -> None:
    assert titles(shop.env("hal")) == set()
    share(shop, owner_department_id="sales", to_user_id="hal")
    assert titles(shop.env("hal")) == {"ann", "bob", "cid"}
    assert titles(shop.env("dan")) == {"dan", "free deal"}, "nobody else gets anything"
    shop.change("base.sharing_rule", "a rule", owners_below=False)
    assert titles(shop.env("hal")) == {"ann"}


def test_new_and_changed_records_are_shared_with_the_next_question(shop: World) -> None:
    share(shop, owner_department_id="north", to_user_id="hal", condition="f=amount:ge:100")
    hal = shop.env("hal")
    assert titles(hal) == set()
    shop.change("toy_deals.deal", "deal of cid", amount=100)
    assert titles(hal) == {"cid"}, "not even a new request is needed"
    shop.add("toy_deals.deal", "big", company_id=shop.ids["A"], title="big", owner_id=shop.ids["bob"], double=0,
             amount=500)  # fmt: skip
    assert titles(hal) == {"cid", "big"}
    shop.change("toy_deals.deal", "big", owner_id=shop.ids["dan"])
    assert titles(hal) == {"cid"}, "another owner is no longer of the department"


def test_moving_people_and_departments_moves_the_records(shop: World) -> None:
    share(shop, owner_department_id="sales", to_user_id="hal")
    shop.change("base.department", "north", parent_id=None)
    assert titles(shop.env("hal")) == {"ann"}
    shop.change("base.employee", "e:dan", department_id=shop.ids["sales"])
    assert titles(shop.env("hal")) == {"ann", "dan"}


def test_to_departments_and_roles_and_of_roles(shop: World) -> None:
    share(shop, "to service", owner_department_id="north", to_department_id="service")
    assert titles(shop.env("hal")) == {"bob", "cid"}
    assert titles(shop.env("dan")) == {"dan", "free deal", "bob", "cid"}, "Dan is of the service too"
    shop.change("base.sharing_rule", "to service", active=False)
    share(
        shop,
        "to helpers",
        owner_role_id=role_id(shop, "toy_deals.seller"),
        to_role_id=role_id(shop, "toy_deals.helper"),
    )
    assert titles(shop.env("hal")) == {"ann", "bob", "cid", "dan"}
    assert titles(shop.env("dan")) == {"dan", "free deal"}
    shop.give("dan", "A", "toy_deals.helper")
    assert titles(shop.env("dan")) == {"ann", "bob", "cid", "dan", "free deal"}


def test_without_department_and_role_it_is_about_everybodys_records(shop: World) -> None:
    share(shop, to_user_id="hal")
    assert titles(shop.env("hal")) == {"ann", "bob", "cid", "dan", "free deal"}
    hal = shop.env("hal")
    assert hal.policy.where(hal.info(toys.Deal), "read") is None
    shop.change("base.sharing_rule", "a rule", condition="f=title:contains:free")
    assert titles(shop.env("hal")) == {"free deal"}


def test_reading_is_no_editing_and_editing_neither_deletes_nor_assigns_nor_shares(shop: World) -> None:
    share(shop, owner_department_id="north", to_user_id="hal")
    assert titles(shop.env("hal"), "update") == set()
    assert titles(shop.env("hal"), "export") == {"bob", "cid"}
    shop.change("base.sharing_rule", "a rule", may="edit")
    hal = shop.env("hal")
    assert titles(hal, "update") == {"bob", "cid"}
    for action in ("delete", "assign", "share"):
        assert hal.policy.allowed(hal.info(toys.Deal), action)
        assert titles(hal, action) == set()


def test_a_rule_gives_no_function_right(shop: World) -> None:
    shop.user("tim", "A")
    share(shop, to_user_id="tim")
    tim = shop.env("tim")
    assert not tim.can("read", toys.Deal)
    assert titles(tim) == set()


def test_inactive_binned_and_other_companies_rules_open_nothing(shop: World) -> None:
    share(shop, owner_department_id="north", to_user_id="hal", active=False)
    assert titles(shop.env("hal")) == set()
    shop.change("base.sharing_rule", "a rule", active=True)
    assert titles(shop.env("hal")) == {"bob", "cid"}
    shop.give("hal", "B", "toy_deals.helper")
    assert titles(shop.env("hal", "B")) == set(), "a rule is about one company"
    assert titles(shop.env("hal", "A")) == {"bob", "cid"}
    shop.change("base.sharing_rule", "a rule", deleted_at="2026-01-01")
    assert titles(shop.env("hal", "A")) == set()


def test_a_role_or_department_without_people_is_nobody_and_never_everybody(shop: World) -> None:
    share(shop, owner_role_id=role_id(shop, "toy_deals.curious"), to_user_id="hal")
    assert titles(shop.env("hal")) == set()
    shop.department("empty", "A")
    share(shop, "second", owner_department_id="empty", to_user_id="hal")
    assert titles(shop.env("hal")) == set()


def test_a_condition_that_no_longer_fits_opens_nothing_and_is_logged(
    shop: World, caplog: pytest.LogCaptureFixture
) -> None:
    share(shop, to_user_id="hal", condition="f=vanished:eq:1")
    assert titles(shop.env("hal")) == set()
    assert "opens nothing" in caplog.text


def test_a_condition_may_ask_for_what_the_receiver_must_not_see(shop: World) -> None:
    shop.change("toy_deals.deal", "deal of cid", margin=7)
    share(shop, to_user_id="hal", condition="f=margin:eq:7")
    hal = shop.env("hal")
    assert "margin" not in hal.policy.readable(hal.info(toys.Deal))
    assert titles(hal) == {"cid"}


def test_rules_become_one_array_and_equal_conditions_one_expression(shop: World) -> None:
    share(shop, "1", owner_department_id="sales", owners_below=False, to_user_id="hal")
    share(shop, "2", owner_department_id="service", to_user_id="hal")
    for number, department in enumerate(("north", "sales"), 3):
        share(shop, str(number), owner_department_id=department, to_user_id="hal", condition="f=amount:ge:1")
    share(shop, "5", owner_department_id="service", to_user_id="hal", condition="f=amount:ge:2")
    hal = shop.env("hal")
    text = str(hal.policy.where(hal.info(toys.Deal), "read").compile(compile_kwargs={"literal_binds": True}))
    assert text.count("owner_id = ANY") == 2, "owners without a condition, and those of the shared condition"
    assert text.count("amount >=") == 1, "whoever is reached anyway needs no condition"


def test_the_rule_is_named_in_the_explanation(shop: World) -> None:
    share(shop, "North for helpers", owner_department_id="north", to_user_id="hal", condition="f=amount:ge:1")
    share(shop, "Other", owner_department_id="service", to_user_id="hal")
    shop.change("toy_deals.deal", "deal of cid", amount=1)
    hal = shop.env("hal")
    found = hal.policy.explain(hal.info(toys.Deal), "read", shop.ids["deal of cid"])
    assert [text.translate("en") for text in found.reasons] == ["Shared by the rule “North for helpers”."]
    assert not hal.policy.explain(hal.info(toys.Deal), "read", shop.ids["deal of bob"]).allowed


def test_more_rules_take_no_more_statements(shop: World) -> None:
    for number in range(30):
        share(shop, f"rule {number}", owner_department_id="north", to_user_id="hal",
              condition=f"f=amount:ge:{number}")  # fmt: skip
    shop.env("hal")
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        said.append(statement)

    event.listen(shop.session.connection(), "before_cursor_execute", note)
    assert titles(shop.env("hal")) == {"bob", "cid"}
    assert len(said) == 2, "who is it, and the list"


def make(env: Env, **values: Any) -> Any:
    return env.create(SharingRule, **({"name": "made", "model": "toy_deals.deal"} | values))


def test_what_a_rule_cannot_be_is_told_at_its_field(shop: World) -> None:
    office = shop.ids
    cases: list[tuple[str, dict[str, Any]]] = [
        ("to_role", {}),
        ("to_user", {"to_user": office["hal"], "to_department": office["north"]}),
        ("owner_role", {"to_user": office["hal"], "owner_department": office["north"],
                        "owner_role": role_id(shop, "toy_deals.seller")}),
        ("condition", {"to_user": office["hal"], "condition": "amount > 3"}),
        ("condition", {"to_user": office["hal"], "condition": "f=nothing:eq:3"}),
        ("condition", {"to_user": office["hal"], "condition": "f=amount:ge:many"}),
        ("condition", {"to_user": office["hal"], "condition": "f=owner:eq:me"}),
        ("model", {"to_user": office["hal"], "model": "toy_deals.desk"}),
        ("model", {"to_user": office["hal"], "model": "base.user"}),
    ]  # fmt: skip
    for field, values in cases:
        with pytest.raises(ValidationFailed) as refused, shop.session.begin_nested():
            make(shop.env("max"), **values)
        assert set(refused.value.problems) == {field}, values
    rule = make(
        shop.env("max"), to_user=office["hal"], owner_department=office["north"], condition="f=amount:ge:0"
    )
    assert titles(shop.env("hal")) == {"bob", "cid"}
    shop.env("max").write(rule, active=False)
    assert titles(shop.env("hal")) == set()


def test_nobody_gives_themselves_records_by_a_rule(shop: World) -> None:
    shop.user("ida", "A", "base.admin", "toy_deals.helper")
    shop.post("ida", "A", department="north")
    for receiver in ({"to_user": shop.ids["ida"]}, {"to_role": role_id(shop, "toy_deals.helper")},
                     {"to_department": shop.ids["sales"]}):  # fmt: skip
        with pytest.raises(ValidationFailed, match="among those"), shop.session.begin_nested():
            make(shop.env("ida"), **receiver)
    make(shop.env("ida"), name="for others", to_user=shop.ids["hal"])
    make(shop.env("max"), name="sees all anyway", to_user=shop.ids["max"])
