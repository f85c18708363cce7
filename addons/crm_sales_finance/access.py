"""Accounting looks at orders and contracts, and releases credit."""

from addons.crm_base.roles import GENERAL_MANAGER
from addons.crm_finance.roles import ACCOUNTANT
from addons.crm_sales.models import Contract, Order
from core.api import grant

grants = [
    *(grant(ACCOUNTANT, model, "read export print") for model in (Order, Contract)),
    *(grant(role, Order, "release_credit") for role in (ACCOUNTANT, GENERAL_MANAGER)),
]
