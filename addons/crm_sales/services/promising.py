"""What confirmed orders promise, noted at their lines and instalments.

Lists of what is to be shipped over all orders would else look up the order of each line. It is written by the steps,
and not computed from the state: a computed value is worked out anew at every step of an order, for all of its lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from core.api import Env, select


def promise(system: Env, lines: Iterable[Any]) -> None:
    """The orders of these lines are confirmed."""
    _note(system, [line for line in lines if not line.is_promised], True)


def give_up(system: Env, orders: Sequence[Any]) -> None:
    """These orders end: what of them is open is so no longer."""
    from addons.crm_sales.models import DeliveryPlan, OrderLine

    ids = [order.id for order in orders]
    line, plan = system.info(OrderLine).cls, system.info(DeliveryPlan).cls
    _note(system, system.scalars(_open(line, line.document_id.in_(ids))), False)
    _note(system, system.scalars(_open(plan, plan.order_id.in_(ids))), False)


def _open(cls: Any, of_orders: Any) -> Any:
    return select(cls).where(of_orders, cls.is_open.is_(True), cls.deleted_at.is_(None)).order_by(cls.id)


def _note(system: Env, rows: Sequence[Any], is_promised: bool) -> None:
    with system.granting(rows, "promise"):
        for one in rows:
            one.is_promised = is_promised
