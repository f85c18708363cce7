"""Several people at the same money at once, each with a connection of their own, each committing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal as D
from threading import Barrier
from typing import Any

import pytest

from addons.crm_base.models import Customer
from addons.crm_finance.models import FinanceCustomer, Receipt, Receivable
from addons.crm_finance.services.credit import check_credit
from addons.crm_finance.tests.conftest import soon
from core.api import ValidationFailed
from core.auth.environment import make_env
from core.auth.identity import identity_of
from core.orm.compose import Composition
from core.orm.context import use_env
from core.orm.engine import run_with_retry, session_factory
from core.testing.database import ScratchDatabase
from core.testing.people import find_staff


@pytest.fixture(scope="session")
def roles_of_people() -> Mapping[str, Sequence[str]]:
    return {"owner": ["crm_base.general_manager"], "colleague": ["crm_base.salesperson"],
            "superior": ["crm_base.salesperson"], "other": ["crm_base.salesperson"],
            "director": ["crm_base.sales_director"]}  # fmt: skip


class Office:
    """Requests of the general manager."""

    def __init__(self, database: ScratchDatabase, composed: Composition) -> None:
        self.factory = session_factory(database.app)
        with database.app.connect() as connection:
            self.staff = find_staff(connection, composed)

    def request(self, work: Callable[[Any], Any]) -> Any:
        def once() -> Any:
            with self.factory() as session:
                identity = identity_of(session, self.staff.users["owner"], self.staff.companies["North"])
                assert identity is not None
                env = make_env(session, identity, "page", language="en")
                with use_env(env):
                    result = work(env)
                    env.commit()
                    return result

        return run_with_retry(once)

    def together(self, works: Sequence[Callable[[Any], Any]]) -> list[Any]:
        """What each of them gets, or the refusal that each of them reads."""
        start = Barrier(len(works))

        def one(work: Callable[[Any], Any]) -> Any:
            start.wait()
            try:
                return self.request(work)
            except ValidationFailed as refused:
                return next(str(texts[0]) for texts in refused.problems.values())

        with ThreadPoolExecutor(len(works)) as pool:
            return list(pool.map(one, works))


@pytest.fixture
def office(own_database: ScratchDatabase, composed: Composition) -> Office:
    return Office(own_database, composed)


def make(office: Office, owed: Sequence[int], paid: Sequence[int]) -> tuple[int, list[int], list[int]]:
    """A customer with instalments and posted receipts: their ids."""

    def work(env: Any) -> tuple[int, list[int], list[int]]:
        acme = env.create(Customer, name="Acme", phone="021-1234567")
        due = [
            env.create(Receivable, title=f"No. {n}", customer=acme, amount=D(one), due_on=soon(env, n)).id
            for n, one in enumerate(owed)
        ]
        money = [env.create(Receipt, customer=acme, amount=D(one)) for one in paid]
        env.run(Receipt.post, money)
        return acme.id, due, [one.id for one in money]

    return office.request(work)  # type: ignore[no-any-return]


def matching(receipt: int, receivable: int) -> Callable[[Any], Any]:
    return lambda env: env.get(Receipt, receipt).match(
        receivable=env.get(Receivable, receivable), amount=D(100)
    )


def test_of_two_who_use_the_same_receipt_one_is_told_that_nothing_is_left(office: Office) -> None:
    _acme, due, money = make(office, [100, 100], [100])
    told = office.together([matching(money[0], key) for key in due])
    assert set(told) == {None, f"Nothing is left to match of {_number(office, money[0])}."}
    assert sorted(office.request(lambda env: [env.get(Receivable, key).open_amount for key in due])) == [
        0,
        100,
    ]


def test_of_two_who_pay_the_same_instalment_one_is_told_that_nothing_is_open(office: Office) -> None:
    _acme, due, money = make(office, [100], [100, 100])
    told = office.together([matching(key, due[0]) for key in money])
    assert set(told) == {None, "Nothing is open of “No. 0” any more."}
    assert office.request(lambda env: env.get(Receivable, due[0]).received) == 100
    assert sorted(office.request(lambda env: [env.get(Receipt, key).unmatched for key in money])) == [0, 100]


def test_many_receipts_for_many_instalments_leave_no_cent_twice(office: Office) -> None:
    acme, due, money = make(office, [70] * 10, [100] * 6)
    office.together([lambda env, key=key: env.get(Receipt, key).match_oldest() for key in money])  # type: ignore[misc]

    def look(env: Any) -> tuple[D, D, D]:
        owed = env.get_many(Receivable, due)
        rest = env.get_many(Receipt, money)
        return (
            sum(one.received for one in owed),
            sum(one.matched for one in rest),
            sum(one.unmatched for one in rest),
        )

    assert office.request(look) == (600, 600, 0)
    assert office.request(lambda env: env.value_of(env.get(FinanceCustomer, acme), "receivable_open")) == 100


def test_two_orders_do_not_use_the_same_credit(office: Office) -> None:
    acme, _due, _money = make(office, [100], [10])
    office.request(
        lambda env: env.get(FinanceCustomer, acme).set_credit_terms(limit=D(200), overdue_days=None)
    )

    def order(env: Any) -> bool:
        if check_credit(env, {acme: D(100)}):
            return False
        env.create(Receivable, title="Order", customer=acme, amount=D(100), due_on=env.today)
        return True

    assert sorted(office.together([order, order])) == [False, True]


def _number(office: Office, key: int) -> str:
    return str(office.request(lambda env: env.get(Receipt, key).number))
