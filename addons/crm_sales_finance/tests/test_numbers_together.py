"""Orders of many processes, confirmed at the same moment: their numbers follow each other without a gap."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal as D
from typing import Any

import pytest

from addons.crm_base.models import Customer
from addons.crm_finance.models import FinanceCustomer
from addons.crm_product.models import Product, Tax, Unit
from addons.crm_sales.models import Order, OrderLine
from core.api import Env, UserError, _, select
from core.testing.processes import KILLED, Deployment

SELLERS = 20
"""How many confirm at once."""


@pytest.fixture(scope="session")
def roles_of_people() -> Mapping[str, Sequence[str]]:
    return {"owner": ["crm_base.general_manager"]}


@pytest.fixture
def firm(deployment: Deployment) -> Deployment:
    deployment.run(lambda env: env.write(rule(env), without_gaps=True))
    return deployment


def rule(env: Env) -> Any:
    return env.first("base.numbering", env.condition("base.numbering", "sequence", "eq", "crm_sales.order"))


def drafts(env: Env, count: int, limit: D | None = None) -> list[int]:
    """Orders over 113 of one customer, who may owe so much; at half of them nobody has an address yet."""
    tax = env.first(Tax, Tax.rate == 13)
    goods = env.create(Product, name="Server", unit=env.first(Unit), tax=tax, list_price=D(100))
    whom = env.create(Customer, name="Acme" if limit is None else "Poor", phone="021-1234567")
    env.write(env.get(FinanceCustomer, whom.id), credit_limit=limit)
    ids = env.create_many(Order, [{"customer": whom, "prices_include_tax": False} for _one in range(count)])
    env.create_many(OrderLine, [
        {"document": key, "product": goods, "quantity": 1, "unit": goods.unit_id, "tax": tax, "unit_price": 100}
        for key in ids
    ])  # fmt: skip
    return ids


def confirmer(key: int, then: Any = None) -> Any:
    def work(env: Env) -> str:
        order: Any = env.get(Order, key)
        order.confirm()
        env.flush()
        if then is not None:
            then()
        return str(order.number)

    return work


def change_mind() -> None:
    raise UserError(_("The order waits."))


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def remover(key: int) -> Any:
    def work(env: Env) -> str:
        system = env.sudo("a test")
        system.delete(system.get(Order, key))
        return "deleted"

    return work


def kind(answer: str) -> str:
    known = {"killed": "killed", "deleted": "deleted", "refused: The order waits.": "taken back"}
    return known.get(answer, "refused" if answer.startswith("refused") else "confirmed")


def numbers(env: Env) -> dict[str, list[str]]:
    """Of live orders, by state."""
    found: dict[str, list[str]] = {}
    for order in env.scalars(select(Order).order_by(Order.number)):
        found.setdefault(order.state.code, []).append(order.number)
    return found


def series(env: Env, count: int) -> list[str]:
    return [f"SO{env.today:%Y%m}{one:04}" for one in range(1, count + 1)]


def test_twenty_confirmations_some_of_which_fail_leave_no_gap(firm: Deployment) -> None:
    rich, poor = firm.run(lambda env: (drafts(env, 20), drafts(env, 3, D(50))))
    firm.run(lambda env: env.delete(env.get_many(Order, rich[:2])))
    works = [
        *(confirmer(key) for key in rich[2:12]),
        *(confirmer(key) for key in poor),
        *(confirmer(key, change_mind) for key in rich[12:15]),
        *(confirmer(key, die) for key in rich[15:17]),
        *(remover(key) for key in rich[17:19]),
    ]
    assert len(works) == SELLERS
    mixed = [works[place * 7 % SELLERS] for place in range(SELLERS)]
    answers = firm.race(*mixed)
    assert Counter(map(kind, answers)) == {
        "confirmed": 10, "refused": 3, "taken back": 3, "killed": 2, "deleted": 2,
    }, answers  # fmt: skip
    assert KILLED in answers
    assert all("*SO-" in one or "credit limit" in one for one in answers if kind(one) == "refused"), answers
    confirmed = sorted(one for one in answers if kind(one) == "confirmed")
    assert confirmed == firm.run(lambda env: series(env, 10))
    left = firm.run(numbers)
    assert left["confirmed"] == confirmed
    assert len(left["draft"]) == 9 and all(one.startswith("*SO-") for one in left["draft"])

    assert set(map(kind, firm.race(*(confirmer(key) for key in rich[12:17])))) == {"confirmed"}
    assert firm.run(numbers)["confirmed"] == firm.run(lambda env: series(env, 15)), (
        "those that failed come later"
    )


def test_one_order_that_two_confirm_at_once_draws_once(firm: Deployment) -> None:
    orders = firm.run(lambda env: drafts(env, 4))
    answers = firm.race(*(confirmer(key) for key in orders for _twice in range(2)))
    assert Counter(map(kind, answers)) == {"confirmed": 4, "refused": 4}, answers
    assert firm.run(numbers) == {"confirmed": firm.run(lambda env: series(env, 4))}
    assert firm.run(lambda env: rule(env).counter) == 4
