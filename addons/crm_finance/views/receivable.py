"""Receivables: what is due, and the page of one instalment."""

from datetime import timedelta

from addons.crm_base.models import Activity, Task
from addons.crm_finance.models import CollectionActivity, Invoice, Matching, Receivable
from core.api import (
    Env,
    FormView,
    ListView,
    Where,
    _,
    and_,
    button,
    group,
    header,
    month,
    notebook,
    page,
    preset,
    related,
    show,
    statusbar,
    week,
)  # fmt: skip


def is_open(env: Env) -> Where:
    """Money is expected."""
    return Receivable.is_open.is_(True)


def mine(env: Env) -> Where:
    """What the caller's customers owe."""
    return and_(is_open(env), Receivable.owner == env.user_id)


def due_today(env: Env) -> Where:
    """To be paid today."""
    return and_(is_open(env), Receivable.due_on == env.today)


def due_this_week(env: Env) -> Where:
    """To be paid from Monday to Sunday of this week."""
    return and_(is_open(env), env.condition(Receivable, "due_on", "eq", "this_week"))


def due_this_month(env: Env) -> Where:
    """To be paid this month."""
    return and_(is_open(env), env.condition(Receivable, "due_on", "eq", "this_month"))


def overdue(env: Env) -> Where:
    """Should have been paid."""
    return and_(is_open(env), Receivable.due_on < env.today)


def my_due(env: Env) -> Where:
    """What the caller's customers should pay within a week, or should have paid."""
    return and_(mine(env), Receivable.due_on <= env.today + timedelta(days=7))


def my_overdue(env: Env) -> Where:
    """What the caller's customers should have paid."""
    return and_(mine(env), Receivable.due_on < env.today)


def promise_broken(env: Env) -> Where:
    """Payment was promised for a day that has passed."""
    return and_(is_open(env), Receivable.promised_on < env.today)


def disputed(env: Env) -> Where:
    """The customer does not agree."""
    return and_(is_open(env), Receivable.collection_result == "dispute")


def to_invoice(env: Env) -> Where:
    """In force and not invoiced in full."""
    return and_(Receivable.state == "open", Receivable.invoiced < Receivable.amount)


def settled(env: Env) -> Where:
    """Paid or written off."""
    return and_(Receivable.state == "open", Receivable.is_open.is_(False))


class ReceivableList(ListView[Receivable]):
    columns = [
        Receivable.title, Receivable.customer, Receivable.situation, Receivable.due_on, Receivable.open_amount,
        Receivable.owner, Receivable.promised_on, Receivable.amount, Receivable.received, Receivable.number,
    ]  # fmt: skip
    order = "due_on"
    presets = [
        preset("open", _("Open receivables"), is_open, default=True),
        preset("mine", _("My customers' receivables"), mine, count=True),
        preset("today", _("Due today"), due_today, count=True),
        preset("week", _("Due this week"), due_this_week, count=True),
        preset("month", _("Due this month"), due_this_month, count=True),
        preset("overdue", _("Overdue"), overdue, count=True),
        preset("my_due", _("Mine, due within a week"), my_due),
        preset("my_overdue", _("Mine, overdue"), my_overdue),
        preset("broken", _("Promise not kept"), promise_broken),
        preset("disputed", _("Disputed"), disputed),
        preset("to_invoice", _("Not invoiced in full"), to_invoice),
        preset("settled", _("Settled"), settled),
        preset("all", _("All receivables")),
    ]
    filters = [
        Receivable.owner, Receivable.department, Receivable.customer, Receivable.due_on, Receivable.is_open,
        Receivable.state, Receivable.currency, Receivable.amount, Receivable.collection_result, Receivable.promised_on,
        Receivable.booked_on, Receivable.kind,
    ]  # fmt: skip
    groups = [
        Receivable.owner, Receivable.department, Receivable.customer, week(Receivable.due_on), month(Receivable.due_on),
        Receivable.collection_result, Receivable.state,
    ]  # fmt: skip
    totals = [Receivable.open_value]
    actions = [Receivable.remind, Receivable.receive, Receivable.request_invoice, Receivable.reschedule]


class ReceivableForm(FormView[Receivable]):
    layout = [
        header(
            button(Receivable.receive, style="primary"), button(Receivable.record_contact, style="primary"),
            button(Receivable.remind), button(Receivable.request_invoice), button(Receivable.reschedule),
            button(Receivable.split), button(Receivable.refund), button(Receivable.write_off),
            button(Receivable.cancel), statusbar(Receivable.state),
        ),
        group(
            _("Instalment"), show(Receivable.title, wide=True), Receivable.customer, Receivable.source,
            Receivable.amount, Receivable.currency, Receivable.due_on, Receivable.situation, Receivable.owner,
            Receivable.department,
        ),
        group(
            _("Money received"), Receivable.received, Receivable.open_amount, Receivable.written_off,
            Receivable.open_value, Receivable.days_overdue, Receivable.invoiced, key="paid",
        ),
        group(
            _("Collection"), Receivable.collection_result, Receivable.promised_on, Receivable.reminded_on,
            key="collection",
        ),
        notebook(
            page(
                _("Payments"),
                related(
                    Receivable.matchings, order="-id", add=False,
                    columns=[Matching.day, Matching.kind, Matching.receipt, Matching.amount, Matching.reason],
                ),
            ),
            page(
                _("Collection"),
                related(
                    Receivable.tasks, order="due", add=False,
                    columns=[Task.subject, Task.assignee, Task.due, Task.state],
                ),
                related(
                    Receivable.activities, order="-at", add=False,
                    columns=[Activity.at, CollectionActivity.collection_result, Activity.result, Activity.owner],
                ),
            ),
            page(
                _("Invoices"),
                related(
                    Receivable.invoices, order="-id",
                    columns=[Invoice.number, Invoice.invoice_number, Invoice.issued_on, Invoice.amount, Invoice.state],
                ),
            ),
            page(
                _("Info"), Receivable.number, Receivable.kind, Receivable.booked_on, Receivable.exchange_rate,
                Receivable.cancelled_on, Receivable.cancel_reason, Receivable.remarks, Receivable.created_at,
                Receivable.created_by, Receivable.changed_at, Receivable.changed_by,
            ),
        ),
    ]  # fmt: skip
