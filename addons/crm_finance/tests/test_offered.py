"""Steps stand where they have something to do; whoever comes too late is told in words what there is nothing to do for."""

from __future__ import annotations

from decimal import Decimal as D
from typing import Any

import pytest

from addons.crm_base.models import Customer
from addons.crm_finance.models import Receipt, Receivable
from addons.crm_finance.tests.conftest import instalment, receipt, transfer
from core.api import Env, ValidationFailed
from core.auth.why.decisions import decisions
from core.auth.why.subjects import subject_of_user
from core.orm.compose import Composition
from core.testing.browser import application_of, browser_of
from core.testing.database import ScratchDatabase
from core.testing.people import NORTH
from core.testing.product import Product
from core.testing.team import acting, buttons, choice, give
from core.testing.world import World


def pay(env: Env, owed: Any, amount: D | None = None) -> None:
    env.get(Receivable, owed.id).receive(day=env.today, payment_method=transfer(env), amount=amount)


def test_an_instalment_offers_what_is_left_to_do(crew: World, acme: Customer) -> None:
    owed = instalment(crew, acme, 100)
    money = {"receive", "remind", "reschedule", "write_off"}
    money |= {"record_contact"}
    whole = money | {"split", "cancel", "request_invoice"}
    assert buttons(crew, "manager", owed) == whole
    with acting(crew, "clerk") as env:
        pay(env, owed, D(40))
    assert buttons(crew, "manager", owed) == whole - {"split", "cancel"} | {"refund"}
    with acting(crew, "clerk") as env:
        env.run(Receivable.remind, [env.get(Receivable, owed.id)], due=env.today)
        env.run(Receivable.request_invoice, [env.get(Receivable, owed.id)], due=env.today)
    assert buttons(crew, "manager", owed) == money - {"remind"} | {"refund"}
    with acting(crew, "clerk") as env:
        pay(env, owed)
    assert buttons(crew, "manager", owed) == {"refund"}
    with acting(crew, "clerk") as env, pytest.raises(ValidationFailed, match="Nothing is open"):
        pay(env, owed)
    with acting(crew, "clerk") as env, pytest.raises(ValidationFailed, match="Nothing is open"):
        told = {"kind": choice(env, "crm_base.activity_kind", "phone"), "remark": "It was paid"}
        env.get(Receivable, owed.id).record_contact(outcome="paid", **told)


def test_a_receipt_is_matched_while_something_of_it_is_left(crew: World, acme: Customer) -> None:
    owed, paid = instalment(crew, acme, 100), receipt(crew, acme, 100)
    matching = {"match", "match_oldest"}
    assert matching <= buttons(crew, "clerk", paid)
    with acting(crew, "clerk") as env:
        draft = env.create(Receipt, customer=acme, amount=D(5))
        env.get(Receipt, paid.id).match(receivable=env.get(Receivable, owed.id))
    assert matching.isdisjoint(buttons(crew, "clerk", paid)), "nothing of it is left"
    assert matching.isdisjoint(buttons(crew, "clerk", draft)), "it does not count yet"


def test_marked_rows_are_paid_as_far_as_they_are_open(crew: World, acme: Customer) -> None:
    owed = [instalment(crew, acme, 100, due) for due in (1, 2)]
    with acting(crew, "clerk") as env:
        pay(env, owed[0])
        marked = env.get_many(Receivable, [one.id for one in owed])
        env.run(Receivable.receive, marked, day=env.today, payment_method=transfer(env))
        assert [one.open_amount for one in env.get_many(Receivable, [one.id for one in owed])] == [0, 0]


def test_the_explanation_says_so(crew: World, acme: Customer) -> None:
    owed = instalment(crew, acme, 100)

    def said() -> tuple[bool, list[str]]:
        with acting(crew, "clerk") as env:
            record = env.get(Receivable, owed.id)
            found = decisions(subject_of_user(env, env.user_id), env.info(Receivable), owed.id, record.state)
            step = next(one for one in found if one.key == "receive")
            return step.allowed, [str(one) for one in step.reasons]

    assert said()[0]
    with acting(crew, "clerk") as env:
        pay(env, owed)
    assert said() == (False, ["It is offered where it has something to do: Money is still expected."])


def test_the_page_of_a_step_that_has_nothing_to_do(
    product: Product, composed: Composition, database: ScratchDatabase
) -> None:
    """From a page that was opened before somebody else recorded the money."""
    with database.app.begin() as connection:
        world = World(connection, composed)
        who = world.staff.users["owner"], world.company(NORTH)
        with world.system(NORTH) as env:
            give(env, who[0], "crm_finance.accountant")
        with acting(world, "owner") as env:
            acme = env.create(Customer, name="Acme", phone="021-1234567")
            owed = env.create(Receivable, title="Half", customer=acme, amount=D(100), due_on=env.today)
    browser = browser_of(application_of(product.config, composed, database), database, *who)
    step = f"/r/crm_finance.receivable/{owed.id}/do/receive"
    assert browser.get(f"/r/crm_finance.receivable/{owed.id}").html.select(f'[href*="{step}"]')
    assert browser.get(step).status_int == 200
    with database.app.begin() as connection, acting(World(connection, composed), "owner") as env:
        pay(env, owed)
    assert not browser.get(f"/r/crm_finance.receivable/{owed.id}").html.select(f'[href*="{step}"]')
    refused = browser.get(step, status=409)
    assert "has nothing to do on this record as it stands" in refused.text
