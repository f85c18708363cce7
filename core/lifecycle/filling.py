"""Values that follow from others, worked out for rows that were there before the fields, or changed without them.

An addon that is new has no values yet for the rows of others; one that rises to another version may work its values out
in another way; one that comes back does not know what happened while it was away, and looks at the rows that were
changed meanwhile where their own values tell all. What differs is written, a thousand rows a transaction, beside the
people who work; interrupted, it begins anew and finds less to do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Self

from sqlalchemy import select

from core.i18n import LazyString, _
from core.lifecycle.site import Site
from core.lifecycle.walls import open_all_walls
from core.orm.compose import Composition, ModelInfo
from core.orm.derived import recompute_rows, refresh_grams, total_up
from core.orm.fields import TO_ONE, Field
from core.orm.system_env import system_env
from core.orm.totals import Total
from core.orm.trust import TRUSTED

AT_ONCE: Final = 1000
"""Rows of one transaction; others wait for no more than these."""
SKEW: Final = timedelta(hours=1)
"""By how much the clock of a process may be behind the database's."""
_REASON: LazyString = _("values of addons that were installed, upgraded or restored")


@dataclass(frozen=True)
class Filling:
    """Whose values are to be worked out. Of addons that are `back` only what follows from the data of others is, since
    nobody could change theirs meanwhile; they were away from `since` on.
    """

    addons: frozenset[str]
    back: frozenset[str] = frozenset()
    since: datetime | None = None

    @property
    def all(self) -> frozenset[str]:
        return self.addons | self.back

    def as_json(self) -> dict[str, Any]:
        """For the journal, so that whoever takes the operation up knows."""
        since = self.since and self.since.isoformat()
        return {"addons": sorted(self.addons), "back": sorted(self.back), "since": since}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """What `as_json` wrote; nothing of an older kernel."""
        since = data.get("since")
        return cls(
            frozenset(data.get("addons", ())), frozenset(data.get("back", ())),
            datetime.fromisoformat(since) if since else None,
        )  # fmt: skip


@dataclass(frozen=True)
class _Work:
    """What there is to do for one model: fields from which values follow, totals, and whether people search by more.
    With `since`, rows that were not changed after it have nothing to catch up with.
    """

    info: ModelInfo
    names: frozenset[str]
    totals: tuple[Total, ...]
    is_searched: bool
    since: datetime | None

    def __bool__(self) -> bool:
        return bool(self.names or self.totals or self.is_searched)


def fill(site: Site, filling: Filling) -> None:
    """Work the values out in all companies. May be killed and done again."""
    for info in site.composition.models.values():
        work = _work(site.composition, info, filling)
        for company_id in _companies(site, info) if work else ():
            last = 0
            while (reached := _fill_some(site, work, company_id, last)) is not None:
                last = reached


def _work(composition: Composition, info: ModelInfo, filling: Filling) -> _Work:
    computed = [one for one in info.computed.values() if _is_concerned(composition, info, one, filling)]
    totals = [
        one for one in info.own_totals.values()
        if one.field.addon in filling.all and one.part.addon not in filling.all
    ]  # fmt: skip
    names = frozenset(path.partition(".")[0] for one in computed for path in one.depends)
    is_searched = info.addon not in filling.all and any(one.addon in filling.back for one in info.searchable)
    sources = {path for one in computed for path in one.depends}
    if is_searched:
        sources |= info.searched_names
    is_noted = not totals and filling.addons.isdisjoint(one.addon for one in computed)
    is_noted = is_noted and all(_is_entered(info, path) for path in sources)
    return _Work(info, names, tuple(totals), is_searched, filling.since if is_noted else None)


def _is_entered(info: ModelInfo, path: str) -> bool:
    """Whether the value changes with its own row alone, where the moment of the last change is noted."""
    source = info.fields.get(path)
    follows = source is None or source.kind in TO_ONE
    return not follows and path not in info.computed and path not in info.own_totals


def _is_concerned(composition: Composition, info: ModelInfo, computed: Field, filling: Filling) -> bool:
    if computed.addon in filling.addons:
        return True
    return computed.addon in filling.back and any(
        one not in filling.all for path in computed.depends for one in _addons_of(composition, info, path)
    )


def _addons_of(composition: Composition, info: ModelInfo, path: str) -> Iterator[str]:
    """Those whose fields a path leads through."""
    first, _dot, rest = path.partition(".")
    relation = info.fields[first]
    yield relation.addon
    if rest:
        yield composition.models[str(relation.target_key)].fields[rest].addon


def _companies(site: Site, info: ModelInfo) -> list[int]:
    """The companies that have rows of the model; 0 for a model that all share."""
    if info.kind != "company":
        return [0]
    company, rows = site.composition.info("base.company").table, info.table
    has_rows = select(rows.c.id).where(rows.c.company_id == company.c.id).exists()
    with site.engine.begin() as connection:
        open_all_walls(connection)
        wanted = select(company.c.id).where(has_rows).order_by(company.c.id)
        return list(connection.execute(wanted, execution_options=TRUSTED).scalars())


def _fill_some(site: Site, work: _Work, company_id: int, last: int) -> int | None:
    """The next rows of a company; the last one's id, None when there are no more."""
    on = frozenset(site.composition.addons)
    with site.engine.begin() as connection, system_env(connection, company_id, on, _REASON) as env:
        cls: Any = work.info.cls
        rows = [cls.company_id == company_id] if work.info.kind == "company" else []
        if work.since is not None:
            rows.append(cls.changed_at >= work.since - SKEW)
        wanted = select(cls.id).where(cls.id > last, *rows).order_by(cls.id).limit(AT_ONCE)
        ids = list(env.session.scalars(wanted, execution_options=TRUSTED))
        if not ids:
            return None
        if work.totals:
            total_up(env, work.totals, (), {one.back.name: ids for one in work.totals})
        if work.names:
            recompute_rows(env, work.info, cls.id.in_(ids), work.names)
        if work.is_searched:
            refresh_grams(env, work.info, ids)
        return int(ids[-1])
