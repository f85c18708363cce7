"""Confirmations, deliveries, returns and costs, as the account of an order tells of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Numeric, union_all

from addons.crm_sales.services.postings import Book, Posting, known
from addons.crm_sales.states import CANCELLED, DELIVERY_POSTED, DELIVERY_REVERSED, DRAFT
from core.api import Env, Option, case, cast, decimals_of, func, literal, or_, select

if TYPE_CHECKING:
    from addons.crm_sales.models import Delivery

EXACT: Final = Numeric(80, 30)
"""A quotient is taken so exactly before it is rounded to the currency that nothing becomes a half by mistake."""


def own_book(env: Env, orders: Any) -> Book:
    """What this addon knows of the orders, a select of ids."""
    return Book(
        [*_confirmations(env, orders), *_deliveries(env, orders), _costs(env, orders)],
        {"to_deliver": {"ordered": 1, "delivered": -1, "returned": 1}},
    )


def _confirmations(env: Env, orders: Any) -> Sequence[Posting]:
    """An order counts from its confirmation on, and no more from its cancelling on."""
    from addons.crm_sales.models import Order

    one: Any = env.info(Order).cls
    mine, total = one.id.in_(orders), known(env, Order.total)
    confirmed = or_(one.confirmed_at.is_not(None), one.state.not_in((DRAFT, CANCELLED)))
    day = func.coalesce(env.first_of("day", one.confirmed_at), one.ordered_on)
    same = {"model": env.info(Order).key, "record": one.id, "place": one.id, "number": env.seen(Order.number)}
    return [
        Posting(
            order=one.id, day=day, kind=literal("confirmed"), amounts={"ordered": total}, source=one, rank=10,
            where=(mine, confirmed), text=env.seen(Order.customer_reference), needs=(Order.confirmed_at,), **same,
        ),
        Posting(
            order=one.id, day=one.ended_on, kind=literal("cancelled"), amounts={"ordered": -total}, source=one, rank=90,
            where=(mine, one.confirmed_at.is_not(None), one.state == CANCELLED), text=env.seen(Order.end_reason),
            needs=(Order.confirmed_at,), **same,
        ),
    ]  # fmt: skip


def _deliveries(env: Env, orders: Any) -> Sequence[Posting]:
    """Each delivery and each return, with the worth by which it changed what was delivered of the order."""
    from addons.crm_sales.models import Delivery, Order

    one, order, worth = env.info(Delivery).cls, env.info(Order).cls, _worths(env, orders)
    amount = known(env, Order.delivered_amount, worth.c.worth)
    here = (worth.c.delivery_id == one.id, order.id == one.order_id)
    same = {
        "order": one.order_id, "model": env.info(Delivery).key, "record": one.id, "place": one.id, "source": one,
        "number": env.seen(Delivery.number), "needs": (Delivery.posted_at, Delivery.state),
    }  # fmt: skip
    return [
        Posting(
            day=env.first_of("day", one.posted_at), kind=literal("delivery"), amounts={"delivered": amount},
            where=(*here, worth.c.sign == 1), rank=30, text=env.seen(Delivery.tracking_number), **same,
        ),
        Posting(
            day=env.first_of("day", _taken_back_at(one)), kind=literal("return"), amounts={"returned": -amount},
            where=(*here, worth.c.sign == -1), rank=40, text=env.seen(Delivery.reverse_reason), **same,
        ),
    ]  # fmt: skip


def _taken_back_at(delivery: type[Delivery] | Any) -> Any:
    """Of those that were reversed before the moment was kept, the last change."""
    return func.coalesce(delivery.reversed_at, delivery.changed_at)


def _worths(env: Env, orders: Any) -> Any:
    """By delivery and direction: what the delivered worth of its lines was afterwards less what it was before, as
    `worth_of_delivered` has it, so that all of them together are the delivered amount of the order.
    """
    from addons.crm_sales.models import Order, OrderLine

    line, order, moves = env.info(OrderLine).cls, env.info(Order).cls, _moves(env, orders)
    order_of_moves = (moves.c.at, moves.c.sign.desc(), moves.c.place)
    done = func.sum(moves.c.moved).over(partition_by=moves.c.line_id, order_by=order_of_moves)
    decimals = _decimals(env, orders, order)

    def worth(delivered: Any) -> Any:
        gross, in_all = known(env, OrderLine.gross), line.quantity * line.periods
        part = func.round(cast(gross * delivered, EXACT) / func.nullif(in_all, 0), decimals)
        return case((delivered < in_all, part), (delivered != 0, gross), else_=0)

    steps = (
        select(moves.c.delivery_id, moves.c.sign, (worth(done) - worth(done - moves.c.moved)).label("step"))
        .join(line, line.id == moves.c.line_id)
        .join(order, order.id == line.document_id)
        .subquery("steps")
    )
    return (
        select(steps.c.delivery_id, steps.c.sign, func.sum(steps.c.step).label("worth"))
        .group_by(steps.c.delivery_id, steps.c.sign)
        .cte("worths")
    )


def _moves(env: Env, orders: Any) -> Any:
    """Quantities that went out (sign 1) and came back (-1), by order line."""
    from addons.crm_sales.models import Delivery, DeliveryLine

    one, part = env.info(Delivery).cls, env.info(DeliveryLine).cls

    def moved(sign: int, at: Any, *states: Any) -> Any:
        return (
            select(part.delivery_id, part.line_id, part.id.label("place"), at.label("at"),
                   literal(sign).label("sign"), (sign * part.quantity).label("moved"))
            .join(one, one.id == part.delivery_id)
            .where(one.order_id.in_(orders), one.state.in_(states))
        )  # fmt: skip

    out = moved(1, one.posted_at, DELIVERY_POSTED, DELIVERY_REVERSED)
    return union_all(out, moved(-1, _taken_back_at(one), DELIVERY_REVERSED)).subquery("moves")


def _decimals(env: Env, orders: Any, order: Any) -> Any:
    """How exact amounts of an order are, by its currency."""
    codes = env.scalars(select(order.currency).where(order.id.in_(orders)).distinct())
    exact = [(order.currency == code, decimals_of(code)) for code in codes if decimals_of(code) != 2]
    return case(*exact, else_=2) if exact else 2


def _costs(env: Env, orders: Any) -> Posting:
    from addons.crm_sales.models import Order, OrderCost

    one, kind = env.info(OrderCost).cls, env.info(Option).cls
    return Posting(
        order=one.order_id, day=one.on, kind=literal("cost"), model=env.info(Order).key, record=one.order_id,
        number=None, amounts={"cost": known(env, OrderCost.amount)}, where=(one.order_id.in_(orders),), rank=70,
        source=one, perhaps=[(kind, kind.id == one.kind_id)], place=one.id, needs=(OrderCost.on,),
        text=func.concat_ws(": ", env.seen(Option.name), env.seen(OrderCost.remark)),
    )  # fmt: skip
