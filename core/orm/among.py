"""Which records fit into a reference: `many2one(…, among=lambda env, values: Contact.customer == values["customer"])`.

Pickers offer what fits, and saving asks again. `values` are those of the record as they are or would be, references as
ids; of a part the values of its whole as well, as `values["order.customer"]`. What is not known is None. A function
that gives None leaves the choice free. Steps and the kernel's own work choose as they are written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, literal, select, union_all

from core.i18n import _
from core.orm.bulk import among as is_one_of
from core.orm.proposals import values_of
from core.orm.trust import TRUSTED
from core.orm.values import Problems, raise_problems

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.fields import Field
    from core.orm.model_info import ModelInfo

Where = ColumnElement[bool]
Among = Callable[[Any, Mapping[str, Any]], "Where | None"]


class Asked(Mapping[str, Any]):
    """Values that note down which of them are asked for."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values
        self.names: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        self.names[name] = self._values.get(name)
        return self.names[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def fitting(env: Env, field: Field, values: Mapping[str, Any]) -> tuple[Where | None, dict[str, Any]]:
    """The condition that records have to meet, and the values on which it depends."""
    if field.among is None:
        return None, {}
    asked = Asked(values)
    return field.among(env, asked), asked.names


def check_fitting(
    env: Env, info: ModelInfo, rows: Sequence[Mapping[str, Any]], changed: Sequence[Mapping[str, Any]] | None = None
) -> None:  # fmt: skip
    """Refuse references to what does not fit, at their field: one statement for each such field. `rows` are all values
    of the records; of stored ones only those are asked in which the choice, or what it depends on, has `changed`.
    """
    limited = [one for one in info.relations if one.among is not None and one.addon in env.addons]
    if not limited or env.is_system:
        return
    wholes = wholes_of(env, info, rows)
    found: list[Problems] = [{} for _row in rows]
    for field in limited:
        for place in _misfits(env, field, rows, wholes, changed):
            found[place][field.name] = [_("{name}: this does not fit here.", name=field.label)]
    raise_problems(found)


def wholes_of(env: Env, info: ModelInfo, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """For each row the values of its whole, under the name of the relation and theirs."""
    back, whole = info.part_of, info.whole
    if back is None or whole is None:
        return [{} for _row in rows]
    ids = sorted({key for row in rows if (key := row.get(back.name)) is not None})
    known = {one.id: values_of(whole, one) for one in (env.load(whole, ids) if ids else ())}
    return [
        {f"{back.name}.{name}": value for name, value in known.get(row.get(back.name) or 0, {}).items()}
        for row in rows
    ]


def _misfits(
    env: Env, field: Field, rows: Sequence[Mapping[str, Any]], wholes: Sequence[Mapping[str, Any]],
    changed: Sequence[Mapping[str, Any]] | None,
) -> list[int]:  # fmt: skip
    target = env.composition.models[str(field.target_key)]
    groups: dict[str, tuple[Where, dict[int, int]]] = {}
    for place, (row, whole) in enumerate(zip(rows, wholes, strict=True)):
        key = row.get(field.name)
        if key is None:
            continue
        where, names = fitting(env, field, {**whole, **row})
        if where is None or (changed is not None and {field.name, *names}.isdisjoint(changed[place])):
            continue
        groups.setdefault(repr(sorted(names.items(), key=str)), (where, {}))[1][place] = key
    if not groups:
        return []
    selects = [
        select(literal(number).label("n"), target.cls.id.label("id")).where(
            is_one_of(target.cls.id, set(places.values())), where
        )
        for number, (where, places) in enumerate(groups.values())
    ]
    statement = selects[0] if len(selects) == 1 else union_all(*selects)
    fits = {(row[0], row[1]) for row in env.session.execute(statement, execution_options=TRUSTED)}
    return [
        place
        for number, (_where, places) in enumerate(groups.values())
        for place, key in places.items() if (number, key) not in fits
    ]  # fmt: skip
