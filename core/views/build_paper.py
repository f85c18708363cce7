"""A paper cut to its company and caller: what is switched off or hidden stands on none."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.orm.compose import ModelInfo
from core.views.build_form import shown_related
from core.views.build_rows import shown_column
from core.views.changed import changed_tree, said
from core.views.effective import ShownField, ShownRelated
from core.views.effective_paper import EffectivePaper, ShownParty
from core.views.extend import Node, node_of
from core.views.layout import Related, Show
from core.views.paper import Party
from core.views.registry import Declared
from core.views.scope import Scope


def build_paper(scope: Scope, info: ModelInfo, declared: Declared) -> EffectivePaper:
    """A declared paper with the changes of the addons that are on."""
    view: Any = declared.view
    root, lost = changed_tree(scope, declared, [as_related(one) for one in said(scope, declared, "tables")])
    number = scope.field(info, view.number) if view.number is not None else None
    return EffectivePaper(
        model=info, name=declared.name, addon=declared.addon, title=view.title,
        number=number or scope.readable(info).get(info.display),
        head=_fields(scope, info, said(scope, declared, "head")),
        parties=_parties(scope, info, said(scope, declared, "parties")),
        tables=_tables(scope, info, root.children),
        totals=_fields(scope, info, said(scope, declared, "totals")),
        texts=_fields(scope, info, said(scope, declared, "texts")),
        signatures=tuple(said(scope, declared, "signatures")), states=tuple(view.states), lost=lost,
    )  # fmt: skip


def as_related(item: Any) -> Related:
    """A field that is named alone shows the first columns of its own list."""
    return item if isinstance(item, Related) else Related(item, (), None, False, None)


def _fields(scope: Scope, info: ModelInfo, items: Iterable[Any]) -> tuple[ShownField, ...]:
    shown = (shown_column(scope, info, node_of(item).element) for item in items)
    return tuple({one.name: one for one in shown if one is not None}.values())


def _parties(scope: Scope, info: ModelInfo, parties: Iterable[Party]) -> tuple[ShownParty, ...]:
    found = []
    for one in parties:
        if one.field is None:
            found.append(ShownParty(one.label))
            continue
        field = scope.field(info, one.field)
        target = scope.model(field.target_key) if field is not None else None
        if field is not None and target is not None:
            found.append(ShownParty(one.label, field, target, _fields(scope, target, one.lines)))
    return tuple(found)


def _tables(scope: Scope, info: ModelInfo, nodes: Iterable[Node]) -> tuple[ShownRelated, ...]:
    found = []
    for node in nodes:
        if node.place != "related":
            continue
        columns = [child.element for child in node.children if isinstance(child.element, Show)]
        shown = shown_related(scope, info, node.element, columns)
        if shown is not None and shown.back is not None:
            found.append(shown)
    return tuple(found)
