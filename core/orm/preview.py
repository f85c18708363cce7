"""What a record and its parts would be with values that are typed and not saved: computed fields and totals.

The same functions work it out that do so when the record is saved, on records that are in no session. Nothing is
written and no row is locked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.orm.attributes import instance_dict

from core.orm.conversion import rounded
from core.orm.derived import computed_order, followed, transient
from core.orm.part_lists import PartList
from core.orm.tables import state_literal
from core.orm.totals import SUMMED, Total

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.fields import Field
    from core.orm.model_info import ModelInfo

ROUNDS: Final = 2
"""Parts may follow what the whole works out of them, such as a discount that is spread over the lines."""
Row = Mapping[str, Any]


def previewed(
    env: Env, info: ModelInfo, whole: Row, lists: Sequence[tuple[PartList, Sequence[Row]]]
) -> tuple[Any, list[list[Any]]]:
    """The record and the parts of each list as they would be; the values are given in their stored form."""
    record = transient(info, whole)
    parts = [_parts(one, record, rows) for one, rows in lists]
    _fill_gaps(info, [record])
    own = computed_order(info, None)
    _hold(env, info, own, [record], None)
    for (one, _rows), found in zip(lists, parts, strict=True):
        _hold(env, one.info, computed_order(one.info, None), found, one.back)
    for _round in range(ROUNDS):
        _compute(own, [record])
        for (one, _rows), found in zip(lists, parts, strict=True):
            _compute(computed_order(one.info, None), found)
            _total(info, one, record, found)
    _compute(own, [record])
    return record, parts


def _parts(parts: PartList, record: Any, rows: Sequence[Row]) -> list[Any]:
    found = [transient(parts.info, row) for row in rows]
    for one in found:
        instance_dict(one)[parts.back.name] = record
    _fill_gaps(parts.info, found)
    return found


def _fill_gaps(info: ModelInfo, records: Sequence[Any]) -> None:
    """Numbers that a saved record always has and that nobody has typed yet count as nothing."""
    for name in info.needed:
        if info.fields[name].kind in SUMMED:
            for one in records:
                if getattr(one, name) is None:
                    instance_dict(one)[name] = Decimal(0) if info.fields[name].kind != "integer" else 0


def _compute(fields: Sequence[Field], records: Sequence[Any]) -> None:
    """Fill computed fields. Functions may count on what is required, which is not all there yet: then it is empty."""
    for record in records:
        for one in fields:
            assert one.compute is not None
            try:
                value = rounded(one, one.compute(record))
            except (TypeError, AttributeError, ArithmeticError, ValueError, LookupError):
                value = None
            instance_dict(record)[one.name] = value


def _hold(
    env: Env, info: ModelInfo, fields: Sequence[Field], records: Sequence[Any], back: Field | None
) -> None:
    """Let records hold what their computed fields ask for, as it is saved; nobody is shown anything of it."""
    for name in followed(fields) - ({back.name} if back is not None else set()):
        relation = info.fields[name]
        target = env.composition.models[str(relation.target_key)]
        ids = {key for one in records if (key := getattr(one, relation.attribute)) is not None}
        found = {one.id: one for one in env.load(target, sorted(ids))} if ids else {}
        for one in records:
            instance_dict(one)[name] = found.get(getattr(one, relation.attribute))


def _total(info: ModelInfo, parts: PartList, record: Any, found: Sequence[Any]) -> None:
    for one in info.own_totals.values():
        if one.back is parts.back:
            instance_dict(record)[one.field.name] = rounded(one.field, _sum(one, found))


def _sum(total: Total, parts: Sequence[Any]) -> Any:
    where = total.field.where
    if where is not None:
        name, value = where
        wanted = value if isinstance(value, (tuple, list, set, frozenset)) else [value]
        plain = [state_literal(one) for one in wanted]
        parts = [one for one in parts if state_literal(getattr(one, name)) in plain]
    if total.field.sum is None:
        return len(parts)
    return sum((getattr(one, total.field.sum) or 0 for one in parts), total.zero)
