"""One record as a tuple: its own values in one statement, the names of all records it refers to in a second one.

A list joins the names to its page. For one record the server would need longer to plan ten joins, each with the
rules of its model, than to read it; so each model is asked once, whatever the number of references to it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from sqlalchemy import BigInteger, Text, and_, bindparam, cast, func, literal, select, true, union_all

from core.errors import NotFound
from core.orm.bulk import given_ids
from core.orm.criteria import label_of, row_criteria
from core.orm.methods import Where
from core.orm.page_statements import Column, columns_of, seen_cell
from core.orm.prepared import by_ids

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env

K = TypeVar("K", bound=Hashable)
Labels = dict[tuple[str, int], str]
_MOST: int = 2**63


class Question(NamedTuple):
    """Of one row: its values, and which of some conditions hold for it."""

    columns: tuple[Column, ...]
    statement: Any
    narrow: tuple[Any, ...]
    wide: frozenset[Any]


def question(
    env: Env, info: ModelInfo, names: Sequence[str], asked: Mapping[K, Sequence[Where]], *, binned: bool
) -> Question:
    """The statement for any row of the model, as `answer` runs it. An empty list of conditions holds for each row."""
    columns = columns_of(env, info, names)
    cells = [seen_cell(env, info, name, name) for name in ("id", "version", *(one.name for one in columns))]
    narrow = tuple(one for one, found in asked.items() if found)
    decided = [func.coalesce(and_(true(), *asked[one]), False).label(f"a{n}") for n, one in enumerate(narrow)]
    statement = select(*cells, *decided).where(
        info.cls.id == bindparam("row_id", type_=BigInteger),
        *row_criteria(env, info, info.cls, binned=binned),
    )
    return Question(columns, statement, narrow, frozenset(asked.keys() - set(narrow)))


def answer(env: Env, asked: Question, key: int) -> tuple[tuple[Any, ...], frozenset[Any]]:
    """The row in the layout of a page, and those conditions that hold for it. Raises NotFound."""
    if not -_MOST <= key < _MOST:
        raise NotFound()
    row = env.session.execute(asked.statement, {"row_id": key}, execution_options=by_ids()).one_or_none()
    if row is None:
        raise NotFound()
    width = 2 + len(asked.columns)
    held = {one for one, allowed in zip(asked.narrow, row[width:], strict=True) if allowed}
    return _with_labels(env, asked.columns, tuple(row[:width])), asked.wide | held


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
    asked = {
        model: found for model, ids in wanted.items() if (found := sorted(set(ids))) and _is_named(env, model)
    }
    if not asked:
        return {}
    models = tuple(sorted(asked))
    statement = env.policy.remembered(
        ("labels", models, binned, env.language), lambda: _label_statement(env, models, binned)
    )
    ids = {f"ids_{number}": asked[model] for number, model in enumerate(models)}
    rows = env.session.execute(statement, ids, execution_options=by_ids(*ids))
    return {(model, key): label for model, key, label in rows}


def _is_named(env: Env, model: str) -> bool:
    target = env.composition.models.get(model)
    return target is not None and env.policy.allowed(target, "read")


def _label_statement(env: Env, models: Sequence[str], binned: bool | None) -> Any:
    parts = []
    for number, model in enumerate(models):
        target = env.composition.models[model]
        label = cast(label_of(env, target, target.cls), Text)
        parts.append(
            select(literal(model).label("model"), target.cls.id, label.label("label"))
            .where(given_ids(target.cls.id, f"ids_{number}"), *row_criteria(env, target, target.cls, binned=binned))
        )  # fmt: skip
    return parts[0] if len(parts) == 1 else union_all(*parts)
