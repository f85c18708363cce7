"""What is seen with records of two other models: by every way as the oracle says of these, counted as listed."""

from __future__ import annotations

from hypothesis import given

from core.orm.gathered_ids import gathered_criteria, ways_through_rows
from core.orm.grams import grams
from tests.core.rights import channels, toys
from tests.core.rights.offices import TEXTS, offices
from tests.core.rights.oracle import Oracle
from tests.core.rights.plain import Office
from tests.core.rights.profile import cases, examples
from tests.core.rights.storing import Place, Stored, stored
from tests.core.rights.test_parts import WAYS

TRACE, DEAL, DESK = "toy_rights.trace", "toy_rights.deal", "toy_rights.desk"


def _traces(found: Stored) -> dict[int, set[int]]:
    """Of each deal and desk, of each pair of them in one company, and of none: id -> numbers of what it is about."""
    pairs = [
        (one, other)
        for one, deal in [(0, None), *_of(found, DEAL)]
        for other, desk in [(0, None), *_of(found, DESK)]
        if None in (deal, desk) or deal == desk
    ]
    companies = {key: record.company for key, record in found.office.records.items()}
    made = {}
    for one, other in pairs:
        values = {
            "deal_id": found.id_of("record", one or None),
            "desk_id": found.id_of("record", other or None),
        }
        company = found.world.ids[f"company{companies.get(one) or companies.get(other) or 1}"]
        row = found.world.add(
            TRACE, f"trace{one}:{other}", company_id=company, text=toys.PUBLIC, grams=grams([toys.PUBLIC]), **values
        )  # fmt: skip
        made[row] = {one, other} - {0}
    return made


def _of(found: Stored, model: str) -> list[tuple[int, int | None]]:
    return [(key, one.company) for key, one in found.office.records.items() if one.model == model]


@examples(20)
@cases
@given(office=offices())
def test_every_way_shows_what_is_seen_with_either(place: Place, office: Office) -> None:
    oracle = Oracle(office, toys.CATALOGUE)
    with stored(place, office) as found:
        made, info = _traces(found), place.composed.info(TRACE)
        for user, company in oracle.workers():
            env = found.env(user, company)
            if not oracle.is_on(DEAL, company):
                continue
            assert len((ways_through_rows(info, gathered_criteria(env, info, info.cls)) or ([], []))[0]) == 2
            about = set().union(*(oracle.reach(user, company, "read", model) for model in (DEAL, DESK)))
            seen, who = {row for row, keys in made.items() if keys & about}, f"user {user} in {company}: by"
            shown = channels.reading(env, info, made, TEXTS)
            for way in WAYS:
                assert shown[way] == seen, f"{who} {way}"
            for way, number in channels.counts(env, info, made).items():
                assert number == len(seen), f"{who} {way}"
