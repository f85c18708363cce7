"""Groups of rows with their counts and measures, in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    ARRAY,
    BigInteger,
    any_,
    func,
    literal,
    literal_column,
    select,
)

from core.errors import BadRequest
from core.i18n import _
from core.orm.alternatives import telling
from core.orm.binding import read, seal
from core.orm.buckets import BUCKETS, bucket
from core.orm.counting import measured
from core.orm.criteria import label_join, label_of, row_criteria, seen_value
from core.orm.fields import TO_MANY, TO_ONE, Field
from core.orm.gathered_ids import gathered_criteria, in_one
from core.orm.ordering import outer_cell
from core.orm.searching import grams_suffice, hits, search_criteria

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env

MAX_GROUPS: Final = 500
_UNGROUPED: Final = frozenset({*TO_MANY, "json", "longtext", "sentence"})
MEASURES: Final[dict[str, Any]] = {"sum": func.sum, "avg": func.avg, "min": func.min, "max": func.max}


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


def group_rows(env: Env, info: ModelInfo, by: Sequence[str], measures: Sequence[tuple[str, str]],
               where: Sequence[Any], *, search: str | None = None, most: int = MAX_GROUPS) -> Groups:  # fmt: skip
    """Count and measure by one or more fields or date buckets ('created_at:month'); the `most` largest groups."""
    keys = [_key(env, info, spec) for spec in by]
    sums = [_measure(env, info, function, name) for function, name in measures]
    cut_short = False
    if not search or not search.strip():
        bound = gathered_criteria(env, info, info.cls)
        criteria = in_one(info, [*(bound[place] for place in telling(bound, where)), *where])
    else:
        criteria = [*row_criteria(env, info, info.cls), *where]
        if grams_suffice(env, info, search):
            criteria.append(search_criteria(env, info, search.strip()))
        else:
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
    column = measured(env, info, name)
    if function not in MEASURES:
        raise BadRequest(_("There is no measure {name}.", name=function[:80]))
    return MEASURES[function](column)
