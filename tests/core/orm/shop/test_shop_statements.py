"""How many statements a write takes: few, and not more for more rows."""

from collections.abc import Iterator
from typing import Any

import pytest
from toy_shop.models import Client, Parcel, Purchase, Wearing

from core.orm.context import use_env
from core.orm.env import Env
from core.testing.statements import counted
from core.testing.world import World

MANY = 300


@pytest.fixture
def env(world: World) -> Iterator[Env]:
    with use_env(world.admin):
        world.admin.count(Client)  # it is the turn of this caller now
        yield world.admin


@pytest.fixture
def unheard(monkeypatch: pytest.MonkeyPatch) -> None:
    """No addon listens, as is usual: the listeners of this bench want every event."""
    monkeypatch.setattr(Env, "listens", lambda env, event, info: False)


def names(count: int) -> list[dict[str, Any]]:
    return [{"name": f"客户 {n}"} for n in range(count)]


def test_one_record_is_made_by_two_statements(env: Env, unheard: None) -> None:
    """The number, and the row with its audit."""
    assert counted(env, lambda: env.create_many(Client, names(1))) == ["with", "with"]
    assert counted(env, lambda: env.create(Client, name="A")) == ["with", "with"]
    assert counted(env, lambda: env.create(Wearing, name="A")) == ["with"]


def test_unique_values_of_one_record_need_no_savepoint(env: Env, unheard: None) -> None:
    assert counted(env, lambda: env.create(Client, name="A", code="K")) == ["with", "with"]


def test_many_records_are_made_by_as_many_statements_as_two(env: Env, unheard: None) -> None:
    assert counted(env, lambda: env.create_many(Client, names(2))) == ["with", "with"]
    assert counted(env, lambda: env.create_many(Client, names(MANY))) == ["with", "with"]


def test_many_records_with_unique_values_have_one_savepoint(env: Env, unheard: None) -> None:
    rows = [{**row, "code": f"K{n}"} for n, row in enumerate(names(MANY))]
    assert counted(env, lambda: env.create_many(Client, rows)) == ["with", "savepoint", "with", "release"]


def test_all_relations_of_new_records_are_checked_at_once(env: Env, unheard: None) -> None:
    purchase: Any = env.create(Purchase, subject="P")
    item = env.create("toy_shop.item", name="I", purchase=purchase)
    rows = [{"name": f"{n}", "purchase": purchase, "item": item} for n in range(MANY)]
    assert counted(env, lambda: env.create_many(Parcel, rows)) == ["select", "with"]


def test_records_that_listeners_want_come_with_the_insert(env: Env) -> None:
    assert counted(env, lambda: env.create_many(Client, names(MANY))) == ["with", "with"]


def test_equal_values_are_written_by_two_statements(env: Env, unheard: None) -> None:
    """One that reads what decides, one that writes rows and audit."""
    ids = env.create_many(Client, names(MANY))
    env.session.expunge_all()
    assert counted(env, lambda: env.write_many(Client, ids[:1], visits=1)) == ["select", "with"]
    assert counted(env, lambda: env.write_many(Client, ids, visits=2)) == ["select", "with"]
    assert counted(env, lambda: env.write_many(Client, ids, visits=2)) == ["select"]


def test_a_record_in_hand_is_written_by_one_statement(env: Env, unheard: None, world: World) -> None:
    records = env.get_many(Client, env.create_many(Client, names(MANY)))
    assert counted(env, lambda: env.write(records[0], visits=1)) == ["with"]
    assert counted(env, lambda: env.write(records, visits=2)) == ["with"]
    with use_env(world.owner):
        mine: Any = world.owner.create(Client, name="mine")
        assert counted(world.owner, lambda: world.owner.write(mine, visits=1)) == ["select", "with"]


def test_records_with_listeners_are_read_and_written_once(env: Env) -> None:
    ids = env.create_many(Client, names(MANY))
    env.session.expunge_all()
    assert counted(env, lambda: env.write_many(Client, ids, visits=1)) == ["select", "with"]


def test_what_follows_on_other_records_takes_as_many_statements_as_for_one(env: Env, unheard: None) -> None:
    def priced(count: int) -> list[str]:
        client: Any = env.create(Client, name="A")
        env.create_many(Purchase, [{"subject": f"{n}", "client": client} for n in range(count)])
        return counted(env, lambda: env.write(client, discount=1))

    assert priced(MANY) == priced(1)
