"""What lay in the bin long enough goes for good, parts before wholes; what is still needed stays."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from toy_shop.models import Client, Item, Purchase, Tag

from core.orm.context import use_env
from core.orm.env import Env
from core.orm.history import entries_of
from core.orm.removing import purge_bin
from core.testing.world import World


@pytest.fixture
def env(world: World) -> Any:
    with use_env(world.admin):
        yield world.admin


def rows(world: World, table: str) -> int:
    return int(world.connection.execute(text(f"select count(*) from toy_shop.{table}")).scalar_one())


def test_old_records_go_with_parts_and_links_and_young_ones_stay(env: Env, world: World) -> None:
    tag: Any = env.create(Tag, name="t")
    client: Any = env.create(Client, name="old", tags=[tag])
    purchase: Any = env.create(Purchase, subject="P")
    env.create(Item, name="I", purchase=purchase)
    env.delete([client])
    env.delete([purchase])
    system = env.sudo("test")
    assert purge_bin(system, env.now - timedelta(days=1)) == 0
    assert purge_bin(system, env.now + timedelta(days=1)) == 3
    assert (rows(world, "client"), rows(world, "purchase"), rows(world, "item"), rows(world, "tag")) == (
        0,
        0,
        0,
        1,
    )
    told = world.connection.execute(
        text("select operation, changes from core.audit where operation = 'purge'")
    ).all()
    assert [row.changes for row in told] == [{}, {}, {}]
    assert entries_of(env, env.info(Client), client.id) == []


def test_what_others_point_to_stays(env: Env, world: World) -> None:
    client: Any = env.create(Client, name="c")
    other: Any = env.create(Client, name="d")
    purchase: Any = env.create(Purchase, subject="P", client=client)
    env.delete([purchase])
    env.delete([client, other])
    env.restore(Purchase, [purchase.id])
    assert purge_bin(env.sudo("test"), env.now + timedelta(days=1)) == 1
    assert rows(world, "client") == 1
    env.delete([env.get(Purchase, purchase.id)])
    assert purge_bin(env.sudo("test"), env.now + timedelta(days=1)) == 2
