"""Who supplies a product, at which price and how fast."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from core.api import Env, select


@dataclass(frozen=True, slots=True)
class Source:
    """A supplier of a product. The price is for one unit of the product, in the supplier's currency."""

    supplier: int
    product: int
    price: Decimal
    lead_days: int | None
    is_preferred: bool


def sources_of(env: Env, products: Iterable[int]) -> list[Source]:
    """All suppliers in use of these products, the preferred and then the cheapest ones first."""
    one, supplier = env.info("crm_purchase.supplier_product").cls, env.info("crm_purchase.supplier").cls
    rows = env.rows(
        select(one.supplier_id, one.product_id, one.price, one.lead_days, one.is_preferred)
        .join(supplier, supplier.id == one.supplier_id)
        .where(one.product_id.in_(sorted(set(products))), supplier.status == "active")
        .order_by(one.product_id, one.is_preferred.desc(), one.price, one.supplier_id)
    )
    return [Source(*row) for row in rows]


def at_suppliers(env: Env, pairs: Collection[tuple[int, int]]) -> dict[tuple[int, int], Source]:
    """Sources by (supplier, product), in one statement."""
    found = {(one.supplier, one.product): one for one in sources_of(env, (product for _s, product in pairs))}
    return {pair: found[pair] for pair in pairs if pair in found}


def preferred(env: Env, products: Iterable[int]) -> dict[int, Source]:
    """The first source of each product that has one."""
    found: dict[int, Source] = {}
    for one in sources_of(env, products):
        found.setdefault(one.product, one)
    return found
