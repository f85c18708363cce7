"""Who may do what with quotes, contracts, orders and deliveries (features 5.2, 5.4 and 5.6).

Salespeople have their own documents, directors those of their departments. Sales assistants, the order desk, process
what a sharing rule of the company opens to them for editing, while the salesperson stays the owner; for customers that
they see they enter orders. Sales partners quote to their customers; what becomes of it, the company enters. Lines,
tasks, instalments and costs are parts of their document and follow it. Deliveries are seen with their order, and
shipped by whoever has the right "deliver". The rule of superiors is the kernel's.
"""

from addons.crm_base.models import Customer
from addons.crm_base.roles import (
    GENERAL_MANAGER,
    MARKET_DIRECTOR,
    SALES_ASSISTANT,
    SALES_DIRECTOR,
    SALES_PARTNER,
    SALESPERSON,
)
from addons.crm_sales.models import (
    Contract,
    Delivery,
    DocumentTemplate,
    Order,
    ProcessTask,
    ProcessTemplate,
    Quote,
)
from addons.crm_sales.models.order import DELIVER
from addons.crm_sales.states import OPEN_TASK_STATES
from core.api import ADMIN, BY_RULE, DEPARTMENT, OWN, USER, Env, Where, func, grant, record_rule, select

_EVERYTHING = "read create update delete export import print"
_DOCUMENTS = (Quote, Contract, Order)
_SELLERS = (SALESPERSON, SALES_DIRECTOR)
_SETTINGS = (ProcessTemplate, DocumentTemplate)
_ALL = (*_SELLERS, GENERAL_MANAGER, MARKET_DIRECTOR, SALES_ASSISTANT)

documents = [
    *(grant(SALESPERSON, model, "read create update print", rows=OWN) for model in _DOCUMENTS),
    *(grant(SALES_DIRECTOR, model, "read export print", rows=DEPARTMENT) for model in _DOCUMENTS),
    *(grant(SALES_DIRECTOR, model, "create update", rows=OWN) for model in _DOCUMENTS),
    *(grant(GENERAL_MANAGER, model, f"{_EVERYTHING} share") for model in _DOCUMENTS),
    *(grant(MARKET_DIRECTOR, model, "read export print") for model in _DOCUMENTS),
    *(grant(SALES_ASSISTANT, model, "read create update export print", rows=BY_RULE) for model in _DOCUMENTS),
    *(grant(role, model, "share", rows=OWN) for role in _SELLERS for model in _DOCUMENTS),
    *(grant(SALESPERSON, model, "approve delete", rows=OWN) for model in (Quote, Contract)),
    *(grant(SALES_DIRECTOR, model, "approve", rows=DEPARTMENT) for model in (Quote, Contract)),
    *(grant(SALES_DIRECTOR, model, "delete", rows=OWN) for model in (Quote, Contract)),
    *(grant(GENERAL_MANAGER, model, "approve") for model in (Quote, Contract)),
    grant(SALES_PARTNER, Quote, "read create update delete print", rows=OWN),
    grant(SALES_PARTNER, Order, "read print", rows=OWN),
    grant(SALES_ASSISTANT, Order, DELIVER, rows=BY_RULE),
    grant(GENERAL_MANAGER, Order, DELIVER),
]

deliveries = [
    *(grant(role, Delivery, "read print", rows=BY_RULE) for role in (SALESPERSON, SALES_DIRECTOR)),
    grant(SALES_ASSISTANT, Delivery, f"read update export print {DELIVER}", rows=BY_RULE),
    grant(GENERAL_MANAGER, Delivery, f"read update export print {DELIVER}"),
    grant(MARKET_DIRECTOR, Delivery, "read export print"),
]

settings = [
    *(grant(role, model, "read") for role in _ALL for model in _SETTINGS),
    *(grant(role, model, _EVERYTHING) for role in (ADMIN, GENERAL_MANAGER) for model in _SETTINGS),
]


def orders_of_customers_that_i_see(env: Env) -> Where:
    """Who sees a customer enters orders, quotes and contracts for it."""
    return Order.customer.in_(env.within_reach(Customer))


def quotes_for_customers_that_i_see(env: Env) -> Where:
    """Who sees a customer enters orders, quotes and contracts for it."""
    return Quote.customer.in_(env.within_reach(Customer))


def contracts_with_customers_that_i_see(env: Env) -> Where:
    """Who sees a customer enters orders, quotes and contracts for it."""
    return Contract.customer.in_(env.within_reach(Customer))


def orders_that_i_process(env: Env) -> Where:
    """Who may change an order, and holds the right to deliver, ships its goods."""
    return Order.id.in_(env.within_reach(Order, "update"))


def deliveries_of_visible_orders(env: Env) -> Where:
    """A delivery is seen with its order."""
    return Delivery.order.in_(env.within_reach(Order))


def deliveries_of_orders_that_i_process(env: Env) -> Where:
    """Who may change an order changes its deliveries."""
    return Delivery.order.in_(env.within_reach(Order, "update"))


def orders_with_my_tasks(env: Env) -> Where:
    """Whoever has an open task in the process of an order sees that order."""
    task = env.info(ProcessTask).cls
    mine = select(task.order_id).where(
        ProcessTask.assignee == env.user_id,
        ProcessTask.state.in_(OPEN_TASK_STATES),
        task.deleted_at.is_(None),
    )
    return Order.id == func.any(func.array(mine.scalar_subquery()))


rules = [
    record_rule(Order, role=SALES_ASSISTANT, actions="create")(orders_of_customers_that_i_see),
    record_rule(Quote, role=SALES_ASSISTANT, actions="create")(quotes_for_customers_that_i_see),
    record_rule(Contract, role=SALES_ASSISTANT, actions="create")(contracts_with_customers_that_i_see),
    record_rule(Order, role=SALES_ASSISTANT, actions=DELIVER)(orders_that_i_process),
    record_rule(Order, role=USER, actions="read")(orders_with_my_tasks),
    *(
        record_rule(Delivery, role=role, actions="read print")(deliveries_of_visible_orders)
        for role in (SALESPERSON, SALES_DIRECTOR)
    ),
    record_rule(Delivery, role=SALES_ASSISTANT, actions="read export print")(deliveries_of_visible_orders),
    record_rule(Delivery, role=SALES_ASSISTANT, actions=f"update {DELIVER}")(
        deliveries_of_orders_that_i_process
    ),
]
