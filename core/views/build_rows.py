"""Lists and boards cut to their company."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from core.errors import NotFound
from core.orm.compose import ModelInfo
from core.orm.fields import TO_MANY, Field
from core.views.actions import bulk_methods
from core.views.changed import changed_tree, said
from core.views.defaults import default_columns
from core.views.effective import EffectiveBoard, EffectiveList, ShownField
from core.views.extend import Node
from core.views.filters import NUMBERS, filterable, orderable
from core.views.grouping import GROUPABLE, GroupChoice, group_choice, group_key
from core.views.layout import Show
from core.views.listing import ListView, Preset
from core.views.registry import Declared
from core.views.scope import Scope

CARD_FIELDS: Final = 4


def build_list(scope: Scope, info: ModelInfo, declared: Declared | None) -> EffectiveList:
    """The list of a model, by its declaration or, without one, from its fields."""
    columns, lost = _columns(scope, info, declared, "columns")
    view = declared.view if declared is not None and issubclass(declared.view, ListView) else ListView
    fields = scope.readable(info)
    filters = _offered_filters(scope, info, declared)
    return EffectiveList(
        model=info,
        name=declared.name if declared else "list",
        label=view.label,
        columns=columns
        or tuple(_shown(scope, found) for found in _visible(scope, info)[:1] or [info.fields["id"]]),
        order=_order(fields, view.order, info.order),
        presets=_presets(scope, declared),
        filters=filters,
        groups=_groups(scope, fields, declared, filters),
        totals=_totals(scope, info, declared),
        actions=bulk_methods(info, scope.addons, said(scope, declared, "actions") if declared else ()),
        fields=fields,
        limit=view.limit,
        lost=lost,
    )


def build_board(scope: Scope, info: ModelInfo, declared: Declared, rows: Declared | None) -> EffectiveBoard:
    """A declared board; `rows` is the model's list, whose presets and filters stand in for missing ones.

    NotFound where the field that makes the columns does not exist in this company.
    """
    view: Any = declared.view
    column = scope.field(info, view.column)
    if column is None:
        raise NotFound
    card, lost = _columns(scope, info, declared, "card")
    fields = scope.readable(info)
    total = scope.field(info, view.total) if view.total is not None else None
    return EffectiveBoard(
        model=info,
        name=declared.name,
        label=view.label,
        column=column,
        card=card or tuple(_shown(scope, found) for found in _visible(scope, info)[:CARD_FIELDS]),
        move=scope.method(info, view.move) if view.move is not None else None,
        total=total,
        order=_order(fields, view.order, info.order),
        presets=_presets(scope, declared) or _presets(scope, rows),
        filters=_offered_filters(scope, info, declared if said(scope, declared, "filters") else rows),
        fields=fields,
        limit=view.limit,
        lost=lost,
    )


def list_columns(scope: Scope, info: ModelInfo) -> tuple[ShownField, ...]:
    """The columns of a model's main list."""
    declared = scope.registry.declared_for(info.key, scope.addons).get("list")
    return _columns(scope, info, declared, "columns")[0]


def fits_in_a_cell(field: Field) -> bool:
    """Whether a list can have the field as a column: neither many records nor a secret."""
    return field.kind not in TO_MANY | {"secret"}


def shown_column(scope: Scope, info: ModelInfo, element: Any) -> ShownField | None:
    """A column of that model; None where the field does not exist here."""
    if not isinstance(element, Show):
        return None
    found = scope.field(info, element.field)
    return _shown(scope, found, element) if found is not None and fits_in_a_cell(found) else None


def _columns(
    scope: Scope, info: ModelInfo, declared: Declared | None, attribute: str
) -> tuple[tuple[ShownField, ...], tuple[str, ...]]:
    if declared is None:
        return tuple(_shown(scope, found) for found in _visible(scope, info)), ()
    root, lost = changed_tree(scope, declared, getattr(declared.view, attribute))
    columns = {shown.name: shown for shown in _shown_in(scope, info, root.children)}
    return tuple(columns.values()), lost


def _visible(scope: Scope, info: ModelInfo) -> list[Field]:
    visible = scope.readable(info)
    return [found for found in default_columns(info, scope.addons) if found.name in visible]


def _shown_in(scope: Scope, info: ModelInfo, nodes: Iterable[Node]) -> Iterable[ShownField]:
    for node in nodes:
        shown = shown_column(scope, info, node.element)
        if shown is not None:
            yield shown


def _shown(scope: Scope, found: Field, element: Show | None = None) -> ShownField:
    if element is None:
        return ShownField(found, found.label, readonly=scope.readonly(found))
    readonly = element.readonly or scope.readonly(found)
    return ShownField(
        found, element.label or found.label, element.widget, bool(element.wide), readonly, element.if_any,
        element.under and readonly,
    )  # fmt: skip


def _order(fields: dict[str, Field], *wanted: str | None) -> str | None:
    """The first order that is possible here; the newest first when none is."""
    for order in wanted:
        found = fields.get(order.removeprefix("-")) if order else None
        if found is not None and orderable(found):
            return order
    return "-id"


def _presets(scope: Scope, declared: Declared | None) -> tuple[Preset, ...]:
    found: dict[str, Preset] = {}
    for preset in said(scope, declared, "presets") if declared is not None else ():
        found.setdefault(preset.key, preset)
    return tuple(found.values())


def _offered_filters(scope: Scope, info: ModelInfo, declared: Declared | None) -> tuple[Field, ...]:
    named = said(scope, declared, "filters") if declared is not None else []
    if named:
        found = [scope.field(info, reference) for reference in named]
        return tuple(dict.fromkeys(field for field in found if field is not None and filterable(field)))
    fields = scope.readable(info).values()
    return tuple(
        field for field in fields if field.kind in GROUPABLE and field.is_stored and not field.system
    )


def _groups(
    scope: Scope, fields: dict[str, Field], declared: Declared | None, filters: Sequence[Field]
) -> tuple[GroupChoice, ...]:
    named = said(scope, declared, "groups") if declared is not None else []
    keys = [group_key(reference) for reference in named] or [field.name for field in filters]
    found = [group_choice(key, fields) for key in dict.fromkeys(keys)]
    return tuple(choice for choice in found if choice is not None)


def _totals(scope: Scope, info: ModelInfo, declared: Declared | None) -> tuple[Field, ...]:
    named = said(scope, declared, "totals") if declared is not None else []
    found = [scope.field(info, reference) for reference in named]
    return tuple(dict.fromkeys(field for field in found if field is not None and field.kind in NUMBERS))
