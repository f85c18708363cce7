"""Every model of every addon, every role that reaches it, every person: all ways to a record agree.

The people stand to the owner of a record as in core.testing.people: owner, colleague, direct and indirect superior,
somebody of another company, somebody without a role.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from sqlalchemy import func, select, true

from core.auth import access
from core.auth.access_index import access_index
from core.auth.field_rights import is_limitable
from core.auth.field_rights_hooks import can_be_limited
from core.auth.field_rights_rows import set_field_rights
from core.auth.grants import Rows
from core.auth.parts import top_of
from core.auth.rights_hooks import KEEPERS
from core.errors import InUse, StateForbids
from core.files.access import takes_files
from core.files.finding import Asked, find
from core.files.models import Attachment
from core.orm.compose import ModelInfo
from core.orm.context import use_env
from core.orm.env import Env
from core.orm.guards import reached
from core.orm.listing import MAX_LIMIT
from core.orm.model import snake
from core.orm.stored_file import StoredFile
from core.orm.trust import TRUSTED
from core.testing.conformance import (
    Population,
    behind_the_wall,
    broken_labels,
    disagreements,
    leaking_history,
    reachable,
)
from core.testing.elsewhere import point_elsewhere
from core.testing.exported import leaking_exports
from core.testing.factories import Factory
from core.testing.imported import WrongImports, closed_fields
from core.testing.kept_back import KINDS, kept_texts, told
from core.testing.people import NORTH, SOUTH, STAFF
from core.testing.product import Product
from core.testing.promises import broken_promises, deletable
from core.testing.standing import standing
from core.testing.world import World

HOLDERS = ("owner", "colleague", "superior", "director", "other")
"""They get the role in question; stranger and admin never do."""
OWNERS = {NORTH: ("owner", "colleague", "superior", "director", "nobody"), SOUTH: ("other", "nobody")}
RECIPES = {
    "base.user_role": lambda factory: {"user": factory.make("base.user")},
    "base.attachment": lambda factory: {
        "model": "base.department", "record_id": factory.make("base.department").id,
    },
}  # fmt: skip
NONE: frozenset[int] = frozenset()
WRITABLE = ("text", "longtext")


def model_keys() -> list[str]:
    """The models of all addons, from their definitions alone."""
    models = [(addon.name, model) for addon in Product()._loaded for model in addon.collect("model")]
    return [f"{addon}.{snake(model.__name__)}" for addon, model in models]


@pytest.fixture(params=model_keys())
def populations(request: pytest.FixtureRequest, world: World) -> dict[str, Population]:
    """The records of one model, as the people of each company have to see them."""
    info = world.composition.models[request.param]
    live, binned, words = {}, {}, {}
    for company, owners in OWNERS.items():
        with world.system(company) as env:
            factory = Factory(env, RECIPES)
            made = [factory.make(info.key, owner=world.staff.users.get(one)) for one in (*owners, owners[0])]
            with suppress(InUse, StateForbids):
                env.delete(made[-1])
                binned[company] = frozenset({made.pop().id})
            live[company] = frozenset(one.id for one in made)
            words[company] = words_of(info, made)
    return {
        here: Population(
            info, live[here], binned.get(here, NONE), live[there] | binned.get(there, NONE), words[here]
        )
        for here, there in ((NORTH, SOUTH), (SOUTH, NORTH))
    }


def words_of(info: ModelInfo, records: list[Any]) -> dict[str, dict[int, str]]:
    """What to search for: the texts of searchable fields that every record has."""
    texts = {field.name: {one.id: getattr(one, field.name) for one in records} for field in info.searchable}
    plain = {
        name: {key: text["en"] if isinstance(text, dict) else text for key, text in found.items()}
        for name, found in texts.items()
    }
    return {name: found for name, found in plain.items() if all(found.values())}


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
    given: list[tuple[str, Any]] = []
    role = world.composition.info("base.role").table
    for person in HOLDERS if code else ():
        with world.system(STAFF[person]) as env:
            wanted = env.session.scalar(
                select(role.c.id).where(role.c.code == code), execution_options=TRUSTED
            )
            held = env.create(
                "base.user_role", user=world.staff.users[person], company=env.company_id, role=wanted
            )
            given.append((STAFF[person], held))
    yield
    for company, held in given:
        with world.system(company) as env:
            env.delete(env.get("base.user_role", held.id))


def callers(
    world: World,
    populations: Mapping[str, Population],
    holders: Sequence[str] = HOLDERS,
    *,
    each: bool = False,
    standing: Callable[[Env, Population], Hashable] = standing,
) -> Iterator[tuple[str, Env]]:
    """Each person with each role, as `person (role)`, and those without any; the Env is the current one meanwhile.

    Of callers who stand to the records alike only the first comes; with `each`, the first of each person.
    """
    info, asked = populations[NORTH].info, set[Hashable]()

    def is_new(person: str, env: Env) -> bool:
        case = (person if each else None, standing(env, populations[STAFF[person]]))
        is_known = case in asked
        asked.add(case)
        return not is_known

    for code in roles_on(world, info):
        with holding(world, code):
            for person in holders:
                with use_env(world.new_env(person)) as env:
                    if is_new(person, env):
                        yield f"{person} ({code})", env
    for person in ("stranger", "admin"):
        with use_env(world.new_env(person)) as env:
            yield person, env


def reading(env: Env, population: Population) -> Hashable:
    """Which of the records are read, and attachments at all: what decides about their files."""
    read = reached(env, population.info, population.all, "read") if env.can("read", population.info) else None
    return env.company_id, read, env.can("read", Attachment)


def alike_on_each_row(env: Env, population: Population) -> Hashable:
    """Rights and fields, which are the same for every record."""
    return standing(env, population, rows=False)


def test_all_ways_to_a_record_agree(world: World, populations: dict[str, Population]) -> None:
    info = populations[NORTH].info
    for company, owners in OWNERS.items():
        with world.system(company) as env:
            owner = world.staff.users.get(owners[-1])
            point_elsewhere(env, Factory(env, RECIPES), info, min(populations[company].live), owner)
    found = []
    checks = (disagreements, broken_labels, leaking_history, leaking_exports, WrongImports())
    for caller, env in callers(world, populations):
        population = populations[SOUTH if caller.startswith("other") else NORTH]
        for check in checks:
            found += [f"{caller}: {problem}" for problem in check(env, population)]
        if info.kind != "deployment" and behind_the_wall(env, population):
            found.append(f"{caller}: the wall in the database is open")
    assert found == [], "\n".join(found)


def test_what_is_said_of_a_right_is_what_happens(world: World, populations: dict[str, Population]) -> None:
    population = populations[NORTH]
    found = []
    for caller, env in callers(world, populations, ("owner", "superior"), each=True):
        found += [
            f"{caller}: {problem}"
            for problem in broken_promises(env, population, new_values(env, population))
        ]
    assert found == []


def test_files_follow_their_record(world: World, populations: dict[str, Population]) -> None:
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
    for caller, env in callers(world, populations, standing=reading):
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


def test_hidden_values_leave_by_no_way(world: World, populations: dict[str, Population]) -> None:
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
    for caller, env in callers(world, populations, ("owner", "superior"), standing=alike_on_each_row):
        if caller != "admin":  # what administrators may stays as it is shipped
            assert not env.can("read", info) or not set(names) & env.policy.readable(info), caller
            ways = (*told(env, population, kept), *closed_fields(env, info))
            found += [f"{caller}: {problem}" for problem in ways]
    assert found == []


def test_masked_values_leave_by_no_way(
    world: World, populations: dict[str, Population], monkeypatch: pytest.MonkeyPatch
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
    for caller, env in callers(world, populations, ("owner", "superior"), standing=alike_on_each_row):
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


def test_levels_reach_what_they_say(world: World, populations: dict[str, Population]) -> None:
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
