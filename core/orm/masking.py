"""What is kept from the caller on single rows: the field is for them, but not the value of every record.

An addon declares a mask (`core.auth.masks`): fields of a model, and the rows on which they are kept from the caller as
one SQL condition. Every value that leaves the door is read through this file, so the same condition decides in lists,
single records, orders, filters, groups, sums, search, names of records, history and writes:

    cells            a text shows `MASK`, anything else is empty
    order, filter, group, sum, search, names      the value counts as empty, so that nothing can be found out by it
    history          changes of the field are left out
    writes           are refused at the field, before anything is compared with the value
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement, Text, case, inspect, literal, not_, select
from sqlalchemy.sql.util import ClauseAdapter

from core.errors import ValidationFailed
from core.i18n import _
from core.orm.bulk import given_ids
from core.orm.fields import TEXTS, Field
from core.orm.methods import Where
from core.orm.trust import TRUSTED

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env
    from core.orm.pending import Pending

MASK: Final = "••••••"
"""What stands in the place of a text. It says nothing, not even whether there is a value."""


def mask_of(env: Env, info: ModelInfo, name: str, cls: Any = None) -> Where | None:
    """The rows of `cls`, the composed class or an alias of it, on which the field is kept from the caller; None for
    none.
    """
    where = env.policy.masks(info).get(name)
    if where is None or cls is None or cls is info.cls:
        return where
    found: Where = env.policy.remembered(
        ("mask", info.key, name, cls), lambda: ClauseAdapter(inspect(cls).selectable).traverse(where)
    )
    return found


def unless_masked(
    env: Env, info: ModelInfo, name: str, value: ColumnElement[Any], cls: Any = None, *, instead: Any = None
) -> ColumnElement[Any]:
    """`value`, which is made of the field, where the caller may know it; else `instead`, nothing by default."""
    where = mask_of(env, info, name, cls)
    return value if where is None else case((not_(where), value), else_=instead)


def shown_instead(field: Field) -> ColumnElement[Any] | None:
    """What a cell shows where the value is kept back."""
    return literal(MASK, Text) if field.kind in (*TEXTS, "translated", "sentence") else None


def masked_on(env: Env, info: ModelInfo, ids: Iterable[int]) -> dict[int, frozenset[str]]:
    """For records, the fields whose values are kept from the caller; no statement where nothing of the model is."""
    masks = env.policy.masks(info)
    wanted = sorted(set(ids))
    if not masks or not wanted:
        return {}
    statement = env.policy.remembered(
        ("masked", info.key),
        lambda: select(info.cls.id, *(where.label(f"m_{name}") for name, where in masks.items())).where(
            given_ids(info.cls.id)
        ),
    )
    rows = env.session.execute(statement, {"ids": wanted}, execution_options=TRUSTED)
    return {
        row[0]: frozenset(name for name, kept in zip(masks, row[1:], strict=True) if kept) for row in rows
    }


def refuse_masked(env: Env, info: ModelInfo, pending: Iterable[Pending]) -> None:
    """Nobody changes what is kept from them: neither by overwriting it unseen nor to find out what it is."""
    masks = env.policy.masks(info)
    if not masks:
        return
    refuse_given(env, info, {
        one.record.id: one.values.keys() & masks.keys() for one in pending if not env.is_granted(one.record)
    })  # fmt: skip


def refuse_given(env: Env, info: ModelInfo, given: dict[int, Any]) -> None:
    """The same for records by id, with the names of the fields for which values are given."""
    asked = {key for key, names in given.items() if names}
    for key, kept in masked_on(env, info, asked).items():
        names = sorted(kept.intersection(given[key]))
        if names:
            raise ValidationFailed({
                name: [_("{name} of this record is confidential and cannot be changed.", name=info.fields[name].label)]
                for name in names
            })  # fmt: skip
