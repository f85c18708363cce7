"""What moves is right with the next question, whatever was asked and remembered before; and so is another identity."""

from __future__ import annotations

from dataclasses import replace
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from core.auth import shared_records
from core.auth.sharing_by_hand import share_record
from core.errors import ValidationFailed
from core.orm.env import Env
from tests.core.rights import channels, toys
from tests.core.rights.offices import ADMINISTRATOR, TEXTS, moved_offices, offices
from tests.core.rights.oracle import Oracle
from tests.core.rights.plain import Office
from tests.core.rights.profile import examples
from tests.core.rights.storing import Place, Stored, move, stored

DEAL = "toy_rights.deal"
WAYS = ("get", "list", "search", "search of everything", "autocomplete words", "labels")


@examples(12)
@given(offices=moved_offices(), most=st.sampled_from([shared_records.MOST, 0]))
def test_what_has_moved_is_right_with_the_next_question(
    place: Place, offices: tuple[Office, Office], most: int
) -> None:
    """`most` of 0: what is shared by hand and in teams is looked up by the database instead of bound."""
    before, after = offices
    with stored(place, before) as found, patch.object(shared_records, "MOST", most):
        for office in (before, after):
            if office is after:
                move(found, after)
            oracle = Oracle(office, toys.CATALOGUE)
            for user, company in oracle.workers():
                _agrees(oracle, found, found.env(user, company), user, company)


def _agrees(oracle: Oracle, found: Stored, env: Env, user: int, company: int) -> None:
    for model in oracle.models(company):
        info, everything = env.info(model), found.ids_of(model)
        who, wanted = f"user {user} in {company}: {model} by", oracle.reach(user, company, "read", model)
        shown = channels.reading(env, info, everything, TEXTS)
        for way in WAYS:
            assert found.records(model, shown[way]) == wanted, f"{who} {way}"
        for way, number in channels.counts(env, info, everything).items():
            assert number == len(wanted), f"{who} {way}"
        for action in ("update", "delete", "share"):
            expected = oracle.reach(user, company, action, model)
            for name, ask in (("can", channels.allowed), ("explain", channels.explained)):
                assert found.records(model, ask(env, info, action, everything)) == expected, (
                    f"{who} {name} {action}"
                )


@examples(12)
@given(office=offices(), some=st.data())
def test_whoever_works_in_a_name_or_role_has_exactly_its_rights(
    place: Place, office: Office, some: st.DataObject
) -> None:
    oracle = Oracle(office, toys.CATALOGUE)
    with stored(place, office) as found:
        for user, company in sorted(office.roles):
            real = some.draw(st.integers(1, office.users))
            role = some.draw(st.sampled_from([None, "base.user", *sorted(office.roles[user, company])]))
            env = found.env_as(user, company, real, role)
            narrowed = replace(oracle, working={} if role is None else {(user, company): role})
            expected = (
                narrowed.works(user, company) if real == user else _may_act(narrowed, real, user, company)
            )
            assert (env is not None) == expected, f"user {real} as {user} in {company} in the role {role}"
            if env is not None:
                _agrees(narrowed, found, env, user, company)


def _may_act(oracle: Oracle, real: int, user: int, company: int) -> bool:
    """Administrators act for those who work in their company and may administer nothing that they may not."""
    if not (oracle.works(user, company) and oracle.works(real, company)):
        return False
    powers = [
        (ADMINISTRATOR in oracle.roles_of(one, company), oracle.may_write_for_all(one, company))
        for one in (real, user)
    ]
    return powers[0][0] and all(mine or not theirs for mine, theirs in zip(*powers, strict=True))


@examples(10)
@given(office=offices(is_configured=False))
def test_whoever_may_share_gives_what_can_be_had(place: Place, office: Office) -> None:
    oracle = Oracle(office, toys.CATALOGUE)
    with stored(place, office) as found:
        for user, company in oracle.workers():
            env = found.env(user, company)
            colleagues = [one for one, home in sorted(office.roles) if home == company]
            for key in sorted(oracle.reach(user, company, "read", DEAL)):
                for may, other in zip(("read", "edit") * len(colleagues), colleagues, strict=False):
                    given_ = channels.succeeds(
                        env, _share, env, found, key, other, may, other=(ValidationFailed,)
                    )
                    expected = _may_share(oracle, user, company, key, other, may)
                    assert given_ == expected, f"user {user} in {company} shares {key} with {other} to {may}"


def _share(env: Env, found: Stored, key: int, other: int, may: str) -> None:
    share_record(env, env.get(DEAL, found.world.ids[f"record{key}"]), [found.world.ids[f"user{other}"]], may)


def _may_share(oracle: Oracle, user: int, company: int, key: int, other: int, may: str) -> bool:
    """Nobody gives what they cannot do themselves, nor what no role of the other one lets them do."""
    record, needed = oracle.office.records[key], ("read", "update") if may == "edit" else ("read",)
    if record.owner == other or other in oracle.office.blocked:
        return False
    has = all(oracle.may(user, company, action, record) for action in ("share", *needed))
    roles = oracle.granting(other, company)
    return has and all(
        any(oracle.role_levels(company, role, action, DEAL) for role in roles) for action in needed
    )
