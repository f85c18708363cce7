"""Receipts, advances and refunds on their way to the instalments (FIN-05)."""

from __future__ import annotations

from decimal import Decimal as D

import pytest

from addons.crm_base.models import Customer
from addons.crm_finance.models import Matching, Receipt, Receivable
from addons.crm_finance.tests.conftest import RATES, instalment, receipt, soon, transfer
from core.api import StateForbids, ValidationFailed
from core.testing.team import acting
from core.testing.world import World


def test_a_receipt_pays_an_instalment_in_part_then_in_full(crew: World, acme: Customer) -> None:
    owed = instalment(crew, acme, "1000.50")
    paid = receipt(crew, acme, "400.25")
    with acting(crew, "clerk") as env:
        env.get(Receipt, paid.id).match(receivable=env.get(Receivable, owed.id))
        found = env.get(Receivable, owed.id)
        assert (found.received, found.open_amount, found.is_open) == (D("400.25"), D("600.25"), True)
        assert env.value_of(found, "situation") == "part"
        assert env.get(Receipt, paid.id).unmatched == 0
    rest = receipt(crew, acme, "700")
    with acting(crew, "clerk") as env:
        env.get(Receipt, rest.id).match(receivable=env.get(Receivable, owed.id))
        found, left = env.get(Receivable, owed.id), env.get(Receipt, rest.id)
        assert (found.open_amount, found.is_open) == (0, False)
        assert (left.matched, left.unmatched) == (D("600.25"), D("99.75"))
        assert env.value_of(found, "situation") == "received"


def test_the_oldest_are_paid_first(crew: World, acme: Customer) -> None:
    late, early, far = (instalment(crew, acme, 100, due) for due in (10, -5, 40))
    paid = receipt(crew, acme, 150, kind="advance")
    with acting(crew, "clerk") as env:
        env.get(Receipt, paid.id).match_oldest()
        opens = [env.get(Receivable, one.id).open_amount for one in (early, late, far)]
        assert opens == [0, 50, 100]


@pytest.mark.parametrize(
    ("amount", "field"), [("300", "amount"), ("0", "amount"), ("-1", "amount"), ("0.001", "amount")]
)
def test_more_than_there_is_and_no_amounts_are_refused(
    crew: World, acme: Customer, amount: str, field: str
) -> None:
    owed, paid = instalment(crew, acme, 500), receipt(crew, acme, 200)
    with acting(crew, "clerk") as env, pytest.raises(ValidationFailed) as refused:
        env.get(Receipt, paid.id).match(receivable=env.get(Receivable, owed.id), amount=D(amount))
    assert field in refused.value.problems


def test_money_of_one_customer_does_not_pay_for_another_nor_in_another_currency(
    crew: World, acme: Customer
) -> None:
    other = crew.env("owner").create(Customer, name="Beta", phone="021-7654321")
    paid = receipt(crew, acme, 200)
    for owed in (instalment(crew, other, 100), instalment(crew, acme, 100, currency="USD")):
        with acting(crew, "clerk") as env, pytest.raises(ValidationFailed) as refused:
            env.get(Receipt, paid.id).match(receivable=env.get(Receivable, owed.id))
        assert "receivable" in refused.value.problems


def test_marked_instalments_are_paid_in_one_step(crew: World, acme: Customer) -> None:
    owed = [instalment(crew, acme, 100, due) for due in (3, 2, 1)]
    with acting(crew, "clerk") as env:
        marked = env.get_many(Receivable, [one.id for one in owed])
        env.run(Receivable.receive, marked, day=env.today, payment_method=transfer(env), amount=D(250))
        assert [one.open_amount for one in env.get_many(Receivable, [one.id for one in owed])] == [50, 0, 0]
        made = env.search(Receipt)
        assert [(one.amount, one.state.code, one.unmatched) for one in made] == [(250, "posted", 0)]
        with pytest.raises(ValidationFailed) as refused:
            env.run(Receivable.receive, marked[:1], day=env.today, payment_method=transfer(env), amount=D(51))
    assert "50.00 CNY" in str(refused.value.problems["amount"][0])


def test_a_refund_opens_the_instalment_again(crew: World, acme: Customer) -> None:
    owed, paid = instalment(crew, acme, 300), receipt(crew, acme, 300)
    with acting(crew, "clerk") as env:
        env.get(Receipt, paid.id).match(receivable=env.get(Receivable, owed.id))
        env.get(Receivable, owed.id).refund(
            amount=D(120), day=env.today, payment_method=transfer(env), reason="Damaged"
        )
        found, first = env.get(Receivable, owed.id), env.get(Receipt, paid.id)
        assert (found.received, found.open_amount) == (180, 120)
        assert (first.matched, first.unmatched) == (300, 0)
        back = env.first(Receipt, Receipt.kind == "refund")
        assert back is not None and (back.amount, back.refunded, back.unmatched) == (120, 120, 0)
        with pytest.raises(ValidationFailed):
            found.refund(amount=D(181), day=env.today, payment_method=transfer(env), reason="Too much")
        with pytest.raises(StateForbids):
            first.reverse(day=env.today, reason="Its money went back")
        back.reverse(day=env.today, reason="Never paid out")
        assert env.get(Receipt, paid.id).unmatched == 120


def test_an_advance_goes_back(crew: World, acme: Customer) -> None:
    paid = receipt(crew, acme, 300, kind="advance")
    with acting(crew, "clerk") as env:
        made = env.get(Receipt, paid.id).refund_rest(
            amount=D(100), day=env.today, payment_method=transfer(env), reason="Not needed"
        )
        assert (made.kind, made.state.code, made.unmatched) == ("refund", "posted", 0)
        assert env.get(Receipt, paid.id).unmatched == 200


def test_what_is_posted_is_corrected_by_a_reverse_document_only(crew: World, acme: Customer) -> None:
    owed, paid = instalment(crew, acme, 300), receipt(crew, acme, 300)
    with acting(crew, "clerk") as env:
        env.get(Receipt, paid.id).match(receivable=env.get(Receivable, owed.id))
        with pytest.raises(StateForbids):
            env.write(env.get(Receipt, paid.id), amount=D(1))
        with pytest.raises(StateForbids):
            env.delete(env.get(Receipt, paid.id))
        made = env.get(Receipt, paid.id).reverse(day=env.today, reason="Wrong customer")
        first, found = env.get(Receipt, paid.id), env.get(Receivable, owed.id)
        assert (made.amount, made.reverses_id, made.unmatched, first.unmatched) == (-300, paid.id, 0, 0)
        assert (first.state.code, found.open_amount, found.received) == ("reversed", 300, 0)
        with pytest.raises(Exception, match=r"not yours|not possible"):
            made.reverse(day=env.today, reason="Twice")


def test_a_matching_is_undone_once_and_never_changed(crew: World, acme: Customer) -> None:
    owed, paid = instalment(crew, acme, 300), receipt(crew, acme, 300)
    with acting(crew, "clerk") as env:
        env.get(Receipt, paid.id).match(receivable=env.get(Receivable, owed.id), amount=D(50))
        made = env.search(Matching)[0]
        made.undo(reason="Wrong instalment")
        assert (env.get(Receivable, owed.id).open_amount, env.get(Receipt, paid.id).unmatched) == (300, 300)
        assert "undo" not in {method.name for method in env.allowed_methods(env.get(Matching, made.id))}
        assert not env.can("update", Matching) and not env.can("delete", Matching)
    with crew.system("North") as env, pytest.raises(StateForbids):
        env.delete(env.search(Matching)[:1])


def test_a_write_off_is_the_managers_and_can_be_undone(crew: World, acme: Customer) -> None:
    owed = instalment(crew, acme, 300)
    assert "write_off" not in {m.name for m in crew.env("clerk").allowed_methods(owed)}
    with acting(crew, "manager") as env:
        env.get(Receivable, owed.id).write_off(amount=D(300), reason="Bankrupt")
        found = env.get(Receivable, owed.id)
        assert (found.written_off, found.open_amount) == (300, 0)
        assert env.value_of(found, "situation") == "written_off"
        env.search(Matching)[0].undo(reason="Paid after all")
        assert env.get(Receivable, owed.id).open_amount == 300


def test_an_amount_stays_and_an_instalment_is_split_or_cancelled(crew: World, acme: Customer) -> None:
    owed = instalment(crew, acme, 300)
    with acting(crew, "clerk") as env:
        with pytest.raises(ValidationFailed):
            env.write(env.get(Receivable, owed.id), amount=D(1))
        with pytest.raises(StateForbids):
            env.sudo("tidying up").delete(env.get(Receivable, owed.id))
        env.get(Receivable, owed.id).split(amount=D(100), due_on=soon(env, 90))
        left = env.search(Receivable, Receivable.is_open.is_(True), order="due_on")
        assert [one.amount for one in left] == [200, 100]
        assert env.get(Receivable, owed.id).state.code == "cancelled"
        left[0].cancel(reason="Returned")
        assert (left[0].open_amount, left[0].is_open) == (0, False)
    paid = receipt(crew, acme, 10)
    with acting(crew, "clerk") as env:
        one = env.get(Receivable, left[1].id)
        env.get(Receipt, paid.id).match(receivable=one)
        with pytest.raises(StateForbids):
            one.cancel(reason="Too late")


@pytest.mark.parametrize(("code", "good", "bad"), [("JPY", "1000", "1000.5"), ("KWD", "10.125", "10.1255")])
def test_amounts_are_as_exact_as_their_currency(
    crew: World, acme: Customer, code: str, good: str, bad: str
) -> None:
    owed = instalment(crew, acme, good, currency=code)
    assert (owed.amount, owed.open_value) == (D(good), D(good) * RATES[code])
    with pytest.raises(ValidationFailed):
        instalment(crew, acme, bad, currency=code)
