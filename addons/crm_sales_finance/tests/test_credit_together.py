"""Several people at one request at once, each in a process of its own; and its pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal as D
from typing import Any

import pytest

from addons.crm_base.models import Customer
from addons.crm_finance.models import FinanceCustomer
from addons.crm_product.models import Product, Tax, Unit
from addons.crm_sales.models import Order, OrderLine
from addons.crm_sales_finance.models import CreditRequest, FinanceOrder
from core.api import Notice
from core.orm.compose import Composition
from core.testing.browser import application_of, browser_of
from core.testing.database import ScratchDatabase
from core.testing.processes import Deployment, Work
from core.testing.product import Product as Installation

SELLER, BOSS, CLERK = "owner", "superior", "director"


@pytest.fixture(scope="session")
def roles_of_people() -> Mapping[str, Sequence[str]]:
    return {
        SELLER: ["crm_base.salesperson"], BOSS: ["crm_base.general_manager"], CLERK: ["crm_finance.accountant"],
        "colleague": ["crm_base.salesperson"], "other": ["crm_base.salesperson"],
    }  # fmt: skip


class Firm(Deployment):
    """Requests of several people."""

    def at_once(self, works: Sequence[tuple[str, Work]]) -> list[bool]:
        """Who of them got through; the others were refused in words."""
        told = self.race(*(work for _person, work in works), by=[person for person, _work in works])
        assert all(one is None or one.startswith("refused: ") for one in told), told
        return [one is None for one in told]

    def order(self) -> int:
        """A draft order of the salesperson over 113.00, whose customer may owe 100."""

        def goods(env: Any) -> int:
            made = env.create(Product, name="Server", unit=env.first(Unit), tax=env.first(Tax, Tax.rate == 13),
                              list_price=D(100))  # fmt: skip
            return int(made.id)

        key = self.of(BOSS, goods)

        def draft(env: Any) -> tuple[int, int]:
            acme = env.create(Customer, name="Acme", phone="021-1234567")
            order = env.create(Order, customer=acme, prices_include_tax=False)
            product = env.get(Product, key)
            env.create(OrderLine, document=order, product=product, quantity=1, unit=product.unit_id,
                       tax=product.tax_id, unit_price=100)  # fmt: skip
            return acme.id, order.id

        acme, order = self.of(SELLER, draft)
        self.of(CLERK, lambda env: env.get(FinanceCustomer, acme).set_credit_terms(limit=D(100)))
        return int(order)


@pytest.fixture
def firm(own_database: ScratchDatabase, composed: Composition) -> Firm:
    return Firm(own_database, composed)


def test_at_once_there_is_one_request_one_decision_and_one_confirmation(firm: Firm) -> None:
    order = firm.order()

    def ask(env: Any) -> None:
        env.get(FinanceOrder, order).ask_for_credit(reason="They pay on Friday")

    assert sorted(firm.at_once([(SELLER, ask)] * 3)) == [False, False, True]
    (request,) = firm.of(SELLER, lambda env: [one.id for one in env.search(CreditRequest)])

    def approve(env: Any) -> None:
        env.get(CreditRequest, request).approve(remark="Fine")

    def refuse(env: Any) -> None:
        env.get(CreditRequest, request).refuse(remark="No")

    assert sorted(firm.at_once([(BOSS, approve), (CLERK, refuse), (BOSS, approve)])) == [False, False, True]

    def outcome(env: Any) -> tuple[str, int]:
        found = env.get(CreditRequest, request)
        told = [one for one in env.search(Notice) if one.record_id == request]
        return found.state.code, len(told)

    state, told = firm.of(SELLER, outcome)
    assert told == 1
    if state == "refused":
        firm.of(SELLER, ask)
        again = firm.of(CLERK, lambda env: env.first(CreditRequest, CreditRequest.state == "waiting").id)
        firm.of(CLERK, lambda env: env.get(CreditRequest, again).approve())

    def confirm(env: Any) -> None:
        env.run(Order.confirm, [env.get(Order, order)])

    assert sorted(firm.at_once([(SELLER, confirm)] * 2)) == [False, True]
    history = firm.of(SELLER, lambda env: env.get(FinanceOrder, order).credit_request.decided_by_id)
    assert history in (firm.staff.users[BOSS], firm.staff.users[CLERK])


def test_the_refusal_leads_to_the_request_and_the_workbench_to_its_decision(
    firm: Firm, own_database: ScratchDatabase, composed: Composition, product: Installation
) -> None:
    order, north = firm.order(), firm.company
    app = application_of(product.config, composed, own_database)
    seller, clerk, admin = (
        browser_of(app, own_database, firm.staff.users[one], north) for one in (SELLER, CLERK, "admin")
    )
    path = f"/r/crm_sales.order/{order}/do/"
    form = next(one for one in seller.get(f"{path}confirm").forms.values() if one.action == f"{path}confirm")
    refused = form.submit(status=422)
    asking = refused.click(href=f"{path}ask_for_credit")
    form = next(one for one in asking.forms.values() if one.action == f"{path}ask_for_credit")
    form["reason"] = "They pay on Friday"
    made = form.submit(status=303).follow()
    assert "Waiting" in made and "13.00" in made
    home = clerk.get("/")
    assert "Credit to be approved" in home
    key = firm.of(CLERK, lambda env: env.first(CreditRequest).id)
    step = f"/r/crm_sales_finance.credit_request/{key}/do/approve"
    form = next(one for one in clerk.get(step).forms.values() if one.action == step)
    form.submit(status=303)
    assert seller.get(step, status="*").status_int in (403, 409)
    form = next(one for one in seller.get(f"{path}confirm").forms.values() if one.action == f"{path}confirm")
    form.submit(status=303)
    settings = admin.get(f"/r/base.company/{north}")
    assert "Settings of addons" in settings and "Credit approvals are good for (days)" in settings
