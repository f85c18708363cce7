"""Where it stands on the screens of others."""

from acme_gold.views.customer import GoldCustomerForm

__all__ = ["GoldCustomerForm"]
