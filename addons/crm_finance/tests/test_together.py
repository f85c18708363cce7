"""Many processes at the same money: nothing is paid, matched or given back twice, and no credit is used twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal as D
from typing import Any

import pytest

from addons.crm_base.models import Customer
from addons.crm_finance.models import FinanceCustomer, Receipt, Receivable
from addons.crm_finance.services.credit import check_credit
from addons.crm_finance.tests.conftest import soon
from core.api import Env
from core.testing.processes import Deployment, Work
from core.testing.team import choice


@pytest.fixture(scope="session")
def roles_of_people() -> Mapping[str, Sequence[str]]:
    return {"owner": ["crm_base.general_manager"], "colleague": ["crm_base.salesperson"],
            "superior": ["crm_base.salesperson"], "other": ["crm_base.salesperson"],
            "director": ["crm_base.sales_director"]}  # fmt: skip


def make(
    deployment: Deployment, owed: Sequence[int], paid: Sequence[int]
) -> tuple[int, list[int], list[int]]:
    """A customer with instalments and posted receipts: their ids."""

    def work(env: Env) -> tuple[int, list[int], list[int]]:
        acme = env.create(Customer, name="Acme", phone="021-1234567")
        due = [
            env.create(Receivable, title=f"No. {n}", customer=acme, amount=D(one), due_on=soon(env, n)).id
            for n, one in enumerate(owed)
        ]
        money = [env.create(Receipt, customer=acme, amount=D(one)) for one in paid]
        env.run(Receipt.post, money)
        return acme.id, due, [one.id for one in money]

    return deployment.of("owner", work)  # type: ignore[no-any-return]


def matching(receipt: int, receivable: int) -> Work:
    return lambda env: env.get(Receipt, receipt).match(
        receivable=env.get(Receivable, receivable), amount=D(100)
    )


def test_of_two_who_use_the_same_receipt_one_is_told_that_nothing_is_left(deployment: Deployment) -> None:
    _acme, due, money = make(deployment, [100, 100], [100])
    told = deployment.race(*(matching(money[0], key) for key in due))
    assert set(told) == {None, f"refused: Nothing is left to match of {_number(deployment, money[0])}."}
    assert sorted(
        deployment.of("owner", lambda env: [env.get(Receivable, key).open_amount for key in due])
    ) == [
        0,
        100,
    ]


def test_of_two_who_pay_the_same_instalment_one_is_told_that_nothing_is_open(deployment: Deployment) -> None:
    _acme, due, money = make(deployment, [100], [100, 100])
    told = deployment.race(*(matching(key, due[0]) for key in money))
    assert set(told) == {None, "refused: Nothing is open of “No. 0” any more."}
    assert deployment.of("owner", lambda env: env.get(Receivable, due[0]).received) == 100
    assert sorted(deployment.of("owner", lambda env: [env.get(Receipt, key).unmatched for key in money])) == [
        0,
        100,
    ]


def test_many_receipts_for_many_instalments_leave_no_cent_twice(deployment: Deployment) -> None:
    acme, due, money = make(deployment, [70] * 10, [100] * 6)
    deployment.race(*(lambda env, key=key: env.get(Receipt, key).match_oldest() for key in money))  # type: ignore[misc]

    def look(env: Env) -> tuple[D, D, D]:
        owed = env.get_many(Receivable, due)
        rest = env.get_many(Receipt, money)
        return (
            sum(one.received for one in owed),
            sum(one.matched for one in rest),
            sum(one.unmatched for one in rest),
        )

    assert deployment.of("owner", look) == (600, 600, 0)
    assert (
        deployment.of("owner", lambda env: env.value_of(env.get(FinanceCustomer, acme), "receivable_open"))
        == 100
    )


def test_of_many_who_give_the_same_money_back_one_does(deployment: Deployment) -> None:
    """Refunds of an instalment, and of a receipt that belongs to none; and a refund against a reversal."""
    _acme, due, money = make(deployment, [100], [100, 100, 100])
    deployment.of("owner", matching(money[0], due[0]))
    gone = {"amount": D(100), "reason": "Too much"}

    def refund(env: Env) -> None:
        how = choice(env, "crm_finance.payment_method", "transfer")
        env.get(Receivable, due[0]).refund(day=env.today, payment_method=how, **gone)

    def refund_rest(key: int) -> Work:
        def work(env: Env) -> None:
            how = choice(env, "crm_finance.payment_method", "transfer")
            env.get(Receipt, key).refund_rest(day=env.today, payment_method=how, **gone)

        return work

    def reverse(env: Env) -> None:
        env.get(Receipt, money[2]).reverse(day=env.today, reason="Bounced")

    works = [refund] * 3 + [refund_rest(money[1])] * 3 + [refund_rest(money[2]), reverse]
    told = deployment.race(*works)
    refused = [isinstance(one, str) and one.startswith("refused: ") for one in told]
    assert [refused[:3].count(False), refused[3:6].count(False)] == [1, 1], told
    assert refused[6:].count(False) == 1, told

    def look(env: Env) -> tuple[Any, ...]:
        back = sum(one.amount for one in env.search(Receipt, Receipt.kind == "refund"))
        owed, paid = env.get(Receivable, due[0]), env.get_many(Receipt, money)
        return (
            abs(back) + 100 * (paid[2].state.code == "reversed"),
            owed.received,
            [one.unmatched for one in paid],
        )

    assert deployment.of("owner", look) == (300, 0, [0, 0, 0])


def test_two_orders_do_not_use_the_same_credit(deployment: Deployment) -> None:
    acme, _due, _money = make(deployment, [100], [10])
    deployment.of(
        "owner", lambda env: env.get(FinanceCustomer, acme).set_credit_terms(limit=D(200), overdue_days=None)
    )

    def order(env: Env) -> bool:
        if check_credit(env, {acme: D(100)}):
            return False
        env.create(Receivable, title="Order", customer=acme, amount=D(100), due_on=env.today)
        return True

    assert sorted(deployment.race(order, order)) == [False, True]


def _number(deployment: Deployment, key: int) -> str:
    return str(deployment.of("owner", lambda env: env.get(Receipt, key).number))
