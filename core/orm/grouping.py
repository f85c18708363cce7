"""Counts and sums: capped counts and groups, each one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Numeric,
    Select,
    any_,
    cast,
    func,
    literal,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import array

from core.errors import BadRequest
from core.i18n import _
from core.orm.alternatives import parts, telling
from core.orm.binding import read, seal
from core.orm.buckets import BUCKETS, bucket
from core.orm.criteria import label_join, label_of, row_criteria, seen_value
from core.orm.fields import TO_MANY, TO_ONE, Field
from core.orm.kept import read_kept
from core.orm.ordering import outer_cell
from core.orm.searching import grams_suffice, hits, hits_up_to, search_criteria

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env

MAX_GROUPS: Final = 500
SEARCH_CAP: Final = 1000
_UNGROUPED: Final = frozenset({*TO_MANY, "json", "longtext", "sentence"})
MEASURES: Final[dict[str, Any]] = {"sum": func.sum, "avg": func.avg, "min": func.min, "max": func.max}


@dataclass(frozen=True)
class Count:
    """A number of rows; `capped` means there are more than `value`. `sums` were asked for along with it."""

    value: int
    capped: bool = False
    sums: tuple[Decimal | None, ...] = ()


@dataclass(frozen=True)
class GroupRow:
    """One group: a key and a label for each grouping, the number of rows, the measures in their order."""

    keys: tuple[Any, ...]
    labels: tuple[Any, ...]
    count: int
    values: tuple[Decimal | Any, ...]


class Groups(list[GroupRow]):
    """Groups, the largest first. `cut_short` says that there are more than are given, or that a search looked at
    as many candidates as one answer may.
    """

    cut_short: bool = False


def count_rows(env: Env, info: ModelInfo, where: Sequence[Any], *, cap: int | None = 10_000, search: str | None = None,
               binned: bool = False) -> Count:  # fmt: skip
    """How many rows, counted no further than `cap` (None counts all). A search is counted to 1,000 at most."""
    criteria = row_criteria(env, info, info.cls, binned=binned)
    if search and search.strip():
        cap = SEARCH_CAP if cap is None else min(cap, SEARCH_CAP)
        if not grams_suffice(env, info, search):
            return _count_hits(env, info, criteria, where, cap, search)
        criteria.append(search_criteria(env, info, search.strip()))
    bound = [criteria[place] for place in telling(criteria, where)]
    counted = _counted(info, [*bound, *where], cap, searched=bool(search and search.strip()))
    value = int(read(env, info, counted, where).scalar() or 0)
    return Count(cap, True) if cap is not None and value > cap else Count(value)


def count_several(
    env: Env,
    info: ModelInfo,
    asked: Sequence[tuple[Sequence[Any], int]],
    *,
    sums: Sequence[str] = (),
    search: str | None = None,
) -> list[Count]:
    """How many rows each of some conditions finds, each counted no further than its cap, in one statement.

    `sums` and `search` are of the last of them: these fields added up where all rows are counted, and the words that
    its rows must have; a search that has to look at its hits takes two statements more.
    """
    if not asked:
        return []
    criteria: list[Any] = []
    if search and search.strip():
        if not grams_suffice(env, info, search):
            *others, (where, cap) = asked
            return [
                *count_several(env, info, others),
                _count_hits(env, info, row_criteria(env, info, info.cls), where, cap, search, sums),
            ]
        criteria = [search_criteria(env, info, search.strip())]
    sizes, caps = [len(where) for where, _cap in asked], tuple(cap for _where, cap in asked)
    sizes[-1] += len(criteria)
    conditions = [*(one for where, _cap in asked for one in where), *criteria]
    bound = row_criteria(env, info, info.cls)
    places = [telling(bound, where) for where, _cap in asked]
    bounds = [[bound[place] for place in some] for some in places]
    key = ("counts", tuple(sizes), tuple(places), caps, tuple(sums))
    row = read_kept(
        env, info, key, conditions,
        lambda named: _counts(env, info, bounds, sizes, caps, named, sums, searched=bool(criteria)),
    ).one()  # fmt: skip
    *numbers, last = row
    number, added = (int(last[0]), tuple(last[1:])) if sums else (last, ())
    found = [Count(min(n, cap), n > cap) for n, cap in zip([*numbers, number], caps, strict=True)]
    if added and not found[-1].capped:
        found[-1] = replace(found[-1], sums=added)
    return found


def _counts(
    env: Env,
    info: ModelInfo,
    bounds: Sequence[Sequence[Any]],
    sizes: Sequence[int],
    caps: Sequence[int],
    conditions: Sequence[Any],
    sums: Sequence[str],
    *,
    searched: bool,
) -> Select[Any]:
    """The statement of `count_several`; a search is among the conditions of the last one."""
    rest = iter(conditions)
    wheres = [[*bound, *islice(rest, size)] for bound, size in zip(bounds, sizes, strict=True)]
    *others, last = zip(wheres, caps, strict=True)
    asked = [*(_counted(info, where, cap) for where, cap in others), _counted(info, *last, searched=searched)]
    counts = [seal(one).scalar_subquery() for one in asked]
    if sums:
        values = [_measured(env, info, name) for name in sums]
        inner = _some(info, values, *last, searched=searched).subquery()
        cells = [func.count(), *(func.sum(column) for column in inner.c)]
        counts[-1] = seal(select(array([cast(cell, Numeric) for cell in cells]))).scalar_subquery()
    return select(*counts)


def _count_hits(
    env: Env,
    info: ModelInfo,
    criteria: Sequence[Any],
    where: Sequence[Any],
    cap: int,
    search: str,
    sums: Sequence[str] = (),
) -> Count:
    """A search whose candidates are looked at one by one."""
    found, more = hits_up_to(env, info, criteria, where, search.strip(), cap)
    if more:
        return Count(len(found), True)
    if not sums:
        return Count(len(found))
    values = [func.sum(_measured(env, info, name)) for name in sums]
    among = [*criteria, info.cls.id == any_(literal(found, ARRAY(BigInteger)))]
    row = read(env, info, seal(select(*values).select_from(info.cls).where(*among)), ()).one()
    return Count(len(found), sums=tuple(row))


def _counted(
    info: ModelInfo, where: Sequence[Any], cap: int | None, *, searched: bool = False
) -> Select[Any]:
    """How many rows, looking no further than one beyond the cap."""
    rows = _some(info, [literal_column("1")], where, cap, searched=searched)
    return select(func.count()).select_from(rows.subquery())


def _some(
    info: ModelInfo, cells: Sequence[Any], where: Sequence[Any], cap: int | None, *, searched: bool = False
) -> Any:
    """The cells of the rows, of one more than the cap at most."""
    if cap is None:
        return seal(select(*cells).select_from(info.cls).where(*where))
    found = [seal(select(*cells).select_from(info.cls).where(*part).limit(cap + 1))
             for part in parts(where, searched=searched)]  # fmt: skip
    return found[0] if len(found) == 1 else seal(union_all(*found).limit(cap + 1))


def group_rows(env: Env, info: ModelInfo, by: Sequence[str], measures: Sequence[tuple[str, str]],
               where: Sequence[Any], *, search: str | None = None, most: int = MAX_GROUPS) -> Groups:  # fmt: skip
    """Count and measure by one or more fields or date buckets ('created_at:month'); the `most` largest groups."""
    keys = [_key(env, info, spec) for spec in by]
    sums = [_measure(env, info, function, name) for function, name in measures]
    criteria = [*row_criteria(env, info, info.cls), *where]
    cut_short = False
    if search and search.strip() and grams_suffice(env, info, search):
        criteria.append(search_criteria(env, info, search.strip()))
    elif search and search.strip():
        found, cut_short = hits(env, info, row_criteria(env, info, info.cls), where, search.strip())
        criteria.append(info.cls.id == any_(literal(found, ARRAY(BigInteger))))
    inner = _groups(info, [column for _field, column in keys], sums, criteria, most)
    statement = _with_labels(env, [field for field, _column in keys], inner)
    rows = read(env, info, statement, where).all()
    k, m = len(keys), len(sums)
    groups = Groups(
        GroupRow(tuple(r[:k]), tuple(r[k + 1 + m :]), r[k], tuple(r[k + 1 : k + 1 + m])) for r in rows[:most]
    )
    groups.cut_short = cut_short or len(rows) > most
    return groups


def _groups(
    info: ModelInfo, keys: Sequence[Any], sums: Sequence[Any], criteria: Sequence[Any], most: int
) -> Any:
    cells = [column.label(f"k{n}") for n, column in enumerate(keys)]
    numbers: list[Any] = [literal_column(str(n + 1)) for n in range(len(cells))]
    return seal(
        select(*cells, func.count().label("n"), *(value.label(f"m{n}") for n, value in enumerate(sums)))
        .select_from(info.cls)
        .where(*criteria)
        .group_by(*numbers)
        .order_by(func.count().desc(), *numbers)
        .limit(most + 1)
    ).subquery("g")


def _with_labels(env: Env, fields: Sequence[Field], inner: Any) -> Any:
    source: Any = inner
    labels: list[Any] = []
    for n, field in enumerate(fields):
        target = env.composition.models.get(str(field.target_key)) if field.kind in TO_ONE else None
        if target is not None:
            key = inner.c[f"k{n}"]
            alias, on = label_join(env, target, outer_cell("g", key.key, key.type), n)
            source = source.outerjoin(alias, on)
            labels.append(label_of(env, target, alias))
        else:
            labels.append(inner.c[f"k{n}"])
    ordering = [inner.c.n.desc(), *list(inner.c)[: len(fields)]]
    return select(*inner.c, *labels).select_from(source).order_by(*ordering)


def _key(env: Env, info: ModelInfo, spec: str) -> tuple[Field, Any]:
    name, _colon, unit = spec.partition(":")
    field = info.fields.get(name)
    if field is None or name not in env.policy.readable(info) or field.kind in _UNGROUPED:
        raise BadRequest(_("The list cannot be grouped by {name}.", name=spec[:80]))
    column = seen_value(env, info, field)
    if field.kind in ("date", "datetime"):
        unit = unit or "month"
        if unit not in BUCKETS:
            raise BadRequest(_("The list cannot be grouped by {name}.", name=spec[:80]))
        return field, bucket(column, unit, str(env.timezone), has_time=field.kind == "datetime")
    if unit:
        raise BadRequest(_("The list cannot be grouped by {name}.", name=spec[:80]))
    return field, column


def _measure(env: Env, info: ModelInfo, function: str, name: str) -> Any:
    column = _measured(env, info, name)
    if function not in MEASURES:
        raise BadRequest(_("There is no measure {name}.", name=function[:80]))
    return MEASURES[function](column)


def _measured(env: Env, info: ModelInfo, name: str) -> Any:
    field = info.fields.get(name)
    if (
        field is None
        or name not in env.policy.readable(info)
        or field.kind not in ("money", "decimal", "integer")
    ):
        raise BadRequest(_("{name} cannot be added up.", name=name[:80]))
    return seen_value(env, info, field)
