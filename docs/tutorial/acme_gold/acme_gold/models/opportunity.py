"""A large sale brings the customer a gold card."""

from decimal import Decimal
from typing import Annotated

from acme_gold.models.customer import GoldCustomer
from addons.crm_leads.models import Opportunity
from addons.crm_leads.states import OPEN, WON
from core.api import _, arg, current_env, transition

LARGE = Decimal(100_000)


class GoldOpportunity(Opportunity, extend=True):
    @transition(OPEN, to=WON, label=Opportunity.win.label)
    def win(self, amount: Annotated[Decimal, arg(_("Won amount"))]) -> None:
        """Wins as crm_leads does it, and gives the card."""
        super().win(amount)
        env = current_env().sudo(_("gold card for a large sale"))
        customer = env.get(GoldCustomer, self.customer.id)
        if amount >= LARGE and customer.gold_card is None:
            env.write(customer, gold_card=f"G-{self.number}")
