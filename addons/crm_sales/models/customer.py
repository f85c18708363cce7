"""What this addon adds to the customer file and to tasks."""

from typing import TYPE_CHECKING

from addons.crm_base.models import Customer, Task
from addons.crm_sales.models.contract import Contract
from addons.crm_sales.models.order import Order
from addons.crm_sales.models.quote import Quote
from core.api import Mapped, _, many2one, one2many

if TYPE_CHECKING:
    from addons.crm_sales.models.delivery import Delivery


class OrderingCustomer(Customer, extend=True):
    """A customer shows its quotes, contracts, orders and deliveries."""

    quotes: Mapped[list["Quote"]] = one2many(_("Quotes"), back="customer")
    contracts: Mapped[list["Contract"]] = one2many(_("Contracts"), back="customer")
    orders: Mapped[list["Order"]] = one2many(_("Sales orders"), back="customer")
    deliveries: Mapped[list["Delivery"]] = one2many(_("Deliveries"), back="customer")


class OrderTask(Task, extend=True):
    """A task can be a reminder on an order, a quote or a contract (SALE-16)."""

    order: Mapped[Order | None] = many2one(_("Sales order"), default=None)
    quote: Mapped[Quote | None] = many2one(_("Quote"), default=None)
    contract: Mapped[Contract | None] = many2one(_("Contract"), default=None)
