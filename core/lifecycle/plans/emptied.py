"""What emptying an addon concerns, for its plan: up to a thousand records it is tried and taken back.

Whether a record may go is known to the rules of its model and of everything that refers to it, which no condition can
say beforehand. With more records than can be tried while somebody waits, conditions count what certainly stays.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, exists, or_, true
from sqlalchemy.orm import aliased

from core.i18n import _
from core.lifecycle.emptying import (
    Emptying,
    Going,
    count_live,
    final_states,
    kernel_there,
    models_to_empty,
    why_it_stays,
)
from core.orm.attempts import rehearsal
from core.orm.compose import ModelInfo
from core.orm.env import Env

MOST_TRIED: Final = 1_000
"""Records; so many take some five seconds, in which they are locked."""


def what_goes(env: Env, addon: str) -> list[Going]:
    """What emptying concerns, in the order in which it goes; models without a record are left out. Changes nothing."""
    with kernel_there(env, addon) as system:
        models = models_to_empty(system, addon)
        rows = {info: count for info in models if (count := count_live(system, info))}
        if sum(rows.values()) <= MOST_TRIED:
            return _tried(system, models)
        return [_counted(system, info, number, models) for info, number in rows.items()]


def _tried(env: Env, models: Sequence[ModelInfo]) -> list[Going]:
    with rehearsal(env):
        return list(Emptying(env, models, keep=env.flush).run().models)


def _counted(env: Env, info: ModelInfo, rows: int, models: Collection[ModelInfo]) -> Going:
    reasons = _stays(info, info.cls, models)
    staying = count_live(env, info, or_(*reasons)) if reasons else 0
    why = _("What is closed, or what other records refer to, stays as it is.") if staying else None
    return Going(info, rows, staying, why_it_stays(info, None) if info.is_immutable else why, is_tried=False)


def _stays(info: ModelInfo, cls: Any, models: Collection[ModelInfo]) -> list[ColumnElement[bool]]:
    """Conditions of rows `cls` of a model of which any keeps a record where it is."""
    reasons = _shut(info, cls)
    if info.whole is not None and info.whole in models and info.part_of is not None:
        whole = aliased(info.whole.cls)
        same = whole.id == getattr(cls, info.part_of.attribute)
        reasons += [exists().where(same, one) for one in _stays(info.whole, whole, models)]
    for other, found in info.references:
        if found.on_delete == "refuse":
            row = aliased(other.cls)
            refers = (getattr(row, found.attribute) == cls.id, row.deleted_at.is_(None))
            kept = _shut(other, row) if other in models else [true()]
            reasons += [exists().where(*refers, one) for one in kept]
    return reasons


def _shut(info: ModelInfo, cls: Any) -> list[ColumnElement[bool]]:
    """What keeps rows of a model by itself."""
    if info.is_immutable:
        return [true()]
    final = final_states(info)
    return [getattr(cls, info.state_field.name).in_(final)] if info.state_field is not None and final else []
