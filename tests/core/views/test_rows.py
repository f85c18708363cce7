"""Lists read real rows: what an address asks for is what comes, in the order it asks for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from core.lifecycle.install import create_kernel
from core.orm.compose import composition
from core.orm.context import use_env
from core.orm.engine import Scope, session_factory, set_scope
from core.orm.env import Env
from core.orm.policy import SystemPolicy
from core.orm.schema import apply_schema, plan_schema
from core.testing.database import APP_ROLE, DatabaseServer
from core.views.chips import chips, group_filter
from core.views.filters import operators
from core.views.resolve import form_for, list_for
from core.views.search import ListState
from tests.core.views import toys
from tests.core.views.conftest import EVERYTHING
from tests.core.views.test_filters import SAMPLES


@pytest.fixture(scope="module")
def env(server: DatabaseServer, composed: Any) -> Iterator[Env]:
    database = server.create()
    with database.owner.begin() as connection:
        create_kernel(connection, APP_ROLE)
        apply_schema(connection, plan_schema(connection, composed.metadata, composed.addons, APP_ROLE))
    with session_factory(database.app)() as session:
        set_scope(session, Scope((1,), (1,)))
        env = Env(
            session, SystemPolicy("test", EVERYTHING), user_id=1, company_id=1, addons=EVERYTHING, language="en",
            clock=lambda: datetime(2026, 11, 21, 4, tzinfo=UTC),
        )  # fmt: skip
        with use_env(env):
            fill(env)
            yield env
    server.drop(database)


def fill(env: Env) -> None:
    env.create_many("base.company", [{"name": "First"}])
    env.create_many("base.user", [{"name": "Wang"}, {"name": "Smith"}])
    customer = env.create_many("sales.customer", [{"name": "科源"}, {"name": "Acme"}])
    rows = [
        {"title": f"Lead {number}", "amount": Decimal(number * 100), "kind": "hot" if number % 2 else "cold",
         "customer": customer[number % 2], "owner": number % 2 + 1, "due": date(2026, 11, number + 1)}
        for number in range(10)
    ]  # fmt: skip
    env.create_many("sales.lead", [*rows, {"title": "Without", "kind": "hot"}])


def titles(env: Env, *pairs: tuple[str, str]) -> list[str]:
    state = ListState.parse(pairs, list_for(env, "sales.lead"))
    page = env.page(
        "sales.lead", ["title", "customer"], *state.where(env), search=state.q, order=state.order, after=state.after,
        before=state.before, limit=state.limit,
    )  # fmt: skip
    return [row[2] for row in page.rows]


ALL = ("preset", "everything")


def test_the_default_list_has_its_preset_and_order(env: Env) -> None:
    assert titles(env) == ["Lead 9", "Lead 7", "Lead 5", "Lead 3", "Lead 1", "Without"]


def test_filters_and_order_of_an_address(env: Env) -> None:
    assert titles(env, ALL, ("f", "amount:ge:800"), ("order", "title")) == ["Lead 8", "Lead 9"]
    assert titles(env, ALL, ("f", "due:between:2026-11-02..2026-11-03")) == ["Lead 2", "Lead 1"]
    assert titles(env, ALL, ("f", "due:empty:yes")) == ["Without"]
    assert titles(env, ALL, ("f", "due:eq:overdue"), ("f", "owner:eq:me"), ("limit", "2")) == [
        "Lead 8",
        "Lead 6",
    ]
    assert titles(env, ALL, ("f", "state:ne:new")) == []


@pytest.mark.parametrize("name", ["title", "kind", "customer", "owner", "source", "amount", "count", "due", "seen_at",
                                  "urgent", "remarks", "tags", "state", "gift", "id", "created_at"])  # fmt: skip
def test_the_database_understands_every_operator_offered(env: Env, name: str) -> None:
    field = composition().info("sales.lead").fields[name]
    for op in operators(field):
        sample = SAMPLES[field.kind] if field.kind != "datetime" else "2026"
        value = {"between": f"{sample}..{sample}", "empty": "no"}.get(op, sample)
        titles(env, ALL, ("f", f"{name}:{op}:{value}"))


@pytest.mark.parametrize(
    "name", ["title", "amount", "count", "due", "seen_at", "urgent", "kind", "state", "id"]
)
def test_the_list_can_be_ordered_by_what_it_offers(env: Env, name: str) -> None:
    up = titles(env, ALL, ("order", name))
    assert titles(env, ALL, ("order", f"-{name}")) == up[::-1]
    assert len(up) == 11


@pytest.mark.parametrize("key", ["state", "kind", "customer", "owner", "due:day", "due:week", "due:month",
                                 "due:quarter", "due:year", "created_at:month", "urgent"])  # fmt: skip
def test_the_rows_of_a_group_are_those_it_counts(env: Env, key: str) -> None:
    state = ListState.parse([ALL, ("group", key)], list_for(env, "sales.lead"))
    groups = env.group("sales.lead", state.group, [("sum", "amount")], *state.where(env))
    assert sum(group.count for group in groups) == 11
    for group in groups:
        condition = group_filter(state.group_choices[0], group.keys[0])
        opened = state.with_filter(condition.field, condition.op, condition.value)
        assert env.count("sales.lead", *opened.where(env)).value == group.count


def test_chips_name_records(env: Env) -> None:
    state = ListState.parse([("f", "owner:eq:2"), ("f", "customer:eq:999")], list_for(env, "sales.lead"))
    assert [str(chip.text) for chip in chips(env, state)] == ["Owner is Smith", "Customer is #999"]


def test_a_form_names_the_columns_of_one_row(env: Env) -> None:
    form = form_for(env, "sales.lead")
    (number,) = [lead.id for lead in env.search(toys.Lead, toys.Lead.title == "Without")]
    row = env.read("sales.lead", number, form.columns)
    assert row[0] == number
    assert "Without" in row
    assert env.linked(env.get(toys.Lead, number), form.linked[0]) == []
