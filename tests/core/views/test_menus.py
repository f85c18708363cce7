"""The navigation tree of one caller."""

from __future__ import annotations

from typing import Any

from core.views.navigation import menu_tree
from tests.core.views import toys
from tests.core.views.conftest import PLAIN, Caller


def tree(caller: Any) -> list[Any]:
    def shown(node: Any) -> Any:
        return (
            (node.key, node.url, [shown(child) for child in node.children])
            if node.children
            else (node.key, node.url)
        )

    return [shown(node) for node in menu_tree(caller)]


def test_entries_stand_in_order_and_lead_to_their_views() -> None:
    assert tree(Caller(roles=frozenset({"sales.director"}))) == [
        (
            "sales",
            None,
            [
                ("sales.report", "/p/sales.report"),
                ("sales.customers", "/r/sales.customer/new"),
                ("sales.board", "/r/sales.lead?view=board"),
                ("sales.leads", "/r/sales.lead"),
                ("loyalty.gifts", "/r/sales.lead?preset=gifts"),
            ],
        )
    ]
    (branch,) = menu_tree(Caller())  # type: ignore[arg-type]
    assert (str(branch.label), branch.icon) == ("Sales", "target")


def test_only_enabled_addons_roles_and_rights_count() -> None:
    ((_key, _url, entries),) = tree(Caller(addons=PLAIN))
    assert [entry[0] for entry in entries] == ["sales.customers", "sales.board", "sales.leads"]
    ((_key, _url, entries),) = tree(Caller(readable=frozenset({"sales.customer"})))
    assert [entry[0] for entry in entries] == ["sales.customers"]


def test_branches_without_entries_are_gone() -> None:
    assert tree(Caller(readable=frozenset())) == []
    assert tree(Caller(addons=frozenset({"base"}))) == []


def test_an_entry_whose_parent_is_off_stands_at_the_top() -> None:
    stand_alone = Caller(addons=frozenset({"base", "late", "sales"}))
    assert "late.customers" in [node[0] for node in tree(stand_alone)]


def test_a_page_asks_its_right() -> None:
    director = frozenset({"sales.director"})
    assert toys.REPORT.allowed(Caller())  # type: ignore[arg-type]
    assert not toys.REPORT.allowed(Caller(readable=frozenset({"sales.customer"})))  # type: ignore[arg-type]
    ((_key, _url, entries),) = tree(Caller(roles=director, readable=frozenset({"sales.customer"})))
    assert [entry[0] for entry in entries] == ["sales.customers"]
