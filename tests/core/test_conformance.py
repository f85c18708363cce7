"""Every model of every addon, every role that reaches it, every person: all ways to a record agree.

The people stand to the owner of a record as in core.testing.people: owner, colleague, direct and indirect superior,
somebody of another company, somebody without a role.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import Connection, func, true

from core.auth import access
from core.auth.access_index import access_index
from core.auth.field_rights import is_limitable
from core.auth.field_rights_hooks import can_be_limited
from core.auth.field_rights_rows import set_field_rights
from core.auth.grants import Rows
from core.auth.rights_hooks import KEEPERS
from core.files.access import takes_files
from core.files.finding import Asked, find
from core.files.models import Attachment
from core.orm.compose import Composition, ModelInfo
from core.orm.context import use_env
from core.orm.env import Env
from core.orm.listing import MAX_LIMIT
from core.orm.stored_file import StoredFile
from core.testing.conformance import (
    Population,
    behind_the_wall,
    broken_labels,
    disagreements,
    leaking_history,
    reachable,
)
from core.testing.database import ScratchDatabase
from core.testing.exported import leaking_exports
from core.testing.imported import WrongImports, closed_fields
from core.testing.kept_back import KINDS, kept_texts, told
from core.testing.people import NORTH, SOUTH
from core.testing.promises import broken_promises, deletable
from core.testing.world import World
from tests.core.callers import NEAR, Case, callers, cases_of, differing_in_fields, holding, roles_on
from tests.core.populations import Populations, look_elsewhere, model_keys, populations_of

WRITABLE = ("text", "longtext")


@dataclass(frozen=True)
class Made:
    """What all tests of a model begin with; what one of them does is taken back before the next."""

    connection: Connection
    populations: Populations
    cases: list[Case] = field(default_factory=list)


@pytest.fixture(scope="module", params=model_keys())
def made(request: pytest.FixtureRequest, database: ScratchDatabase, composed: Composition) -> Iterator[Made]:
    with database.app.connect() as connection:
        transaction = connection.begin()
        yield Made(connection, populations_of(World(connection, composed), request.param))
        transaction.rollback()


@pytest.fixture
def populations(made: Made) -> Populations:
    return made.populations


@pytest.fixture
def world(made: Made, composed: Composition) -> Iterator[World]:
    savepoint = made.connection.begin_nested()
    yield World(made.connection, composed)
    savepoint.rollback()


@pytest.fixture
def cases(world: World, made: Made) -> Sequence[Case]:
    """The records are related to those of somebody else; who stands how to them is looked at once for a model."""
    look_elsewhere(world, made.populations)
    if not made.cases:
        made.cases.extend(cases_of(world, made.populations))
    return made.cases


def test_all_ways_to_a_record_agree(world: World, populations: Populations, cases: Sequence[Case]) -> None:
    info = populations[NORTH].info
    found = []
    checks = (disagreements, broken_labels, leaking_history, leaking_exports, WrongImports())
    for caller, env in callers(world, cases, lambda case: case.standing):
        population = populations[SOUTH if caller.startswith("other") else NORTH]
        for check in checks:
            found += [f"{caller}: {problem}" for problem in check(env, population)]
        if info.kind != "deployment" and behind_the_wall(env, population):
            found.append(f"{caller}: the wall in the database is open")
    assert found == [], "\n".join(found)


def test_what_is_said_of_a_right_is_what_happens(
    world: World, populations: Populations, cases: Sequence[Case]
) -> None:
    population = populations[NORTH]
    near = [case for case in cases if case.person in NEAR]
    found = []
    for caller, env in callers(world, near, lambda case: (case.person, case.standing)):
        found += [
            f"{caller}: {problem}"
            for problem in broken_promises(env, population, new_values(env, population))
        ]
    assert found == []


def test_files_follow_their_record(world: World, populations: Populations, cases: Sequence[Case]) -> None:
    """Whoever reads a record reads its attachments, and nobody else; none of a record in the bin."""
    info = populations[NORTH].info
    if not takes_files(info):
        return
    hung: dict[str, dict[int, int]] = {}
    content = StoredFile("a.txt", "text/plain", 1, "0" * 64)
    for company, population in populations.items():
        ids = sorted(population.live | population.binned)
        with world.system(company) as env:
            rows = [{"model": info.key, "record_id": one, "name": "a.txt", "content": content} for one in ids]
            hung[company] = dict(zip(env.create_many(Attachment, rows), ids, strict=True))
    everything = [key for found in hung.values() for key in found]
    found = []
    for caller, env in callers(world, cases, lambda case: case.reading):
        home = hung[SOUTH if caller.startswith("other") else NORTH]
        reached = reachable(env, info, home.values())
        page = env.page(Attachment, ["id"], Attachment.id.in_(everything), limit=len(everything) + 1)
        seen, expected = {row[0] for row in page.rows}, {key for key, one in home.items() if one in reached}
        if seen != expected:
            found.append(f"{caller}: shows {sorted(seen - expected)} and hides {sorted(expected - seen)}")
        listed = {
            row[0] for row in find(env, Asked("a.txt", info.key, limit=MAX_LIMIT), by_record=False).page.rows
        }
        if listed & set(everything) != expected:
            found.append(f"{caller}: the search finds {sorted(listed)} of {sorted(expected)}")
    assert found == []


def kept_names(info: ModelInfo) -> list[str]:
    """The fields whose values a test tells apart and a company may take from roles."""
    return [
        found.name for found in info.fields.values()
        if found.kind in KINDS and is_limitable(found) and found.is_stored
    ]  # fmt: skip


def test_hidden_values_leave_by_no_way(world: World, populations: Populations) -> None:
    """All texts of a model are hidden from every role, its names among them."""
    population = populations[NORTH]
    info, names = population.info, kept_names(population.info)
    with world.system(NORTH) as env:
        if not can_be_limited(env, info) or not names:
            return
        kept = kept_texts(env, population, names)
        roles = env.search("base.role", limit=500)
        codes = {
            code for code, _action, _level in access_index(world.composition).levels(info, env.addons)
        } - KEEPERS
        for role in (one for one in roles if one.code in codes):
            set_field_rights(env, role.id, info, dict.fromkeys(names, "hidden"))
    found = []
    for caller, env in differing_in_fields(world, populations):
        if caller != "admin":  # what administrators may stays as it is shipped
            assert not env.can("read", info) or not set(names) & env.policy.readable(info), caller
            ways = (*told(env, population, kept), *closed_fields(env, info))
            found += [f"{caller}: {problem}" for problem in ways]
    assert found == []


def test_masked_values_leave_by_no_way(
    world: World, populations: Populations, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same where everybody sees the fields, and their values on no row."""
    population = populations[NORTH]
    info, names = population.info, kept_names(population.info)
    with world.system(NORTH) as env:
        kept = kept_texts(env, population, names)
    masks = {name: func.coalesce(info.cls.id > 0, true()) for name in names}
    monkeypatch.setattr(access, "masks_for", lambda _index, asked, _env: masks if asked is info else {})
    access_index(world.composition).memories.forget()
    found = []
    for caller, env in differing_in_fields(world, populations):
        found += [f"{caller}: {problem}" for problem in told(env, population, kept)]
    access_index(world.composition).memories.forget()
    assert found == []


def new_values(env: Env, population: Population) -> dict[str, Any]:
    """A text that this caller may set and that no rule of a model looks at."""
    editable = env.policy.editable(population.info)
    found = (
        field for field in population.info.fields.values()
        if field.kind in WRITABLE and field.name in editable and not field.readonly and not field.unique
        and not any(field.name in names for names in population.info.uniques)
    )  # fmt: skip
    return {field.name: "new text" for field in [*found][-1:]}


def test_levels_reach_what_they_say(world: World, populations: Populations) -> None:
    """Independent of the policy: who owns what, and who is whose superior, decides what a role for own rows sees."""
    population = populations[NORTH]
    info = population.info
    with world.system(NORTH) as env:
        owners = (
            {one.id: one.owner_id for one in env.load(info, sorted(population.live))} if info.is_owned else {}
        )
    for code in roles_on(world, info) if owners else ():
        if not reaches_own_rows_only(world, info, code):
            continue
        with holding(world, code):
            for person, below in BELOW.items():
                with use_env(world.new_env(person)) as env:
                    theirs = {world.staff.users[one] for one in (person, *below)}
                    expected = frozenset(one for one, owner in owners.items() if owner in theirs)
                    assert reachable(env, info, population.live) == expected, f"{person} ({code})"
                    mine = frozenset(
                        one for one, owner in owners.items() if owner == world.staff.users[person]
                    )
                    assert deletable(env, population) <= mine, f"{person} ({code})"


BELOW = {
    "owner": (), "colleague": (), "superior": ("owner", "colleague"), "director": ("superior", "owner", "colleague"),
}  # fmt: skip


def reaches_own_rows_only(world: World, info: ModelInfo, code: str | None) -> bool:
    """Whether nothing but the owner and the hierarchy opens rows of this model to a holder of the role."""
    index = access_index(world.composition)
    grants = [
        grant for _addon, grant in index._grants.get(info.key, ()) if grant.role.code in (code, "base.user")
    ]
    rules = [rule for _addon, rule in index._rules.get(info.key, ()) if rule.role.code in (code, "base.user")]
    levels = {grant.rows for grant in grants if grant.actions & {"read", "delete"}}
    return levels == {Rows.OWN} and not rules
