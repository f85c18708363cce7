"""The statement of a customer, the ageing of receivables, and what was spent (R-17, R-39, R-58)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Date

from addons.crm_base.models import Customer
from addons.crm_finance.models import Expense, Matching, Receipt, Receivable
from addons.crm_finance.services.choices import MOVEMENTS
from addons.crm_finance.services.statement import Account, lines, opening_and_closing
from core.api import (
    Answers,
    Department,
    Env,
    LazyString,
    Option,
    Report,
    ReportPaper,
    User,
    ValidationFailed,
    _,
    ask,
    cast,
    column,
    company_currency,
    func,
    literal,
    select,
    side,
)  # fmt: skip

AGES: Final = (30, 60, 90)


def beginning_of_year(env: Env) -> date:
    """The first day of the company's present year."""
    return env.today.replace(month=1, day=1)


def today(env: Env) -> date:
    """The company's day."""
    return env.today


def _account(env: Env, answers: Answers) -> Account:
    if answers["until"] < answers["since"]:
        raise ValidationFailed.at("until", _("The last day lies before the first one."))
    customer: Customer = env.get(Customer, answers["customer"])
    return Account(
        customer.id,
        (answers["currency"] or company_currency(env)).upper(),
        answers["since"],
        answers["until"],
    )


def statement_rows(env: Env, answers: Answers, limit: int, offset: int) -> Sequence[Sequence[Any]]:
    """What was brought forward, each movement of the period with the balance after it, and the closing balance."""
    account = _account(env, answers)
    opening, debit_sum, credit_sum, closing, count = opening_and_closing(env, account)
    rows: list[Sequence[Any]] = []
    if offset == 0 and limit > 0:
        rows.append((account.since, "brought", None, None, None, None, opening, None, account.currency))
    wanted = limit - len(rows)
    first = max(offset - 1, 0)
    for one in lines(env, account, opening, wanted, first) if wanted > 0 and first < count else ():
        debit, credit = (one.amount, None) if one.amount > 0 else (None, -one.amount)
        line = (
            one.day,
            one.kind,
            one.document,
            one.text,
            debit,
            credit,
            one.balance,
            one.remark,
            account.currency,
        )
        rows.append(line)
    if offset <= count + 1 < offset + limit:
        rows.append(
            (account.until, "closing", None, None, debit_sum, -credit_sum, closing, None, account.currency)
        )
    return rows


def balances(env: Env, answers: Answers) -> list[tuple[LazyString, Decimal, str]]:
    """What stands below the statement on paper."""
    if "balance" not in answers.shown:
        return []
    account = _account(env, answers)
    opening, debit, credit, closing, _count = opening_and_closing(env, account)
    return [
        (_("Brought forward"), opening, account.currency), (_("Owed"), debit, account.currency),
        (_("Paid or credited"), -credit, account.currency), (_("Closing balance"), closing, account.currency),
    ]  # fmt: skip


STATEMENT_PAPER = ReportPaper(
    title=_("Statement of account"), number=("since", "until"), head=("currency",), totals=balances,
    sides=[
        side(_("Seller")),
        side(_("Customer"), "customer", Customer.invoice_title, Customer.tax_number, Customer.region, Customer.phone),
    ],
    texts=[
        (_("Confirmation"),
         _("Please compare this statement with your books and send one copy back with signature and seal. If something "
           "differs, please say what.")),
    ],
    signatures=[_("Seller (seal, date)"), _("Confirmed by the customer (signature, seal, date)")],
)  # fmt: skip

STATEMENT = Report(
    "crm_finance.statement", _("Statement of a customer"), right=("read", Receivable),
    reads=(Receipt, Matching), paper=STATEMENT_PAPER,
    needs=(Receivable.customer, Receivable.amount, Receivable.booked_on),
    parameters=[
        ask("customer", Customer, _("Customer")),
        ask("since", date, _("From"), default=beginning_of_year),
        ask("until", date, _("To"), default=today),
        ask("currency", str, _("Currency"), required=False, help=_("When left empty, that of the company.")),
    ],
    columns=[
        column("day", _("Day"), date),
        column("kind", _("Kind"), str, choices=MOVEMENTS, sortable=False),
        column("document", _("Document"), str),
        column("text", _("Text"), str),
        column("debit", _("Owed"), Decimal, currency="currency", field=Receivable.amount),
        column("credit", _("Paid or credited"), Decimal, currency="currency", field=Receivable.amount),
        column("balance", _("Balance"), Decimal, currency="currency", field=Receivable.amount),
        column("remark", _("Remark"), str, internal=True), column("currency", _("Currency"), str, internal=True),
    ],
    rows=statement_rows, strong=("kind", "brought", "closing"),
    note=_("The opening balance and the movements of the period are the closing balance, to the last digit."),
)  # fmt: skip


def ageing(env: Env, answers: Answers) -> Any:
    """One row for each customer with something open: how late it is, in company currency."""
    one: Any = env.info(Receivable).cls
    late = cast(literal(answers["day"]), Date) - one.due_on
    value = env.seen(Receivable.open_value)
    where = [one.is_open.is_(True)]
    if answers.get("salesperson") is not None:
        where.append(one.owner_id == answers["salesperson"])
    if answers.get("department") is not None:
        where.append(one.department_id == answers["department"])
    first, second, third = AGES
    return (
        select(
            one.customer_id.label("customer"), func.sum(value).label("all"),
            func.sum(value).filter(late <= 0).label("not_due"),
            func.sum(value).filter(late > 0, late <= first).label("to_30"),
            func.sum(value).filter(late > first, late <= second).label("to_60"),
            func.sum(value).filter(late > second, late <= third).label("to_90"),
            func.sum(value).filter(late > third).label("more"), func.max(late).label("days"),
        )
        .where(*where)
        .group_by(one.customer_id)
    )  # fmt: skip


def _money(key: str, label: Any) -> Any:
    return column(key, label, Decimal, money=True, total=True, field=Receivable.open_value)


AGEING = Report(
    "crm_finance.ageing", _("Ageing of receivables"), right=("read", Receivable), statement=ageing, order="-all",
    needs=(Receivable.customer, Receivable.due_on, Receivable.is_open),
    parameters=[
        ask("day", date, _("Day"), default=today),
        ask("salesperson", User, _("Salesperson"), required=False, field=Receivable.owner),
        ask("department", Department, _("Department"), required=False, field=Receivable.department),
    ],
    columns=[
        column("customer", _("Customer"), Customer, field=Receivable.customer), _money("all", _("Open")),
        _money("not_due", _("Not due yet")), _money("to_30", _("1 to 30 days late")),
        _money("to_60", _("31 to 60 days late")), _money("to_90", _("61 to 90 days late")),
        _money("more", _("More than 90 days late")), column("days", _("Most days late"), int),
    ],
    chart=("customer", "all"), note=_("In company currency, by the rates that were kept."),
)  # fmt: skip


def spent(env: Env, answers: Answers) -> Any:
    """One row for each kind, person and month."""
    one: Any = env.info(Expense).cls
    month = env.first_of("month", Expense.day)
    where = [one.day >= answers["since"], one.day <= (answers["until"] or env.today + timedelta(days=3650)),
             one.state != "rejected"]  # fmt: skip
    if answers.get("customer") is not None:
        where.append(one.customer_id == answers["customer"])
    return (
        select(month.label("month"), one.kind_id.label("kind"), one.owner_id.label("person"),
               one.department_id.label("department"), func.count().label("number"),
               func.sum(env.seen(Expense.value)).label("amount"))
        .where(*where)
        .group_by(month, one.kind_id, one.owner_id, one.department_id)
    )  # fmt: skip


EXPENSES = Report(
    "crm_finance.expenses", _("Expenses by kind and person"), right=("read", Expense), statement=spent, order="-month",
    needs=(Expense.day, Expense.kind, Expense.owner, Expense.department),
    parameters=[
        ask("since", date, _("From"), default=beginning_of_year), ask("until", date, _("To"), required=False),
        ask("customer", Customer, _("Customer"), required=False, field=Expense.customer),
    ],
    columns=[
        column("month", _("Month"), date, unit="month"), column("kind", _("Kind"), Option, field=Expense.kind),
        column("person", _("Person"), User, field=Expense.owner),
        column("department", _("Department"), Department, field=Expense.department),
        column("number", _("Number"), int, total=True),
        column("amount", _("Amount"), Decimal, money=True, total=True, field=Expense.value),
    ],
    chart=("kind", "amount"),
)  # fmt: skip
