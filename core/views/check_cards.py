"""Whether the views, presets and fields that menus and workbench cards name exist."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from core.i18n import LazyString, _
from core.views.build_rows import fits_in_a_cell
from core.views.filters import orderable
from core.views.problem import Problem
from core.views.references import describe
from core.views.registry import Declared, Registry
from core.views.scope import named_field
from core.views.view import View, own
from core.views.workbench import Card


def check_target(
    registry: Registry, view: type[View[Any]], preset: str | None
) -> Iterator[tuple[str, LazyString]]:
    """The mistakes in "open this view with this preset"."""
    declared = registry.views.get(view)
    if declared is None:
        yield view.__qualname__, _("There is no such view.")
    elif preset is not None and preset not in _preset_keys(registry, declared):
        yield preset, _("The view has no such preset.")


def check_card(registry: Registry, addon: str, card: Card) -> Iterator[Problem]:
    """The mistakes of a card of the workbench."""

    def problem(part: str, text: LazyString) -> Problem:
        return Problem(addon, f"card {card.key}", part, text, card.location)

    for part, text in check_target(registry, card.view, card.preset):
        yield problem(part, text)
    declared = registry.views.get(card.view)
    if declared is None:
        return
    info = declared.model
    for column in card.columns:
        name = named_field(info, column)
        if name is None:
            yield problem(describe(column), _("{model} has no such field.", model=info.key))
        elif not fits_in_a_cell(info.fields[name]):
            yield problem(name, _("It does not fit in a column."))
    ordered = info.fields.get(card.order.removeprefix("-")) if card.order else None
    if card.order and (ordered is None or not orderable(ordered)):
        yield problem(card.order, _("It cannot be ordered by. A text needs sortable=True."))


def _preset_keys(registry: Registry, declared: Declared) -> set[str]:
    """The presets of a view with all its extensions; a board without any has those of the list."""
    views = [declared, *registry.extensions.get(declared.view, ())]
    keys = {preset.key for view in views for preset in own(view.view, "presets")}
    if keys or declared.view.kind != "board":
        return keys
    listed = registry.declared_for(declared.model.key, frozenset(registry.addons)).get("list")
    return _preset_keys(registry, listed) if listed is not None else set()
