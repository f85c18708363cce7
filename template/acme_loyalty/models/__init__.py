"""The records of this addon, and what it adds to those of crm_base."""

from acme_loyalty.models.customer import LoyaltyCustomer
from acme_loyalty.models.reward import Reward

__all__ = ["LoyaltyCustomer", "Reward"]
