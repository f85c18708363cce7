"""Which people reach a record with an action, and by which ways: the ways that decide, asked for many people at once.

Levels, superiors and whatever else comes down to owners is decided by the record's owner; conditions become columns
of one statement on the record. Nothing is guessed backwards from the record: everybody is judged by the own identity,
so there is always an end to how many people are looked at in one go, and a page says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from core.auth.conditions import of_own_company
from core.auth.ways import Way
from core.auth.why.holding import holding, owner_of
from core.auth.why.subjects import Subject
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.methods import Where
from core.orm.trust import TRUSTED


@dataclass(frozen=True)
class Reached:
    """A person and the ways by which the person reaches the record; none at all for who does not reach it."""

    subject: Subject
    ways: tuple[Way, ...]


def reaching(
    env: Env, info: ModelInfo, record_id: int, action: str, people: Sequence[Subject]
) -> list[Reached]:
    """For each of the people the ways that open the record, which the caller is known to see."""
    owner = owner_of(env, info, record_id)
    of_all = is_of_all(env, info, record_id)
    ways = [
        [] if of_all and is_bound_to_own(one, info, action) else open_ways(one, info, action)
        for one in people
    ]
    held = iter(holding(env, info, record_id, [one for found in ways for one in conditions_of(found)]))
    return [Reached(one, tuple(opening(found, held, owner))) for one, found in zip(people, ways, strict=True)]


def is_of_all(env: Env, info: ModelInfo, record_id: int) -> bool:
    """Whether all companies share the record."""
    if info.kind != "shared":
        return False
    shared = select(info.cls.id).where(info.cls.id == record_id, info.cls.company_id == 0)
    return env.session.scalar(shared, execution_options=TRUSTED) is not None


def is_bound_to_own(subject: Subject, info: ModelInfo, action: str) -> bool:
    """Whether no way of the subject leads with the action to what all companies share."""
    return of_own_company(info, action, subject.identity) is not None


def opening(ways: Sequence[Way], held: Iterator[bool], owner: int | None) -> list[Way]:
    """Those of the ways that open the record; `held` gives one answer for each of `conditions_of` them."""
    found = []
    for way in ways:
        holds = next(held) if way.condition is not None else bool(way.owners)
        if way.everything or (holds and (not way.owners or owner in way.owners)):
            found.append(way)
    return found


def conditions_of(ways: Sequence[Way]) -> list[Where]:
    """The conditions of those ways that have one."""
    return [way.condition for way in ways if way.condition is not None]


def open_ways(subject: Subject, info: ModelInfo, action: str) -> list[Way]:
    """The ways that the subject has with the action; none without the right for it."""
    policy = subject.policy
    return policy.ways(info, action) if policy.allowed(info, action) else []
