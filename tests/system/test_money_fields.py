"""Every amount knows its currency: that of its record, or the company's. A bare number beside amounts is a mistake."""

from __future__ import annotations

import re
from collections.abc import Iterator

from core.orm.compose import Composition, ModelInfo
from core.orm.fields import Field

_CALLED_SO = re.compile(
    r"amount|cost|price|value|revenue|margin|profit|total|open|limit|credit|received|paid|invoiced|matched|surcharge"
)
NUMBERS = {
    "crm_product.attribute_value.amount": "a size or weight, as the attribute says",
    "crm_product.product.margin": "in percent",
    "crm_purchase.purchase_line.open_quantity": "pieces",
    "crm_purchase.purchase_line.received": "pieces",
    "crm_sales.delivery_plan.open_quantity": "pieces",
    "crm_sales.order_line.open_quantity": "pieces",
    "crm_stock.production_request.open_quantity": "pieces",
}
"""Decimals that are called like amounts and are none."""


def fields_of(composed: Composition) -> Iterator[tuple[ModelInfo, Field]]:
    for info in composed.models.values():
        for found in info.fields.values():
            yield info, found


def test_what_is_called_like_an_amount_is_one(composed: Composition) -> None:
    bare = {
        f"{info.key}.{found.name}" for info, found in fields_of(composed)
        if found.kind == "decimal" and _CALLED_SO.search(found.name)
    }  # fmt: skip
    assert bare == set(NUMBERS), "declare it with `currency` or `money=True`, or say here what it counts"


def test_what_follows_from_amounts_is_one_but_shares_of_them(composed: Composition) -> None:
    bare = {
        f"{info.key}.{found.name}" for info, found in fields_of(composed)
        if found.kind == "decimal" and any(
            one in info.fields and info.fields[one].kind == "money" for one in found.depends
        )
    }  # fmt: skip
    assert bare == {"crm_product.product.margin"}


def test_a_currency_is_a_field_that_holds_one(composed: Composition) -> None:
    known = {code for code, _label in composed.info("base.company").fields["currency"].choices}
    named = 0
    for info, found in fields_of(composed):
        if found.currency is not None:
            named += 1
            held = info.fields[found.currency]
            follows = [one.rpartition(".")[2] for one in held.depends] == ["currency"]
            assert follows or {code for code, _label in held.choices} == known, f"{info.key}.{found.name}"
    assert named > 20


def test_amounts_of_a_record_with_a_currency_say_which_they_are_in(composed: Composition) -> None:
    """Those in the company's currency beside it are few, and named."""
    companys = {
        f"{info.key}.{found.name}" for info, found in fields_of(composed)
        if found.kind == "money" and found.currency is None and "currency" in info.fields
    }  # fmt: skip
    assert companys == {
        "crm_finance.expense.value", "crm_finance.receipt.unmatched_value", "crm_finance.receipt.value",
        "crm_finance.receivable.open_value", "crm_sales.order.expense_total", "crm_sales.order_line.margin",
        "crm_sales.order_line.shipped_cost",
    }  # fmt: skip


def test_sums_of_amounts_are_in_the_currency_of_what_they_add_up(composed: Composition) -> None:
    """Parts in a currency of their own are added up in the one that the whole shares with them, never in the company's."""
    sums = 0
    for info in composed.models.values():
        for found in info.own_totals.values():
            summed = found.part.fields.get(str(found.field.sum))
            if summed is not None and summed.kind == "money":
                sums += 1
                assert (summed.currency is None) == (found.field.currency in (None, "company_currency")), (
                    f"{info.key}.{found.field.name} adds up {found.part.key}.{summed.name}"
                )
    assert sums > 10
