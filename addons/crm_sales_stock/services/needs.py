"""What order lines need of stock, in the products' own units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from addons.crm_stock.services.quantities import is_kept, own_quantities, products_of
from core.api import Env, key_of, select

LINE: Final = "crm_sales.order_line"
"""The key of what goods are kept for."""


@dataclass(frozen=True, slots=True)
class Need:
    """A quantity of an order line as it is typed, and in the product's unit."""

    line: Any
    product_id: int
    unit_id: int | None
    quantity: Decimal
    own: Decimal = Decimal(0)

    @property
    def source(self) -> tuple[str, int]:
        return LINE, self.line.id


def lines_of(env: Env, orders: Sequence[Any]) -> list[Any]:
    """The lines of orders, in one statement."""
    from addons.crm_sales.models import OrderLine

    cls = env.info(OrderLine).cls
    ids = [one.id for one in orders]
    wanted = select(cls).where(cls.document_id.in_(ids), cls.deleted_at.is_(None))
    return env.scalars(wanted.order_by(cls.document_id, cls.sequence, cls.id))


def open_needs(env: Env, lines: Sequence[Any]) -> list[Need]:
    """What is open of these lines and kept in stock."""
    return needs_of(env, [(line, line.open_quantity) for line in lines if line.open_quantity > 0])


def needs_of(env: Env, wanted: Sequence[tuple[Any, Decimal]]) -> list[Need]:
    """These quantities of order lines; services, and goods that are not kept in stock, are left out."""
    products = products_of(env, {key_of(line, "product") or 0 for line, _quantity in wanted})
    found = [
        Need(line, line.product_id, line.unit_id, quantity)
        for line, quantity in wanted
        if is_kept(products[line.product_id])
    ]
    own = own_quantities(env, found, products)
    return [
        Need(one.line, one.product_id, one.unit_id, one.quantity, quantity)
        for one, quantity in zip(found, own, strict=True)
    ]
