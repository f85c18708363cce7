"""Where the loyalty tier stands on the screens of crm_base."""

from acme_loyalty.models import LoyaltyCustomer
from addons.crm_base.views import CustomerForm, CustomerList
from core.api import after


class LoyaltyCustomerForm(CustomerForm, extend=True):
    changes = [after(LoyaltyCustomer.email, LoyaltyCustomer.loyalty_tier)]


class LoyaltyCustomerList(CustomerList, extend=True):
    filters = [LoyaltyCustomer.loyalty_tier]
