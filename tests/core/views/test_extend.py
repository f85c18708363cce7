"""The tree that changes work on: what may stand where, and where it goes when it may not."""

from __future__ import annotations

from core.i18n import LazyString, _
from core.views.extend import Node, after, apply, before, find, inside, remove, replace, tree
from core.views.layout import Button, Note, group, header, note, notebook, page


def outline(node: Node) -> list[object]:
    return [
        (child.key.partition(":")[2], outline(child)) if child.children else child.key.partition(":")[2]
        for child in node.children
    ]


def n(text: str) -> Note:
    return note(LazyString("core", text))


def form() -> Node:
    return tree(
        [header(n("h")), group(_("A"), n("a1"), n("a2")), notebook(page(_("P"), n("p1")), page(_("Q")))]
    )


def test_before_after_and_replace_a_leaf() -> None:
    root = form()
    assert apply(root, after("a1", n("x"), n("y")))
    assert apply(root, after(_("a1"), n("z")))
    assert apply(root, before("a2", n("w")))
    assert apply(root, replace("a2", n("v"), n("u")))
    assert outline(root)[1] == ("A", ["a1", "x", "y", "z", "w", "v", "u"])


def test_remove_a_block_with_all_in_it() -> None:
    root = form()
    assert apply(root, remove(_("A")))
    assert outline(root) == [("header", ["h"]), ("notebook", [("P", ["p1"]), "Q"])]
    assert not find(root, ["note:a1"])


def test_a_block_put_behind_a_leaf_stands_behind_the_leafs_block() -> None:
    root = form()
    assert apply(root, after("a1", group(_("B"), n("b1"))))
    assert [child.key for child in root.children] == ["block:header", "block:A", "block:B", "block:notebook"]
    assert outline(root)[1] == ("A", ["a1", "a2"])


def test_a_page_goes_to_the_notebook_from_anywhere() -> None:
    root = form()
    assert apply(root, after("p1", page(_("R"), n("r1"))))
    assert apply(root, after("a1", page(_("S"), n("s1"))))
    assert outline(root)[2] == ("notebook", [("P", ["p1"]), ("R", ["r1"]), "Q", ("S", ["s1"])])
    bare = tree([group(_("A"), n("a1"))])
    assert apply(bare, inside(_("A"), page(_("T"), n("t1"))))
    assert outline(bare) == [("A", ["a1"]), ("notebook", [("T", ["t1"])])]


def test_inside_appends_to_the_block() -> None:
    root = form()
    assert apply(root, inside("A", n("x")))
    assert apply(root, inside(_("Q"), group(_("C"), n("c1"))))
    assert apply(root, inside("header", n("k")))
    assert outline(root) == [
        ("header", ["h", "k"]),
        ("A", ["a1", "a2", "x"]),
        ("notebook", [("P", ["p1"]), ("Q", [("C", ["c1"])])]),
    ]


def test_without_its_anchor_an_item_goes_to_the_end() -> None:
    root = form()
    assert not apply(root, after("gone", n("x"), group(_("G"), n("g1"))))
    assert outline(root)[-2:] == ["x", ("G", ["g1"])]
    assert not apply(root, remove("gone"))


def test_a_change_can_hang_on_what_an_earlier_one_brought() -> None:
    root = form()
    assert apply(root, after("a1", n("x")))
    assert apply(root, after("x", n("y")))
    assert outline(root)[1] == ("A", ["a1", "x", "y", "a2"])


def test_a_plain_function_is_a_button() -> None:
    def assign() -> None: ...

    root = tree([header(assign)])
    assert root.children[0].children[0].key == "method:assign"
    assert isinstance(root.children[0].children[0].element, Button)
