"""Fields and values that a company takes from roles: what holds, for whom, and from when on."""

from __future__ import annotations

import pytest

from core.errors import AccessDenied, BadRequest, NotFound, ValidationFailed
from core.orm.env import Env
from tests.core.auth import toys
from tests.core.auth.conftest import World, titles

SELLER, LEADER, BOSS, READER = (
    "toy_deals.seller", "toy_deals.leader", "toy_deals.boss", "toy_deals.reader",
)  # fmt: skip
DEAL = "toy_deals.deal"


def role_id(world: World, code: str) -> int:
    env = world.env("max")
    found = env.first("base.role", env.condition("base.role", "code", "eq", code))
    return int(found.id)


def say(world: World, code: str, field: str, right: str, *, company: int | None = None) -> None:
    """A field right of a role, past the Env."""
    home, role = world.ids["A"] if company is None else company, role_id(world, code)
    world.open(world.ids["A"])
    world.add("base.field_right", f"{code}:{field}:{home}", company_id=home, role_id=role, model=DEAL, field=field,
              right=right)  # fmt: skip


def limit(world: World, code: str, model: str, field: str, *values: object) -> None:
    for value in values:
        world.add("base.value_limit", f"{code}:{field}:{value}", company_id=world.ids["A"], role_id=role_id(world, code),
                  model=model, field=field, value=str(value))  # fmt: skip


def rights_on(env: Env, name: str) -> str:
    info = env.info(toys.Deal)
    if name not in env.policy.readable(info):
        assert name not in env.policy.editable(info)
        return "hidden"
    return "editable" if name in env.policy.editable(info) else "readonly"


def test_a_role_without_a_row_leaves_the_field_as_declared(office: World) -> None:
    assert rights_on(office.env("cid"), "amount") == "editable"
    assert office.env("cid").policy.limits.locked == frozenset()


@pytest.mark.parametrize("right", ["hidden", "readonly", "editable"])
def test_a_row_holds_with_the_next_click_and_in_its_company_alone(office: World, right: str) -> None:
    say(office, SELLER, "amount", right)
    assert rights_on(office.env("cid"), "amount") == right
    assert rights_on(office.env("eve"), "amount") == "editable"


def test_a_hidden_field_is_no_way_in(office: World) -> None:
    say(office, SELLER, "amount", "hidden")
    cid = office.env("cid")
    for ask in (
        lambda: cid.page(toys.Deal, ["amount"]),
        lambda: cid.page(toys.Deal, ["title"], order="amount"),
        lambda: cid.condition(toys.Deal, "amount", "eq", "1"),
        lambda: cid.group(toys.Deal, ["amount"]),
        lambda: cid.group(toys.Deal, [], [("sum", "amount")]),
        lambda: cid.read(toys.Deal, office.ids["deal of cid"], ["amount"]),
        lambda: cid.create_many(toys.Deal, [{"title": "x", "amount": 5}], strict=True),
    ):
        with pytest.raises(BadRequest):
            ask()
    assert cid.page(toys.Deal, ["title"]).rows


def test_the_most_generous_of_several_roles_counts(office: World) -> None:
    say(office, SELLER, "amount", "hidden")
    say(office, LEADER, "amount", "readonly")
    office.give("cid", "A", LEADER)
    assert rights_on(office.env("cid"), "amount") == "readonly"
    office.give("cid", "A", READER)
    assert rights_on(office.env("cid"), "amount") == "readonly", (
        "who only reads gives nobody the right to write"
    )
    office.give("cid", "A", BOSS)
    assert rights_on(office.env("cid"), "amount") == "editable"


def test_a_role_that_says_nothing_of_the_field_shows_it_but_does_not_write_for_others(office: World) -> None:
    say(office, SELLER, "amount", "hidden")
    office.give("cid", "A", READER)
    assert rights_on(office.env("cid"), "amount") == "readonly"


def test_what_is_declared_is_the_outer_bound(office: World) -> None:
    say(office, SELLER, "margin", "editable")
    say(office, SELLER, "grade", "editable")
    assert rights_on(office.env("cid"), "margin") == "hidden"
    assert rights_on(office.env("cid"), "grade") == "readonly"


def test_the_row_of_the_company_counts_for_more_than_that_of_all(office: World) -> None:
    say(office, SELLER, "amount", "hidden", company=0)
    assert rights_on(office.env("cid"), "amount") == "hidden"
    say(office, SELLER, "amount", "readonly")
    assert rights_on(office.env("cid"), "amount") == "readonly"


def test_a_hidden_name_is_a_number_everywhere(office: World) -> None:
    say(office, SELLER, "title", "hidden")
    cid, mine = office.env("cid"), office.ids["deal of cid"]
    assert cid.labels(toys.Deal, [mine]) == {mine: f"#{mine}"}
    assert (mine, f"#{mine}") in cid.complete(toys.Deal, "")
    assert cid.page(toys.Deal, ["amount"], search="cid").rows == [], "words of the name find nothing"


def test_limits_leave_the_rows_with_these_values(office: World) -> None:
    for name in ("north", "service"):
        office.add("toy_deals.desk", f"desk {name}", company_id=office.ids["A"], name=name,
                   department_id=office.ids[name])  # fmt: skip
    office.add("toy_deals.desk", "desk without", company_id=office.ids["A"], name="without")
    office.user("tom", "A", "toy_deals.head")
    office.post("tom", "A", department="sales")
    office.post("tom2", "A", department="service", user="tom")
    seen = lambda: {row[2] for row in office.env("tom").page(toys.Desk, ["name"]).rows}  # noqa: E731
    assert seen() == {"north", "service"}
    limit(office, "toy_deals.head", "toy_deals.desk", "department", office.ids["service"])
    assert seen() == {"service"}
    with pytest.raises(NotFound):
        office.env("tom").get(toys.Desk, office.ids["desk north"])


def test_a_value_of_a_tree_means_everything_below_it(office: World) -> None:
    office.add("toy_deals.desk", "desk north", company_id=office.ids["A"], name="north",
               department_id=office.ids["north"])  # fmt: skip
    office.user("tom", "A", "toy_deals.head")
    office.post("tom", "A", department="sales")
    limit(office, "toy_deals.head", "toy_deals.desk", "department", office.ids["sales"])
    assert len(office.env("tom").page(toys.Desk, ["name"]).rows) == 1
    office.change("base.department", "north", parent_id=None)
    assert office.env("tom").page(toys.Desk, ["name"]).rows == []


def test_limits_bind_all_ways_and_the_most_generous_role_counts(office: World) -> None:
    limit(office, SELLER, DEAL, "owner", office.ids["dan"])
    assert titles(office.env("cid")) == set()
    assert titles(office.env("bob")) == set(), "superiors come by the same role"
    assert titles(office.env("dan"), "update") == {"dan"}
    with pytest.raises(AccessDenied):
        office.env("cid").create(toys.Deal, title="mine")
    office.give("cid", "A", READER)
    assert titles(office.env("cid")) >= {"cid", "dan"}
    assert titles(office.env("cid"), "update") == set()


def test_a_limit_by_a_field_that_is_gone_lets_nothing_through(office: World) -> None:
    limit(office, SELLER, DEAL, "vanished", 1)
    assert titles(office.env("cid")) == set()


def test_administrators_set_them_for_roles_of_their_company(office: World) -> None:
    role = role_id(office, SELLER)
    max_ = office.env("max")
    max_.create("base.field_right", role=role, model=DEAL, field="amount", right="hidden")
    assert rights_on(office.env("cid"), "amount") == "hidden"
    with pytest.raises(AccessDenied):
        office.env("cid").create("base.field_right", role=role, model=DEAL, field="title", right="hidden")


@pytest.mark.parametrize(
    ("model", "field", "problem"),
    [
        ("nowhere", "amount", "model"),
        (DEAL, "nothing", "field"),
        (DEAL, "created_at", "field"),
        ("base.user", "name", "model"),
    ],
)
def test_rows_name_what_there_is(office: World, model: str, field: str, problem: str) -> None:
    max_ = office.env("max")
    with pytest.raises(ValidationFailed) as refused:
        max_.create(
            "base.field_right", role=role_id(office, SELLER), model=model, field=field, right="hidden"
        )
    assert set(refused.value.problems) == {problem}


def test_administrators_themselves_stay_as_shipped(office: World) -> None:
    with pytest.raises(AccessDenied):
        office.env("max").create(
            "base.field_right", role=role_id(office, "base.admin"), model=DEAL, field="amount", right="hidden"
        )


def test_limits_name_values_that_exist(office: World) -> None:
    max_, role = office.env("max"), role_id(office, SELLER)
    for field, value, problem in (
        ("owner", "999999999", "value"),
        ("owner", "x", "value"),
        ("amount", "1", "field"),
    ):
        with pytest.raises(ValidationFailed) as refused:
            max_.create("base.value_limit", role=role, model=DEAL, field=field, value=value)
        assert set(refused.value.problems) == {problem}
