"""Why, in words, and always the same answer as the decision itself."""

from __future__ import annotations

import pytest

from core.auth.models import Option
from tests.core.auth import toys
from tests.core.auth.conftest import World, titles


def reasons(world: World, who: str, action: str, deal: str | None = None) -> tuple[bool, str]:
    env = world.env(who)
    info = env.info(toys.Deal)
    found = env.policy.explain(info, action, world.ids[deal] if deal else None)
    return found.allowed, " ".join(text.translate("en") for text in found.reasons)


def test_the_way_that_reaches_a_record_is_named(office: World) -> None:
    assert reasons(office, "cid", "update", "deal of cid") == (True, "Owner of the record.")
    assert reasons(office, "bob", "update", "deal of cid") == (
        True,
        "Direct superior of the owner.",
    )
    assert reasons(office, "ann", "read", "deal of cid") == (
        True,
        "Superior of the owner, further up.",
    )
    allowed, words = reasons(office, "dan", "read", "free deal")
    assert allowed and words == "The rule “Deals that nobody has taken.” of the role Seller."
    allowed, words = reasons(office, "max", "delete", "deal of dan")
    assert allowed and words == "A role reaches every record of the company."


def test_every_way_is_named(office: World) -> None:
    office.give("bob", "A", "toy_deals.leader")
    office.give("bob", "A", "toy_deals.head")
    allowed, words = reasons(office, "bob", "read", "deal of cid")
    assert allowed
    assert words.count(".") == 3 and "team" in words and "department" in words and "Direct superior" in words


def test_a_refusal_says_what_is_missing(office: World) -> None:
    allowed, words = reasons(office, "ann", "delete", "deal of bob")
    assert not allowed
    assert words == (
        "You have the right to delete, but not on this record. "
        "It is neither yours nor of somebody whose records you may change."
    )
    assert reasons(office, "cid", "assign", "deal of cid") == (
        False,
        "None of your roles gives the right to assign: Deal. These roles give it: Team leader, Helper.",
    )


def test_what_may_not_be_seen_is_explained_like_what_does_not_exist(office: World) -> None:
    nothing = (False, "There is no such record, or you have no access to it.")
    assert reasons(office, "cid", "update", "deal of dan") == nothing
    assert reasons(office, "max", "update", "deal of eve") == nothing
    office.ids["missing"] = 10**9
    assert reasons(office, "max", "read", "missing") == nothing


def test_a_model_is_explained_without_a_record(office: World) -> None:
    assert reasons(office, "max", "read")[0]
    allowed, words = reasons(office, "cid", "read")
    assert allowed and words.startswith(
        "A role of yours gives the right to view: Deal. It reaches these records:"
    )
    assert reasons(office, "cid", "assign")[0] is False


def test_a_switched_off_addon_is_the_first_reason(office: World) -> None:
    office.change("base.company_addon", "A:toy_deals", enabled=False)
    env = office.env("max")
    found = env.policy.explain(env.composition.info(toys.Deal), "read")
    assert not found.allowed
    assert [text.translate("en") for text in found.reasons] == [
        "The addon toy_deals is switched off in this company."
    ]


@pytest.mark.parametrize("who", ["ann", "bob", "cid", "dan", "max"])
@pytest.mark.parametrize("action", ["read", "update", "delete", "assign", "export"])
def test_explanations_and_decisions_agree(office: World, who: str, action: str) -> None:
    env = office.env(who)
    info = env.info(toys.Deal)
    reached = titles(env, action)
    for name in ("ann", "bob", "cid", "dan"):
        record = office.ids[f"deal of {name}"]
        assert env.policy.explain(info, action, record).allowed is (name in reached)


def test_records_that_all_companies_share(office: World) -> None:
    office.add("base.option", "shared", company_id=0, list_code="x", code="y", name={"en": "Y"})
    office.add(
        "base.option", "foreign", company_id=office.ids["B"], list_code="x", code="y", name={"en": "Y"}
    )
    env = office.env("cid")
    info = env.info(Option)
    assert env.policy.explain(info, "read", office.ids["shared"]).allowed
    assert not env.policy.explain(info, "read", office.ids["foreign"]).allowed


def test_the_env_asks_the_policy(office: World) -> None:
    env = office.env("cid")
    mine = env.get(toys.Deal, office.ids["deal of cid"])
    assert env.explain("update", mine).allowed
    assert env.explain("read", toys.Deal).allowed
    assert env.sudo("a test").explain("delete", mine).allowed
