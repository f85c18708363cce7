"""Counts and sums: capped counts and groups, each one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Select, func, literal_column, select

from core.errors import BadRequest
from core.i18n import _
from core.orm.buckets import BUCKETS, bucket
from core.orm.criteria import display_of, readable_value, row_criteria
from core.orm.fields import TO_MANY, TO_ONE, Field
from core.orm.listing import label_join
from core.orm.searching import search_criteria, search_filter, search_texts
from core.orm.trust import TRUSTED

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env

MAX_GROUPS: Final = 500
SEARCH_CAP: Final = 1000
MEASURES: Final[dict[str, Any]] = {"sum": func.sum, "avg": func.avg, "min": func.min, "max": func.max}


@dataclass(frozen=True)
class Count:
    """A number of rows; `capped` means there are more than `value`."""

    value: int
    capped: bool = False


@dataclass(frozen=True)
class GroupRow:
    """One group: a key and a label for each grouping, the number of rows, the measures in their order."""

    keys: tuple[Any, ...]
    labels: tuple[Any, ...]
    count: int
    values: tuple[Decimal | Any, ...]


def count_rows(env: Env, info: ModelInfo, where: Sequence[Any], *, cap: int | None = 10_000, search: str | None = None,
               binned: bool = False) -> Count:  # fmt: skip
    """How many rows, counted no further than `cap` (None counts all). A search is counted to 1,000 at most."""
    criteria = [*row_criteria(env, info, info.cls, binned=binned), *where]
    if search and search.strip():
        return _count_found(env, info, criteria, search.strip())
    inner: Select[Any] = select(literal_column("1")).select_from(info.cls).where(*criteria)
    if cap is not None:
        inner = inner.limit(cap + 1)
    counted = select(func.count()).select_from(inner.subquery())
    value = int(env.session.scalar(counted, execution_options=TRUSTED) or 0)
    return Count(cap, True) if cap is not None and value > cap else Count(value)


def _count_found(env: Env, info: ModelInfo, criteria: Sequence[Any], search: str) -> Count:
    texts = search_texts(env, info)
    statement = select(info.cls.id, texts).where(*criteria, search_criteria(env, info, search)).limit(SEARCH_CAP + 1)
    rows = [tuple(row) for row in env.session.execute(statement, execution_options=TRUSTED)]
    value = len(search_filter(search, rows))
    return Count(min(value, SEARCH_CAP), len(rows) > SEARCH_CAP)


def group_rows(env: Env, info: ModelInfo, by: Sequence[str], measures: Sequence[tuple[str, str]],
               where: Sequence[Any], *, search: str | None = None) -> list[GroupRow]:  # fmt: skip
    """Count and measure by one or more fields or date buckets ('created_at:month'); the largest 500 groups."""
    keys = [_key(env, info, spec) for spec in by]
    sums = [_measure(env, info, function, name) for function, name in measures]
    criteria = [*row_criteria(env, info, info.cls), *where]
    if search and search.strip():
        criteria.append(search_criteria(env, info, search.strip()))
    cells = [column.label(f"k{n}") for n, (_field, column) in enumerate(keys)]
    inner: Any = (
        select(*cells, func.count().label("n"), *(value.label(f"m{n}") for n, value in enumerate(sums)))
        .where(*criteria)
        .group_by(*(literal_column(str(n + 1)) for n in range(len(cells))))
        .order_by(func.count().desc(), *(literal_column(str(n + 1)) for n in range(len(cells))))
        .limit(MAX_GROUPS)
        .subquery("g")
    )
    source: Any = inner
    labels: list[Any] = []
    for n, (field, _column) in enumerate(keys):
        if field.kind in TO_ONE:
            target = env.composition.models[str(field.target_key)]
            alias, on = label_join(env, target, inner.c[f"k{n}"])
            source = source.outerjoin(alias, on)
            labels.append(display_of(target, alias, env.language))
        else:
            labels.append(inner.c[f"k{n}"])
    statement = select(*inner.c, *labels).select_from(source).order_by(inner.c.n.desc(), *list(inner.c)[: len(keys)])
    rows = env.session.execute(statement, execution_options=TRUSTED).all()
    k, m = len(keys), len(sums)
    return [GroupRow(tuple(r[:k]), tuple(r[k + 1 + m :]), r[k], tuple(r[k + 1 : k + 1 + m])) for r in rows]


def _key(env: Env, info: ModelInfo, spec: str) -> tuple[Field, Any]:
    name, _colon, unit = spec.partition(":")
    field = info.fields.get(name)
    if field is None or name not in env.policy.readable(info) or field.kind in (*TO_MANY, "json", "longtext"):
        raise BadRequest(_("The list cannot be grouped by {name}.", name=spec[:80]))
    column = getattr(info.cls, field.attribute)
    if field.kind in ("date", "datetime"):
        unit = unit or "month"
        if unit not in BUCKETS:
            raise BadRequest(_("The list cannot be grouped by {name}.", name=spec[:80]))
        return field, bucket(column, unit, str(env.timezone), has_time=field.kind == "datetime")
    if unit:
        raise BadRequest(_("The list cannot be grouped by {name}.", name=spec[:80]))
    return field, readable_value(field, column, env.language)


def _measure(env: Env, info: ModelInfo, function: str, name: str) -> Any:
    field = info.fields.get(name)
    if field is None or name not in env.policy.readable(info) or field.kind not in ("money", "decimal", "integer"):
        raise BadRequest(_("{name} cannot be added up.", name=name[:80]))
    if function not in MEASURES:
        raise BadRequest(_("There is no measure {name}.", name=function[:80]))
    return MEASURES[function](getattr(info.cls, field.name))
