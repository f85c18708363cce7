"""The account of an order with all postings: it agrees with what the order itself says, to the cent (SALE-20)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal as D
from random import Random
from typing import Any

import pytest

from addons.crm_finance.models import Invoice, Matching, Receipt, Receivable
from addons.crm_sales.models import Delivery, DeliveryLine, Order, OrderCost, OrderLine
from addons.crm_sales.reports import ORDER_ACCOUNT
from addons.crm_sales_finance.models import FinanceOrder, OrderExpense
from addons.crm_sales_finance.tests.test_orders import order_of, plan_of
from core.api import Env, Linked, Option, UserError, rounded
from core.testing.team import acting
from core.testing.world import World, use_env
from core.views.report_rows import ReportRows

FIGURES = {
    "ordered": "total", "received": "received_total", "written_off": "written_off_total", "invoiced": "invoiced_total",
    "to_receive": "receivable_open", "cost": "cost_total", "expense": "expense_total",
}  # fmt: skip


def account(env: Env, order: Any, **asked: Any) -> list[dict[str, Any]]:
    """The rows as the report gives them to the caller, by column."""
    return pages(env, 500, sales_order=order.id, **asked)[0]


def pages(env: Env, limit: int, **asked: Any) -> list[list[dict[str, Any]]]:
    """All pages of so many rows, each by the key that the one before it ended with."""
    rows, found = ReportRows(env, ORDER_ACCOUNT, {"detail": "all"} | asked), []
    keys, after = [one.key for one in rows.columns], None
    while True:
        page, after = rows.stretch(limit, after)
        assert len(page) <= limit
        found.append([dict(zip(keys, row, strict=True)) for row in page])
        if after is None:
            return found


def option(env: Env, code: str) -> Any:
    return env.first(Option, Option.list_code == code)


class Story:
    """What may happen to an order, in any order; what the product refuses did not happen."""

    def __init__(self, env: Env, order: Any, seed: int) -> None:
        self.env, self.order, self.dice = env, order, Random(seed)
        self.day, self.how = env.today, option(env, "crm_finance.payment_method")

    def go_on(self) -> None:
        steps = [self.deliver, self.deliver, self.take_back, self.receive, self.receive, self.refund, self.write_off,
                 self.undo, self.reverse, self.invoice, self.cost, self.expense, self.split]  # fmt: skip
        step = self.dice.choice(steps)
        try:
            step()
        except UserError:
            self.env.session.expire_all()

    def amount(self) -> D:
        return rounded(D(self.dice.randint(1, 20_000)) / 100, self.order.currency)

    def some(self, model: Any, *where: Any) -> Any:
        found = self.env.search(model, *where, order="id", limit=100)
        return self.dice.choice(found) if found else None

    def deliver(self) -> None:
        made = self.env.get(Order, self.order.id).deliver()
        for part in self.env.search(DeliveryLine, DeliveryLine.delivery == made.id):
            self.env.write(part, quantity=self.dice.randint(0, int(part.quantity)))
        try:
            self.env.run(Delivery.post, [made])
        except UserError:
            self.env.run(Delivery.cancel, [made])

    def take_back(self) -> None:
        if found := self.some(Delivery, Delivery.state == "posted"):
            self.env.run(Delivery.reverse, [found], reason="Wrong goods")

    def instalment(self) -> Any:
        return self.some(Receivable, Receivable.state == "open", Receivable.source == self.order.number)

    def receive(self) -> None:
        day = self.day - timedelta(days=self.dice.randint(0, 5))
        amount = min(self.amount(), self.instalment().open_amount)
        self.env.run(Receivable.receive, [self.instalment()], day=day, payment_method=self.how, amount=amount)

    def refund(self) -> None:
        one = self.instalment()
        one.refund(
            amount=min(self.amount(), one.received), day=self.day, payment_method=self.how, reason="Too much"
        )

    def write_off(self) -> None:
        self.instalment().write_off(
            amount=rounded(self.amount() / 50 + 1, self.order.currency), reason="Cents"
        )

    def undo(self) -> None:
        if found := self.some(Matching, Matching.amount > 0):
            found.undo(reason="Another order")

    def reverse(self) -> None:
        if found := self.some(Receipt, Receipt.state == "posted", Receipt.reverses.is_(None)):
            found.reverse(day=self.day, reason="Bounced")

    def invoice(self) -> None:
        made = self.env.get(FinanceOrder, self.order.id).request_invoice(due=self.day, amount=self.amount())
        made.issue(invoice_number=f"F{made.id}", issued_on=self.day, amount=made.amount)
        if self.dice.random() < 0.3:
            self.env.run(Invoice.void, [made], reason="Wrong title")

    def cost(self) -> None:
        kind = option(self.env, "crm_sales.cost_kind")
        self.env.get(Order, self.order.id).book_cost(kind=kind, amount=self.amount(), on=self.day)

    def expense(self) -> None:
        kind = option(self.env, "crm_finance.expense_kind")
        self.env.create(
            OrderExpense, title="Taxi", kind=kind, amount=self.amount(), order=self.order
        ).submit()

    def split(self) -> None:
        self.instalment().split(amount=self.amount(), due_on=self.day)


def started(world: World, **values: Any) -> Any:
    """A confirmed order of two lines whose parts do not come out even."""
    made = order_of(world, quantity=7, lines=2, **values)
    with world.system("North") as env, use_env(env):
        for line, price in zip(
            env.search(OrderLine, OrderLine.document == made.id), ("33.33", "0.47"), strict=True
        ):
            env.write(line, unit_price=D(price), discount=D("3.3"))
        env.run(Order.confirm, [env.get(FinanceOrder, made.id)])
    return made


def check(env: Env, order: Any) -> list[dict[str, Any]]:
    rows = account(env, order)
    one, last, moves = env.get(FinanceOrder, order.id), rows[-1], rows[:-1]
    assert last["kind"] == "closing"
    for column, name in FIGURES.items():
        assert (last[column] or 0) == getattr(one, name), (column, name)
    delivered = sum((row["delivered"] or 0) - (row["returned"] or 0) for row in moves)
    assert delivered == one.delivered_amount and last["to_deliver"] == one.total - one.delivered_amount
    for column in ("ordered", "delivered", "returned", "owed", "invoiced", "received", "written_off"):
        assert sum(row[column] or 0 for row in moves) == (last[column] or 0), column
    owed = left = D(0)
    for row in moves:
        owed += (row["owed"] or 0) - (row["received"] or 0) - (row["written_off"] or 0)
        left += (row["ordered"] or 0) - (row["delivered"] or 0) + (row["returned"] or 0)
        assert (row["to_receive"], row["to_deliver"]) == (owed, left)
    return rows


@pytest.mark.parametrize("currency", ["CNY", "JPY"])
def test_the_account_is_what_the_order_says(world: World, currency: str) -> None:
    made = started(world, settlement="parts", payment_parts=3, advance_percent=D(30), currency=currency,
                   exchange_rate=D("0.05") if currency == "JPY" else D(1))  # fmt: skip
    other = started(world)
    with world.system("North") as env, use_env(env):
        story = Story(env, made, seed=len(currency) + ord(currency[0]))
        for _step in range(40):
            story.go_on()
        rows = check(env, made)
        assert {row["kind"] for row in rows} >= {
            "confirmed",
            "instalment",
            "delivery",
            "receipt",
            "invoice",
            "cost",
        }
        for row in rows[:-1]:
            found = row["document"]
            assert found is None or (
                isinstance(found, Linked) and env.get(found.model, found.key) is not None
            )
        for limit in (1, 7, len(rows) - 1, len(rows)):
            cut = pages(env, limit, sales_order=made.id)
            assert [row for page in cut for row in page] == rows, "pages are the whole"
            assert len(cut) == -(-len(rows) // limit), "no page is short, and none empty, without need"
        middle = env.today - timedelta(days=2)
        before, after = account(env, made, until=middle - timedelta(days=1)), account(env, made, since=middle)
        if before:
            assert after[0]["kind"] == "brought" and after[0]["to_receive"] == before[-1]["to_receive"]
        assert after[-1]["to_receive"] == rows[-1]["to_receive"]
        check(env, other)
        both = ReportRows(env, ORDER_ACCOUNT, {"since": made.ordered_on, "detail": "sums"}).page(10)
        assert [row[0] for row in both] == [made.id, other.id], "one row for each order"


def test_a_refund_and_a_reversal_lead_to_their_documents(world: World) -> None:
    made = started(world)
    with world.system("North") as env, use_env(env):
        one, how = plan_of(env, made)[0], option(env, "crm_finance.payment_method")
        for amount in (50, 20):
            env.run(Receivable.receive, [one], day=env.today, payment_method=how, amount=D(amount))
        refund = one.refund(amount=D(5), day=env.today, payment_method=how, reason="Too much")
        first = env.search(Receipt, Receipt.kind == "receipt", order="id")[0]
        back = first.reverse(day=env.today, reason="Bounced")
        told = {row["kind"]: (str(row["document"]), row["received"]) for row in account(env, made)}
        assert told["refund"] == (refund.number, -5) and told["reversal"] == (back.number, -50)
        check(env, made)


def test_everybody_has_what_they_may_see(world: World) -> None:
    made = started(world)
    with world.system("North") as env, use_env(env):
        how = option(env, "crm_finance.payment_method")
        env.run(Receivable.receive, [plan_of(env, made)[0]], day=env.today, payment_method=how, amount=D(9))
        kind = option(env, "crm_finance.expense_kind")
        env.create(OrderExpense, title="Taxi", kind=kind, amount=D(4), order=made).submit()
        assert {row["kind"] for row in account(env, made)} == {
            "confirmed", "instalment", "receipt", "expense", "closing",
        }  # fmt: skip
    with acting(world, "owner") as env:
        rows = account(env, made)
        assert "expense" not in {row["kind"] for row in rows}, "it is somebody else's"
        assert rows[-1]["to_receive"] == env.get(FinanceOrder, made.id).receivable_open
        assert rows[-1]["expense"] is None
    with acting(world, "stranger") as env:
        assert not env.can(*ORDER_ACCOUNT.right)


def test_an_amount_that_is_kept_back_is_in_no_sum(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    made = started(world)
    with acting(world, "owner") as env:
        masks = type(env.policy).masks
        kept = {"amount": Receivable.id == plan_of(env, made)[0].id}
        info = env.info(Receivable)
        monkeypatch.setattr(
            type(env.policy), "masks", lambda self, one: kept if one.key == info.key else masks(self, one)
        )
        first, second, last = account(env, made)
        assert (first["to_receive"], second["owed"], second["to_receive"]) == (0, None, None)
        assert (last["owed"], last["to_receive"], last["to_deliver"]) == (
            None,
            None,
            env.get(Order, made.id).total,
        )


def test_a_cost_says_what_it_was_for(world: World) -> None:
    made = started(world)
    with acting(world, "owner") as env:
        kind = option(env, "crm_sales.cost_kind")
        env.get(Order, made.id).book_cost(kind=kind, amount=D("12.30"), on=env.today, remark="Truck")
        cost = next(row for row in account(env, made) if row["kind"] == "cost")
        assert (
            cost["cost"] == D("12.30")
            and "Truck" in cost["text"]
            and env.search(OrderCost)[0].amount == cost["cost"]
        )
