"""P5: quotes in versions, accepted ones become orders and contracts; orders are called off from contracts."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from addons.crm_sales.models import (
    Contract,
    ContractLine,
    DocumentTemplate,
    Order,
    OrderLine,
    OrderTask,
    Quote,
    QuoteLine,
)
from addons.crm_sales.services import contracting, quoting
from addons.crm_sales.tests.conftest import customer, product
from core.api import Env, StateForbids, ValidationFailed
from core.testing.team import acting, buttons, notices
from core.testing.world import World


def quote(env: Env, goods: Any, **values: Any) -> Any:
    made = env.create(Quote, customer=customer(env), **values)
    env.create(
        QuoteLine, document=made, product=goods, quantity=10, unit=goods.unit_id, tax=goods.tax_id,
        unit_price=Decimal(90), discount=10,
    )  # fmt: skip
    return made


def accepted(env: Env, goods: Any, **values: Any) -> Any:
    made = quote(env, goods, **values)
    made.mark_sent()
    env.get(Quote, made.id).accept()
    return env.get(Quote, made.id)


def contract_in_force(env: Env, goods: Any) -> Any:
    made = accepted(env, goods, title="Servers of the year").make_contract()
    made.sign(on=env.today)
    env.run(Contract.put_in_force, [env.get(Contract, made.id)])
    return env.get(Contract, made.id)


def test_a_new_version_keeps_the_old_one(crew: World) -> None:
    goods = product(crew)
    with acting(crew, "owner") as env:
        first = quote(env, goods)
        env.run(Quote.mark_sent, [first])
        second = env.get(Quote, first.id).new_version()
        assert (second.number, second.version_number, second.previous_id) == (
            f"{first.number}/2",
            2,
            first.id,
        )
        assert env.get(Quote, first.id).state.code == "replaced"
        (line,) = env.search(QuoteLine, QuoteLine.document == second)
        assert (line.quantity, line.unit_price, line.discount) == (10, 90, 10)
        env.run(Quote.mark_sent, [second])
        third = env.get(Quote, second.id).new_version()
        assert third.number == f"{first.number}/3"


def test_an_accepted_quote_becomes_an_order_at_its_prices(crew: World) -> None:
    goods = product(crew)
    with acting(crew, "owner") as env:
        made = accepted(env, goods)
        order = made.make_order()
        (line,) = env.search(OrderLine, OrderLine.document == order)
        assert (line.quantity, line.unit_price, line.gross) == (10, 90, Decimal(810))
        assert (order.quote_id, order.customer_id, order.owner_id) == (
            made.id,
            made.customer_id,
            made.owner_id,
        )
        assert env.get(Quote, made.id).state.code == "ordered"
    assert buttons(crew, "owner", made) == {"copy_as_new"}


def test_what_has_expired_is_not_accepted(crew: World) -> None:
    goods = product(crew)
    with acting(crew, "owner") as env:
        made = quote(env, goods, valid_until=env.today - timedelta(days=1))
        env.run(Quote.mark_sent, [made])
        with pytest.raises(ValidationFailed, match="was valid until") as refused:
            env.get(Quote, made.id).accept()
        assert [(step.name, at.id) for step, at in refused.value.ways_out] == [("prolong", made.id)]
    with crew.system("North") as env:
        assert quoting.expire(env) == 1
    assert crew.new_env("owner").get(Quote, made.id).state.code == "expired"
    assert notices(crew, "owner")[-1] == f"The quote {made.number} has expired."


def test_a_superior_approves_and_the_owner_does_not(crew: World) -> None:
    goods = product(crew)
    with acting(crew, "owner") as env:
        made = quote(env, goods)
    assert "approve" not in buttons(crew, "owner", made)
    assert "approve" in buttons(crew, "superior", made)


def test_orders_are_called_off_until_nothing_is_left(crew: World) -> None:
    goods = product(crew)
    with acting(crew, "owner") as env:
        contract = contract_in_force(env, goods)
        (first,) = env.run(Contract.call_off, [contract])
        (line,) = env.search(OrderLine, OrderLine.document == first)
        env.write(line, quantity=4)
        env.run(Order.confirm, [first])
        (agreed,) = env.search(ContractLine, ContractLine.document == contract)
        assert (agreed.called_off, agreed.left) == (4, 6)
        (second,) = env.run(Contract.call_off, [contract])
        (third,) = env.run(Contract.call_off, [contract])
        env.run(Order.confirm, [second])
        with pytest.raises(ValidationFailed, match="only 0 of"):
            env.run(Order.confirm, [third])
    with acting(crew, "owner") as env:
        env.get(Order, first.id).cancel(reason="Later")
        (agreed,) = env.search(ContractLine, ContractLine.document == contract)
        assert (agreed.called_off, agreed.left) == (6, 4)


def test_the_term_of_a_contract_is_watched(crew: World) -> None:
    goods = product(crew)
    with acting(crew, "owner") as env:
        made = accepted(env, goods, title="Support").make_contract()
        env.write(made, starts_on=env.today - timedelta(days=300), ends_on=env.today + timedelta(days=59))
        made.sign(on=env.today)
        env.run(Contract.put_in_force, [env.get(Contract, made.id)])
    with crew.system("North") as env:
        assert (contracting.remind(env), contracting.remind(env)) == (1, 0)
        (task,) = env.search(OrderTask, env.condition(OrderTask, "contract", "eq", str(made.id)))
        assert (task.due, task.assignee_id) == (made.ends_on, made.owner_id)
    with acting(crew, "owner") as env:
        following = env.get(Contract, made.id).renew()
        assert following.starts_on == made.ends_on + timedelta(days=1)
        assert following.ends_on - following.starts_on == made.ends_on - made.starts_on
        assert (following.previous_id, following.state.code) == (made.id, "draft")


def test_a_text_is_filled_with_what_the_contract_says(crew: World) -> None:
    goods = product(crew)
    with crew.system("North") as env:
        text = env.create(
            DocumentTemplate,
            name="Short",
            language="en",
            body="{other_party}: {total}, from {starts_on}. {our_party}",
        )
        wrong = env.create(
            DocumentTemplate, name="Wrong", language="en", body="{secret} {customer.nothing} {lines}"
        )
    with acting(crew, "owner") as env:
        made = accepted(env, goods, title="Support").make_contract()
        made.fill_template(template=env.get(DocumentTemplate, text.id))
        words = env.get(Contract, made.id).document_text
        assert words is not None and words.startswith("Acme: CN¥810.00, from ") and words.endswith(". ____")
        with pytest.raises(ValidationFailed, match=r"\{secret\}, \{customer\.nothing\}, \{lines\}"):
            made.fill_template(template=env.get(DocumentTemplate, wrong.id))


def test_a_quote_without_products_is_not_sent(crew: World) -> None:
    with acting(crew, "owner") as env:
        made = env.create(Quote, customer=customer(env))
        with pytest.raises(ValidationFailed, match="no products"):
            env.run(Quote.mark_sent, [made])


def test_a_sent_quote_is_not_changed_by_hand(crew: World) -> None:
    goods = product(crew)
    with acting(crew, "owner") as env:
        made = quote(env, goods)
        env.run(Quote.mark_sent, [made])
        with pytest.raises(StateForbids):
            env.write(env.get(Quote, made.id), discount=50)
