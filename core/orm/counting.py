"""Capped counts and the sums beside them, those of all numbers of a list in one statement."""

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
    union,
    union_all,
)
from sqlalchemy.dialects.postgresql import array

from core.errors import BadRequest
from core.i18n import _
from core.orm.alternatives import asked_of_rows, parts, telling
from core.orm.at_once import numbers_at_once, sight_of
from core.orm.binding import read, seal
from core.orm.criteria import row_criteria, seen_value
from core.orm.gathered_ids import gathered_criteria, ways_through_rows
from core.orm.kept import read_kept
from core.orm.looked_up import LookUps
from core.orm.searching import grams_suffice, hits_up_to, search_criteria

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env

SEARCH_CAP: Final = 1000


@dataclass(frozen=True)
class Count:
    """A number of rows; `capped` means there are more than `value`. `sums` were asked for along with it."""

    value: int
    capped: bool = False
    sums: tuple[Decimal | None, ...] = ()


def count_rows(env: Env, info: ModelInfo, where: Sequence[Any], *, cap: int | None = 10_000, search: str | None = None,
               binned: bool = False) -> Count:  # fmt: skip
    """How many rows, counted no further than `cap` (None counts all). A search is counted to 1,000 at most."""
    is_search = bool(search and search.strip())
    of_all = row_criteria if is_search else gathered_criteria
    criteria = of_all(env, info, info.cls, binned=binned)
    if search and search.strip():
        cap = SEARCH_CAP if cap is None else min(cap, SEARCH_CAP)
        if not grams_suffice(env, info, search):
            return _count_hits(env, info, criteria, where, cap, search)
        criteria.append(search_criteria(env, info, search.strip()))
    bound = [criteria[place] for place in telling(criteria, where)]
    counted = _counted(info, [*bound, *where], cap, LookUps(info.table), searched=is_search)
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
    numbers, added = _numbers(env, info, asked, sizes, caps, conditions, tuple(sums), searched=bool(criteria))
    found = [Count(min(n, cap), n > cap) for n, cap in zip(numbers, caps, strict=True)]
    if added and not found[-1].capped:
        found[-1] = replace(found[-1], sums=added)
    return found


def _numbers(
    env: Env,
    info: ModelInfo,
    asked: Sequence[tuple[Sequence[Any], int]],
    sizes: Sequence[int],
    caps: tuple[int, ...],
    conditions: Sequence[Any],
    sums: tuple[str, ...],
    *,
    searched: bool,
) -> tuple[list[int], tuple[Any, ...]]:
    """The numbers, none larger than one more than its cap, and the sums of the last one."""
    bound = gathered_criteria(env, info, info.cls)
    sight = sight_of(env, info, bound)
    if sight.is_short and max(caps) <= sight.most:
        seen, *row = read_kept(
            env, info, ("at once", tuple(sizes), sums), conditions,
            lambda named: numbers_at_once(
                info, sight, _split(named, sizes), [measured(env, info, name) for name in sums]
            ),
        ).one()  # fmt: skip
        if seen <= sight.most:
            return row[: len(sizes)], tuple(row[len(sizes) :])
        sight.is_short = False
    places = [telling(bound, where) for where, _cap in asked]
    bounds = [[bound[place] for place in some] for some in places]
    if searched:
        own = row_criteria(env, info, info.cls)
        bounds[-1] = [own[place] for place in places[-1]]
    key = ("counts", tuple(sizes), tuple(places), caps, sums)
    *numbers, last = read_kept(
        env, info, key, conditions,
        lambda named: _counts(env, info, bounds, _split(named, sizes), caps, sums, searched=searched),
    ).one()  # fmt: skip
    number, added = (int(last[0]), tuple(last[1:])) if sums else (last, ())
    return [*numbers, number], added


def _split(conditions: Sequence[Any], sizes: Sequence[int]) -> list[list[Any]]:
    rest = iter(conditions)
    return [list(islice(rest, size)) for size in sizes]


def _counts(
    env: Env,
    info: ModelInfo,
    bounds: Sequence[Sequence[Any]],
    asked: Sequence[Sequence[Any]],
    caps: Sequence[int],
    sums: Sequence[str],
    *,
    searched: bool,
) -> Select[Any]:
    """The statement of `count_several`; a search is among the conditions of the last one."""
    wheres = [[*bound, *where] for bound, where in zip(bounds, asked, strict=True)]
    *others, last = zip(wheres, caps, strict=True)
    known = LookUps(info.table)
    counted = [_counted(info, where, cap, known) for where, cap in others]
    counts = [
        seal(one).scalar_subquery() for one in [*counted, _counted(info, *last, known, searched=searched)]
    ]
    if sums:
        values = [measured(env, info, name) for name in sums]
        inner = _some(info, values, *last, known, searched=searched).subquery()
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
    values = [func.sum(measured(env, info, name)) for name in sums]
    among = [*criteria, info.cls.id == any_(literal(found, ARRAY(BigInteger)))]
    row = read(env, info, seal(select(*values).select_from(info.cls).where(*among)), ()).one()
    return Count(len(found), sums=tuple(row))


def _counted(
    info: ModelInfo, where: Sequence[Any], cap: int | None, known: LookUps, *, searched: bool = False
) -> Select[Any]:
    """How many rows, looking no further than one beyond the cap."""
    rows = _some(info, [literal_column("1")], where, cap, known, searched=searched)
    return select(func.count()).select_from(rows.subquery())


def _some(
    info: ModelInfo, cells: Sequence[Any], where: Sequence[Any], cap: int | None, known: LookUps, *, searched: bool
) -> Any:  # fmt: skip
    """The cells of the rows, of one more than the cap at most. What a search leads to needs no other way to it."""
    if cap is None:
        return seal(select(*cells).select_from(info.cls).where(*where))
    wanted = [[asked_of_rows(one) for one in where]] if searched else parts(where)
    found = [_part(info, cells, one, cap + 1, known, searched=searched) for one in wanted]
    return found[0] if len(found) == 1 else seal(union_all(*found).limit(cap + 1))


def _part(
    info: ModelInfo, cells: Sequence[Any], where: Sequence[Any], most: int, known: LookUps, *, searched: bool
) -> Any:
    """The cells of `most` rows of one part; where ways to it go through other rows, each is gone by its own index."""
    ways, others = ways_through_rows(info, where) or ([], where)
    if searched or len(ways) < 2:
        return seal(select(*cells).select_from(info.cls).where(*known.once(where)).limit(most))
    named = [cell.label(f"cell_{n}") for n, cell in enumerate(cells)]
    each = [
        seal(select(info.cls.id, *named).where(*known.once([*others, way])).limit(most).correlate(None))
        for way in ways
    ]
    rows = seal(union(*each)).limit(most).subquery("found_").c
    return seal(select(*(rows[cell.name] for cell in named)))


def measured(env: Env, info: ModelInfo, name: str) -> Any:
    """A field as it is added up. Raises BadRequest for one that is not."""
    field = info.fields.get(name)
    if (
        field is None
        or name not in env.policy.readable(info)
        or field.kind not in ("money", "decimal", "integer")
    ):
        raise BadRequest(_("{name} cannot be added up.", name=name[:80]))
    return seen_value(env, info, field)
