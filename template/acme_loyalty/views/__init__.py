"""The screens of this addon, one file per model."""

from acme_loyalty.views.customer import LoyaltyCustomerForm, LoyaltyCustomerList
from acme_loyalty.views.reward import RewardForm, RewardList

__all__ = ["LoyaltyCustomerForm", "LoyaltyCustomerList", "RewardForm", "RewardList"]
