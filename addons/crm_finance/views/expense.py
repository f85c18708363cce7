"""Expenses."""

from addons.crm_finance.models import Expense
from addons.crm_finance.states import APPROVED, SUBMITTED
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
    show,
    statusbar,
)  # fmt: skip


def mine(env: Env) -> Where:
    """The caller's own."""
    return Expense.owner == env.user_id


def to_decide(env: Env) -> Where:
    """Others' that wait for approval."""
    return and_(Expense.state == SUBMITTED, Expense.owner != env.user_id)


def to_pay(env: Env) -> Where:
    """Approved and not paid out."""
    return Expense.state == APPROVED


def this_month(env: Env) -> Where:
    """Spent this month."""
    return env.condition(Expense, "day", "eq", "this_month")


class ExpenseList(ListView[Expense]):
    columns = [
        Expense.number, Expense.day, Expense.title, Expense.state, Expense.kind, Expense.amount, Expense.employee,
        Expense.customer, Expense.department,
    ]  # fmt: skip
    order = "-day"
    presets = [
        preset("mine", _("My expenses"), mine, default=True),
        preset("to_decide", _("To be approved"), to_decide, count=True),
        preset("to_pay", _("To be paid"), to_pay, count=True),
        preset("month", _("This month"), this_month),
        preset("all", _("All expenses")),
    ]
    filters = [
        Expense.state, Expense.kind, Expense.employee, Expense.department, Expense.owner, Expense.customer,
        Expense.contact, Expense.day, Expense.amount, Expense.currency,
    ]  # fmt: skip
    groups = [
        Expense.kind, Expense.employee, Expense.department, Expense.customer, Expense.contact, month(Expense.day),
        Expense.state, Expense.owner,
    ]  # fmt: skip
    totals = [Expense.value]
    actions = [Expense.submit, Expense.approve, Expense.reject, Expense.pay]


class ExpenseForm(FormView[Expense]):
    layout = [
        header(
            button(Expense.submit, style="primary"), button(Expense.approve, style="primary"), button(Expense.reject),
            button(Expense.pay, style="primary"), statusbar(Expense.state),
        ),
        group(
            _("Expense"), show(Expense.title, wide=True), Expense.kind, Expense.day, Expense.amount, Expense.currency,
            Expense.receipt_file,
        ),
        group(_("Who and for whom"), Expense.employee, Expense.department, Expense.customer, Expense.contact,
              key="for_whom"),
        group(_("Content"), Expense.description, Expense.decision, columns=1),
        notebook(
            page(
                _("Info"), Expense.number, Expense.owner, Expense.value, Expense.exchange_rate, Expense.paid_on,
                Expense.created_at, Expense.created_by, Expense.changed_at, Expense.changed_by,
            ),
        ),
    ]  # fmt: skip
