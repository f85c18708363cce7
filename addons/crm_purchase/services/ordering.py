"""The life of a purchase order: approved, sent, closed, cancelled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from addons.crm_product.services.proposing import propose_lines
from addons.crm_purchase.hookspecs import orders_ending, orders_sent
from addons.crm_purchase.services.sources import at_suppliers
from core.api import Env, ValidationFailed, Where, _, select

if TYPE_CHECKING:
    from addons.crm_purchase.models import PurchaseOrder


def today(env: Env) -> date:
    """The company's day."""
    return env.today


def approve(env: Env, orders: Sequence[PurchaseOrder]) -> None:
    """Orders that say what is bought."""
    for order in orders:
        if not order.open_lines:
            raise ValidationFailed({"": [_("The order {number} has no lines.", number=order.number)]})
        order.approved_by_id = env.user_id or None  # type: ignore[attr-defined]


def send(env: Env, orders: Sequence[PurchaseOrder]) -> None:
    """The supplier has them; when nothing else is said, they come after the supplier's lead time."""
    for order in orders:
        if order.expected_on is None:
            order.expected_on = env.today + timedelta(days=order.supplier.lead_days)
    _note_lines(env, orders, is_sent=True)
    orders_sent(env=env, orders=orders)


def close(env: Env, orders: Sequence[PurchaseOrder], reason: str | None) -> None:
    """Whoever closes an order of which something is open says why."""
    for order in orders:
        if order.open_lines and not reason:
            raise ValidationFailed.at(
                "reason", _("Of the order {number} goods are still open.", number=order.number)
            )
        order.end_reason = reason
    _note_lines(env, orders, is_sent=False)
    orders_ending(env=env, orders=orders)


def cancel(env: Env, orders: Sequence[PurchaseOrder], reason: str) -> None:
    """Only where nothing has come."""
    for order in orders:
        if order.begun_lines:
            raise ValidationFailed({"": [_("Of the order {number} goods have come.", number=order.number)]})
        order.end_reason = reason
    _note_lines(env, orders, is_sent=False)
    orders_ending(env=env, orders=[order for order in orders if order.state.code == "sent"])


def _note_lines(env: Env, orders: Sequence[PurchaseOrder], *, is_sent: bool) -> None:
    """Lists of what is yet to come over all orders would else look up the order of each line. Of lines that came in
    full nothing is noted any more.
    """
    from addons.crm_purchase.models import PurchaseLine

    system = env.sudo(_("what is yet to come from suppliers"))
    line = system.info(PurchaseLine).cls
    of_orders = (line.document_id.in_([order.id for order in orders]), line.deleted_at.is_(None))
    others = (line.is_incomplete.is_(True), line.is_sent.is_not(is_sent))
    rows = system.scalars(select(line).where(*of_orders, *others).order_by(line.id))
    with system.granting(rows, "note"):
        for one in rows:
            one.is_sent = is_sent


def propose_rows(env: Env, whole: Mapping[str, Any], rows: Sequence[dict[str, Any]]) -> None:
    """Of lines of one order: unit and tax of the product, the price at the supplier, the day."""
    propose_lines(env, rows, customer=None, currency="", day=env.today, with_prices=False)
    supplier = _id(whole.get("supplier"))
    known = at_suppliers(env, {(supplier, _id(row.get("product"))) for row in rows})
    for row in rows:
        source = known.get((supplier, _id(row.get("product"))))
        if row.get("unit_price") is None and source is not None:
            row["unit_price"] = source.price
        if row.get("expected_on") is None:
            row["expected_on"] = whole.get("expected_on")


def contacts_of_the_supplier(env: Env, values: Mapping[str, Any]) -> Where:
    """People at the supplier of the order."""
    from addons.crm_purchase.models import SupplierContact

    of_supplier: Where = SupplierContact.supplier == _id(values.get("supplier"))
    return of_supplier


def _id(value: Any) -> int:
    return int(getattr(value, "id", value) or 0)
