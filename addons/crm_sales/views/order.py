"""Orders: lists, the board, the page of one order, and its confirmation on paper."""

from addons.crm_base.models import Customer
from addons.crm_sales.models import Delivery, DeliveryPlan, Order, OrderCost, OrderLine, ProcessTask
from addons.crm_sales.states import (
    CONFIRMED,
    DELIVERED,
    DRAFT,
    FULFILLED_STATES,
    IN_FULFILMENT,
    OPEN_ORDER_STATES,
)
from addons.crm_sales.views.papers import (
    amounts_of,
    prices_of,
    printed_amounts_of,
    printed_lines_of,
    reminders_of,
    terms_of,
)
from core.api import (
    BoardView,
    Env,
    FormView,
    ListView,
    PaperView,
    Where,
    _,
    and_,
    button,
    chain,
    group,
    header,
    lines,
    month,
    note,
    notebook,
    page,
    party,
    preset,
    process,
    related,
    show,
    statusbar,
    steps,
)  # fmt: skip


def is_open(env: Env) -> Where:
    """Neither closed nor cancelled."""
    return Order.state.in_(OPEN_ORDER_STATES)


def mine(env: Env) -> Where:
    """What the caller has sold."""
    return and_(Order.owner == env.user_id, is_open(env))


def drafts(env: Env) -> Where:
    """To be confirmed."""
    return Order.state == DRAFT


def to_deliver(env: Env) -> Where:
    """Confirmed, and not delivered in full."""
    return Order.state.in_(FULFILLED_STATES)


def late(env: Env) -> Where:
    """To be delivered, and the wanted day has passed."""
    return and_(to_deliver(env), Order.deliver_on < env.today)


def delivered(env: Env) -> Where:
    """Everything is shipped; to be closed."""
    return Order.state == DELIVERED


def this_month(env: Env) -> Where:
    """What was ordered this month."""
    return env.condition(Order, "ordered_on", "eq", "this_month")


class OrderList(ListView[Order]):
    columns = [
        Order.number, Order.customer, Order.state, Order.deliver_on, Order.total, Order.delivery_status, Order.owner,
        Order.ordered_on, Order.currency,
    ]  # fmt: skip
    order = "-id"
    presets = [
        preset("open", _("Open orders"), is_open, default=True),
        preset("mine", _("My orders"), mine, count=True),
        preset("drafts", _("To be confirmed"), drafts, count=True),
        preset("to_deliver", _("To be delivered"), to_deliver),
        preset("late", _("Late deliveries"), late, count=True),
        preset("delivered", _("Delivered, to be closed"), delivered, count=True),
        preset("month", _("Ordered this month"), this_month),
        preset("all", _("All orders")),
    ]
    filters = [
        Order.state, Order.customer, Order.owner, Order.order_type, Order.ordered_on, Order.deliver_on,
        Order.delivery_status, Order.company_total, Order.currency, Order.contract, Order.quote,
    ]  # fmt: skip
    groups = [
        Order.state, Order.owner, Order.customer, Order.order_type, month(Order.ordered_on), Order.delivery_status,
    ]  # fmt: skip
    totals = [Order.company_total, Order.profit]
    actions = [Order.confirm, Order.deliver, Order.close, Order.cancel]


class OrderBoard(BoardView[Order]):
    column = Order.state
    card = [Order.number, Order.customer, Order.total, Order.deliver_on, Order.owner]
    total = Order.company_total
    order = "deliver_on"
    presets = [preset("open", _("Open orders"), is_open, default=True), preset("mine", _("My orders"), mine)]


class OrderForm(FormView[Order]):
    layout = [
        header(
            button(Order.confirm, style="primary"), button(Order.deliver, style="primary"),
            button(Order.add_task), button(Order.book_cost), button(Order.remind), button(Order.close),
            button(Order.cancel), button(Order.copy_as_new), statusbar(Order.state),
        ),
        chain(Order.quote, Order.contract, Order.deliveries),
        group(
            _("Order"), Order.number, Order.customer, Order.contact, Order.order_type, Order.ordered_on,
            Order.deliver_on, Order.ship_to, Order.customer_reference, Order.owner, Order.template,
        ),
        prices_of(Order),
        lines(
            Order.lines,
            columns=[
                OrderLine.product, show(OrderLine.configuration, label=_("Options")),
                show(OrderLine.price_reason, under=True), OrderLine.quantity,
                OrderLine.unit, OrderLine.unit_price, OrderLine.discount,
                OrderLine.tax, OrderLine.gross, OrderLine.deliver_on, OrderLine.delivered, OrderLine.description,
            ],
            totals=amounts_of(Order),
        ),
        terms_of(Order),
        notebook(
            page(
                _("Process"),
                steps(
                    Order.process_tasks, title=ProcessTask.name, state=ProcessTask.state, due=ProcessTask.due,
                    after=ProcessTask.after, person=ProcessTask.assignee, done=ProcessTask.done_at,
                    further=[Order.delivery_status], label=_("Progress"),
                ),
                related(
                    Order.process_tasks, order="sequence", add=False,
                    columns=[
                        ProcessTask.name, ProcessTask.assignee, ProcessTask.due, ProcessTask.state, ProcessTask.done_at,
                        ProcessTask.done_by,
                    ],
                ),
            ),
            page(
                _("Delivery"), Order.delivery_status, Order.delivered_amount, Order.delivered_on,
                related(
                    Order.plan, order="due_on", add=False,
                    columns=[
                        DeliveryPlan.due_on, DeliveryPlan.line, DeliveryPlan.label, DeliveryPlan.quantity,
                        DeliveryPlan.delivered, DeliveryPlan.delivered_on,
                    ],
                ),
                related(
                    Order.deliveries, order="-id", add=False,
                    columns=[
                        Delivery.number, Delivery.planned_on, Delivery.posted_at, Delivery.carrier,
                        Delivery.tracking_number, Delivery.state,
                    ],
                ),
            ),
            page(
                _("Account"),
                note(
                    _("Account with all postings"), key="account_report", right=("read", Order),
                    url="/report/crm_sales.order_account?sales_order={id}&since=",
                ),
                Order.net, Order.total, Order.delivered_amount, Order.cost_total, Order.profit,
                related(
                    Order.costs, order="-on", add=False,
                    columns=[OrderCost.on, OrderCost.kind, OrderCost.amount, OrderCost.remark],
                ),
                key="account",
            ),
            reminders_of(Order),
            page(
                _("Course"),
                process(Order.state, due={CONFIRMED: Order.deliver_on, IN_FULFILMENT: Order.deliver_on}),
                Order.quote, Order.contract, key="course",
            ),
            page(
                _("Info"), Order.confirmed_at, Order.confirmed_by, Order.ended_on, Order.end_reason, Order.created_at,
                Order.created_by, Order.changed_at, Order.changed_by,
            ),
        ),
    ]  # fmt: skip


class OrderPaper(PaperView[Order]):
    title = _("Order confirmation")
    parties = [
        party(_("Seller")),
        party(_("Customer"), Order.customer, Customer.region, Customer.phone),
    ]
    head = [
        Order.ordered_on, Order.deliver_on, Order.contact, Order.customer_reference, Order.ship_to, Order.owner,
        Order.currency,
    ]  # fmt: skip
    tables = printed_lines_of(Order, OrderLine, OrderLine.deliver_on)
    totals = printed_amounts_of(Order)
    texts = [Order.terms]
    signatures = [_("Seller"), _("Customer")]
