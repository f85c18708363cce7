"""What is left to do of the goods of an order: its steps are offered by it."""

from __future__ import annotations

from typing import Any

from addons.crm_sales.states import FULFILLED_STATES
from addons.crm_sales_stock.services import preparation
from core.api import Where, aliased, and_, exists, func, or_, select


def lacks_what_is_there(env: Any) -> Where:
    """It is being fulfilled, lacks goods, and its warehouse has some of them that nobody has been promised."""
    order, line = _order(), _line()
    kept, needed = preparation.reserved_quantity(line), preparation.needed_quantity(line)
    return _works_on(line, kept < needed, _is_to_be_had(order, line))


def lacks_goods(env: Any) -> Where:
    """It is being fulfilled, and neither what is kept for it nor what is being made for it suffices."""
    line = _line()
    coming = preparation.reserved_quantity(line) + preparation.quantity_being_made(line)
    return _works_on(line, coming < preparation.needed_quantity(line))


def has_goods_kept(env: Any) -> Where:
    """Goods are kept for it."""
    order, line = _order(), _line()
    kept = preparation.reserved_quantity(line) > 0
    return exists(select(line.id).where(line.document_id == order.id, line.deleted_at.is_(None), kept))


def _order() -> Any:
    from addons.crm_sales.models import Order

    return Order.__composed__


def _line() -> Any:
    from addons.crm_sales.models import OrderLine

    return aliased(OrderLine.__composed__)


def _works_on(line: Any, *wanted: Any) -> Where:
    """Orders in fulfilment with an open line of goods from stock for which all of it holds."""
    order = _order()
    open_lines = (line.document_id == order.id, line.is_open.is_(True), line.deleted_at.is_(None))
    found = exists(select(line.id).where(*open_lines, preparation.comes_from_stock(line), *wanted))
    return and_(order.state.in_(FULFILLED_STATES), found)


def _is_to_be_had(order: Any, line: Any) -> Where:
    """Something of the line's product is free where the order ships from: there, or where the company usually does."""
    from addons.crm_stock.models import Level, Warehouse

    level, place = aliased(Level.__composed__), aliased(Warehouse.__composed__)
    other = aliased(Warehouse.__composed__)
    usual = select(func.min(other.id)).where(
        other.company_id == order.company_id, other.is_default.is_(True), other.is_active.is_(True),
        other.deleted_at.is_(None),
    )  # fmt: skip
    there = func.coalesce(order.warehouse_id, usual.correlate(order).scalar_subquery())
    free = (
        select(level.id)
        .join(place, place.id == level.warehouse_id)
        .where(
            level.company_id == order.company_id, level.warehouse_id == there, level.product_id == line.product_id,
            level.deleted_at.is_(None), or_(level.available > 0, place.allows_negative.is_(True)),
        )
    )  # fmt: skip
    return free.correlate(order, line).exists()
