"""How addons change a form or list of another addon: anchors, and the tree the changes work on.

Changes are applied in dependency order, then by addon name. A change whose anchor is gone is not lost: what
it brings goes to the end of the form, and `core.views.check` reports it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

from core.i18n import LazyString
from core.orm.fields import field_name
from core.views.layout import (
    Block,
    Button,
    FieldRef,
    Group,
    Header,
    Item,
    MethodRef,
    Note,
    Notebook,
    Related,
    Show,
    StatusBar,
    Tab,
)
from core.views.references import Location, is_method, location, method_name
from core.views.strips import Chain, Process, Steps, Strip

Anchor: TypeAlias = (
    "FieldRef | MethodRef | Show | Button | StatusBar | Note | Block | Tab | Strip | LazyString | str"
)
Place = Literal["root", "header", "group", "tab", "notebook", "related", "strip", "leaf"]

_ACCEPTS: Final[dict[Place, frozenset[Place]]] = {
    "root": frozenset({"leaf", "header", "group", "notebook", "related", "strip"}),
    "header": frozenset({"leaf"}),
    "group": frozenset({"leaf"}),
    "tab": frozenset({"leaf", "group", "notebook", "related", "strip"}),
    "notebook": frozenset({"tab"}),
    "related": frozenset({"leaf"}),
    "strip": frozenset({"leaf"}),
    "leaf": frozenset(),
}


@dataclass(frozen=True, eq=False, slots=True)
class Change:
    """One change of a view. `how` is one of after, before, replace, remove, inside."""

    how: Literal["after", "before", "replace", "remove", "inside"]
    anchor: Anchor
    items: tuple[Item, ...] = ()
    location: Location | None = field(default=None, repr=False)


def after(anchor: Anchor, *items: Item) -> Change:
    """Put `items` behind the anchor; of several addons, the first one's stand nearest to it."""
    return Change("after", anchor, items)


def before(anchor: Anchor, *items: Item) -> Change:
    """Put `items` in front of the anchor."""
    return Change("before", anchor, items)


def replace(anchor: Anchor, *items: Item) -> Change:
    """Put `items` where the anchor stood."""
    return Change("replace", anchor, items, location(1))


def remove(anchor: Anchor) -> Change:
    """Take the anchor out of the view; the field stays in the model."""
    return Change("remove", anchor, location=location(1))


def inside(block: Anchor, *items: Item) -> Change:
    """Append `items` to a block, named by its label or key; "header" is the row of buttons."""
    return Change("inside", block, items)


@dataclass(eq=False, slots=True)
class Node:
    """An element in its place. `key` is its anchor, `follows` the anchor it was put behind."""

    key: str
    place: Place
    element: Any
    children: list[Node] = field(default_factory=list)
    follows: str | None = None


def tree(items: Iterable[Item]) -> Node:
    """The layout as a tree that changes can work on."""
    return Node("", "root", None, [node_of(item) for item in items])


def node_of(item: Item) -> Node:
    """One element with what stands in it."""
    if isinstance(item, Header):
        return Node(f"block:{item.key}", "header", item, [node_of(child) for child in item.items])
    if isinstance(item, Group):
        return Node(f"block:{item.key}", "group", item, [node_of(child) for child in item.items])
    if isinstance(item, Tab):
        return Node(f"block:{item.key}", "tab", item, [node_of(child) for child in item.items])
    if isinstance(item, Notebook):
        return Node(f"block:{item.key}", "notebook", item, [node_of(tab) for tab in item.tabs])
    if isinstance(item, Related):
        return Node(anchor_keys(item)[0], "related", item, [node_of(column) for column in item.columns])
    if isinstance(item, (Process, Steps, Chain)):
        return Node(f"block:{item.key}", "strip", item, [node_of(one) for one in item.items])
    leaf: Any = item
    if is_method(leaf):
        leaf = Button(leaf)
    elif not isinstance(leaf, (Show, Button, StatusBar, Note)):
        leaf = Show(leaf)
    return Node(anchor_keys(leaf)[0], "leaf", leaf)


def anchor_keys(anchor: Anchor) -> tuple[str, ...]:
    """The keys that an anchor may mean, the likeliest first: a plain text names a block, field or button."""
    if isinstance(anchor, str):
        return (f"block:{anchor}", f"field:{anchor}", f"method:{anchor}", f"note:{anchor}")
    if isinstance(anchor, LazyString):
        return (f"block:{anchor.msgid}", f"note:{anchor.msgid}")
    if isinstance(anchor, Note):
        return (f"note:{anchor.key}",)
    if isinstance(anchor, (Header, Group, Tab, Notebook, Process, Steps, Chain)):
        return (f"block:{anchor.key}",)
    if isinstance(anchor, Button):
        return (f"method:{method_name(anchor.method)}",)
    if isinstance(anchor, StatusBar):
        return (f"statusbar:{field_name(anchor.field)}",)
    if isinstance(anchor, (Show, Related)):
        return (f"field:{field_name(anchor.field)}",)
    if is_method(anchor):
        return (f"method:{method_name(anchor)}",)
    name = field_name(anchor)
    return (f"field:{name}", f"statusbar:{name}")


def find(root: Node, keys: Iterable[str]) -> list[Node]:
    """The path from the root to the first node that has one of `keys`, root first; empty when there is none.

    Columns of a child list belong to another model and are no anchors, nor is what stands in a picture.
    """
    for key in keys:
        for path in _paths(root):
            if path[-1].key == key:
                return path
    return []


def _paths(root: Node) -> Iterator[list[Node]]:
    for child in root.children:
        yield [root, child]
        if child.place not in ("related", "strip"):
            for path in _paths(child):
                yield [root, *path]


def apply(root: Node, change: Change) -> bool:
    """Apply one change to the tree; False when its anchor is gone and its items went to the end."""
    nodes = [node_of(item) for item in change.items]
    path = find(root, anchor_keys(change.anchor))
    if not path and change.how == "inside" and change.anchor == "header":
        root.children.insert(0, node_of(Header(())))
        path = [root, root.children[0]]
    if not path:
        for node in nodes:
            _insert([root], len(root.children), node)
        return False
    anchor = path[-1]
    if change.how == "inside":
        for node in nodes:
            _insert(path, len(anchor.children), node)
        return True
    siblings = path[-2].children
    index = siblings.index(anchor)
    if change.how == "after":
        index += 1
        while index < len(siblings) and siblings[index].follows == anchor.key:
            index += 1
        for node in nodes:
            node.follows = anchor.key
    elif change.how in ("replace", "remove"):
        del siblings[index]
    for offset, node in enumerate(nodes):
        _insert(path[:-1], index + offset, node)
    return True


def _insert(path: list[Node], index: int, node: Node) -> None:
    """Put `node` into the innermost container of `path` that takes its like; a page goes to a notebook."""
    for depth in range(len(path) - 1, -1, -1):
        if node.place in _ACCEPTS[path[depth].place]:
            if depth < len(path) - 1:
                index = path[depth].children.index(path[depth + 1]) + 1
            path[depth].children.insert(index, node)
            return
    root = path[0]
    if node.place == "tab":
        home = next((found[-1] for found in _paths(root) if found[-1].place == "notebook"), None)
        if home is None:
            home = node_of(Notebook((), "notebook"))
            root.children.append(home)
        home.children.append(node)
        return
    root.children.append(node)
