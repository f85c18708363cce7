"""What a line of a document begins with, for all lines at once: unit, tax, options, price with its reason.

What a row says already is left alone. Whoever has documents answers the kernel's proposals with it, and the same runs
when rows come without these values from imports, services or the API.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from addons.crm_product.models.product import Product
from addons.crm_product.services.configuring import (
    Offered,
    chosen_by_code,
    code_of,
    problems_of,
    surcharge,
)
from addons.crm_product.services.offering import catalogue
from addons.crm_product.services.pricing import Price, prices_for
from core.api import Env, ValidationFailed, select

Row = MutableMapping[str, Any]


def propose_lines(
    env: Env,
    rows: Sequence[Row],
    *,
    customer: int | None,
    currency: str,
    day: date,
    tax_included: bool = True,
    with_prices: bool = True,
    with_options: bool = False,
) -> None:
    """Fill `unit`, `tax`, `unit_price` and `price_reason` of rows that have a product and say nothing of these. A price
    that is given has the reason of the one that would be proposed, where it is the same.

    Without `with_prices` only unit and tax: what suppliers ask is not what customers pay. With `with_options` the price
    is that of the `configuration`, which begins with what the product proposes where something has to be chosen.
    """
    with_product = [row for row in rows if _id(row.get("product"))]
    known = _products(env, {_id(row["product"]) for row in with_product})
    for row in with_product:
        unit, tax = known.get(_id(row["product"]), (None, None))
        if row.get("unit") is None:
            row["unit"] = unit
        if row.get("tax") is None and "tax" not in row:
            row["tax"] = tax
    offers = _offers(env, with_product) if with_options else {}
    if not with_prices:
        return

    priced = partial(_priced, env, offers, customer, currency, day, tax_included)
    there = [row for row in with_product if _id(row["product"]) in known]
    given = [row for row in there if row.get("unit_price") is not None and row.get("price_reason") is None]
    unpriced = [row for row in there if row.get("unit_price") is None]
    for row, price in zip(unpriced, priced(unpriced), strict=True):
        row["unit_price"], row["price_reason"] = price.unit_price, price.reason
    with suppress(
        ValidationFailed
    ):  # a price that was given needs none of ours, and so no rate of its currency
        for row, price in zip(given, priced(given), strict=True):
            row["price_reason"] = price.reason if Decimal(row["unit_price"]) == price.unit_price else None


def _priced(
    env: Env, offers: Mapping[int, Offered], customer: int | None, currency: str, day: date, tax_included: bool,
    rows: Sequence[Row],
) -> list[Price]:  # fmt: skip
    wanted = [(_id(row["product"]), Decimal(row.get("quantity") or 1), _id(row["unit"])) for row in rows]
    extra = [_surcharge(offers.get(_id(row["product"])), row.get("configuration")) for row in rows]
    return prices_for(env, customer, currency, day, wanted, tax_included=tax_included, surcharges=extra)


def _products(env: Env, ids: set[int]) -> dict[int, tuple[int, int | None]]:
    one = env.info(Product).cls
    if not ids:
        return {}
    rows = env.rows(select(one.id, one.unit_id, one.tax_id).where(one.id.in_(sorted(ids))))
    return {key: (unit, tax) for key, unit, tax in rows}


def _offers(env: Env, rows: Sequence[Row]) -> dict[int, Offered]:
    """What the products of rows offer. Rows that chose nothing yet get what is proposed, as far as it holds."""
    shelf = catalogue(env, {_id(row["product"]) for row in rows})
    found = {key: offer for row in rows if (offer := shelf.of(key := _id(row["product"]))) is not None}
    for row in rows:
        offer = found.get(_id(row["product"]))
        if offer is None or row.get("configuration") is not None or row.get("chosen") is not None:
            continue
        if any(option.is_required for option in offer.options) and not problems_of(offer, offer.defaults()):
            row["configuration"] = code_of(offer, offer.defaults())
    return found


def _surcharge(offer: Offered | None, code: str | None) -> Decimal:
    return surcharge(offer, chosen_by_code(offer, code)[0]) if offer is not None and code else Decimal(0)


def _id(value: Any) -> int:
    return int(getattr(value, "id", value) or 0)
