"""Lists and boards, cut to their company."""

from __future__ import annotations

from typing import Any

import pytest

from core.errors import BadRequest, NotFound
from core.views.resolve import board_for, list_for, resolve, rows_view_for
from tests.core.views import toys
from tests.core.views.conftest import EVERYTHING, PLAIN, Caller


def names(shown: Any) -> list[str]:
    return [item.name for item in shown]


def test_the_list_as_declared() -> None:
    listing = resolve(toys.LeadList, PLAIN)
    assert names(listing.columns) == ["title", "customer", "amount", "state"]
    assert listing.order == "-amount"
    assert [preset.key for preset in listing.presets] == ["open", "everything"]
    assert names(listing.filters) == ["state", "owner", "due"]
    assert [choice.key for choice in listing.groups] == ["state", "due:month"]
    assert str(listing.groups[1].label) == "Due by month"
    assert names(listing.totals) == ["amount"]
    assert names(listing.actions) == ["assign", "close", "move"]
    assert "gift" not in listing.fields and "created_at" in listing.fields


def test_an_addon_adds_columns_presets_and_filters() -> None:
    listing = resolve(toys.LeadList, EVERYTHING)
    assert names(listing.columns) == ["title", "customer", "gift", "amount", "state"]
    assert [preset.key for preset in listing.presets] == ["open", "everything", "gifts"]
    assert names(listing.filters) == ["state", "owner", "due", "gift"]
    assert names(listing.actions) == ["assign", "close", "move", "escalate"]


def test_the_board_takes_presets_and_filters_of_the_list() -> None:
    board = resolve(toys.LeadBoard, EVERYTHING)
    assert board.column.name == "kind"
    assert names(board.card) == ["title", "amount"]
    assert board.move.name == "move"
    assert board.total.name == "amount"
    assert [preset.key for preset in board.presets] == ["open", "everything", "gifts"]
    assert names(board.filters) == ["state", "owner", "due", "gift"]


def test_fields_that_the_caller_may_not_see_are_not_there() -> None:
    seller = list_for(Caller(), "sales.customer")  # type: ignore[arg-type]
    assert "credit" not in seller.fields and "credit" not in names(seller.columns)
    assert "token" not in seller.fields and "token" not in names(seller.columns)
    director = list_for(Caller(roles=frozenset({"sales.director"})), "sales.customer")  # type: ignore[arg-type]
    assert "credit" in director.fields and "credit" in names(director.columns)
    assert "token" not in director.fields


def test_the_view_of_an_address() -> None:
    caller: Any = Caller()
    assert rows_view_for(caller, "sales.lead") is list_for(caller, toys.Lead)
    assert rows_view_for(caller, "sales.lead", "board") is board_for(caller, "sales.lead")
    for name in ("form", "gantt", "x" * 500):
        with pytest.raises(BadRequest):
            rows_view_for(caller, "sales.lead", name)
    with pytest.raises(NotFound):
        board_for(caller, "sales.customer")
