"""What happens when an opportunity is won."""

from datetime import date
from decimal import Decimal

import pytest

from acme_gold.models import GoldCustomer
from addons.crm_base.models import Task
from addons.crm_leads.models import Opportunity
from core.testing.world import World


@pytest.mark.parametrize(("amount", "has_card"), [(99_999, False), (100_000, True)])
def test_a_large_sale_brings_a_gold_card_and_thanks(world: World, amount: int, has_card: bool) -> None:
    with world.acting("owner") as env:
        customer = env.create(GoldCustomer, name="Lin", phone="13800000001")
        opportunity = env.create(
            Opportunity, title="Tea", customer=customer, intention="Asked for an offer", expected_close=date(2026, 12, 1)
        )
        opportunity.win(amount=Decimal(amount))
    seen = world.new_env("owner")
    assert (seen.get(GoldCustomer, customer.id).gold_card == f"G-{opportunity.number}") is has_card
    assert "Thank Lin for the order" in [task.subject for task in seen.search(Task)]
