"""Parts are reached as what they are part of, by every way: the oracle knows wholes only, and says who reaches these."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from core.orm.grams import grams
from tests.core.rights import channels, toys
from tests.core.rights.offices import TEXTS, offices
from tests.core.rights.oracle import Oracle
from tests.core.rights.plain import Office
from tests.core.rights.profile import cases, examples
from tests.core.rights.storing import GONE, Place, Stored, stored

DEAL = "toy_rights.deal"
ACTIONS = {"read": "read", "update": "update", "delete": "update", "export": "export", "create": "update"}
"""What is asked of a part -> the right on its whole that decides."""
WAYS = {"get", "read", "list", "search words", "search", "autocomplete", "autocomplete words", "labels", "filter",
        "any select", "within reach"}  # fmt: skip


def _parts(found: Stored) -> dict[str, dict[int, int]]:
    """A piece of each deal and a chip of that: model -> id -> number of the deal."""
    made: dict[str, dict[int, int]] = {"toy_rights.piece": {}, "toy_rights.chip": {}}
    for key, deal in found.office.records.items():
        if deal.model != DEAL:
            continue
        above, name = found.world.ids[f"record{key}"], "deal_id"
        for model in made:
            values: dict[str, Any] = {
                "company_id": found.world.ids[f"company{deal.company}"], "text": deal.text, "grams": grams([deal.text]),
                "deleted_at": GONE if deal.in_bin else None, name: above,
            }  # fmt: skip
            above, name = found.world.add(model, f"{model}{key}", **values), "piece_id"
            made[model][above] = key
    return made


@examples(20)
@cases
@given(office=offices())
def test_every_way_to_a_part_is_the_one_to_its_whole(place: Place, office: Office) -> None:
    oracle = Oracle(office, toys.CATALOGUE)
    with stored(place, office) as found:
        made = _parts(found)
        for user, company in oracle.workers():
            env = found.env(user, company)
            for model, ids in made.items():
                info, who = place.composed.info(model), f"user {user} in {company}: {model} by"
                if not oracle.is_on(DEAL, company):
                    continue
                seen = oracle.reach(user, company, "read", DEAL)
                shown = channels.reading(env, info, ids, TEXTS)
                for way in WAYS:
                    assert {ids[one] for one in shown[way]} == seen, f"{who} {way}"
                for way, number in channels.counts(env, info, ids).items():
                    assert number == len(seen), f"{who} {way}"
                binned = oracle.reach(user, company, "read", DEAL, in_bin=True)
                for way, there in channels.in_the_bin(env, info, ids).items():
                    assert {ids[one] for one in there} == binned, f"{who} {way} of the bin"


@examples(20)
@cases
@given(office=offices())
def test_what_is_said_and_done_of_a_part_is_what_the_whole_allows(place: Place, office: Office) -> None:
    oracle = Oracle(office, toys.CATALOGUE)
    with stored(place, office) as found:
        made = _parts(found)
        for user, company in oracle.workers():
            env = found.env(user, company)
            for model, ids in made.items():
                info = place.composed.info(model)
                for action, asked in ACTIONS.items():
                    who = f"user {user} in {company}: {action} {model}"
                    expected = oracle.reach(user, company, asked, DEAL)
                    assert env.can(action, model) == bool(oracle.levels(user, company, asked, DEAL)), who
                    assert {ids[one] for one in channels.allowed(env, info, action, ids)} == expected, who
                    assert {ids[one] for one in channels.explained(env, info, action, ids)} == expected, who
                may_change = oracle.reach(user, company, "update", DEAL) & oracle.reach(
                    user, company, "read", DEAL
                )
                changed = channels.done(
                    env, info, lambda one, e=env, m=info: e.write_many(m, [one], text="new"), ids
                )
                assert {ids[one] for one in changed} == may_change, (
                    f"user {user} in {company}: writes {model}"
                )
                gone = channels.done(env, info, lambda one, e=env, m=info: e.delete(m.cls(id=one)), ids)
                expected = oracle.reach(user, company, "update", DEAL)
                assert {ids[one] for one in gone} == expected, f"user {user} in {company}: deletes {model}"
