"""Production requests: on order while they run, in stock when they are done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from addons.crm_stock.services.expecting import expect
from addons.crm_stock.services.levels import Pair, hold
from addons.crm_stock.services.papers import make_and_post
from addons.crm_stock.states import IN_PRODUCTION
from core.api import Env, ValidationFailed, _


def start(env: Env, requests: Sequence[Any]) -> None:
    """The goods count as on order."""
    for one in requests:
        if one.quantity <= 0:
            raise ValidationFailed.at("quantity", _("The quantity must be more than zero."))
    changes: dict[Pair, Decimal] = defaultdict(Decimal)
    for one in requests:
        changes[_pair(one)] += one.quantity
    expect(env, changes)


def begin(env: Env, requests: Sequence[Any]) -> None:
    """Start new requests for another paper: with a number of statements that does not grow with them."""
    start(env, requests)
    with env.granting(requests, "start"):
        for one in requests:
            one.state = IN_PRODUCTION


def finish(env: Env, request: Any, quantity: Decimal) -> Any:
    """A posted stock-in of what is finished. More than was asked for may come out."""
    from addons.crm_stock.models import StockIn

    if quantity <= 0:
        raise ValidationFailed.at("quantity", _("The quantity must be more than zero."))
    hold(env.sudo(_("production")), [_pair(request)])
    head = {"warehouse": request.warehouse_id, "reason": "production", "source": request.number}
    (made,) = make_and_post(env, StockIn, [head], [[{"product": request.product_id, "quantity": quantity}]])
    expect(env, {_pair(request): -min(quantity, request.open_quantity)})
    request.produced += quantity
    env.flush()
    if request.produced >= request.quantity:
        request.complete()
    return made


def drop(env: Env, request: Any, reason: str) -> None:
    """What was still to come is not on order any more."""
    if request.state == IN_PRODUCTION:
        expect(env, {_pair(request): -request.open_quantity})
    request.remarks = "\n".join(part for part in (request.remarks, reason) if part)


def _pair(request: Any) -> Pair:
    return request.product_id, request.warehouse_id
