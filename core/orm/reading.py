"""One record as a tuple: its own values in one statement, the names of all records it refers to in a second one.

A list joins the names to its page. For one record the server would need longer to plan ten joins, each with the
rules of its model, than to read it; so each model is asked once, whatever the number of references to it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Text,
    and_,
    any_,
    bindparam,
    cast,
    func,
    literal,
    select,
    true,
    union_all,
)

from core.errors import NotFound
from core.orm.criteria import label_of, row_criteria
from core.orm.listing import Column, cell, columns_of
from core.orm.methods import Where
from core.orm.trust import TRUSTED

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env

K = TypeVar("K", bound=Hashable)
Labels = dict[tuple[str, int], str]
_MOST: int = 2**63


def read_row(
    env: Env,
    info: ModelInfo,
    names: Sequence[str],
    key: int,
    asked: Mapping[K, Sequence[Where]],
    *,
    binned: bool,
) -> tuple[tuple[Any, ...], frozenset[K]]:
    """The row in the layout of a page, and those of `asked` whose conditions hold for it. Raises NotFound."""
    columns = columns_of(env, info, names)
    cells = [
        cell(info, name, name, env.language) for name in ("id", "version", *(one.name for one in columns))
    ]
    narrow = [one for one, found in asked.items() if found]
    decided = [func.coalesce(and_(true(), *asked[one]), False).label(f"a{n}") for n, one in enumerate(narrow)]
    statement = select(*cells, *decided).where(
        info.cls.id == key, *row_criteria(env, info, info.cls, binned=binned)
    )
    found = None
    if -_MOST <= key < _MOST:
        found = env.session.execute(statement, execution_options=TRUSTED).one_or_none()
    if found is None:
        raise NotFound()
    held = {one for one, allowed in zip(narrow, found[len(cells) :], strict=True) if allowed}
    row = _with_labels(env, columns, tuple(found[: len(cells)]))
    return row, frozenset(held | (asked.keys() - set(narrow)))


def _with_labels(env: Env, columns: Sequence[Column], values: tuple[Any, ...]) -> tuple[Any, ...]:
    wanted: dict[str, set[int]] = {}
    for column, value in zip(columns, values[2:], strict=True):
        if column.width == 2 and value is not None:
            wanted.setdefault(str(column.field.target_key), set()).add(value)
    labels = labels_of(env, wanted, binned=None)
    row = list(values[:2])
    for column, value in zip(columns, values[2:], strict=True):
        row.append(value)
        if column.width == 2:
            row.append(labels.get((str(column.field.target_key), value)))
    return tuple(row)


def labels_of(env: Env, wanted: Mapping[str, Iterable[int]], *, binned: bool | None = False) -> Labels:
    """Names of records of some models, (model, id) -> name, in one statement; those that the caller may see."""
    parts = []
    for number, (model, ids) in enumerate(sorted(wanted.items())):
        target = env.composition.models.get(model)
        found = sorted(set(ids))
        if target is None or not found or not env.policy.allowed(target, "read"):
            continue
        some = bindparam(f"ids_{number}", found, type_=ARRAY(BigInteger))
        label = cast(label_of(env, target, target.cls), Text)
        parts.append(
            select(literal(model).label("model"), target.cls.id, label.label("label"))
            .where(target.cls.id == any_(some), *row_criteria(env, target, target.cls, binned=binned))
        )  # fmt: skip
    if not parts:
        return {}
    statement = parts[0] if len(parts) == 1 else union_all(*parts)
    rows = env.session.execute(statement, execution_options=TRUSTED)
    return {(model, key): label for model, key, label in rows}
