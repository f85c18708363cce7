"""The state of preparation of an order line, worked out by the database from stock as it is now."""

from __future__ import annotations

from typing import Any, Final

from core.api import _, aliased, and_, case, func, or_, select

STATES: Final = [
    ("none", _("Not from stock")), ("shipped", _("Shipped")), ("reserved", _("Reserved")),
    ("in_stock", _("In stock")), ("coming", _("In production or purchase")), ("short", _("Short")),
]  # fmt: skip
"""From the best to the worst; a line that is not confirmed yet is told what stock could do for it."""


def reserved_quantity(model: Any) -> Any:
    """What is kept for the line, in the product's unit."""
    from addons.crm_stock.models import Reservation

    kept = Reservation.__composed__
    total = select(func.coalesce(func.sum(kept.quantity), 0)).where(
        kept.company_id == model.company_id, kept.source_model == "crm_sales.order_line", kept.source_id == model.id,
        kept.deleted_at.is_(None),
    )  # fmt: skip
    return total.correlate(model).scalar_subquery()


def state_of(model: Any) -> Any:
    """One of `STATES`."""
    kept, needed = reserved_quantity(model), needed_quantity(model)
    return case(
        (comes_from_stock(model).is_not(True), "none"),
        (and_(model.open_quantity == 0, model.delivered > 0), "shipped"),
        (kept >= needed, "reserved"),
        (_coming(model), "coming"),
        (kept + _available(model) >= needed, "in_stock"),
        else_="short",
    )


def comes_from_stock(model: Any) -> Any:
    """Whether its product is kept in stock: services are not."""
    product = aliased(_product())
    kept = or_(product.is_stocked.is_(None), product.is_stocked.is_(True))
    statement = select(and_(product.kind != "service", kept)).where(product.id == model.product_id)
    return statement.correlate(model).scalar_subquery()


def _product() -> Any:
    from addons.crm_product.models import Product

    return Product.__composed__


def needed_quantity(model: Any) -> Any:
    """What is open, in the product's unit."""
    from addons.crm_product.models import Unit

    product, unit, own = aliased(_product()), aliased(Unit.__composed__), aliased(Unit.__composed__)
    statement = (
        select(model.open_quantity * unit.factor * own.divisor / (unit.divisor * own.factor))
        .select_from(product)
        .join(own, own.id == product.unit_id)
        .join(unit, unit.id == model.unit_id)
        .where(product.id == model.product_id)
    )
    return statement.correlate(model).scalar_subquery()


def _available(model: Any) -> Any:
    """What nobody has been promised in the order's warehouse."""
    from addons.crm_sales.models import Order
    from addons.crm_stock.models import Level

    level, order = aliased(Level.__composed__), aliased(Order.__composed__)
    statement = (
        select(func.coalesce(func.sum(level.available), 0))
        .select_from(order)
        .join(level, and_(level.company_id == order.company_id, level.warehouse_id == order.warehouse_id))
        .where(
            order.id == model.document_id, level.product_id == model.product_id, level.deleted_at.is_(None)
        )
    )
    return statement.correlate(model).scalar_subquery()


def _coming(model: Any) -> Any:
    """Whether something is being made for this line."""
    made = _production()
    return select(made.id).where(*_is_made_for(made, model)).correlate(model).exists()


def quantity_being_made(model: Any) -> Any:
    """What running production requests are going to bring for this line, in the product's unit."""
    made = _production()
    total = select(func.coalesce(func.sum(made.open_quantity), 0)).where(*_is_made_for(made, model))
    return total.correlate(model).scalar_subquery()


def _production() -> Any:
    from addons.crm_stock.models import ProductionRequest

    return aliased(ProductionRequest.__composed__)


def _is_made_for(made: Any, model: Any) -> tuple[Any, ...]:
    from addons.crm_stock.states import IN_PRODUCTION, WANTED

    return (
        made.company_id == model.company_id, made.order_line_id == model.id, made.deleted_at.is_(None),
        made.state.in_([WANTED, IN_PRODUCTION]),
    )  # fmt: skip
