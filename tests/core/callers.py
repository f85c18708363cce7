"""Who asks in the tests of conformance: each person with each role that reaches a model, once for those who are alike."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import select

from core.auth.access_index import access_index
from core.auth.parts import top_of
from core.files.models import Attachment
from core.orm.compose import ModelInfo
from core.orm.context import use_env
from core.orm.env import Env
from core.orm.guards import reached
from core.orm.trust import TRUSTED
from core.testing.conformance import Population
from core.testing.people import NORTH, STAFF
from core.testing.standing import standing
from core.testing.world import World
from tests.core.populations import OWNERS, Populations

HOLDERS = ("owner", "colleague", "superior", "director", "other")
"""They get the role in question; stranger and admin never do."""
NEAR = ("owner", "superior")
"""The holders who stand for the others where a test is about what is the same for all of them."""


@dataclass(frozen=True)
class Case:
    """Somebody with a role, and how they stand to the records."""

    role: str | None
    person: str
    standing: Hashable
    reading: Hashable


def roles_on(world: World, info: ModelInfo) -> list[str | None]:
    """The roles of addons that are granted something on the model, or on what it is part of; None where there is no
    such role.
    """
    grants = access_index(world.composition)._grants.get(top_of(info).key, ())
    codes = dict.fromkeys(
        grant.role.code for _addon, grant in grants if not grant.role.code.startswith("base.")
    )
    return list(codes) or [None]


@contextmanager
def holding(world: World, code: str | None) -> Iterator[None]:
    """While this lasts, the holders have the role."""
    given: dict[str, list[int]] = {}
    role = world.composition.info("base.role").table
    for company in OWNERS if code else ():
        with world.system(company) as env:
            wanted = env.session.scalar(
                select(role.c.id).where(role.c.code == code), execution_options=TRUSTED
            )
            users = [world.staff.users[person] for person in HOLDERS if STAFF[person] == company]
            rows = [{"user": user, "company": env.company_id, "role": wanted} for user in users]
            given[company] = env.create_many("base.user_role", rows)
    yield
    for company, held in given.items():
        with world.system(company) as env:
            env.delete(env.get_many("base.user_role", held))


def everybody(
    world: World, info: ModelInfo, holders: Sequence[str] = HOLDERS
) -> Iterator[tuple[str | None, str, Env]]:
    """Each person with each role; the Env is the current one meanwhile."""
    for code in roles_on(world, info):
        with holding(world, code):
            for person in holders:
                with use_env(world.new_env(person)) as env:
                    yield code, person, env


def cases_of(world: World, populations: Populations) -> list[Case]:
    """Everybody, looked at once."""
    found = []
    for code, person, env in everybody(world, populations[NORTH].info):
        population = populations[STAFF[person]]
        found.append(Case(code, person, standing(env, population), reading(env, population)))
    return found


def callers(world: World, cases: Sequence[Case], by: Callable[[Case], Hashable]) -> Iterator[tuple[str, Env]]:
    """Those with roles as `person (role)`, and those without any; the Env is the current one meanwhile.

    Of callers who are alike only the first comes.
    """
    firsts: dict[Hashable, Case] = {}
    for case in cases:
        firsts.setdefault(by(case), case)
    for code, some in groupby(firsts.values(), lambda case: case.role):
        with holding(world, code):
            for case in some:
                with use_env(world.new_env(case.person)) as env:
                    yield f"{case.person} ({code})", env
    yield from others(world)


def others(world: World) -> Iterator[tuple[str, Env]]:
    """Those who never get the role in question."""
    for person in ("stranger", "admin"):
        with use_env(world.new_env(person)) as env:
            yield person, env


def differing_in_fields(world: World, populations: Populations) -> Iterator[tuple[str, Env]]:
    """As `callers`, with rights as they are now: of those whose rights and fields are the same, the first."""
    asked = set[Hashable]()
    for code, person, env in everybody(world, populations[NORTH].info, NEAR):
        case = standing(env, populations[NORTH], rows=False)
        if case not in asked:
            asked.add(case)
            yield f"{person} ({code})", env
    yield from others(world)


def reading(env: Env, population: Population) -> Hashable:
    """Which of the records are read, and attachments at all: what decides about their files."""
    read = reached(env, population.info, population.all, "read") if env.can("read", population.info) else None
    return env.company_id, read, env.can("read", Attachment)
