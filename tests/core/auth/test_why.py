"""Who reaches a record and why, and what somebody may do: always what the policy decides for that person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, select

from core.auth.identity import identity_of
from core.auth.models import Option
from core.auth.why.decisions import Decision, decisions
from core.auth.why.identities import identities_of
from core.auth.why.reaching import reaching
from core.auth.why.subjects import subject_of_role, subject_of_user, subjects_of_users
from core.auth.why.telling import BY_SOMETHING_ELSE, told
from core.errors import AccessDenied, NotFound
from core.orm.criteria import row_criteria
from core.orm.engine import READ_SETTING, WRITE_SETTING
from core.orm.env import Env
from core.orm.trust import TRUSTED
from tests.core.auth import toys
from tests.core.auth.conftest import World, titles

PEOPLE = ("ann", "bob", "cid", "dan", "max")
DEALS = (*(f"deal of {name}" for name in ("ann", "bob", "cid", "dan")), "free deal")


def ids(world: World, *names: str) -> list[int]:
    return [world.ids[name] for name in names]


@contextmanager
def statements(env: Env) -> Iterator[list[str]]:
    """What is sent to the database meanwhile."""
    seen: list[str] = []

    def note(*given: Any) -> None:
        seen.append(given[2])

    connection = env.session.connection()
    event.listen(connection, "before_cursor_execute", note)
    yield seen
    event.remove(connection, "before_cursor_execute", note)


def said(found: Decision) -> str:
    return " ".join(str(one) for one in found.reasons)


class TestIdentities:
    def test_many_at_once_are_who_they_are_one_by_one(self, office: World) -> None:
        office.give("bob", "A", "toy_deals.leader")
        office.give("ann", "A", "toy_deals.head")
        alone = {name: identity_of(office.session, office.ids[name], office.ids["A"]) for name in PEOPLE}
        office.env("max")
        together = identities_of(office.session, ids(office, *PEOPLE), office.ids["A"])
        assert {name: together[office.ids[name]] for name in PEOPLE} == alone
        assert together[office.ids["ann"]].members and together[office.ids["bob"]].direct_reports

    def test_who_does_not_work_here_is_left_out(self, office: World) -> None:
        office.user("gone", "A", blocked=True)
        office.user("left", "A")
        office.post("left", "A", status="left")
        office.env("max")
        asked = [*ids(office, "eve", "gone", "left", "cid"), 10**9]
        assert set(identities_of(office.session, asked, office.ids["A"])) == {office.ids["cid"]}

    def test_the_wall_stays_as_it_was(self, office: World) -> None:
        office.user("sys", "A", "base.system")
        env = office.env("cid")

        def walls() -> list[Any]:
            return [
                env.session.connection().exec_driver_sql(f"select current_setting('{name}')").scalar_one()
                for name in (READ_SETTING, WRITE_SETTING)
            ]

        before = walls()
        identities_of(env.session, ids(office, "cid", "sys"), office.ids["A"])
        assert walls() == before
        assert identities_of(env.session, [], office.ids["A"]) == {}


class TestWhoReaches:
    @pytest.mark.parametrize("action", ["read", "update", "delete", "export", "assign"])
    def test_it_is_what_each_of_them_gets(self, office: World, action: str) -> None:
        office.give("bob", "A", "toy_deals.leader")
        office.give("ann", "A", "toy_deals.head")
        wanted = {name: titles(office.env(name), action) for name in PEOPLE}
        env = office.env("max")
        people = subjects_of_users(env, ids(office, *PEOPLE))
        for deal in DEALS:
            found = reaching(env, env.info(toys.Deal), office.ids[deal], action, people)
            reached = {str(one.subject.name) for one in found if one.ways}
            assert reached == {name for name in PEOPLE if deal.removeprefix("deal of ") in wanted[name]}, deal

    def test_the_ways_are_named(self, office: World) -> None:
        env = office.env("max")
        people = subjects_of_users(env, ids(office, *PEOPLE))
        found = reaching(env, env.info(toys.Deal), office.ids["deal of cid"], "read", people)
        assert {str(one.subject.name): [way.kind for way in one.ways] for one in found} == {
            "ann": ["indirect superior"], "bob": ["superior"], "cid": ["own"], "dan": [], "max": ["company"],
        }  # fmt: skip
        (free,) = reaching(env, env.info(toys.Deal), office.ids["free deal"], "read", people[3:4])
        assert [way.label.translate("en") for way in free.ways] == [
            "The rule “Deals that nobody has taken.” of the role Seller."
        ]

    def test_no_further_statement_for_further_people(self, office: World) -> None:
        env = office.env("max")
        counted = []
        for names in (PEOPLE[:1], PEOPLE):
            with statements(env) as seen:
                people = subjects_of_users(env, ids(office, *names))
                reaching(env, env.info(toys.Deal), office.ids["free deal"], "read", people)
            counted.append(len(seen))
        assert counted[0] == counted[1] <= 5

    def test_nobody_s_answers_are_kept_for_or_taken_from_those_who_are_asked_about(
        self, office: World
    ) -> None:
        env = office.env("max")
        memories = env.policy.index.memories  # type: ignore[attr-defined]
        before = set(memories._found)
        people = subjects_of_users(env, ids(office, *PEOPLE))
        reaching(env, env.info(toys.Deal), office.ids["free deal"], "read", people)
        assert set(memories._found) == before


class TestDecisions:
    def of(self, env: Env, world: World, subject: Any, deal: str) -> dict[str, Decision]:
        return {one.key: one for one in decisions(subject, env.info(toys.Deal), world.ids[deal])}

    @pytest.mark.parametrize("person", PEOPLE)
    def test_they_agree_with_the_policy(self, office: World, person: str) -> None:
        office.give("bob", "A", "toy_deals.leader")
        own = {
            action: titles(office.env(person), action) for action in ("read", "update", "delete", "export")
        }
        env = office.env("max")
        subject = subject_of_user(env, office.ids[person])
        for deal in DEALS:
            found = self.of(env, office, subject, deal)
            name = deal.removeprefix("deal of ")
            if name not in own["read"]:
                assert set(found) == {"read"} and not found["read"].allowed
                continue
            for action, reached in own.items():
                assert found[action].allowed is (name in reached), (deal, action)

    def test_roles_that_give_and_would_give(self, office: World) -> None:
        env = office.env("max")
        found = self.of(env, office, subject_of_user(env, office.ids["cid"]), "deal of cid")
        assert found["update"].allowed and said(found["update"]) == "Owner of the record."
        assert [str(one) for one in found["update"].roles] == ["Seller"]
        assert not found["assign"].allowed and "Team leader" in map(str, found["assign"].roles)
        assert said(found["assign"]) == "No role of this person gives the right to assign."

    def test_a_right_that_does_not_reach(self, office: World) -> None:
        env = office.env("max")
        found = self.of(env, office, subject_of_user(env, office.ids["ann"]), "deal of bob")["delete"]
        assert not found.allowed and "does not reach this record" in said(found)
        assert said(found).endswith("Owner of the record.")

    def test_a_role_without_anything_of_its_own(self, office: World) -> None:
        env = office.env("max")
        seller = self.of(env, office, subject_of_role(env, "toy_deals.seller"), "deal of cid")
        assert list(seller) == ["read"] and not seller["read"].allowed
        free = self.of(env, office, subject_of_role(env, "toy_deals.seller"), "free deal")
        assert free["read"].allowed and not free["update"].allowed
        boss = self.of(env, office, subject_of_role(env, "toy_deals.boss"), "deal of cid")
        assert boss["delete"].allowed


class TestWhatAllCompaniesShare:
    """A role that changes the rows of the company does not change those of all: the page says what happens."""

    @pytest.fixture
    def shared(self, office: World) -> World:
        office.user("sam", "A", "base.system")
        for row, company in (("of all", 0), ("of the company", office.ids["A"])):
            office.add(
                "base.option", row, company_id=company, list_code="crm.source", code=row, name={"en": row}
            )
        return office

    @pytest.mark.parametrize("row", ["of all", "of the company"])
    @pytest.mark.parametrize("action", ["read", "update", "delete"])
    def test_it_is_what_happens(self, shared: World, row: str, action: str) -> None:
        key, people = shared.ids[row], ("max", "sam", "dan")
        may = {
            name for name in people
            if (env := shared.env(name)).search(Option, Option.id == key) and key in allowed_ids(env, key, action)
        }  # fmt: skip
        assert ("max" in may) is (action == "read" or row == "of the company")
        assert "sam" in may
        env = shared.env("max")
        info, asked = env.info(Option), subjects_of_users(env, ids(shared, *people))
        reached = reaching(env, info, key, action, asked)
        assert {str(one.subject.name) for one in reached if one.ways} == may
        for one in asked:
            found = {it.key: it for it in decisions(one, info, key)}
            assert (action in found and found[action].allowed) is (str(one.name) in may)

    def test_why_not_and_who_else(self, shared: World) -> None:
        env = shared.env("max")
        info, key = env.info(Option), shared.ids["of all"]
        for subject in (subject_of_user(env, env.user_id), subject_of_role(env, "base.admin")):
            refused = next(one for one in decisions(subject, info, key) if one.key == "update")
            assert said(refused).startswith("All companies share this record")
            assert [str(one) for one in refused.roles] == ["System administrator"]
        keeper = subject_of_role(env, "base.system")
        assert next(one for one in decisions(keeper, info, key) if one.key == "update").allowed


def allowed_ids(env: Env, key: int, action: str) -> set[int]:
    """What the policy's own expression leaves of one row."""
    info = env.info(Option)
    if not env.policy.allowed(info, action):
        return set()
    rows = select(info.cls.id).where(info.cls.id == key, *row_criteria(env, info, info.cls, action))
    return set(env.session.scalars(rows, execution_options=TRUSTED))


class TestTelling:
    def test_what_opens_it_to_another_is_not_told_to_who_does_not_see_it(self, office: World) -> None:
        office.add(
            "toy_deals.note", "note", company_id=office.ids["A"], text="bolt", owner_id=office.ids["max"]
        )
        office.add("toy_gadgets.gadget", "gadget", company_id=office.ids["A"], name="bolt")
        env = office.env("max")
        (dan,) = subjects_of_users(env, ids(office, "dan"))
        info = env.info(toys.Note)
        (found,) = reaching(env, info, office.ids["note"], "read", [dan])
        assert told(env, info, found.ways) == [BY_SOMETHING_ELSE]
        assert [one.translate("en") for one in told(office.env("dan"), info, found.ways)] == [
            "The rule “Notes of the same name as a gadget.” of the role Seller."
        ]

    def test_a_share_is_a_way_like_any_other_and_told_to_who_sees_the_record(self, office: World) -> None:
        office.add("base.share", "share", company_id=office.ids["A"], model="toy_deals.deal", may="read",
                   record_id=office.ids["deal of cid"], user_id=office.ids["dan"])  # fmt: skip
        env = office.env("max")
        (dan,) = subjects_of_users(env, ids(office, "dan"))
        info, deal = env.info(toys.Deal), office.ids["deal of cid"]
        (found,) = reaching(env, info, deal, "read", [dan])
        assert [way.label.translate("en") for way in found.ways] == ["Shared by hand."]
        assert told(env, info, found.ways) == [way.label for way in found.ways]
        assert not reaching(env, info, deal, "update", [dan])[0].ways
        holder = subject_of_role(office.env("dan"), "toy_deals.seller")
        assert not reaching(holder.env, info, deal, "read", [holder])[0].ways

    def test_ways_of_the_record_itself_are_told(self, office: World) -> None:
        env = office.env("max")
        info, people = env.info(toys.Deal), subjects_of_users(env, ids(office, "dan", "bob"))
        for deal in ("free deal", "deal of cid"):
            for found in reaching(env, info, office.ids[deal], "read", people):
                assert told(env, info, found.ways) == [way.label for way in found.ways]


class TestWhoMayAsk:
    def test_about_oneself(self, office: World) -> None:
        env = office.env("cid")
        assert subject_of_user(env, env.user_id).identity.user_id == env.user_id
        assert subject_of_role(env, "toy_deals.seller").identity.roles == {"toy_deals.seller"}

    def test_about_others_administrators_only(self, office: World) -> None:
        env = office.env("cid")
        with pytest.raises(AccessDenied):
            subject_of_user(env, office.ids["bob"])
        with pytest.raises(AccessDenied):
            subject_of_role(env, "toy_deals.boss")

    def test_nobody_of_another_company_and_no_role_that_is_off(self, office: World) -> None:
        env = office.env("max")
        for key in (office.ids["eve"], 10**9):
            with pytest.raises(NotFound):
                subject_of_user(env, key)
        with pytest.raises(NotFound):
            subject_of_role(env, "nothing.at_all")
        office.change("base.company_addon", "A:toy_deals", enabled=False)
        with pytest.raises(NotFound):
            subject_of_role(office.env("max"), "toy_deals.boss")

    def test_what_a_role_or_another_may_do_is_not_what_the_asker_may(self, office: World) -> None:
        env = office.env("max")
        subject = subject_of_user(env, office.ids["cid"])
        assert subject.env.user_id == office.ids["cid"] and env.user_id == office.ids["max"]
        assert env.session.execute(env.info(toys.Deal).table.select(), execution_options=TRUSTED).first()
