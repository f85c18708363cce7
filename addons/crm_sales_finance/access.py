"""Accounting looks at orders and contracts; it and the general manager release and approve credit.

Requests for approval are seen with their order. A sales director decides on those of the own people: the kernel's rule
of superiors does it, and the company may change both on the pages of its rights.
"""

from addons.crm_base.roles import (
    GENERAL_MANAGER,
    MARKET_DIRECTOR,
    SALES_ASSISTANT,
    SALES_DIRECTOR,
    SALESPERSON,
)
from addons.crm_finance.roles import ACCOUNTANT
from addons.crm_sales.models import Contract, Order
from addons.crm_sales_finance.models import CreditRequest
from core.api import BY_RULE, DEPARTMENT, OWN, Env, Where, grant, record_rule

_LOOK = "read export print"

grants = [
    *(grant(ACCOUNTANT, model, _LOOK) for model in (Order, Contract)),
    *(grant(role, Order, "release_credit") for role in (ACCOUNTANT, GENERAL_MANAGER)),
    *(grant(role, CreditRequest, f"{_LOOK} approve") for role in (ACCOUNTANT, GENERAL_MANAGER)),
    grant(SALES_DIRECTOR, CreditRequest, _LOOK, rows=DEPARTMENT),
    grant(SALES_DIRECTOR, CreditRequest, "approve", rows=OWN),
    grant(SALESPERSON, CreditRequest, _LOOK, rows=OWN),
    grant(SALES_ASSISTANT, CreditRequest, _LOOK, rows=BY_RULE),
    grant(MARKET_DIRECTOR, CreditRequest, _LOOK),
]


def requests_of_visible_orders(env: Env) -> Where:
    """A request is seen with its order."""
    return CreditRequest.order.in_(env.within_reach(Order))


rules = [
    record_rule(CreditRequest, role=role, actions=_LOOK)(requests_of_visible_orders)
    for role in (SALESPERSON, SALES_DIRECTOR, SALES_ASSISTANT)
]
