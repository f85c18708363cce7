"""Shares by hand and teams: who may give what to whom, until when, and what becomes of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from core.auth import shared_records
from core.auth.models import Share
from core.auth.sharing_by_hand import check_members, share_record, shares_of, today, withdraw
from core.errors import AccessDenied, NotFound, ValidationFailed
from core.orm.env import Env
from tests.core.auth import toys
from tests.core.auth.conftest import World, titles


def deal(world: World, env: Env, name: str) -> Any:
    return env.get(toys.Deal, world.ids[f"deal of {name}"])


def give(world: World, who: str, whose: str, to: str, may: str = "read", until: date | None = None) -> None:
    env = world.env(who)
    share_record(env, deal(world, env, whose), [world.ids[to]], may, until)


def test_the_owner_shares_for_reading_and_withdraws(office: World) -> None:
    give(office, "cid", "cid", "dan")
    dan = office.env("dan")
    assert titles(dan) == {"dan", "free deal", "cid"}
    assert titles(dan, "update") == {"dan"}
    (found,) = shares_of(office.env("cid"), office.env("cid").info(toys.Deal), office.ids["deal of cid"])
    assert (found.name, found.by, found.until, found.is_over) == ("dan", "cid", None, False)
    withdraw(office.env("cid"), found.id)
    assert titles(office.env("dan")) == {"dan", "free deal"}


def test_the_receiver_is_told(office: World) -> None:
    give(office, "cid", "cid", "dan")
    dan = office.env("dan")
    (notice,) = dan.search("base.notice")
    assert (notice.model, notice.record_id) == ("toy_deals.deal", office.ids["deal of cid"])  # type: ignore[attr-defined]


def test_a_share_for_editing_neither_deletes_nor_assigns_nor_shares_on(office: World) -> None:
    give(office, "cid", "cid", "dan", "edit")
    dan = office.env("dan")
    assert titles(dan, "update") == {"dan", "cid"}
    assert titles(dan, "delete") == {"dan"}
    assert titles(dan, "share") == {"dan"}
    with pytest.raises(AccessDenied):
        share_record(dan, deal(office, dan, "cid"), [office.ids["ann"]], "read")
    give(office, "cid", "cid", "dan", "read")
    assert titles(office.env("dan"), "update") == {"dan"}, "a second time changes the first"


def test_the_direct_superior_shares_and_withdraws_the_indirect_one_does_not(office: World) -> None:
    give(office, "bob", "cid", "dan")
    assert "cid" in titles(office.env("dan"))
    with pytest.raises(AccessDenied):
        give(office, "ann", "cid", "dan")
    share = office.env("dan").search(Share)[0]
    with pytest.raises(NotFound):
        withdraw(office.env("ann"), share.id)
    with pytest.raises(NotFound):
        withdraw(office.env("dan"), share.id)
    withdraw(office.env("cid"), share.id)
    assert "cid" not in titles(office.env("dan"))


def test_whoever_sees_the_record_in_another_way_does_not_share_it(office: World) -> None:
    with pytest.raises(AccessDenied):
        give(office, "max", "cid", "dan")
    record = deal(office, office.env("cid"), "cid")
    with pytest.raises(AccessDenied):
        share_record(office.env("dan"), record, [office.ids["ann"]], "read")


def test_it_ends_with_its_last_day(office: World) -> None:
    day = today(office.env("cid"))
    give(office, "cid", "cid", "dan", until=day)
    assert "cid" in titles(office.env("dan")), "the last day counts"
    share = office.env("dan").search(Share)[0]
    office.ids["share"] = share.id
    office.change("base.share", "share", until=day - timedelta(days=1))
    assert "cid" not in titles(office.env("dan"))
    with pytest.raises(ValidationFailed) as refused:
        give(office, "cid", "cid", "dan", until=day - timedelta(days=1))
    assert "until" in refused.value.problems


def test_people_without_the_right_are_refused_by_name(office: World) -> None:
    office.user("tim", "A")
    with pytest.raises(ValidationFailed, match="No role of tim gives the right to view: Deals") as refused:
        give(office, "cid", "cid", "tim")
    assert "users" in refused.value.problems
    office.give("tim", "A", "toy_deals.reader")
    give(office, "cid", "cid", "tim")
    with pytest.raises(ValidationFailed, match="right to edit"):
        give(office, "cid", "cid", "tim", "edit")
    office.change("base.user", "dan", blocked=True)
    with pytest.raises(ValidationFailed, match="No role of dan"):
        give(office, "cid", "cid", "dan")


def test_nobody_of_another_company_and_not_the_owner(office: World) -> None:
    with pytest.raises(NotFound):
        give(office, "cid", "cid", "eve")
    with pytest.raises(ValidationFailed, match="owner has the record"):
        give(office, "bob", "cid", "cid")


def test_the_share_is_named_in_the_explanation(office: World) -> None:
    give(office, "cid", "cid", "dan")
    dan = office.env("dan")
    found = dan.policy.explain(dan.info(toys.Deal), "read", office.ids["deal of cid"])
    assert [text.translate("en") for text in found.reasons] == ["Shared by hand."]


def test_both_see_the_share_and_nobody_else(office: World) -> None:
    give(office, "cid", "cid", "dan")
    for name, number in (("cid", 1), ("dan", 1), ("bob", 0), ("ann", 0), ("max", 1)):
        assert len(office.env(name).search(Share)) == number, name
    assert not office.env("cid").can("create", Share), "shares are made by sharing"


def test_whoever_has_no_shares_asks_for_none(office: World) -> None:
    def asks(env: Env, model: Any) -> bool:
        return f"{env.info(model).key}.id =" in str(env.policy.where(env.info(model), "read"))

    assert not asks(office.env("dan"), toys.Deal)
    give(office, "cid", "cid", "dan")
    assert asks(office.env("dan"), toys.Deal)
    assert not asks(office.env("dan"), toys.Note)


def test_very_many_records_stay_in_the_database(office: World, monkeypatch: pytest.MonkeyPatch) -> None:
    give(office, "cid", "cid", "dan")
    give(office, "bob", "bob", "dan", "edit")
    cid = office.env("ann")
    cid.create(toys.DealMember, deal=office.ids["deal of ann"], user=office.ids["dan"], may="edit")
    few = office.env("dan")
    monkeypatch.setattr(shared_records, "MOST", 2)
    many = office.env("dan")
    assert "base.share" in str(many.policy.where(many.info(toys.Deal), "read"))
    for action in ("read", "update", "delete"):
        assert titles(many, action) == titles(few, action)
    assert titles(many) == {"ann", "bob", "cid", "dan", "free deal"}


def test_a_team_member_reads_or_edits(office: World) -> None:
    cid = office.env("cid")
    member: Any = cid.create(toys.DealMember, deal=office.ids["deal of cid"], user=office.ids["dan"])
    check_members(cid, [member])
    dan = office.env("dan")
    assert "cid" in titles(dan) and "cid" not in titles(dan, "update")
    assert [
        text.translate("en")
        for text in dan.policy.explain(dan.info(toys.Deal), "read", office.ids["deal of cid"]).reasons
    ] == ["Member of the team of the record (Team of the deal)."]
    office.env("cid").write(member, may="edit")
    dan = office.env("dan")
    assert "cid" in titles(dan, "update")
    assert "cid" not in titles(dan, "delete") | titles(dan, "share")
    office.env("cid").delete(member)
    assert "cid" not in titles(office.env("dan"))


def test_nobody_without_the_right_joins_a_team(office: World) -> None:
    office.user("tim", "A")
    cid = office.env("cid")
    member: Any = cid.create(toys.DealMember, deal=office.ids["deal of cid"], user=office.ids["tim"])
    with pytest.raises(ValidationFailed, match="No role of tim"):
        check_members(cid, [member])
