"""Lists of what is due, to-dos for those in charge, and what customers say (FIN-02, FIN-03, FIN-06)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal as D
from typing import Any

import pytest
from sqlalchemy import event

from addons.crm_base.models import Activity, Customer, Task
from addons.crm_finance.jobs import ask_for_payment
from addons.crm_finance.models import CollectionTask, FinanceCompany, Invoice, Receipt, Receivable
from addons.crm_finance.tests.conftest import instalment, receipt, soon, transfer
from addons.crm_finance.views import receivable as presets
from core.api import ValidationFailed
from core.testing.team import acting, choice, notices
from core.testing.world import World, use_env


def test_lists_of_today_week_month_and_overdue(crew: World, acme: Customer) -> None:
    for due in (-400, -1, 0, 1, 400):
        instalment(crew, acme, 100, due, booked_on=soon(crew.env("clerk"), -500))
    instalment(crew, acme, 100, 0)
    with acting(crew, "clerk") as env:
        env.get(Receivable, env.search(Receivable, order="-id")[0].id).cancel(reason="Wrong")

        def count(preset: Any) -> int:
            return env.count(Receivable, preset(env)).value

        assert (count(presets.due_today), count(presets.overdue), count(presets.is_open)) == (1, 2, 5)
        monday = env.today - timedelta(days=env.today.weekday())
        days = [env.today + timedelta(days=n) for n in (-1, 0, 1)]
        assert count(presets.due_this_week) == sum(
            monday <= day <= monday + timedelta(days=6) for day in days
        )
        assert count(presets.due_this_month) == sum(day.month == env.today.month for day in days)


def test_one_step_makes_to_dos_for_many_and_tells_each_salesperson_once(crew: World, acme: Customer) -> None:
    beta = crew.env("colleague").create(Customer, name="Beta", phone="021-7654321")
    marked = [instalment(crew, one, 100, -n).id for n, one in ((1, acme), (2, acme), (3, beta))]
    with acting(crew, "clerk") as env:
        env.run(Receivable.remind, env.get_many(Receivable, marked), due=soon(env, 2), note="Please call")
    tasks = crew.new_env("owner").search(CollectionTask, order="id")
    assert [(task.receivable_id, task.due, task.assignee_id) for task in tasks][:2] == [
        (key, soon(crew.env("owner"), 2), crew.staff.users["owner"]) for key in marked[:2]
    ]
    assert notices(crew, "owner") == ["Please collect 2 receivables: see your tasks."]
    assert notices(crew, "colleague") == ["Please collect “Instalment 100”."]
    with acting(crew, "clerk") as env, pytest.raises(ValidationFailed):
        env.run(Receivable.remind, env.get_many(Receivable, marked), due=soon(env, 2))


def test_to_dos_come_by_themselves_so_many_days_before(crew: World, acme: Customer) -> None:
    for due in (-3, 4, 5, 6):
        instalment(crew, acme, 100, due)

    def run() -> Any:
        with crew.system("North") as env, use_env(env):
            return ask_for_payment.function(env, None)

    assert run() == {"tasks": 0}
    with crew.system("North") as env:
        env.write(env.get(FinanceCompany, env.company_id), collection_days=5)
    assert run() == {"tasks": 3} and run() == {"tasks": 0}
    assert len(crew.new_env("owner").search(Task)) == 3


def test_what_the_customer_says_stands_at_the_instalment_and_ends_the_to_do(
    crew: World, acme: Customer
) -> None:
    owed = instalment(crew, acme, 100, -1)
    with acting(crew, "clerk") as env:
        env.get(Receivable, owed.id).remind(due=env.today)
    with acting(crew, "owner") as env:
        call = choice(env, "crm_base.activity_kind", "phone")
        one = env.get(Receivable, owed.id)
        with pytest.raises(ValidationFailed) as refused:
            one.record_contact(kind=call, outcome="promised", remark="Next week")
        assert "promised_on" in refused.value.problems
        one.record_contact(kind=call, outcome="promised", remark="Next week", promised_on=soon(env, 7))
        assert (one.collection_result, one.promised_on) == ("promised", soon(env, 7))
        assert [task.state.code for task in env.search(Task)] == ["done"]
        assert [made.result for made in env.search(Activity)] == ["Next week"]
        assert not env.can("update", one), "salespeople do not change what is owed"


def test_an_invoicing_task_becomes_an_invoice(crew: World, acme: Customer) -> None:
    owed = instalment(crew, acme, 100)
    with acting(crew, "owner") as env:
        env.get(Receivable, owed.id).request_invoice(due=env.today)
        with pytest.raises(ValidationFailed):
            env.get(Receivable, owed.id).request_invoice(due=env.today)
    with acting(crew, "clerk") as env:
        made = env.search(Invoice)[0]
        assert (made.amount, made.title, made.state.code) == (100, "Acme", "requested")
        made.issue(invoice_number=" 0042 ", issued_on=env.today, amount=D(60))
        assert env.get(Receivable, owed.id).invoiced == 60
        assert env.count(Receivable, presets.to_invoice(env)).value == 1
        made.void(reason="Wrong title")
        assert env.get(Receivable, owed.id).invoiced == 0
    assert notices(crew, "owner")[0] == "The invoice 0042 was issued."


def test_who_sees_and_does_what(crew: World, acme: Customer) -> None:
    owed, paid = instalment(crew, acme, 100), receipt(crew, acme, 50)

    def may(person: str, record: Any) -> set[str]:
        env = crew.new_env(person)
        seen = env.first(type(record), type(record).id == record.id)
        return {method.name for method in env.allowed_methods(seen)} if seen is not None else set()

    assert may("owner", owed) == {"record_contact", "request_invoice"}
    assert may("superior", owed) >= {"record_contact"} and may("director", owed) >= {"remind"}
    assert may("outsider", owed) == may("desk", owed) == may("other", owed) == may("stranger", owed) == set()
    assert may("clerk", owed) >= {"receive", "remind", "reschedule", "cancel", "split", "request_invoice"}
    assert may("manager", owed) - may("clerk", owed) == {"write_off"}
    assert {"match", "match_oldest", "reverse", "refund_rest"} == may("clerk", paid) and may(
        "owner", paid
    ) == set()
    with crew.system("North") as env:
        assistant = env.first(
            "base.role", env.condition("base.role", "code", "eq", "crm_base.sales_assistant")
        )
        env.create(
            "base.sharing_rule", name="Desk", model="crm_base.customer", to_role=assistant, condition=""
        )
    assert may("desk", owed) >= {"receive", "remind", "reschedule"} and "refund" not in may("desk", owed)
    assert may("desk", paid) == {"match", "match_oldest"}


def test_statements_do_not_grow_with_instalments(crew: World, acme: Customer) -> None:
    def statements_of(number: int) -> int:
        ids = [instalment(crew, acme, 100, -n).id for n in range(number)]
        env = crew.new_env("clerk")
        counted: list[str] = []
        with use_env(env):
            marked = env.get_many(Receivable, ids)
            method = transfer(env)

            def note(_conn: Any, _cursor: Any, statement: str, *_more: Any) -> None:
                counted.append(statement)

            event.listen(crew.connection, "before_cursor_execute", note)
            env.run(Receivable.receive, marked, day=env.today, payment_method=method)
            env.run(Receivable.request_invoice, marked, due=env.today)
            event.remove(crew.connection, "before_cursor_execute", note)
        return len(counted)

    few, many = statements_of(2), statements_of(30)
    assert many <= few, f"{few} statements for 2 instalments, {many} for 30"


def test_marked_instalments_of_two_customers_are_refused(crew: World, acme: Customer) -> None:
    beta = crew.env("owner").create(Customer, name="Beta", phone="021-7654321")
    ids = [instalment(crew, one, 100).id for one in (acme, beta)]
    with acting(crew, "clerk") as env:
        with pytest.raises(ValidationFailed, match="one customer"):
            env.run(
                Receivable.receive, env.get_many(Receivable, ids), day=env.today, payment_method=transfer(env)
            )
        assert env.count(Receipt).value == 0
