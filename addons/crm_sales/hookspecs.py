"""Events of quotes, contracts, orders and deliveries that other addons may answer.

All run in the transaction of the step, so that an error takes the whole step back, and all take lists: the steps work
on many orders at once with a number of statements that does not grow with orders or lines, and so have the answers to.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from core.api import Env, LazyString, hookspec

if TYPE_CHECKING:
    from addons.crm_sales.models import Contract, Delivery, Order, Quote
    from addons.crm_sales.services.postings import Book


@hookspec
def order_confirming(env: Env, orders: Sequence["Order"]) -> None:
    """Orders are about to be confirmed; their rows are locked. An error refuses all of them: blacklist, credit."""


@hookspec
def order_confirmed(env: Env, orders: Sequence["Order"]) -> None:
    """Orders were confirmed: their tasks and delivery instalments are there. Reserve goods, plan receivables."""


@hookspec
def order_cancelled(env: Env, orders: Sequence["Order"]) -> None:
    """Drafts or confirmed orders were cancelled: undo what `order_confirmed` made. An error refuses the cancelling."""


@hookspec
def order_closing(env: Env, orders: Sequence["Order"]) -> Mapping[int, Sequence[LazyString]]:
    """What of these orders is still open, by order id, in sentences for people; orders without are left out.

    Whoever closes an order of which something is open has to give a reason. An error refuses the closing.
    """
    return {}


@hookspec
def order_closed(env: Env, orders: Sequence["Order"]) -> None:
    """Orders were closed for good: release what is still reserved for them."""


@hookspec
def delivery_posting(env: Env, deliveries: Sequence["Delivery"]) -> None:
    """Deliveries are about to be shipped; they, their orders and order lines are locked. An error refuses all."""


@hookspec
def delivery_posted(env: Env, deliveries: Sequence["Delivery"]) -> None:
    """Deliveries were shipped: delivered quantities and instalments are up to date. Take the goods out of stock."""


@hookspec
def delivery_reversed(env: Env, deliveries: Sequence["Delivery"]) -> None:
    """Shipped deliveries were taken back as a whole: put the goods back into stock."""


@hookspec
def quote_accepted(env: Env, quotes: Sequence["Quote"]) -> None:
    """Customers accepted quotes. A contract or an order is made by the steps that follow."""


@hookspec
def contract_in_force(env: Env, contracts: Sequence["Contract"]) -> None:
    """Contracts came into force: plan their receivables and reminders. An error refuses the step."""


@hookspec
def contract_ended(env: Env, contracts: Sequence["Contract"]) -> None:
    """Contracts were completed, terminated or have expired (see their states)."""


@hookspec
def order_postings(env: Env, orders: Any) -> "Book":  # type: ignore[empty-body]
    """What the account of orders has to tell of them beside confirmations, deliveries, returns and costs. `orders` is a
    select of ids; postings are read through `env`. Their columns are brought with `change_report(ORDER_ACCOUNT, …)`.
    """
