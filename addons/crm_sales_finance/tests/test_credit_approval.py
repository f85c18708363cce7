"""An order or delivery that is stopped goes to approval (FIN-08): asked for, decided, good for this document."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal as D
from typing import Any

import pytest

from addons.crm_finance.models import FinanceCustomer, Receivable
from addons.crm_sales.models import Delivery, Order, OrderLine
from addons.crm_sales.services import confirming
from addons.crm_sales.services.ordering import lines_of
from addons.crm_sales_finance.models import CreditDelivery, CreditRequest, FinanceOrder
from addons.crm_sales_finance.seed import end_requests_of_documents_that_went_on
from addons.crm_sales_finance.services.approving import orders_of_others
from addons.crm_sales_finance.tests.test_orders import order_of
from core.api import AccessDenied, Company, StateForbids, ValidationFailed
from core.auth.environment import make_env
from core.auth.identity import identity_of
from core.testing.team import acting, buttons, give, join, notices
from core.testing.world import World, use_env

CREW = {
    "clerk": "crm_finance.accountant",
    "manager": "crm_base.general_manager",
    "desk": "crm_base.sales_assistant",
}


@pytest.fixture
def crew(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """`owner` sells; `clerk`, `manager` and, as a sales director above `owner`, `superior` decide."""
    join(world, monkeypatch, CREW)
    with world.system("North") as env:
        give(env, world.staff.users["superior"], "crm_base.sales_director")
    return world


def terms(world: World, order: Any, limit: Any = None, days: int | None = None) -> None:
    with world.system("North") as env:
        env.write(env.get(FinanceCustomer, order.customer_id), credit_limit=limit, overdue_days_allowed=days)


def overdue(world: World, order: Any, days: int, amount: int = 10) -> None:
    with world.system("North") as env:
        env.create(Receivable, title="Old", customer=order.customer_id, amount=D(amount),
                   due_on=env.today - timedelta(days=days))  # fmt: skip


def ask(world: World, order: Any, person: str = "owner", reason: str = "They pay on Friday") -> Any:
    with acting(world, person) as env:
        return env.get(FinanceOrder, order.id).ask_for_credit(reason=reason)


def decide(world: World, request: Any, person: str, step: str = "approve", remark: str = "Fine") -> None:
    with acting(world, person) as env:
        getattr(env.get(CreditRequest, request.id), step)(remark=remark)


def confirm(world: World, order: Any) -> str:
    """The state after trying, or why not."""
    with acting(world, "owner") as env:
        record = env.get(Order, order.id)
        try:
            with env.session.begin_nested():
                env.run(Order.confirm, [record])
        except ValidationFailed as refused:
            env.session.expire_all()
            assert record.state.code == "draft"
            return " ".join(text.translate("en") for text in refused.problems[""])
        return str(env.get(Order, order.id).state.code)


def test_the_stopped_order_goes_to_those_who_may_approve(crew: World) -> None:
    order = order_of(crew)
    terms(crew, order, limit=D(300))
    with acting(crew, "owner") as env:
        record = env.get(Order, order.id)
        with pytest.raises(ValidationFailed) as refused, env.session.begin_nested():
            env.run(Order.confirm, [record])
    assert [(step.name, at.id) for step, at in refused.value.ways_out] == [("ask_for_credit", order.id)]
    request = ask(crew, order)
    assert (request.credit_limit, request.used, request.amount, request.excess) == (300, 0, 339, 39)
    assert (request.overdue_days, request.state.code, request.title) == (None, "waiting", order.number)
    asked = f"Credit approval {order.number} waits for your decision."
    assert [asked in notices(crew, one) for one in ("clerk", "manager", "superior", "owner", "colleague", "desk")] == [
        True, True, True, False, False, False,
    ]  # fmt: skip
    told = confirm(crew, order)
    assert "was asked for already and waits" in told
    with acting(crew, "owner") as env, pytest.raises(StateForbids, match="asked for already"):
        env.get(FinanceOrder, order.id).ask_for_credit(reason="Once more")
    for person, may in (("clerk", True), ("superior", True), ("owner", False), ("director", False)):
        assert ("approve" in buttons(crew, person, request)) is may, person
    assert "withdraw" in buttons(crew, "owner", request)
    assert buttons(crew, "colleague", request) == buttons(crew, "other", request) == set()
    decide(crew, request, "clerk")
    with acting(crew, "clerk") as env, pytest.raises(StateForbids):
        env.get(CreditRequest, request.id).refuse(remark="No")
    assert f"Credit approval {order.number} was approved." in notices(crew, "owner")
    assert confirm(crew, order) == "confirmed"
    with acting(crew, "owner") as env:
        record = env.get(FinanceOrder, order.id)
        found = env.get(CreditRequest, request.id)
        assert record.credit_request_id == request.id and found.decided_by_id == crew.staff.users["clerk"]
        assert found.valid_until == env.today + timedelta(days=14)


def test_nobody_decides_on_the_own_request_unless_the_company_says_so(crew: World) -> None:
    order = order_of(crew)
    terms(crew, order, limit=D(1))
    with crew.system("North") as env:
        env.write(env.get(Order, order.id), owner=crew.staff.users["manager"])
    request = ask(crew, order, "manager")
    assert "approve" not in buttons(crew, "manager", request)
    assert "release_credit" not in buttons(crew, "manager", order)
    session, company = crew.env("clerk").session, crew.company("North")
    clerk = identity_of(session, crew.staff.users["clerk"], company)
    assert clerk is not None
    for who, number in ((clerk, 1), (replace(clerk, real_user_id=crew.staff.users["manager"]), 0)):
        env = make_env(session, who, "page")
        with use_env(env):
            found = env.count(Order, Order.id == order.id, orders_of_others(env))
            assert found.value == number, "nor in the name of somebody else"
    with acting(crew, "manager") as env, pytest.raises(AccessDenied):
        env.get(CreditRequest, request.id).approve()
    with crew.system("North") as env:
        env.write(env.get(Company, env.company_id), credit_own_approval=True)
    assert "release_credit" in buttons(crew, "manager", order)
    decide(crew, request, "manager")


def test_an_approval_is_for_the_document_as_it_was(crew: World) -> None:
    order = order_of(crew, lines=2)
    terms(crew, order, limit=D(600))
    request = ask(crew, order)
    assert request.excess == 78
    with acting(crew, "owner") as env:
        line = env.first(OrderLine, OrderLine.document == order.id)
        env.write(line, quantity=4)
    with acting(crew, "clerk") as env, pytest.raises(StateForbids, match=r"from 678.00 CNY to 791.00 CNY"):
        env.get(CreditRequest, request.id).approve()
    again = ask(crew, order)
    with acting(crew, "owner") as env:
        assert env.get(CreditRequest, request.id).state.code == "withdrawn"
    decide(crew, again, "clerk")
    with acting(crew, "owner") as env:
        env.write(env.get(OrderLine, line.id), quantity=5)
    assert "credit limit" in confirm(crew, order)
    with acting(crew, "owner") as env:
        env.write(env.get(OrderLine, line.id), quantity=4)
    overdue(crew, order, days=3)
    assert "would be used with" in confirm(crew, order), "ten more are owed than were approved"
    terms(crew, order, limit=D(620), days=1)
    assert "has been overdue" in confirm(crew, order), "this was not approved"
    terms(crew, order, limit=D(620))
    with crew.system("North") as env:
        env.write(env.get(CreditRequest, again.id), valid_until=env.today - timedelta(days=1))
    assert "You can ask" in confirm(crew, order), "the approval is over"
    with crew.system("North") as env:
        env.write(env.get(CreditRequest, again.id), valid_until=env.today)
    assert confirm(crew, order) == "confirmed"


def test_a_refused_or_needless_request_confirms_nothing(crew: World) -> None:
    order = order_of(crew)
    terms(crew, order, limit=D(1000))
    assert "ask_for_credit" in buttons(crew, "owner", order)
    with acting(crew, "owner") as env, pytest.raises(StateForbids, match="credit suffices"):
        env.get(FinanceOrder, order.id).ask_for_credit(reason="Why not")
    terms(crew, order, limit=D(1))
    first = ask(crew, order)
    decide(crew, first, "manager", "refuse", "They never pay")
    assert any("was refused: They never pay" in one for one in notices(crew, "owner"))
    assert "You can ask" in confirm(crew, order)
    second = ask(crew, order)
    terms(crew, order)
    assert confirm(crew, order) == "confirmed"
    with acting(crew, "owner") as env:
        found = env.get(CreditRequest, second.id)
        assert (found.state.code, found.remark) == ("withdrawn", "The order was confirmed.")


def test_a_cancelled_order_asks_nobody_any_more(crew: World) -> None:
    order = order_of(crew)
    terms(crew, order, limit=D(1))
    request = ask(crew, order)
    with acting(crew, "owner") as env:
        env.run(Order.cancel, [env.get(Order, order.id)], reason="Not wanted")
    with acting(crew, "clerk") as env, pytest.raises(StateForbids):
        env.get(CreditRequest, request.id).approve()


def test_what_went_on_while_the_addon_was_off_is_not_to_be_approved(crew: World) -> None:
    gone, waits = order_of(crew), order_of(crew)
    terms(crew, gone, limit=D(1))
    requests = [ask(crew, gone), ask(crew, waits)]
    with crew.system("North") as env, use_env(env):
        order = env.get(Order, gone.id)
        with env.granting([order], "confirm"):
            confirming.make_firm(env, [order], lines_of(env, OrderLine, [order]))
    with (
        acting(crew, "clerk") as env,
        pytest.raises(StateForbids, match="nothing is to be approved any more"),
    ):
        env.get(CreditRequest, requests[0].id).approve()
    with crew.system("North") as env, use_env(env):
        end_requests_of_documents_that_went_on(env)
        assert [env.get(CreditRequest, one.id).state.code for one in requests] == ["withdrawn", "waiting"]


def test_a_release_is_for_the_order_as_it_was(crew: World) -> None:
    order = order_of(crew)
    terms(crew, order, limit=D(1))
    request = ask(crew, order)
    with acting(crew, "clerk") as env:
        env.get(FinanceOrder, order.id).release_credit(reason="Guaranteed")
    with acting(crew, "owner") as env:
        assert env.get(CreditRequest, request.id).state.code == "withdrawn"
        line = env.first(OrderLine, OrderLine.document == order.id)
        env.write(line, quantity=4)
    assert "credit limit" in confirm(crew, order)
    with acting(crew, "owner") as env:
        env.write(env.get(OrderLine, line.id), quantity=2)
    assert confirm(crew, order) == "confirmed"


def test_orders_confirmed_together_use_the_limit_one_after_the_other(crew: World) -> None:
    first, second = order_of(crew), order_of(crew)
    terms(crew, first, limit=D(400))
    with acting(crew, "owner") as env, pytest.raises(ValidationFailed) as refused:
        env.run(Order.confirm, [env.get(Order, first.id), env.get(Order, second.id)])
    assert [at.id for _step, at in refused.value.ways_out] == [second.id]
    assert "used with 678.00 CNY" in refused.value.problems[""][0].translate("en")


def test_a_delivery_is_stopped_and_approved_as_well(crew: World) -> None:
    order = order_of(crew)
    with acting(crew, "owner") as env:
        env.write(env.first(OrderLine, OrderLine.document == order.id), periods=4)
    assert confirm(crew, order) == "confirmed"
    terms(crew, order, days=5)
    overdue(crew, order, days=30)
    with acting(crew, "manager") as env:
        (made,) = env.run(Order.deliver, [env.get(Order, order.id)])
        delivery = made[0] if isinstance(made, list) else made
        with pytest.raises(ValidationFailed) as refused, env.session.begin_nested():
            env.run(Delivery.post, [delivery])
    assert [(step.name, at.id) for step, at in refused.value.ways_out] == [("ask_for_credit", delivery.id)]
    with acting(crew, "manager") as env:
        request = env.get(CreditDelivery, delivery.id).ask_for_credit(reason="They need it today")
    assert (request.amount, request.excess, request.overdue_days, request.days_allowed) == (
        D("84.75"), 0, 30, 5,
    ), "a quarter of what is shipped in all"  # fmt: skip
    assert "approve" not in buttons(crew, "manager", request), "who asked does not decide"
    decide(crew, request, "clerk")
    with acting(crew, "manager") as env:
        env.run(Delivery.post, [env.get(Delivery, delivery.id)])
        assert env.get(CreditDelivery, delivery.id).credit_request_id == request.id


def test_what_is_not_owed_yet_counts_when_it_is_shipped(crew: World) -> None:
    order = order_of(crew, settlement="none")
    assert confirm(crew, order) == "confirmed"
    terms(crew, order, limit=D(300))
    with acting(crew, "manager") as env:
        (made,) = env.run(Order.deliver, [env.get(Order, order.id)])
        delivery = made[0] if isinstance(made, list) else made
        with pytest.raises(ValidationFailed, match="used with 339"), env.session.begin_nested():
            env.run(Delivery.post, [delivery])
    with use_env(crew.new_env("manager")) as env:
        request = env.get(CreditDelivery, delivery.id).ask_for_credit(reason="Small")
        env.run(Delivery.cancel, [env.get(Delivery, delivery.id)])
        found = env.get(CreditRequest, request.id)
        assert (found.state.code, found.remark) == ("withdrawn", "The delivery was cancelled.")


def test_who_has_nobody_to_decide_is_told(world: World) -> None:
    order = order_of(world)
    terms(world, order, limit=D(1))
    with acting(world, "owner") as env, pytest.raises(ValidationFailed, match="Nobody may approve"):
        env.get(FinanceOrder, order.id).ask_for_credit(reason="Please")


def test_a_request_is_called_like_the_order_when_that_has_its_final_number(crew: World) -> None:
    with crew.system("North") as env:
        rule = env.first(
            "base.numbering", env.condition("base.numbering", "sequence", "eq", "crm_sales.order")
        )
        env.write(rule, without_gaps=True)
    order = order_of(crew)
    terms(crew, order, limit=D(300))
    assert "credit limit" in confirm(crew, order)
    request = ask(crew, order)
    assert request.title == order.number == "*SO-0001"
    decide(crew, request, "clerk")
    assert confirm(crew, order) == "confirmed"
    with acting(crew, "owner") as env:
        number = env.get(Order, order.id).number
        assert number == f"SO{env.today:%Y%m}0001"
    with acting(crew, "clerk") as env:
        assert env.get(CreditRequest, request.id).title == number
