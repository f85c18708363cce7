"""What is on order at each level, kept as what is open on the lines of sent orders.

It is taken anew from the open quantities and not counted up and down, so that an order that was sent before this addon
was on, or a receipt that was reversed, is right with the next step at the latest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from addons.crm_product.services.units import converted, measures
from addons.crm_purchase.models import PurchaseLine, PurchaseOrder
from addons.crm_stock.services.expecting import expect
from addons.crm_stock.services.levels import Pair, hold
from addons.crm_stock.services.quantities import is_kept, products_of
from core.api import Env, _, key_of, select


def hold_levels(env: Env, orders: Sequence[int]) -> None:
    """Lock the levels of all lines of these orders at once, before the first of several steps."""
    system = env.sudo(_("Goods of purchase orders"))
    lines = _lines(system, orders)
    places = _warehouses(system, orders)
    hold(system, {pair for line in _kept(system, lines) if (pair := _pair(line, places)) is not None})


def follow(env: Env, orders: Sequence[int], *, is_over: bool = False) -> None:
    """Levels and lines say what is open of these orders; nothing where the orders are over."""
    system = env.sudo(_("Goods of purchase orders"))
    lines = _kept(system, _lines(system, orders))
    places = _warehouses(system, orders)
    changes: dict[Pair, Decimal] = {}
    with system.granting(lines, "expect"):
        for line, open_quantity in zip(lines, _open(system, lines), strict=True):
            pair = _pair(line, places)
            wanted = Decimal(0) if is_over or pair is None else open_quantity
            if pair is not None and wanted != line.on_order:
                changes[pair] = changes.get(pair, Decimal(0)) + wanted - line.on_order
                line.on_order = wanted
    expect(env, changes)


def _open(system: Env, lines: Sequence[Any]) -> list[Decimal]:
    """What is open of each line, in the unit of the product."""
    products = products_of(system, {line.product_id for line in lines})
    units = measures(system, {line.unit_id for line in lines} | {one.unit_id for one in products.values()})
    return [
        converted(line.open_quantity, units[line.unit_id], units[products[line.product_id].unit_id])
        for line in lines
    ]


def _lines(system: Env, orders: Iterable[int]) -> list[Any]:
    cls = system.info(PurchaseLine).cls
    statement = select(cls).where(cls.document_id.in_(sorted(set(orders)))).order_by(cls.id)
    return system.scalars(statement.execution_options(populate_existing=True))


def _kept(system: Env, lines: Sequence[Any]) -> list[Any]:
    """Lines of products that are counted in stock."""
    products = products_of(system, {line.product_id for line in lines})
    return [line for line in lines if is_kept(products[line.product_id])]


def _warehouses(system: Env, orders: Iterable[int]) -> dict[int, int | None]:
    ids = sorted(set(orders))
    return {one.id: key_of(one, "warehouse") for one in system.get_many(PurchaseOrder, ids)}


def _pair(line: Any, places: dict[int, int | None]) -> Pair | None:
    warehouse = places[line.document_id]
    return None if warehouse is None else (line.product_id, warehouse)
