"""What this addon adds to the records of others."""

from acme_gold.models.customer import GoldCustomer
from acme_gold.models.opportunity import GoldOpportunity

__all__ = ["GoldCustomer", "GoldOpportunity"]
