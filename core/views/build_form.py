"""A form cut to its company: the layout with all changes, without what is switched off."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from core.orm.compose import ModelInfo
from core.orm.fields import TO_MANY, Field
from core.views.actions import button_style
from core.views.build_rows import list_columns, shown_column
from core.views.changed import changed_tree, said
from core.views.defaults import default_layout
from core.views.effective import (
    EffectiveForm,
    Shown,
    ShownButton,
    ShownField,
    ShownGroup,
    ShownLines,
    ShownNote,
    ShownNotebook,
    ShownRelated,
    ShownStatusBar,
    ShownTab,
)
from core.views.effective_strips import shown_strip
from core.views.extend import Node, tree
from core.views.form import FormView
from core.views.hint import HintFunction
from core.views.layout import Button, Lines, Note, Related, Show, StatusBar
from core.views.picks import Picking
from core.views.registry import Declared
from core.views.scope import Scope, named_field

WIDE: Final = frozenset({"longtext", "many2many", "one2many", "translated", "json"})
RELATED_COLUMNS: Final = 4


def build_form(scope: Scope, info: ModelInfo, declared: Declared | None) -> EffectiveForm:
    """The form of a model, by its declaration or, without one, from its fields."""
    if declared is None:
        root, label = tree(default_layout(info, scope.addons)), FormView.label
        lost: tuple[str, ...] = ()
    else:
        root, lost = changed_tree(scope, declared, getattr(declared.view, "layout", ()))
        label = declared.view.label
    builder = _Builder(scope, info)
    body = builder.blocks(root.children) + builder.further(declared)
    return EffectiveForm(
        model=info, name=declared.name if declared else "form", label=label,
        buttons=tuple(builder.buttons), statusbar=builder.statusbar, body=body, fields=builder.fields,
        related=tuple(builder.related), hints=_hints(scope, info, declared), lost=lost,
    )  # fmt: skip


def _hints(scope: Scope, info: ModelInfo, declared: Declared | None) -> tuple[HintFunction, ...]:
    found: list[HintFunction] = said(scope, declared, "hints") if declared is not None else []
    found += [function for addon, function in scope.registry.hints.get(info.key, ()) if addon in scope.addons]
    return tuple(dict.fromkeys(found))


class _Builder:
    """Builds the elements and notes down the fields, each of which a form holds once."""

    def __init__(self, scope: Scope, info: ModelInfo) -> None:
        self.scope, self.info = scope, info
        self.fields: dict[str, ShownField] = {}
        self.related: list[ShownRelated] = []
        self.buttons: list[ShownButton] = []
        self.statusbar: ShownStatusBar | None = None

    def blocks(self, nodes: Iterable[Node]) -> tuple[Shown, ...]:
        """Blocks of a form or page; fields that stand free come in nameless groups."""
        built: list[Shown] = []
        free: list[Shown] = []
        for node in nodes:
            found = self.block(node)
            if isinstance(found, (ShownField, ShownNote)):
                free.append(found)
                continue
            if found is not None:
                self._close(built, free)
                built.append(found)
        self._close(built, free)
        return tuple(built)

    def further(self, declared: Declared | None) -> tuple[Shown, ...]:
        """What addons have added and nobody has placed, where the form has a heading for it."""
        label = (
            declared.view.further if declared is not None and issubclass(declared.view, FormView) else None
        )
        added = self.scope.readable(self.info).values() if label is not None else ()
        rest = [
            shown for one in added
            if one.addon != self.info.addon and one.kind not in TO_MANY and not one.readonly
            and (shown := self._field(one, Show(one))) is not None
        ]  # fmt: skip
        return (ShownGroup("further", label, tuple(rest)),) if rest else ()

    def _close(self, built: list[Shown], free: list[Shown]) -> None:
        if free:
            built.append(ShownGroup("", None, tuple(free)))
            free.clear()

    def block(self, node: Node) -> Shown | None:
        """One element of a form or page; buttons that stand free go into the header."""
        element = node.element
        if node.place == "header":
            return self._header(node)
        if node.place == "group":
            items = self._leaves(node.children)
            emptied = all(isinstance(item, ShownNote) for item in items) and len(items) < len(node.children)
            return (
                None
                if emptied or not items
                else ShownGroup(element.key, element.label, items, element.columns)
            )
        if node.place == "notebook":
            tabs = tuple(tab for child in node.children if (tab := self._tab(child)) is not None)
            return ShownNotebook(element.key, tabs) if tabs else None
        if node.place == "tab":
            return self._tab(node)
        if node.place == "strip":
            return shown_strip(self.scope, self.info, element, [child.element for child in node.children])
        if node.place == "related":
            return self._related(element, [child.element for child in node.children])
        found = self._leaf(element)
        if isinstance(found, ShownButton):
            self.buttons.append(found)
            return None
        return found

    def _header(self, node: Node) -> Shown | None:
        """Notes the buttons down; what else an addon put there stands below them."""
        leaves = self._leaves(node.children)
        self.buttons += [found for found in leaves if isinstance(found, ShownButton)]
        rest = tuple(found for found in leaves if not isinstance(found, ShownButton))
        return ShownGroup("header", None, rest) if rest else None

    def _tab(self, node: Node) -> ShownTab | None:
        items = self.blocks(node.children)
        return ShownTab(node.element.key, node.element.label, items) if items else None

    def _leaves(self, nodes: Iterable[Node]) -> tuple[Shown, ...]:
        return tuple(found for node in nodes if (found := self._leaf(node.element)) is not None)

    def _leaf(self, element: Show | Button | StatusBar | Note) -> Shown | None:
        if isinstance(element, Note):
            return ShownNote(element.text, element.key, element.url, element.right)
        if isinstance(element, Button):
            method = self.scope.method(self.info, element.method)
            return None if method is None else ShownButton(method, button_style(method, element.style))
        found = self.scope.field(self.info, element.field)
        if found is None:
            return None
        if isinstance(element, StatusBar):
            self.statusbar = ShownStatusBar(found, self.scope.states(self.info))
            return None
        if found.kind == "one2many":
            return self._related(Related(element.field, (), None, True, element.label), [])
        return self._field(found, element)

    def _field(self, found: Field, element: Show) -> Shown | None:
        if found.name in self.fields:
            return None
        shown = ShownField(
            found,
            element.label or found.label,
            element.widget,
            found.kind in WIDE if element.wide is None else element.wide,
            element.readonly or self.scope.readonly(found),
        )
        self.fields[found.name] = shown
        return shown

    def _related(self, element: Related, columns: list[Show]) -> ShownRelated | None:
        related = shown_related(self.scope, self.info, element, columns)
        if related is None or any(known.field is related.field for known in self.related):
            return None
        self.related.append(related)
        return related


def shown_related(
    scope: Scope, info: ModelInfo, element: Related, columns: Iterable[Show]
) -> ShownRelated | None:
    """A list of what belongs to the record, with the columns that exist here; None where it or its model is off."""
    found = scope.field(info, element.field)
    target = scope.model(found.target_key) if found is not None and found.kind in TO_MANY else None
    if found is None or target is None:
        return None
    shown = tuple(c for column in columns if (c := shown_column(scope, target, column)) is not None)
    if not shown:
        known = list_columns(scope, target)
        shown = tuple(column for column in known if column.name != found.back)[:RELATED_COLUMNS]
    back = found.back if found.kind == "one2many" else None
    label = element.label or found.label
    if isinstance(element, Lines):
        return _shown_lines(
            scope, info, element, ShownRelated(found, label, target, back, shown, None, False)
        )
    return ShownRelated(found, label, target, back, shown, element.order, element.add)


def _shown_lines(scope: Scope, info: ModelInfo, element: Lines, related: ShownRelated) -> ShownLines:
    """The list as one of parts: in the order of their `sequence`, where they have one, with its totals."""
    by = scope.readable(related.model).get("sequence")
    sequence = by if by is not None and by.kind == "integer" and by.sortable else None
    fields = [scope.field(info, reference) for reference in element.totals]
    totals = tuple(ShownField(one, one.label, readonly=True) for one in fields if one is not None)
    order = sequence.name if sequence else "id"
    picking = picking_in(scope, related.model, related.columns)
    return ShownLines(
        related.field,
        related.label,
        related.model,
        related.back,
        related.columns,
        order,
        False,
        totals,
        sequence,
        tuple(_as_read(scope, related.model, one, picking) for one in related.columns),
        picking,
    )


def _as_read(scope: Scope, info: ModelInfo, column: ShownField, picking: Mapping[str, Picking]) -> ShownField:
    """The column that says in words what is put together in this one."""
    found = picking.get(column.name)
    words = scope.readable(info).get(found.words) if found is not None else None
    return column if words is None else ShownField(words, column.label, readonly=True, under=True)


def picking_in(scope: Scope, info: ModelInfo, columns: Iterable[ShownField]) -> dict[str, Picking]:
    """How columns are put together by choosing, as far as the caller may do so."""
    open_ = {one.name for one in columns if not one.readonly}
    found: dict[str, Picking] = {}
    for addon, function in scope.registry.picks:
        field, words = (
            named_field(info, one)
            for one in (function.__keyuan_field__, function.__keyuan_words__)  # type: ignore[attr-defined]
        )
        if field in open_ and words is not None and addon in scope.addons:
            found.setdefault(field, Picking(function, field, words))
    return found
