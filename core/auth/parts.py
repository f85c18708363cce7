"""Rights on parts follow from those on their whole: nobody grants them, and no company changes them by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import and_
from sqlalchemy.sql.elements import False_

from core.auth.conditions import owned_by
from core.auth.ways import Way
from core.i18n import _
from core.orm.binding import sealed
from core.orm.compose import ModelInfo
from core.orm.gathered_ids import ids_of_rows
from core.orm.methods import Where

if TYPE_CHECKING:
    from collections.abc import Sequence

CHANGING: Final = frozenset({"create", "update", "delete", "assign"})
"""What on a part is a change of its whole."""


def right_on_whole(action: str) -> str:
    """The right on the whole that an action on a part asks for."""
    return "update" if action in CHANGING else action


def rights_on_parts(action: str) -> tuple[str, ...]:
    """The rights on parts that a right on their whole gives."""
    if action == "update":
        return ("create", "update", "delete")
    return () if action in CHANGING else (action,)


def top_of(info: ModelInfo) -> ModelInfo:
    """The model whose rights decide."""
    while info.whole is not None:
        info = info.whole
    return info


def of_wholes(info: ModelInfo, where: Where | None, company_id: int, *, live: bool = False) -> Where | None:
    """The parts of the wholes of a company that a condition reaches; None for every row. A whole takes its parts into
    the bin and none comes back before it: live parts are those of `live` wholes.
    """
    if where is None or isinstance(where, False_) or info.whole is None or info.part_of is None:
        return where
    whole = info.whole.cls
    bound = [whole.company_id == company_id, *([whole.deleted_at.is_(None)] if live else ())]
    reached = ids_of_rows(info.whole, [*bound, where])
    found: Where = sealed(getattr(info.cls, info.part_of.attribute).in_(reached))
    return found


def ways_of_wholes(info: ModelInfo, ways: Sequence[Way], company_id: int) -> list[Way]:
    """The ways to parts that lead over their wholes, each in the words of the way to these."""
    leading = (way for way in ways if way.everything or way.owners or way.condition is not None)
    return [_way(info, way, company_id) for way in leading]


def _way(info: ModelInfo, way: Way, company_id: int) -> Way:
    assert info.whole is not None
    label = _("By the record that it is part of ({whole}): {way}", whole=info.whole.label, way=way.label)
    if way.everything:
        return Way(way.kind, label, everything=True)
    parts = [owned_by(info.whole, way.owners)] if way.owners else []
    parts += [way.condition] if way.condition is not None else []
    return Way(way.kind, label, condition=of_wholes(info, and_(*parts), company_id))
