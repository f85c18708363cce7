"""The statement, the ageing and the credit check of a customer (FIN-07, FIN-08)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal as D
from typing import Any

import pytest

from addons.crm_base.models import Customer
from addons.crm_finance.models import Expense, FinanceCustomer, Receipt, Receivable
from addons.crm_finance.reports import AGEING, EXPENSES, STATEMENT
from addons.crm_finance.services.credit import check_credit
from addons.crm_finance.tests.conftest import instalment, receipt, soon
from core.api import ValidationFailed
from core.exchange.asked import Asked
from core.exchange.report_paper import report_document
from core.testing.team import acting, choice
from core.testing.world import World
from core.views.report_rows import ReportRows


def statement(
    world: World, person: str, customer: Any, since: int, until: int, limit: int = 80, offset: int = 0
) -> Any:
    with acting(world, person) as env:
        asked = {
            "customer": customer.id,
            "since": soon(env, since),
            "until": soon(env, until),
            "currency": None,
        }
        rows = ReportRows(env, STATEMENT, asked)
        return [row[1:2] + row[4:7] for row in rows.page(limit, offset)]


def story(crew: World, acme: Customer) -> None:
    with acting(crew, "clerk") as env:
        env.get(FinanceCustomer, acme.id).set_opening_balance(amount=D("250.50"), day=soon(env, -90))
    first = instalment(crew, acme, 1000, due=-10)
    paid = receipt(crew, acme, "400.25", day=first.booked_on + timedelta(days=20))
    with acting(crew, "clerk") as env:
        env.get(Receipt, paid.id).match(receivable=env.get(Receivable, first.id))
    with acting(crew, "manager") as env:
        env.get(Receivable, first.id).write_off(amount=D("99.75"), reason="Bankrupt")


def test_a_statement_adds_up_for_any_period(crew: World, acme: Customer) -> None:
    story(crew, acme)
    whole = statement(crew, "clerk", acme, -365, 0)
    assert whole == [
        ("brought", None, None, 0), ("opening", D("250.50"), None, D("250.50")),
        ("instalment", 1000, None, D("1250.50")), ("receipt", None, D("400.25"), D("850.25")),
        ("write_off", None, D("99.75"), D("750.50")), ("closing", D("1250.50"), D("500.00"), D("750.50")),
    ]  # fmt: skip
    late = statement(crew, "owner", acme, -50, 0)
    assert late[0][3] == D("1250.50") and late[-1][3] == D("750.50") and len(late) == 4
    assert statement(crew, "clerk", acme, -365, -50)[-1][3] == late[0][3]


def test_pages_of_a_statement_are_its_rows_in_order(crew: World, acme: Customer) -> None:
    story(crew, acme)
    whole = statement(crew, "clerk", acme, -365, 0)
    for size in (1, 2, 3, 5, 6):
        pages = [statement(crew, "clerk", acme, -365, 0, size, at) for at in range(0, 12, size)]
        assert [row for page in pages for row in page] == whole


def test_the_statement_goes_to_the_customer_on_paper(crew: World, acme: Customer) -> None:
    story(crew, acme)
    rows = statement(crew, "clerk", acme, -365, 0)
    with acting(crew, "clerk") as env:
        query = (
            ("customer", str(acme.id)),
            ("since", str(soon(env, -365))),
            ("until", str(env.today)),
            ("currency", ""),
        )
        asked = Asked("crm_finance.receivable", query, report=STATEMENT.key)
        paper, chinese = (report_document(env, asked.with_(language=one)) for one in ("en", "zh_CN"))
    assert paper.title == "Statement of account" and paper.about == "Acme" and chinese.title == "对账单"
    assert [(one.label, one.name) for one in paper.parties] == [
        ("Seller", paper.company),
        ("Customer", "Acme"),
    ]
    (table,) = paper.tables
    assert not any("Bankrupt" in cell for row in table.rows for cell in row), "reasons are for the own people"
    assert len(table.rows) == len(rows) and "Currency" not in {one.label for one in table.columns}
    assert (
        paper.totals[-1] == ("Closing balance", table.rows[-1][-1])
        and paper.totals[0][1] == table.rows[0][-1]
    )
    assert chinese.signatures[-1].startswith("客户确认") and chinese.tables[0].rows[-1][1] == "期末余额"


def test_an_opening_credit_is_what_we_owe(crew: World, acme: Customer) -> None:
    with acting(crew, "clerk") as env:
        one = env.get(FinanceCustomer, acme.id)
        one.set_opening_balance(amount=D(-80), day=soon(env, -5))
        assert env.value_of(one, "unmatched_credit") == 80
        with pytest.raises(ValidationFailed):
            one.set_opening_balance(amount=D(10), day=soon(env, -5))
    rows = statement(crew, "clerk", acme, -10, 0)
    assert rows[-1][3] == -80
    assert "set_opening_balance" not in {m.name for m in crew.new_env("owner").allowed_methods(acme)}


def test_ageing_shows_how_late_money_is(crew: World, acme: Customer) -> None:
    for amount, due in ((10, 5), (20, 0), (40, -1), (80, -30), (160, -31), (320, -91)):
        instalment(crew, acme, amount, due, booked_on=None or acme.created_at.date() - timedelta(days=200))
    with acting(crew, "clerk") as env:
        rows = ReportRows(env, AGEING, {"day": env.today}).page(80)
    assert [row[1:] for row in rows] == [(630, 30, 120, 160, None, 320, 91)]


def test_the_customers_page_knows_the_balances(crew: World, acme: Customer) -> None:
    instalment(crew, acme, 100, -1), instalment(crew, acme, 30, 5, currency="USD"), receipt(crew, acme, 50)
    with acting(crew, "owner") as env:
        one = env.get(FinanceCustomer, acme.id)
        values = [
            env.value_of(one, name) for name in ("receivable_open", "receivable_overdue", "unmatched_credit")
        ]
    assert values == [D(313), D(100), D(50)]


def test_credit_is_limited_by_amount_and_by_days(crew: World, acme: Customer) -> None:
    instalment(crew, acme, 600, -10)
    receipt(crew, acme, 100, kind="advance")
    with acting(crew, "clerk") as env:
        one = env.get(FinanceCustomer, acme.id)
        assert check_credit(env, {acme.id: D(10_000)}) == {}
        one.set_credit_terms(limit=D(1000), overdue_days=None)
        assert check_credit(env, {acme.id: D(500)}) == {}
        refused = check_credit(env, {acme.id: D("500.01")})[acme.id].translate("en")
        assert (
            refused == "The credit limit of Acme is 1000.00 CNY; with this it would be used with 1000.01 CNY."
        )
        one.set_credit_terms(limit=None, overdue_days=10)
        assert check_credit(env, {acme.id: D(1)}) == {}
        one.set_credit_terms(limit=None, overdue_days=9)
        assert "longer than the 9 days" in check_credit(env, {acme.id: D(0)})[acme.id].translate("en")
    assert "set_credit_terms" not in {m.name for m in crew.new_env("owner").allowed_methods(acme)}


def test_an_expense_is_approved_by_somebody_else_and_paid(crew: World, acme: Customer) -> None:
    with acting(crew, "owner") as env:
        kind = choice(env, "crm_finance.expense_kind", "travel")
        made = env.create(Expense, title="Train", kind=kind, amount=D("120.50"), customer=acme)
        assert made.employee_id is not None and made.department_id is not None
        made.submit()
        assert {"approve", "reject"}.isdisjoint(m.name for m in env.allowed_methods(made))
    with acting(crew, "superior") as env:
        env.get(Expense, made.id).reject(reason="No receipt")
    with acting(crew, "owner") as env:
        env.write(env.get(Expense, made.id), title="Train to Suzhou")
        env.get(Expense, made.id).submit()
        with pytest.raises(Exception, match="no change is possible"):
            env.write(env.get(Expense, made.id), amount=D(1))
    with acting(crew, "superior") as env:
        env.get(Expense, made.id).approve()
    with acting(crew, "clerk") as env:
        env.get(Expense, made.id).pay(day=env.today)
        rows = ReportRows(env, EXPENSES, {"since": soon(env, -60)}).page(10)
        assert [row[4:] for row in rows] == [(1, D("120.50"))]
