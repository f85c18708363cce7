"""What this addon adds to the customer file of crm_base."""

from typing import Annotated

from addons.crm_base.models import Customer
from core.api import Mapped, User, _, action, arg, current_env, field


class LoyaltyCustomer(Customer, extend=True):
    """A customer has a loyalty tier, and whoever gets such a customer is told of it."""

    loyalty_tier: Mapped[str | None] = field(_("Loyalty tier"), default=None, searchable=True, max_length=40)

    @action(label=Customer.transfer.label)
    def transfer(self, to: Annotated[User, arg(_("New owner"))]) -> None:
        """Goes on with the transfer as crm_base does it; in a company without this addon that is all there is."""
        super().transfer(to)
        if self.loyalty_tier:
            text = _("“{name}” has the loyalty tier {tier}.", name=self.name, tier=self.loyalty_tier)
            current_env().notify([to], text, self)
