"""Sales papers whose final number is drawn by the step that makes them count."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from addons.crm_base.models import Task
from addons.crm_sales.models import Contract, Delivery, DocumentTemplate, Order, Quote
from addons.crm_sales.states import CONTRACT_CANCELLED
from addons.crm_sales.tests.conftest import customer, draft, product
from addons.crm_sales.tests.test_quotes import accepted, quote
from addons.crm_sales.tests.test_set_wise import statements
from core.api import Env, StateForbids
from core.exchange.importing import Import, Wishes
from core.exchange.parsing import parse_mapping
from core.exchange.report import WRONG
from core.testing.team import acting
from core.testing.world import World

ORDERS = """
source = "old"
[[file]]
name = "orders.csv"
[[file.record]]
model = "crm_sales.order"
key = "{key}"
[file.record.fields]
customer = { column = "customer", lookup = "crm_base.customer", by = "name" }
state = "state"
number = { column = "number", required = false }
"""


def without_gaps(world: World, *models: str) -> None:
    with world.system("North") as env:
        for model in models:
            rule = env.first("base.numbering", env.condition("base.numbering", "sequence", "eq", model))
            env.write(rule, without_gaps=True)


def number(env: Env, prefix: str, place: int) -> str:
    return f"{prefix}{env.today:%Y%m}{place:04}"


def test_what_named_the_draft_names_the_order(crew: World) -> None:
    without_gaps(crew, "crm_sales.order", "crm_sales.delivery")
    goods = product(crew)
    with acting(crew, "owner") as env:
        lost, order, other = draft(env, goods), draft(env, goods), draft(env, goods)
        assert [one.number for one in (lost, order)] == ["*SO-0001", "*SO-0002"]
        order.remind(subject=f"Think of {order.number}, not of {order.number}7", on=env.today)
        env.sudo("a test").delete(lost)
        env.run(Order.confirm, [order, other])
        assert order.number == number(env, "SO", 1)
        assert env.first(Task, Task.subject.like(f"Think of {order.number}, not of *SO-00027")) is not None
        with pytest.raises(StateForbids):
            env.sudo("a test").delete(order)
    with acting(crew, "assistant") as env:
        env.run(Order.deliver, [env.get(Order, order.id)])
        delivery = env.first(Delivery, Delivery.order == order.id)
        assert delivery is not None and delivery.number == "*DN-0001"
        delivery.post()
        assert delivery.number == number(env, "DN", 1)


def test_quotes_in_versions_and_contracts_with_texts(crew: World) -> None:
    without_gaps(crew, "crm_sales.quote", "crm_sales.contract")
    goods = product(crew)
    with crew.system("North") as env:
        template = env.create(DocumentTemplate, name="Short", language="en", body="Contract {number} of us")
    with acting(crew, "owner") as env:
        declined, first = quote(env, goods), quote(env, goods)
        declined.decline(reason="Too dear")
        first.mark_sent()
        second = env.get(Quote, first.id).new_version()
        assert (declined.number, first.number) == ("*Q-0001", number(env, "Q", 1))
        assert second.number == f"{first.number}/2"
        env.delete(second)
        made = accepted(env, goods, title="Support").make_contract()
        made.fill_template(template=env.get(DocumentTemplate, template.id))
        assert (made.number, made.document_text) == ("*CT-0001", "Contract *CT-0001 of us")
        made.sign(on=env.today)
        made = env.get(Contract, made.id)
        assert (made.number, made.document_text) == (
            number(env, "CT", 1), f"Contract {number(env, 'CT', 1)} of us",
        )  # fmt: skip


def test_a_contract_that_is_a_draft_again_keeps_its_number_and_is_cancelled(crew: World) -> None:
    without_gaps(crew, "crm_sales.contract")
    goods = product(crew)
    with acting(crew, "owner") as env:
        kept, dropped = (accepted(env, goods, title=title).make_contract() for title in ("Kept", "Dropped"))
        keys = kept.id, dropped.id
    with acting(crew, "manager") as env:
        env.get(Contract, keys[0]).approve()
        env.get(Contract, keys[0]).redraft()
    with acting(crew, "owner") as env:
        with pytest.raises(StateForbids, match="cancelled or reversed"):
            env.delete(env.get(Contract, keys[0]))
        for key in keys:
            env.get(Contract, key).cancel(reason="Bought elsewhere")
        kept, dropped = (env.get(Contract, key) for key in keys)
        assert (kept.number, dropped.number) == (number(env, "CT", 1), "*CT-0002")
        assert (kept.state, kept.end_reason) == (CONTRACT_CANCELLED, "Bought elsewhere")


def test_an_imported_order_that_counts_already_draws_at_once(crew: World, tmp_path: Path) -> None:
    without_gaps(crew, "crm_sales.order")
    (tmp_path / "orders.csv").write_text(
        "key,customer,state,number\n1,Acme,draft,\n2,Acme,closed,\n3,Acme,confirmed,\n4,Acme,closed,OLD-1\n"
        "5,Acme,draft,*SO-0009\n"
    )
    with crew.system("North") as env:
        customer(env)
        outcomes: list[Any] = []
        Import(env, parse_mapping(ORDERS, "orders.toml"), tmp_path, Wishes()).run(outcomes.append)
        assert [one.action for one in outcomes].count(WRONG) == 1
        found = {one.number: one.state.code for one in env.search(Order, order="id", limit=10)}
        assert found == {
            "*SO-0001": "draft", number(env, "SO", 1): "closed", number(env, "SO", 2): "confirmed", "OLD-1": "closed",
        }  # fmt: skip
        changed = (tmp_path / "orders.csv").read_text().replace("1,Acme,draft", "1,Acme,confirmed")
        (tmp_path / "orders.csv").write_text("\n".join(changed.splitlines()[:2]))
        Import(env, parse_mapping(ORDERS, "orders.toml"), tmp_path, Wishes()).run(outcomes.append)
        first = env.first(Order, Order.number == number(env, "SO", 3))
        assert first is not None and first.state.code == "confirmed"


def test_confirming_costs_nothing_more_while_gaps_are_allowed(crew: World) -> None:
    """With the rule there is one draw, and what it takes to write a unique value, however many orders there are."""
    goods = product(crew)

    def seen(count: int) -> list[str]:
        with acting(crew, "owner") as env:
            keys = [draft(env, goods).id for _one in range(count)]
        with acting(crew, "owner") as env, statements(crew) as found:
            env.run(Order.confirm, env.get_many(Order, keys))
        return found

    seen(1)
    allowed = seen(3)
    assert not any(one.startswith("with rule as") for one in allowed)
    without_gaps(crew, "crm_sales.order")
    seen(1)
    few, many = seen(3), seen(6)
    assert sum(one.startswith("with rule as") for one in few) == 1
    assert len(few) == len(many)
    assert len(allowed) < len(few) <= len(allowed) + 6, [one for one in few if one not in allowed]
