"""Goods that are missing, told line by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.api import Env, LazyString, ValidationFailed, _


@dataclass(frozen=True, slots=True)
class Shortage:
    """What one line wants of a product, and what is there for it."""

    product: int
    warehouse: int
    wanted: Decimal
    there: Decimal
    place: str = ""


def refuse(env: Env, short: Sequence[Shortage]) -> None:
    """Raise `ValidationFailed` for missing goods: each at its line, the first of them in the message."""
    from addons.crm_product.models import Product
    from addons.crm_stock.models import Warehouse

    if not short:
        return
    products = env.labels(Product, {one.product for one in short})
    warehouses = env.labels(Warehouse, {one.warehouse for one in short})
    problems: dict[str, list[LazyString]] = {}
    for one in short:
        text = _(
            "“{product}” in {warehouse}: {wanted} wanted, {there} available.",
            product=products[one.product], warehouse=warehouses[one.warehouse],
            wanted=plain(one.wanted), there=plain(max(one.there, Decimal(0))),
        )  # fmt: skip
        problems.setdefault(one.place, []).append(text)
    texts = [text for found in problems.values() for text in found]
    more = _("{first} Nor are there goods for {n} more lines.", first=texts[0], n=len(texts) - 1)
    raise ValidationFailed(problems, texts[0] if len(texts) == 1 else more)


def plain(quantity: Decimal) -> str:
    """Without the zeros behind the point."""
    text = f"{quantity:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
