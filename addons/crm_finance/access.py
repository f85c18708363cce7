"""Who may do what with receivables, receipts, invoices and expenses (features 5.2 and 5.4).

Salespeople look at what is theirs and at what the customers that they see owe; directors at their departments. Sales
assistants work on the receivables of the customers that sharing rules open to them. Accountants do so in the whole
company; losses are for the general manager to decide on. Everybody enters own expenses.
"""

from addons.crm_base.models import Activity, Contact, Customer, Task
from addons.crm_base.roles import (
    GENERAL_MANAGER,
    MARKET_DIRECTOR,
    SALES_ASSISTANT,
    SALES_DIRECTOR,
    SALESPERSON,
)
from addons.crm_finance.models import CashAccount, Expense, Invoice, Matching, Receipt, Receivable
from addons.crm_finance.roles import ACCOUNTANT
from core.api import ADMIN, BY_RULE, DEPARTMENT, OWN, USER, Env, Where, grant, or_, record_rule

_LOOK = "read export print"
_KEPT = "read create update export import print"
_DESK = "receive reschedule remind invoice"
_FINANCE = f"{_DESK} refund cancel set_opening assign"
_POSTS = "delete post match reverse refund"
_SELLERS = (SALESPERSON, SALES_DIRECTOR)
_BOSSES = (ACCOUNTANT, GENERAL_MANAGER)
_ALL = (*_SELLERS, *_BOSSES, MARKET_DIRECTOR, SALES_ASSISTANT)

receivables = [
    grant(SALESPERSON, Receivable, f"{_LOOK} invoice", rows=OWN),
    grant(SALES_DIRECTOR, Receivable, f"{_LOOK} remind invoice", rows=DEPARTMENT),
    grant(MARKET_DIRECTOR, Receivable, _LOOK),
    grant(SALES_ASSISTANT, Receivable, f"read create update export print {_DESK}", rows=BY_RULE),
    grant(ACCOUNTANT, Receivable, f"{_KEPT} {_FINANCE}"),
    grant(GENERAL_MANAGER, Receivable, f"{_KEPT} {_FINANCE} write_off share"),
]

receipts = [
    grant(SALESPERSON, Receipt, _LOOK, rows=OWN),
    grant(SALES_DIRECTOR, Receipt, _LOOK, rows=DEPARTMENT),
    grant(MARKET_DIRECTOR, Receipt, _LOOK),
    grant(SALES_ASSISTANT, Receipt, "read create update delete export print post match", rows=BY_RULE),
    *(grant(role, Receipt, f"{_KEPT} {_POSTS}") for role in _BOSSES),
    grant(USER, Matching, _LOOK, rows=BY_RULE),
    *(grant(role, Matching, f"{_LOOK} undo_matching") for role in _BOSSES),
]

invoices = [
    grant(SALESPERSON, Invoice, "read create update delete export print", rows=OWN),
    grant(SALES_DIRECTOR, Invoice, _LOOK, rows=DEPARTMENT),
    grant(SALES_DIRECTOR, Invoice, "create update delete", rows=OWN),
    grant(MARKET_DIRECTOR, Invoice, _LOOK),
    grant(SALES_ASSISTANT, Invoice, "read create update delete export print", rows=BY_RULE),
    *(grant(role, Invoice, f"{_KEPT} delete issue") for role in _BOSSES),
]

expenses = [
    grant(USER, Expense, "read create update delete export print approve", rows=OWN),
    grant(SALES_DIRECTOR, Expense, f"{_LOOK} approve", rows=DEPARTMENT),
    grant(MARKET_DIRECTOR, Expense, _LOOK),
    grant(GENERAL_MANAGER, Expense, f"{_LOOK} approve pay"),
    grant(ACCOUNTANT, Expense, f"{_LOOK} import update pay"),
]

others = [
    *(grant(role, CashAccount, "read") for role in _ALL),
    *(grant(role, CashAccount, f"{_KEPT} delete") for role in (ADMIN, *_BOSSES)),
    *(grant(ACCOUNTANT, model, _LOOK) for model in (Customer, Contact)),
    *(grant(role, Customer, "set_credit") for role in _BOSSES),
    *(grant(ACCOUNTANT, model, "read create update", rows=OWN) for model in (Activity, Task)),
]


def receivables_of_visible_customers(env: Env) -> Where:
    """Whoever sees the customer sees what it owes."""
    return Receivable.customer.in_(env.within_reach(Customer))


def receipts_of_visible_customers(env: Env) -> Where:
    """Whoever sees the customer sees what it paid."""
    return Receipt.customer.in_(env.within_reach(Customer))


def invoices_of_visible_customers(env: Env) -> Where:
    """Whoever sees the customer sees what was invoiced to it."""
    return Invoice.customer.in_(env.within_reach(Customer))


def matchings_of_visible_records(env: Env) -> Where:
    """A matching is seen with its instalment and with its receipt."""
    return or_(
        Matching.receivable.in_(env.within_reach(Receivable)), Matching.receipt.in_(env.within_reach(Receipt))
    )


_DESK_RIGHTS = (
    (Receivable, f"read create update export print {_DESK}", receivables_of_visible_customers),
    (Receipt, "read create update delete export print post match", receipts_of_visible_customers),
    (Invoice, "read create update delete export print", invoices_of_visible_customers),
)

rules = [
    *(
        record_rule(model, role=role, actions=_LOOK)(rule)
        for role in _SELLERS
        for model, _actions, rule in _DESK_RIGHTS
    ),
    *(
        record_rule(model, role=SALES_ASSISTANT, actions=actions)(rule)
        for model, actions, rule in _DESK_RIGHTS
    ),
    record_rule(Matching, role=USER, actions=_LOOK)(matchings_of_visible_records),
]
