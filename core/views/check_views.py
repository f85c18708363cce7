"""Whether what one view and its extensions name exists in its model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from core.i18n import LazyString, _
from core.orm.compose import ModelInfo
from core.orm.fields import TO_MANY, field_name
from core.orm.part_lists import part_list_of
from core.views.build_rows import fits_in_a_cell
from core.views.check_papers import check_paper
from core.views.check_strips import check_strip
from core.views.extend import Change, Node, anchor_keys, apply, node_of, tree
from core.views.filters import NUMBERS, filterable, orderable
from core.views.grouping import Grouping, group_choice, group_key
from core.views.layout import Button, Lines, Note, Related, Show, StatusBar
from core.views.problem import Problem
from core.views.references import describe, is_method
from core.views.registry import Declared, Registry
from core.views.scope import named_field, named_method
from core.views.strips import Chain, Process, Steps
from core.views.view import own

Found = Iterator[tuple[str, LazyString]]

_ITEMS: Final = {"form": "layout", "list": "columns", "board": "card", "paper": "tables"}
_BLOCKS: Final = frozenset({"form", "paper"})
_NO_CELL: Final = _("It does not fit in a column.")
COLUMNS_OF_BOARDS: Final = frozenset({"state", "selection", "option", "many2one"})


def check_view(registry: Registry, declared: Declared) -> Iterator[Problem]:
    """The mistakes of a view and of all changes to it, each with its own place."""
    everything = [declared, *registry.extensions.get(declared.view, ())]
    for part in everything:
        for name, text in _said(registry, part, first=part is declared):
            yield _problem(part, name, text)
    yield from _anchors(declared, everything[1:])


def _problem(part: Declared, name: str, text: LazyString, *, warning: bool = False) -> Problem:
    severity = "warning" if warning else "error"
    return Problem(part.addon, part.view.__qualname__, name, text, part.view.__keyuan_location__, severity)  # type: ignore[arg-type]


def _said(registry: Registry, part: Declared, *, first: bool) -> Found:
    """What one class says, item by item."""
    view, info, kind = part.view, part.model, part.view.kind
    items = [*own(view, _ITEMS.get(kind, ""))] if first else []
    for change in own(view, "changes"):
        target = _child_list(registry, info, change)
        if target is None:
            items += change.items
        else:
            yield from _elements(registry, target, change.items, only_fields=True)
    if first:
        yield from _order(info, getattr(view, "order", None))
    yield from _elements(registry, info, items, only_fields=kind not in _BLOCKS)
    if kind == "paper":
        yield from check_paper(registry, info, view)
    for reference in own(view, "filters"):
        yield from _field(info, reference, filterable, _("It cannot be filtered by."))
    for reference in own(view, "totals") if kind != "paper" else ():
        yield from _field(
            info, reference, lambda f: f.kind in NUMBERS, _("It is no number that could be summed.")
        )
    for reference in own(view, "groups"):
        yield from _group(info, reference)
    for reference in own(view, "actions"):
        yield from _method(info, reference)
    yield from _presets(own(view, "presets"))
    if kind == "board" and first:
        yield from _board(info, view)


def _child_list(registry: Registry, info: ModelInfo, change: Change) -> ModelInfo | None:
    """The model of the child list whose columns a change adds to; None for any other change."""
    if change.how != "inside":
        return None
    names = [key.removeprefix("field:") for key in anchor_keys(change.anchor) if key.startswith("field:")]
    found = next((info.fields[name] for name in names if name in info.fields), None)
    return registry.models[str(found.target_key)] if found is not None and found.kind in TO_MANY else None


def _elements(registry: Registry, info: ModelInfo, items: Iterable[Any], *, only_fields: bool) -> Found:
    for node in _all_nodes(node_of(item) for item in items):
        element = node.element
        if only_fields and not isinstance(element, Show):
            yield _name_of(element), _("Only fields can stand here.")
        elif only_fields:
            yield from _field(info, element.field, fits_in_a_cell, _NO_CELL)
        elif isinstance(element, (Show, StatusBar)):
            yield from _field(info, element.field)
            if isinstance(element, StatusBar):
                yield from _field(
                    info, element.field, lambda f: f.kind == "state", _("It is no state field.")
                )
        elif isinstance(element, Button):
            yield from _method(info, element.method)
        elif isinstance(element, Related):
            yield from _related(registry, info, element)
        elif isinstance(element, (Process, Steps, Chain)):
            yield from check_strip(registry, info, element)


def _all_nodes(nodes: Iterable[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        if node.place != "related":
            yield from _all_nodes(node.children)


def _field(
    info: ModelInfo,
    reference: Any,
    fits: Callable[[Any], bool] = lambda field: True,
    otherwise: LazyString | None = None,
) -> Found:
    name = named_field(info, reference)
    if name is None:
        yield describe(reference), _("{model} has no such field.", model=info.key)
    elif not fits(info.fields[name]) and otherwise is not None:
        yield name, otherwise


def _method(info: ModelInfo, reference: Any) -> Found:
    method = named_method(info, reference) if is_method(reference) else None
    if method is None:
        yield describe(reference), _("{model} has no such transition or action.", model=info.key)
    elif method.automatic:
        yield method.name, _("It happens automatically and has no button.")


def _related(registry: Registry, info: ModelInfo, element: Related) -> Found:
    name = named_field(info, element.field)
    if name is None or info.fields[name].kind not in TO_MANY:
        yield describe(element.field), _("{model} has no such list of related records.", model=info.key)
        return
    target = registry.models[str(info.fields[name].target_key)]
    for column in element.columns:
        field = column.field if isinstance(column, Show) else column
        yield from _field(target, field, fits_in_a_cell, _NO_CELL)
    yield from _order(target, element.order)
    if isinstance(element, Lines):
        if part_list_of(info, info.fields[name]) is None:
            yield name, _("Its records are no parts: their relation needs on_delete='part_of'.")
        for total in element.totals:
            yield from _field(
                info, total, lambda f: f.kind in NUMBERS, _("It is no number that could be summed.")
            )


def _order(info: ModelInfo, order: str | None) -> Found:
    if not order:
        return
    found = info.fields.get(order.removeprefix("-"))
    if found is None:
        yield order, _("{model} has no such field.", model=info.key)
    elif not orderable(found):
        yield order, _("It cannot be ordered by. A text needs sortable=True.")


def _group(info: ModelInfo, reference: Any) -> Found:
    field = reference.field if isinstance(reference, Grouping) else reference
    name = named_field(info, field)
    if name is None:
        yield describe(field), _("{model} has no such field.", model=info.key)
    elif group_choice(group_key(reference), info.fields) is None:
        yield group_key(reference), _("It cannot be grouped by.")


def _presets(presets: Iterable[Any]) -> Found:
    keys: set[str] = set()
    defaults = 0
    for preset in presets:
        if preset.key in keys:
            yield preset.key, _("There are two presets of this key.")
        keys.add(preset.key)
        defaults += preset.default
        if defaults > 1 and preset.default:
            yield preset.key, _("Only one preset can be the default.")


def _board(info: ModelInfo, view: Any) -> Found:
    column = getattr(view, "column", None)
    if column is None:
        yield "column", _("A board needs a field that makes its columns.")
    else:
        kinds = COLUMNS_OF_BOARDS
        yield from _field(
            info, column, lambda f: f.kind in kinds, _("It cannot make the columns of a board.")
        )
    if view.total is not None:
        yield from _field(
            info, view.total, lambda f: f.kind in NUMBERS, _("It is no number that could be summed.")
        )
    if view.move is not None:
        move = named_method(info, view.move) if is_method(view.move) else None
        if move is None:
            yield from _method(info, view.move)
        elif len([argument for argument in move.arguments if argument.required]) > 1 or not move.arguments:
            yield move.name, _("Moving a card calls it with one value, that of the column.")


def _anchors(declared: Declared, extensions: Iterable[Declared]) -> Iterator[Problem]:
    """Changes whose anchor is gone once all addons had their turn: reported, never an error of the screen."""
    root = tree(getattr(declared.view, _ITEMS.get(declared.view.kind, ""), ()))
    for extension in extensions:
        for change in own(extension.view, "changes"):
            if not apply(root, change):
                text = _("The view has no such anchor; what was to stand there stands at the end.")
                yield _problem(extension, describe(change.anchor), text, warning=True)


def _name_of(element: Any) -> str:
    if isinstance(element, Button):
        return describe(element.method)
    if isinstance(element, (StatusBar, Related)):
        return field_name(element.field)
    return str(element.key) if not isinstance(element, Note) else element.key
