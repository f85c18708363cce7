"""The sales order and its process P6."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

from addons.crm_base.models import Address
from addons.crm_base.roles import GENERAL_MANAGER
from addons.crm_product.services.amounts import half_up
from addons.crm_sales.models.contract import Contract
from addons.crm_sales.models.paper import SalesPaper
from addons.crm_sales.models.process import ProcessTemplate
from addons.crm_sales.models.quote import Quote
from addons.crm_sales.services import (
    cancelling,
    closing,
    confirming,
    costs,
    delivering,
    ordering,
    preparing,
    tasks,
)
from addons.crm_sales.states import (
    CANCELLED,
    CLOSED,
    CONFIRMED,
    DELIVERED,
    DRAFT,
    FULFILLED_STATES,
    IN_FULFILMENT,
    RUNNING_STATES,
)
from core.api import (
    CompanyOwned,
    Mapped,
    Option,
    Owned,
    State,
    Tracked,
    User,
    Where,
    _,
    action,
    arg,
    computed,
    current_env,
    decimals_of,
    field,
    literal,
    longtext,
    many2one,
    number,
    one2many,
    option,
    or_,
    state_field,
    total,
    transition,
)  # fmt: skip

if TYPE_CHECKING:
    from addons.crm_base.models import Task
    from addons.crm_sales.models.delivery import Delivery
    from addons.crm_sales.models.delivery_plan import DeliveryPlan
    from addons.crm_sales.models.order_cost import OrderCost
    from addons.crm_sales.models.order_line import OrderLine
    from addons.crm_sales.models.process_task import ProcessTask

SHARES = [("none", _("None")), ("part", _("In part")), ("full", _("In full"))]
"""How much of an order is delivered, invoiced or received."""
DELIVER = "deliver"
"""The function right of the order desk: to prepare, ship and reverse deliveries."""


def owner_or_superior(env: Any) -> Where:
    """The owner, the owner's direct superior, and the general manager."""
    if GENERAL_MANAGER.code in env.roles:
        allowed: Where = literal(True)
        return allowed
    return or_(Order.owner == env.user_id, Order.owner.in_(env.direct_reports))


def share_delivered(order: Any) -> str:
    """None, part or full, by the lines that are still open."""
    if not order.delivered_lines:
        return "none"
    return "part" if order.open_lines else "full"


def profit_of(order: Any) -> Decimal:
    """Net amount in the company's currency less the costs that arose on the order."""
    net = half_up((order.net or Decimal(0)) * (order.exchange_rate or 1), decimals_of(order.company_currency))
    return net - (order.cost_total or Decimal(0))


class Order(
    CompanyOwned, Owned, Tracked, SalesPaper, label=_("Sales order"), plural=_("Sales orders"), display="number",
    unique=[("number",)], indexed=[("owner", "state")], icon="shopping-cart", editable_in=(DRAFT,),
    always_editable=("remarks", "customer_reference"), undoable=False,
):  # fmt: skip
    """What a customer has ordered. People edit the draft; from confirmation on steps and actions change it."""

    number: Mapped[str] = number(
        _("Number"), sequence="crm_sales.order", sortable=True, searchable=True,
        final_in=(CONFIRMED, IN_FULFILMENT, DELIVERED, CLOSED),
    )  # fmt: skip
    state: Mapped[State] = state_field(DRAFT)
    order_type: Mapped[Option | None] = option(_("Order type"), list="crm_sales.order_type", default=None)
    template: Mapped[ProcessTemplate | None] = many2one(
        _("Process template"), default=None, on_delete="clear",
        help=_("When empty, the template of the order type is used at confirmation."),
    )  # fmt: skip
    ordered_on: Mapped[date] = field(_("Order date"), default=ordering.today, sortable=True, tracked=True)
    deliver_on: Mapped[date | None] = field(
        _("Wanted delivery date"), default=None, sortable=True, tracked=True
    )
    ship_to: Mapped[Address | None] = many2one(
        _("Delivery address"), default=None, on_delete="clear", among=ordering.addresses_of_the_customer
    )
    customer_reference: Mapped[str | None] = field(
        _("Customer's order number"), default=None, searchable=True, max_length=120
    )
    quote: Mapped[Quote | None] = many2one(_("Quote"), default=None, readonly=True)
    contract: Mapped[Contract | None] = many2one(_("Contract"), default=None, readonly=True)

    confirmed_at: Mapped[datetime | None] = field(
        _("Confirmed at"), default=None, readonly=True, sortable=True
    )
    confirmed_by: Mapped[User | None] = many2one(_("Confirmed by"), default=None, readonly=True)
    delivered_on: Mapped[date | None] = field(_("Delivered on"), default=None, readonly=True, sortable=True)
    ended_on: Mapped[date | None] = field(_("Closed or cancelled on"), default=None, readonly=True)
    end_reason: Mapped[str | None] = longtext(
        _("Reason of the end"), default=None, readonly=True, tracked=True
    )

    lines: Mapped[list["OrderLine"]] = one2many(_("Order lines"), back="document")
    process_tasks: Mapped[list["ProcessTask"]] = one2many(_("Process tasks"), back="order")
    plan: Mapped[list["DeliveryPlan"]] = one2many(_("Delivery plan"), back="order")
    deliveries: Mapped[list["Delivery"]] = one2many(_("Deliveries"), back="order")
    costs: Mapped[list["OrderCost"]] = one2many(_("Costs"), back="order")
    reminders: Mapped[list["Task"]] = one2many(_("Reminders"), back="order")

    open_lines: Mapped[int] = total(_("Lines still open"), of="lines", where=("is_incomplete", True))
    delivered_lines: Mapped[int] = total(_("Lines with deliveries"), of="lines", where=("is_begun", True))
    delivered_amount: Mapped[Decimal] = total(
        _("Delivered amount"), of="lines", sum="delivered_amount", currency="currency"
    )
    delivery_status: Mapped[str] = computed(
        _("Delivery"), by=share_delivered, depends=("open_lines", "delivered_lines"), choices=SHARES
    )
    cost_total: Mapped[Decimal] = total(_("Costs"), of="costs", sum="amount", currency="company_currency")
    profit: Mapped[Decimal] = computed(
        _("Profit"), by=profit_of, depends=("net", "exchange_rate", "company_currency", "cost_total"),
        currency="company_currency", sortable=True,
    )  # fmt: skip

    @transition(
        DRAFT, to=CONFIRMED, label=_("Confirm"), icon="circle-check", many=True,
        confirm=_("Prices and quantities are fixed, and fulfilment begins."),
    )  # fmt: skip
    def confirm(records: Sequence["Order"]) -> None:
        """Checks, tasks from the template and the delivery plan; the salesperson is told."""
        confirming.confirm(current_env(), records)

    @transition(CONFIRMED, to=IN_FULFILMENT, label=_("Begin fulfilment"), automatic=True, many=True)
    def begin_fulfilment(records: Sequence["Order"]) -> None:
        """The first task was begun, or the first goods were shipped."""

    @transition(*FULFILLED_STATES, to=DELIVERED, label=_("Delivered"), automatic=True, many=True)
    def complete_delivery(records: Sequence["Order"]) -> None:
        """The last goods were shipped."""
        delivering.note_complete(current_env(), records)

    @transition(DELIVERED, to=IN_FULFILMENT, label=_("Delivery reversed"), automatic=True, many=True)
    def reopen_delivery(records: Sequence["Order"]) -> None:
        """A delivery was taken back, so that something is open again."""
        for record in records:
            record.delivered_on = None

    @transition(
        DRAFT, CONFIRMED, to=CANCELLED, label=_("Cancel"), by=owner_or_superior, icon="x", many=True, danger=True
    )  # fmt: skip
    def cancel(records: Sequence["Order"], reason: Annotated[str, arg(_("Reason"), longtext=True)]) -> None:
        """Undoes tasks, delivery plan and what other addons made at confirmation; all or nothing."""
        cancelling.cancel(current_env(), records, reason)

    @transition(
        CONFIRMED, IN_FULFILMENT, DELIVERED, to=CLOSED, label=_("Close"), icon="archive", many=True, danger=True,
        confirm=_("After closing nothing can be done with the order any more."),
    )  # fmt: skip
    def close(
        records: Sequence["Order"],
        reason: Annotated[
            str | None,
            arg(_("Reason (needed where something is still open)"), required=False, longtext=True),
        ] = None,
    ) -> None:
        """Final for everybody. Where deliveries, tasks or payments are open, a reason is asked for."""
        closing.close(current_env(), records, reason)

    @transition(
        *FULFILLED_STATES, to=None, label=_("Deliver"), right=DELIVER, icon="truck-delivery", many=True
    )  # fmt: skip
    def deliver(
        records: Sequence["Order"],
        until: Annotated[
            date | None,
            arg(
                _("Instalments due until"), required=False,
                help=_("Empty: everything that is still open."),
            ),
        ] = None,
    ) -> "list[Delivery]":  # fmt: skip
        """Draft deliveries of what is open, whose quantities can be changed before they are shipped."""
        return preparing.prepare(current_env(), records, until)

    @transition(*RUNNING_STATES, to=None, label=_("Add a process task"), icon="list-check")
    def add_task(
        self,
        name: Annotated[str, arg(_("Task"))],
        assignee: Annotated[User | None, arg(_("Assignee"), required=False)] = None,
        due: Annotated[date | None, arg(_("Due"), required=False)] = None,
        after: Annotated["ProcessTask | None", arg(_("Begins after"), required=False)] = None,
    ) -> None:
        """One more task of this order's own process."""
        tasks.add(current_env(), self, name, assignee, due, after)

    @action(label=_("Book a cost"), icon="receipt")
    def book_cost(
        self,
        kind: Annotated[Option, arg(_("Kind of cost"), list="crm_sales.cost_kind")],
        amount: Annotated[Decimal, arg(_("Amount"))],
        on: Annotated[date, arg(_("Date"), default=lambda env, record: env.today)],
        remark: Annotated[str | None, arg(_("Remark"), required=False)] = None,
    ) -> None:
        """Material, labour, transport and other costs of the order; they lower its profit."""
        costs.book(current_env(), self, kind, amount, on, remark)

    @action(label=_("Copy as new order"), right="create", icon="copy", even_final=True)
    def copy_as_new(self) -> "Order":
        """A new draft with the same lines at today's date."""
        copied: Order = ordering.copy_order(current_env(), self)
        return copied
