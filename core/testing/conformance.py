"""Whether all ways to a record agree for every person: what `get` refuses, no list, count, group or search may show.

Nothing here knows a model: records are made from the declarations, and the ways are compared with each other. A
disagreement is either a leak (a way shows what another hides) or a lie (a way hides what another shows).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import func, select

from core.errors import NotFound
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.fields import TO_ONE
from core.orm.history import entries_of
from core.orm.trust import TRUSTED
from core.testing.programs import listed

MOST: Final = 500
Ids = frozenset[int]
Shown = Ids | int
"""What a way shows: the records themselves, or only how many there are."""


@dataclass(frozen=True)
class Population:
    """The records of one model: in a person's own company, in its bin, and in the other company."""

    info: ModelInfo
    live: Ids
    binned: Ids
    foreign: Ids
    words: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    """Searchable field -> record -> a text by which a search must find it."""

    @property
    def all(self) -> Ids:
        return self.live | self.binned | self.foreign


def reachable(env: Env, info: ModelInfo, ids: Iterable[int], *, binned: bool = False) -> Ids:
    """The measure of all ways: the records that `get` gives, asked for one by one."""
    return _given(ids, lambda one: env.get(info.key, one, binned=binned))


def disagreements(env: Env, population: Population) -> Iterator[str]:
    """Every way that does not show exactly what `get` gives; nothing of another company by any of them."""
    info = population.info
    for binned in (False, True):
        wanted = reachable(env, info, population.all, binned=binned)
        strange = wanted - (population.binned if binned else population.live)
        if strange and (info.kind != "deployment" or strange & (population.live | population.binned)):
            yield f"{info.key}: get gives {sorted(strange)}, which do not belong here"
        for way, ask in (_ways_to_binned if binned else _ways)(env, population).items():
            shown = ask()
            if isinstance(shown, int):
                if shown != len(wanted):
                    yield f"{info.key}: {way} says {shown} where get gives {len(wanted)}"
            elif shown != wanted:
                leaked, missing = sorted(shown - wanted), sorted(wanted - shown)
                yield f"{info.key}: {way} shows {leaked} and hides {missing}"


def _ways(env: Env, population: Population) -> dict[str, Callable[[], Shown]]:
    info, ids = population.info, population.all
    cls, numbers = info.cls, ",".join(map(str, sorted(ids)))
    mine = cls.id.in_(ids)
    ways: dict[str, Callable[[], Shown]] = {
        "page": lambda: _page(env, info, mine),
        "search": lambda: _keys(env.search(info.key, mine, limit=MOST)),
        "read": lambda: _given(ids, lambda one: env.read(info.key, one, ["id"])),
        "count": lambda: env.count(info.key, mine, cap=None).value,
        "labels": lambda: frozenset(env.labels(info.key, ids)),
        "scalars": lambda: _keys(env.scalars(select(cls).where(mine))),
        "rows": lambda: _keys(env.rows(select(cls.id).where(mine))),
        "counted rows": lambda: int(env.rows(select(func.count(cls.id)).where(mine))[0][0]),
        "within_reach": lambda: frozenset(
            env.session.scalars(env.within_reach(info.key).where(mine), execution_options=TRUSTED)
        ),
        "condition": lambda: _page(env, info, env.condition(info.key, "id", "in", numbers)),
        "can read": lambda: _keys(one for one in env.load(info, sorted(ids)) if env.can("read", one)),
        "list for programs": lambda: frozenset(one["id"] for one in listed(env, info, ids)),
        "complete": lambda: frozenset(one for one, _label in env.complete(info.key, "", MOST, mine)),
    }
    readable = env.policy.readable(info)
    plain = ("state", "selection", "boolean", "many2one", "integer")
    by = next(
        (f.name for f in info.fields.values() if f.is_stored and f.kind in plain and f.name in readable), None
    )
    if by is not None:
        ways["group"] = lambda: sum(row.count for row in env.group(info.key, [by], (), mine))
    known = next((texts for name, texts in population.words.items() if name in readable), None)
    if known is not None:
        ways["words"] = lambda: frozenset().union(
            *(_page(env, info, cls.id == one, search=word) for one, word in known.items())
        )
    return ways


def _ways_to_binned(env: Env, population: Population) -> dict[str, Callable[[], Shown]]:
    info, ids = population.info, population.all
    mine = info.cls.id.in_(ids)
    return {
        "bin": lambda: _page(env, info, mine, binned=True),
        "search in the bin": lambda: _keys(env.search(info.key, mine, limit=MOST, binned=True)),
        "read from the bin": lambda: _given(ids, lambda one: env.read(info.key, one, ["id"], binned=True)),
        "count of the bin": lambda: env.count(info.key, mine, cap=None, binned=True).value,
    }


def broken_labels(env: Env, population: Population) -> Iterator[str]:
    """Cells of relations that name a record which the caller may not read, or hide one that may be read.

    A record in the bin keeps its name where it is referred to.
    """
    info = population.info
    readable = env.policy.readable(info)
    names = [f.name for f in info.fields.values() if f.kind in TO_ONE and f.name in readable]
    page = env.page(info.key, names, info.cls.id.in_(population.all), limit=MOST)
    for column in page.columns:
        target = env.composition.models[str(column.field.target_key)]
        cells = {
            row[column.offset]: row[column.offset + 1] for row in page.rows if row[column.offset] is not None
        }
        if target.addon not in env.addons:
            continue
        known = {*env.labels(target.key, cells), *reachable(env, target, cells, binned=True)}
        for key, label in cells.items():
            if (label is not None) != (key in known):
                said = "hidden" if label is None else "shown"
                yield f"{info.key}.{column.name}: record {key} of {target.key} is {said}"


def leaking_history(env: Env, population: Population) -> Iterator[str]:
    """Entries of another company's records, and values of fields that the caller may not read."""
    info, readable = population.info, env.policy.readable(population.info)
    for one in population.foreign if info.kind != "deployment" else ():
        if entries_of(env, info, one):
            yield f"{info.key} {one}: the history of another company's record is given"
    for one in population.live:
        for entry in entries_of(env, info, one):
            for name in entry.changes.keys() - readable:
                yield f"{info.key} {one}: the history tells {name}"


def behind_the_wall(env: Env, population: Population) -> Ids:
    """Rows of another company that the database itself would give to this caller's transaction."""
    table = population.info.table
    statement = select(table.c.id).where(table.c.id.in_(population.foreign))
    return frozenset(env.session.scalars(statement, execution_options=TRUSTED))


def _page(env: Env, info: ModelInfo, *where: Any, **options: Any) -> Ids:
    return frozenset(row[0] for row in env.page(info.key, ["id"], *where, limit=MOST, **options).rows)


def _keys(found: Iterable[Any]) -> Ids:
    return frozenset(one.id for one in found)


def _given(ids: Iterable[int], ask: Callable[[int], Any]) -> Ids:
    """The ids for which there is an answer."""
    found: set[int] = set()
    for one in ids:
        try:
            ask(one)
        except NotFound:
            continue
        found.add(one)
    return frozenset(found)
