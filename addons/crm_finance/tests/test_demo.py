"""The demonstration: an account book that adds up, with something due, overdue, promised and lost."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from addons.crm_base.models import Customer, Task
from addons.crm_finance.demo import money_at_work
from addons.crm_finance.demo.story import CHINESE, ENGLISH, Story
from addons.crm_finance.models import Expense, Invoice, Receipt, Receivable
from addons.crm_finance.services.statement import Account, opening_and_closing
from core.api import Env
from core.testing.world import World, use_env


def people(env: Env, story: Story) -> None:
    """The accounts that the demonstration of crm_base would have made, and some customers of theirs."""
    for login in (story.accountant, *story.sellers):
        user: Any = env.create("base.user", name=login, login=login, is_demo=True, language="en")
        env.create("base.employee", name=login, code=login, user=user)
        for number in range(3):
            env.create(Customer, name=f"{login} {number}", phone="021-1234567", owner=user)


@pytest.fixture(params=[("North", CHINESE), ("South", ENGLISH)], ids=["zh", "en"])
def made(request: pytest.FixtureRequest, world: World) -> Any:
    company, story = request.param
    with world.system(company) as env, use_env(env):
        people(env, story)
        money_at_work(env)
        env.flush()
        yield env, story


def test_everything_a_visitor_looks_for_is_there(made: Any) -> None:
    env, story = made
    owed = env.search(Receivable, limit=500)
    assert len(owed) == 3 * 3 * len(story.sellers)
    open_ones = [one for one in owed if one.is_open]
    assert open_ones and any(one.due_on < env.today for one in open_ones)
    assert any(one.due_on > env.today for one in open_ones) and any(
        0 < one.received < one.amount for one in owed
    )
    assert any(one.written_off for one in owed) and len({one.currency for one in owed}) == 2
    money = env.search(Receipt, limit=500)
    assert all(one.day <= env.today for one in money) and any(one.is_unmatched for one in money)
    assert env.count(Task).value and {one.state.code for one in env.search(Invoice)} == {
        "issued",
        "requested",
    }
    assert len({one.state.code for one in env.search(Expense, limit=500)}) >= 3


def test_every_account_adds_up(made: Any) -> None:
    env, _story = made
    owed, money = env.search(Receivable, limit=500), env.search(Receipt, limit=500)
    for customer in {one.customer_id for one in owed}:
        for currency in {one.currency for one in owed}:
            mine = [one for one in owed if (one.customer_id, one.currency) == (customer, currency)]
            credit = [one for one in money if (one.customer_id, one.currency) == (customer, currency)]
            rest = sum((one.open_amount for one in mine), Decimal(0)) - sum(
                (c.unmatched for c in credit), Decimal(0)
            )
            account = Account(customer, currency, env.today.replace(year=2000, day=1), env.today)
            assert opening_and_closing(env, account)[3] == rest
