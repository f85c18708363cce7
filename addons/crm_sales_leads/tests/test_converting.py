"""LEAD-14, OPP-15, P1 and P2: leads and opportunities become quotes, contracts and orders."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from addons.crm_leads.models import Lead, Opportunity
from addons.crm_product.models import Product, Unit
from addons.crm_sales.models import Order, OrderLine, Quote, QuoteLine
from addons.crm_sales_leads.models import SoldOpportunity, SoldOrder
from core.api import Env, StateForbids
from core.testing.team import acting
from core.testing.world import World


def orders_of(env: Env, deal: Any) -> list[Any]:
    found: list[Any] = env.search(Order, env.condition(Order, "opportunity", "eq", str(deal.id)), order="id")
    return found


def quoted(world: World, env: Env, deal: Any) -> Any:
    """An accepted quote of the opportunity."""
    with world.system("North") as system:
        goods = system.create(Product, name="Server", unit=system.first(Unit), list_price=Decimal(100))
    (made,) = env.run(SoldOpportunity.make_quote, [env.get(Opportunity, deal.id)])
    env.create(
        QuoteLine, document=made, product=goods, quantity=20, unit=goods.unit_id, unit_price=Decimal(95)
    )
    env.run(Quote.mark_sent, [made])
    env.run(Quote.accept, [env.get(Quote, made.id)])
    return env.get(Quote, made.id)


def test_a_lead_becomes_a_draft_order_and_is_read_only(world: World, lead: Any) -> None:
    with acting(world, "owner") as env:
        found = env.get(Lead, lead.id)
        order = found.convert()
        found = env.get(Lead, lead.id)
        assert (order.customer_id, order.lead_id, order.remarks) == (found.customer_id, lead.id, "Servers")
        assert (order.state.code, order.owner_id) == ("draft", found.owner_id)
        assert found.state.code == "converted"
        with pytest.raises(StateForbids):
            env.write(found, title="Late")


def test_a_lead_becomes_a_draft_quote(world: World, lead: Any) -> None:
    with acting(world, "owner") as env:
        quote = env.get(Lead, lead.id).convert_to_quote()
        assert (quote.title, quote.lead_id, env.get(Lead, lead.id).state.code) == (
            "Wants ten",
            lead.id,
            "converted",
        )


def test_winning_makes_the_order_of_what_was_accepted(world: World, deal: Any) -> None:
    with acting(world, "owner") as env:
        quote = quoted(world, env, deal)
        assert (quote.opportunity_id, quote.title) == (deal.id, "20 servers")
        env.get(Opportunity, deal.id).win(amount=Decimal(1900))
        (order,) = orders_of(env, deal)
        (line,) = env.search(OrderLine, OrderLine.document == order)
        assert (line.quantity, line.unit_price, order.quote_id) == (20, 95, quote.id)


def test_winning_leaves_the_order_that_exists(world: World, deal: Any) -> None:
    with acting(world, "owner") as env:
        order = quoted(world, env, deal).make_order()
        assert env.get(SoldOrder, order.id).opportunity_id == deal.id
        env.get(Opportunity, deal.id).win(amount=Decimal(1900))
        assert [one.id for one in orders_of(env, deal)] == [order.id]


def test_winning_without_a_quote_leaves_a_draft_to_complete(world: World, deal: Any) -> None:
    with acting(world, "owner") as env:
        env.get(Opportunity, deal.id).win(amount=Decimal(1900))
        (order,) = orders_of(env, deal)
        assert (order.state.code, order.customer_id, order.owner_id) == (
            "draft",
            deal.customer_id,
            deal.owner_id,
        )


def test_a_won_opportunity_leads_to_further_orders_and_a_lost_one_to_none(world: World, deal: Any) -> None:
    with acting(world, "owner") as env:
        env.get(Opportunity, deal.id).win(amount=Decimal(1900))
        env.run(SoldOpportunity.make_order, [env.get(Opportunity, deal.id)])
        assert len(orders_of(env, deal)) == 2
        with world.system("North") as system:
            (lost,) = [system.create(
                Opportunity, title="Gone", customer=deal.customer_id, intention="None", state="lost",
                expected_close=system.today, owner=deal.owner_id,
            )]  # fmt: skip
        with pytest.raises(StateForbids):
            env.run(SoldOpportunity.make_order, [env.get(Opportunity, lost.id)])
