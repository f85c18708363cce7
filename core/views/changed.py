"""A view's own elements with the changes of all addons that are on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.views.extend import Node, apply, tree
from core.views.references import describe
from core.views.registry import Declared
from core.views.scope import Scope
from core.views.view import own


def changed_tree(scope: Scope, declared: Declared, items: Iterable[Any]) -> tuple[Node, tuple[str, ...]]:
    """The tree after all changes, in dependency order, and the anchors that were missed."""
    root = tree(items)
    lost = []
    for extension in scope.extensions(declared):
        for change in own(extension.view, "changes"):
            if not apply(root, change):
                lost.append(describe(change.anchor))
    return root, tuple(lost)


def said(scope: Scope, declared: Declared, attribute: str) -> list[Any]:
    """What the view and then its extensions say under one name, such as their presets."""
    sources = (declared, *scope.extensions(declared))
    return [item for source in sources for item in own(source.view, attribute)]
