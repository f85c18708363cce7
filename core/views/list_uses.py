"""What lists and boards let people order and filter by with one click."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ColumnElement

from core.i18n import LazyString, _
from core.orm.env import Env
from core.orm.fields import TEXTS, Field
from core.orm.index_report_uses import Use, condition_uses, find_use, order_use
from core.views.effective import EffectiveList, EffectiveRows
from core.views.resolve import rows_view_for, views_of


def list_uses(env: Env, unread: list[LazyString]) -> Iterator[Use]:
    """Columns by which a list can be ordered, filters offered first, presets, the list's own order."""
    for info in env.composition.models.values():
        for choice in views_of(info.key, env.addons).values():
            if choice.kind in ("list", "board"):
                yield from _of_view(env, rows_view_for(env, info.key, choice.name), unread)


def _of_view(env: Env, view: EffectiveRows, unread: list[LazyString]) -> Iterator[Use]:
    info = view.model
    shown = [column.field for column in view.columns] if isinstance(view, EffectiveList) else []
    for found in (*shown, info.fields.get((view.order or "").removeprefix("-"))):
        yield from order_use(info, found)
    for found in view.filters:
        if _is_served(found):
            yield find_use(info, found, _("filters by “{field}”", field=found.label))
    for preset in view.presets:
        condition = None
        try:
            condition = preset.where(env) if preset.where is not None else None
        except Exception as error:
            unread.append(
                _("The preset “{preset}” could not be asked: {error}", preset=preset.label, error=str(error))
            )
        if isinstance(condition, ColumnElement):
            yield from condition_uses(info, condition, _("the preset “{preset}”", preset=preset.label))


def _is_served(found: Field) -> bool:
    """Whether an index can serve the filter: texts are asked for by a part of them."""
    return found.is_stored and found.kind not in (*TEXTS, "translated", "boolean")
