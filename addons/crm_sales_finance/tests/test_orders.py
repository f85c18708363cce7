"""From the confirmed order to the last receipt (FIN-01, FIN-08, SALE-15, SALE-17, SALE-20)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal as D
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addons.crm_base.models import Customer
from addons.crm_finance.models import FinanceCustomer, Invoice, Receivable
from addons.crm_product.models import Product, Tax, Unit
from addons.crm_sales.models import Order, OrderLine
from addons.crm_sales_finance.models import FinanceOrder, OrderExpense, SalesCustomer, SalesReceivable
from addons.crm_sales_finance.services.sharing_out import shares
from core.api import Env, Option, StateForbids, ValidationFailed
from core.testing.team import buttons
from core.testing.world import World, use_env


@given(
    st.integers(0, 10**9),
    st.lists(st.integers(0, 10**6), min_size=1, max_size=40),
    st.sampled_from([0, 2, 3]),
)
def test_parts_are_the_whole(units: int, weights: list[int], decimals: int) -> None:
    amount = D(units).scaleb(-decimals)
    parts = shares(amount, [D(one) for one in weights], decimals)
    assert sum(parts, D(0)) == (amount if sum(weights) else 0)
    unit = D(1).scaleb(-decimals)
    for part, weight in zip(parts, weights, strict=False):
        assert part == part.quantize(unit) and abs(part - amount * weight / sum(weights)) < unit


def order_of(world: World, quantity: int = 3, lines: int = 1, **values: Any) -> Any:
    """A draft order of `owner` over lines of 113.00 for one piece."""
    with world.system("North") as env:
        goods = env.first(Product) or env.create(
            Product,
            name="Server",
            unit=env.first(Unit),
            tax=env.first(Tax, Tax.rate == 13),
            list_price=D(100),
        )
    with world.acting("owner") as env:
        whom = env.first(Customer) or env.create(Customer, name="Acme", phone="021-1234567")
        order = env.create(FinanceOrder, customer=whom, prices_include_tax=False, **values)
        env.create_many(OrderLine, [
            {"document": order, "product": goods, "quantity": quantity, "unit": goods.unit_id, "tax": goods.tax_id,
             "unit_price": 100, "sequence": 10 * n}
            for n in range(lines)
        ])  # fmt: skip
        return env.get(FinanceOrder, order.id)


def confirmed(world: World, **values: Any) -> Any:
    made = order_of(world, **values)
    with world.acting("owner") as env:
        env.run(Order.confirm, [made])
    return made


def plan_of(env: Env, order: Any) -> list[Any]:
    return env.search(Receivable, SalesReceivable.order == order.id, order="due_on", limit=100)


def test_a_plan_follows_the_terms_of_the_order(world: World) -> None:
    made = confirmed(world, settlement="parts", payment_days=10, advance_percent=D(30), payment_parts=3)
    with world.acting("owner") as env:
        plan = plan_of(env, made)
        begun = made.ordered_on
        assert [(one.amount, (one.due_on - begun).days) for one in plan] == [
            (D("101.70"), 0), (D("79.10"), 10), (D("79.10"), 40), (D("79.10"), 70),
        ]  # fmt: skip
        assert sum(one.amount for one in plan) == made.total == D("339.00")
        assert {one.owner_id for one in plan} == {world.staff.users["owner"]}
        assert (made.receivable_open, made.receipt_status) == (D("339.00"), "none")


def test_without_own_terms_those_of_the_customer_hold_else_the_whole_is_due(world: World) -> None:
    first = confirmed(world)
    with world.acting("owner") as env:
        assert [(one.amount, one.due_on) for one in plan_of(env, first)] == [(D(339), first.ordered_on)]
        customer = env.get(SalesCustomer, first.customer_id)
        env.write(customer, settlement="none")
    second = confirmed(world)
    with world.acting("owner") as env:
        assert plan_of(env, second) == []
        env.write(env.get(SalesCustomer, first.customer_id), settlement="order", payment_days=60)
        env.run(FinanceOrder.plan_receivables, [second])
        assert [one.due_on - second.ordered_on for one in plan_of(env, second)] == [timedelta(days=60)]
        with pytest.raises(ValidationFailed):
            env.run(FinanceOrder.plan_receivables, [second])


def test_an_order_offers_what_of_its_money_is_left_to_do(world: World) -> None:
    def offered(order: Any) -> set[str]:
        return buttons(world, "owner", order) & {"plan_receivables", "request_invoice"}

    made = confirmed(world)
    assert offered(made) == {"request_invoice"}, "it has its plan"
    with world.acting("owner") as env:
        env.write(env.get(SalesCustomer, made.customer_id), settlement="none")
    by_hand = confirmed(world)
    assert offered(by_hand) == {"request_invoice"}, "its plan is made by hand"
    with world.acting("owner") as env:
        env.get(FinanceOrder, made.id).request_invoice(due=env.today)
        env.write(env.get(SalesCustomer, made.customer_id), settlement="order")
    assert offered(made) == set(), "all of it was asked for"
    assert offered(by_hand) == {"plan_receivables", "request_invoice"}
    with world.acting("owner") as env:
        env.run(FinanceOrder.plan_receivables, [env.get(FinanceOrder, by_hand.id)])
    assert offered(by_hand) == {"request_invoice"}


def test_a_plan_follows_the_delivery_instalments(world: World) -> None:
    made = order_of(world, settlement="delivery", payment_days=5, lines=2)
    with world.acting("owner") as env:
        lines = env.search(OrderLine, OrderLine.document == made.id, order="id")
        for line, days in zip(lines, (20, 50), strict=True):
            env.write(line, deliver_on=made.ordered_on + timedelta(days=days))
        env.run(Order.confirm, [made])
        found = [(one.amount, (one.due_on - made.ordered_on).days) for one in plan_of(env, made)]
    assert found == [(D(339), 25), (D(339), 55)]


def test_receipt_and_invoice_are_seen_at_the_order(world: World) -> None:
    made = confirmed(world)
    with world.acting("owner") as env:
        asked = env.get(FinanceOrder, made.id).request_invoice(due=env.today, amount=D(100))
        with pytest.raises(ValidationFailed) as refused:
            env.get(FinanceOrder, made.id).request_invoice(due=env.today, amount=D("239.01"))
        assert "239.00 CNY" in str(refused.value.problems["amount"][0])
    with world.system("North") as env, use_env(env):
        env.get(Invoice, asked.id).issue(invoice_number="1", issued_on=env.today, amount=D(100))
        one = plan_of(env, made)[0]
        method = env.first(Option, Option.list_code == "crm_finance.payment_method")
        env.run(Receivable.receive, [one], day=env.today, payment_method=method, amount=D(39))
    with world.acting("owner") as env:
        order = env.get(FinanceOrder, made.id)
        env.refresh(env.info(FinanceOrder), [order])
        assert (order.received_total, order.receivable_open, order.receipt_status) == (39, 300, "part")
        assert (order.invoiced_total, order.invoice_status) == (100, "part")
        kind = env.first(Option, Option.list_code == "crm_finance.expense_kind")
        spent = env.create(OrderExpense, title="Taxi", kind=kind, amount=D(9), order=order)
        assert env.get(FinanceOrder, made.id).expense_total == 0, "a draft does not count"
        spent.submit()
        assert (order.expense_total, order.result) == (9, order.profit - 9)


def test_credit_stops_the_order_until_it_is_released(world: World) -> None:
    made = order_of(world)
    with world.system("North") as env:
        env.write(env.get(FinanceCustomer, made.customer_id), credit_limit=D("338.99"))
    with world.acting("owner") as env:
        with pytest.raises(ValidationFailed) as refused:
            env.run(Order.confirm, [env.get(FinanceOrder, made.id)])
        assert "credit limit of Acme" in str(refused.value.problems[""][0])
        assert "release_credit" not in {m.name for m in env.allowed_methods(env.get(FinanceOrder, made.id))}
    with world.system("North") as env, use_env(env):
        assert env.get(Order, made.id).state.code == "draft"
        env.get(FinanceOrder, made.id).release_credit(reason="Guaranteed by the parent company")
    with world.acting("owner") as env:
        env.run(Order.confirm, [env.get(FinanceOrder, made.id)])
        assert env.get(Order, made.id).state.code == "confirmed"


def test_cancelling_takes_the_plan_back_unless_money_came(world: World) -> None:
    made = confirmed(world)
    with world.acting("owner") as env:
        env.run(Order.cancel, [env.get(FinanceOrder, made.id)], reason="Not wanted")
        assert [one.state.code for one in plan_of(env, made)] == ["cancelled"]
    paid = confirmed(world)
    with world.system("North") as env, use_env(env):
        method = env.first(Option, Option.list_code == "crm_finance.payment_method")
        env.run(Receivable.receive, plan_of(env, paid), day=env.today, payment_method=method, amount=D(1))
    with world.acting("owner") as env, pytest.raises(StateForbids, match="release or refund"):
        env.run(Order.cancel, [env.get(FinanceOrder, paid.id)], reason="Not wanted")


def test_closing_asks_for_a_reason_and_leaves_the_money_to_be_collected(world: World) -> None:
    made = confirmed(world)
    with world.acting("owner") as env:
        with pytest.raises(ValidationFailed) as refused:
            env.run(Order.close, [env.get(FinanceOrder, made.id)])
        assert any("339.00 CNY is not received yet" in str(one) for one in refused.value.problems["reason"])
        env.run(Order.close, [env.get(FinanceOrder, made.id)], reason="Rest next year")
    with world.system("North") as env, use_env(env):
        method = env.first(Option, Option.list_code == "crm_finance.payment_method")
        env.run(Receivable.receive, plan_of(env, made), day=env.today, payment_method=method)
        assert env.get(FinanceOrder, made.id).receipt_status == "full"


def test_a_split_instalment_stays_with_its_order(world: World) -> None:
    made = confirmed(world)
    with world.system("North") as env, use_env(env):
        plan_of(env, made)[0].split(amount=D(39), due_on=made.ordered_on + timedelta(days=9))
        assert [(one.amount, one.state.code) for one in plan_of(env, made)] == [
            (339, "cancelled"), (300, "open"), (39, "open"),
        ]  # fmt: skip
        assert env.get(FinanceOrder, made.id).receivable_open == 339
