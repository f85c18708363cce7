"""Steps of purchase orders stand where goods are to come or to go back; whoever comes too late is told in words."""

from __future__ import annotations

import pytest

from addons.crm_purchase.models import PurchaseOrder
from addons.crm_purchase.tests.test_purchase import buyer, ordered, received, sent
from core.api import Env, StateForbids
from core.orm.attempts import attempt
from core.testing.world import World

__all__ = ["buyer"]
RECEIVE, GIVE_BACK = "receive", "give_back"


def offered(env: Env, order: PurchaseOrder) -> set[str]:
    """Of the two steps, those that the buyer finds on the order."""
    env.flush()
    record = env.get(PurchaseOrder, order.id)
    return {one.name for one in env.allowed_methods(record)} & {RECEIVE, GIVE_BACK}


def test_goods_are_received_while_some_are_on_their_way(world: World, buyer: Env) -> None:
    draft = ordered(buyer, 3)
    assert offered(buyer, draft) == set()
    with pytest.raises(StateForbids, match="nothing is on its way"), attempt(buyer):
        buyer.get(PurchaseOrder, draft.id).receive()


def test_what_has_come_can_go_back(world: World, buyer: Env) -> None:
    order = sent(world, buyer, 10)
    assert offered(buyer, order) == {RECEIVE}
    with pytest.raises(StateForbids, match="nothing has come"), attempt(buyer):
        buyer.get(PurchaseOrder, order.id).give_back()
    received(buyer, order, P0="4")
    assert offered(buyer, order) == {RECEIVE, GIVE_BACK}
    received(buyer, order, P0="6")
    assert offered(buyer, order) == {GIVE_BACK}
    with pytest.raises(StateForbids, match="nothing is on its way"), attempt(buyer):
        buyer.get(PurchaseOrder, order.id).receive()
    buyer.get(PurchaseOrder, order.id).close()
    assert offered(buyer, order) == set()
