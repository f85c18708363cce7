"""Plans, receipts, refunds, reversals and write-offs in any order, against an account book of plain whole numbers."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from addons.crm_base.models import Customer
from addons.crm_finance.models import Matching, Receipt, Receivable
from addons.crm_finance.services.statement import Account, lines, opening_and_closing
from addons.crm_finance.tests.conftest import RATES, transfer
from core.api import AccessDenied, StateForbids, ValidationFailed
from core.testing.world import World, use_env

DIGITS = {"CNY": 2, "JPY": 0, "KWD": 3}
REFUSED = (ValidationFailed, StateForbids, AccessDenied)
SMALL = st.integers(1, 400)


@dataclass
class Owed:
    """An instalment in the book: everything in the smallest unit of its currency."""

    customer: int
    currency: str
    amount: int
    due: int
    paid: dict[int, int] = field(default_factory=dict)
    lost: int = 0
    cancelled: bool = False

    @property
    def open(self) -> int:
        return 0 if self.cancelled else self.amount - sum(self.paid.values()) - self.lost


@dataclass
class Paid:
    """Money that came in, or with `is_refund` went back; `back` says with which refund how much of it went."""

    customer: int
    currency: str
    amount: int
    is_refund: bool = False
    back: dict[int, int] = field(default_factory=dict)
    reversed: bool = False


class MoneyMachine(RuleBasedStateMachine):
    """Each step is done by the product and written into the book; both must allow or refuse it, and then agree."""

    owed_ones = Bundle("owed_ones")
    paid_ones = Bundle("paid_ones")

    def __init__(self, crew: World) -> None:
        super().__init__()
        self.crew = crew
        self.savepoint = crew.connection.begin_nested()
        self.customers = [
            crew.new_env("owner").create(Customer, name=f"Customer {n}", phone=f"021-555000{n}").id
            for n in (0, 1)
        ]
        self.owed: dict[int, Owed] = {}
        self.paid: dict[int, Paid] = {}

    def teardown(self) -> None:
        self.savepoint.rollback()

    @contextmanager
    def acting(self, person: str = "manager") -> Any:
        env = self.crew.new_env(person)
        with use_env(env):
            yield env
            env.flush()

    def attempt(self, allowed: bool, step: Callable[[Any], Any]) -> bool:
        """Do it in the product; what the book does not allow has to be refused, and changes nothing."""
        nested = self.crew.connection.begin_nested()
        try:
            with self.acting() as env:
                step(env)
        except REFUSED:
            nested.rollback()
            assert not allowed, "the product refuses what the book allows"
            return False
        nested.commit()
        assert allowed, "the product allows what the book refuses"
        return True

    def money(self, currency: str, units: int) -> Decimal:
        return Decimal(units).scaleb(-DIGITS[currency])

    def rest(self, key: int) -> int:
        """What of money belongs to nothing yet."""
        one = self.paid[key]
        if one.reversed:
            return 0
        if one.is_refund:
            return one.amount - sum(other.back.get(key, 0) for other in self.paid.values())
        return one.amount - sum(owed.paid.get(key, 0) for owed in self.owed.values()) - sum(one.back.values())

    @rule(target=owed_ones, who=st.integers(0, 1), currency=st.sampled_from(sorted(DIGITS)), units=SMALL,
          due=st.integers(-30, 30))  # fmt: skip
    def plan(self, who: int, currency: str, units: int, due: int) -> int:
        with self.acting() as env:
            made = env.create(
                Receivable, title="x", customer=self.customers[who], currency=currency,
                amount=self.money(currency, units), exchange_rate=RATES[currency], booked_on=env.today - timedelta(days=40),
                due_on=env.today + timedelta(days=due),
            )  # fmt: skip
        self.owed[made.id] = Owed(who, currency, units, due)
        return int(made.id)

    @rule(target=paid_ones, who=st.integers(0, 1), currency=st.sampled_from(sorted(DIGITS)), units=SMALL,
          ago=st.integers(0, 20), kind=st.sampled_from(["receipt", "advance", "refund"]))  # fmt: skip
    def pay(self, who: int, currency: str, units: int, ago: int, kind: str) -> int:
        with self.acting() as env:
            made = env.create(
                Receipt, kind=kind, customer=self.customers[who], currency=currency,
                amount=self.money(currency, units), exchange_rate=RATES[currency],
                day=env.today - timedelta(days=ago),
            )  # fmt: skip
            made.post()
        self.paid[made.id] = Paid(who, currency, units, is_refund=kind == "refund")
        return int(made.id)

    @rule(owed=owed_ones, paid=paid_ones, units=st.none() | SMALL)
    def match(self, owed: int, paid: int, units: int | None) -> None:
        debt, money = self.owed[owed], self.paid[paid]
        fits = sum(debt.paid.values()) if money.is_refund else debt.open
        taken = min(self.rest(paid), fits) if units is None else units
        allowed = (
            (debt.customer, debt.currency) == (money.customer, money.currency)
            and not money.reversed and 0 < taken <= min(self.rest(paid), fits)
        )  # fmt: skip
        amount = None if units is None else self.money(debt.currency, units)
        if self.attempt(allowed, lambda env: env.get(Receipt, paid).match(
            receivable=env.get(Receivable, owed), amount=amount)):  # fmt: skip
            if money.is_refund:
                self.take_back(owed, paid, taken)
            else:
                debt.paid[paid] = debt.paid.get(paid, 0) + taken

    def take_back(self, owed: int, refund: int, units: int) -> None:
        """The newest money goes first."""
        debt = self.owed[owed]
        for key in sorted(debt.paid, reverse=True):
            part = min(units, debt.paid[key])
            debt.paid[key] -= part
            self.paid[key].back[refund] = self.paid[key].back.get(refund, 0) + part
            units -= part

    @rule(paid=paid_ones)
    def match_oldest(self, paid: int) -> None:
        money, rest = self.paid[paid], self.rest(paid)
        same = [
            key for key, one in sorted(self.owed.items(), key=lambda pair: (pair[1].due, pair[0]))
            if (one.customer, one.currency) == (money.customer, money.currency) and one.open > 0
        ]  # fmt: skip
        if money.is_refund:
            return
        if self.attempt(bool(rest and same), lambda env: env.get(Receipt, paid).match_oldest()):
            for key in same:
                part = min(rest, self.owed[key].open)
                self.owed[key].paid[paid] = self.owed[key].paid.get(paid, 0) + part
                rest -= part

    @rule(target=paid_ones, owed=owed_ones, units=SMALL)
    def refund(self, owed: int, units: int) -> Any:
        debt = self.owed[owed]
        made: list[int] = []
        step = lambda env: made.append(env.get(Receivable, owed).refund(  # noqa: E731
            amount=self.money(debt.currency, units), day=env.today, payment_method=transfer(env), reason="x").id)  # fmt: skip
        if not self.attempt(units <= sum(debt.paid.values()) and not debt.cancelled, step):
            return multiple()
        self.paid[made[0]] = Paid(debt.customer, debt.currency, units, is_refund=True)
        self.take_back(owed, made[0], units)
        return made[0]

    @rule(target=paid_ones, paid=paid_ones, units=SMALL)
    def refund_rest(self, paid: int, units: int) -> Any:
        money = self.paid[paid]
        made: list[int] = []
        step = lambda env: made.append(env.get(Receipt, paid).refund_rest(  # noqa: E731
            amount=self.money(money.currency, units), day=env.today, payment_method=transfer(env), reason="x").id)  # fmt: skip
        if not self.attempt(not money.is_refund and units <= self.rest(paid), step):
            return multiple()
        self.paid[made[0]] = Paid(money.customer, money.currency, units, is_refund=True)
        money.back[made[0]] = units
        return made[0]

    @rule(owed=owed_ones, units=SMALL)
    def write_off(self, owed: int, units: int) -> None:
        debt = self.owed[owed]
        amount = self.money(debt.currency, units)
        if self.attempt(
            units <= debt.open, lambda env: env.get(Receivable, owed).write_off(amount=amount, reason="x")
        ):
            debt.lost += units

    @rule(owed=owed_ones)
    def cancel(self, owed: int) -> None:
        debt = self.owed[owed]
        untouched = not debt.cancelled and not sum(debt.paid.values()) and not debt.lost
        if self.attempt(untouched, lambda env: env.get(Receivable, owed).cancel(reason="x")):
            debt.cancelled = True

    @rule(paid=paid_ones)
    def reverse(self, paid: int) -> None:
        money = self.paid[paid]
        allowed = not money.reversed and not sum(money.back.values())
        if self.attempt(allowed, lambda env: env.get(Receipt, paid).reverse(day=env.today, reason="x")):
            money.reversed = True
            for debt in self.owed.values():
                debt.paid.pop(paid, None)
            for other in self.paid.values():
                other.back.pop(paid, None)

    @rule()
    def undo_the_newest_payment(self) -> None:
        with self.acting() as env:
            found = env.search(
                Matching, Matching.kind == "payment", Matching.amount > 0, order="-id", limit=1
            )
        if not found:
            return
        one = found[0]
        debt = self.owed[one.receivable_id]
        units = int(one.amount.scaleb(DIGITS[one.currency]))
        with self.acting() as env:
            was_undone = bool(env.count(Matching, Matching.undoes == one.id).value)
        allowed = not was_undone and debt.paid.get(one.receipt_id, 0) >= units
        if self.attempt(allowed, lambda env: env.get(Matching, one.id).undo(reason="x")):
            debt.paid[one.receipt_id] -= units

    @invariant()
    def rows_and_book_agree(self) -> None:
        with self.acting() as env:
            for key, debt in self.owed.items():
                one = env.get(Receivable, key)
                expected = (sum(debt.paid.values()), debt.lost, debt.open)
                assert (one.received, one.written_off, one.open_amount) == tuple(
                    self.money(debt.currency, units) for units in expected
                )
                assert one.is_open == bool(debt.open)
                assert one.open_value == self.money(debt.currency, debt.open) * RATES[debt.currency]
            for key, money in self.paid.items():
                assert env.get(Receipt, key).unmatched == self.money(money.currency, self.rest(key))

    @invariant()
    def account_and_book_agree(self) -> None:
        for who, customer in enumerate(self.customers):
            for currency in DIGITS:
                self._check_account(who, customer, currency)

    def _check_account(self, who: int, customer: int, currency: str) -> None:
        mine = (who, currency)
        owed = [one for one in self.owed.values() if (one.customer, one.currency) == mine]
        money = [
            one for one in self.paid.values() if (one.customer, one.currency) == mine and not one.reversed
        ]
        balance = sum(one.amount - one.lost for one in owed if not one.cancelled)
        balance -= sum(-one.amount if one.is_refund else one.amount for one in money)
        with self.acting() as env:
            today = env.today
            middle = today - timedelta(days=10)
            early = Account(customer, currency, today - timedelta(days=100), middle - timedelta(days=1))
            late = Account(customer, currency, middle, today)
            first, second = opening_and_closing(env, early), opening_and_closing(env, late)
            told = lines(env, late, second[0], 1000, 0)
        assert first[0] == 0
        assert first[3] == second[0], "what closes one period opens the next"
        assert (
            second[0] + sum((one.amount for one in told), Decimal(0))
            == second[3]
            == self.money(currency, balance)
        )
        assert second[3] == second[0] + second[1] + second[2]
        assert not told or told[-1].balance == second[3]


@pytest.mark.slow
def test_any_order_of_steps_keeps_the_books(crew: World) -> None:
    run_state_machine_as_test(
        lambda: MoneyMachine(crew),
        settings=settings(max_examples=8, stateful_step_count=25, deadline=None),
    )
