"""An addon goes with everything it has kept, the rest works on, and it comes back as it was."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from core.lifecycle.generation import current_generation, installed_addons, removed_addons
from core.lifecycle.inspection import database_problems
from core.lifecycle.install import upgrade_schema
from core.lifecycle.removal import Removed, remove
from core.lifecycle.restoring import restore
from core.orm.compose import composition
from core.orm.kernel_tables import stranded
from core.testing.database import APP_ROLE, DatabaseServer, ScratchDatabase
from core.testing.rows import rows_of
from tests.core.lifecycle.orders import ORDERS, acting, data_of, ordered, schema_of
from tests.core.lifecycle.toys import composed


@pytest.fixture
def shop(server: DatabaseServer) -> Iterator[ScratchDatabase]:
    database = ordered(server)
    yield database
    server.drop(database)


def removed(database: ScratchDatabase, name: str = ORDERS) -> Removed:
    return remove(database.owner, APP_ROLE, composition(), name, by="Li Lei")


def problems(database: ScratchDatabase) -> list[str]:
    with database.owner.connect() as connection:
        return [str(one) for one in database_problems(connection, composition(), APP_ROLE)]


def test_removed_is_kept_and_restored_is_as_before(shop: ScratchDatabase) -> None:
    schema, data = schema_of(shop), data_of(shop)
    rows = rows_of(shop, [ORDERS])
    switches = rows_of(shop, ["base"])["base.company_addon"]
    report = removed(shop)
    assert report.is_aside and report.addons == (ORDERS,) and report.generation == 2
    with shop.app.connect() as connection:
        assert removed_addons(connection) == {ORDERS: "1.0.0"}
        assert ORDERS not in installed_addons(connection)
        found = current_generation(connection)
        assert found is not None and found.number == 2
        with pytest.raises(DBAPIError, match="permission denied"):
            connection.execute(text('select * from removed_toy_orders."order"'))
    kept = {table.removeprefix("removed_"): found for table, found in rows_of(shop, [f"removed_{ORDERS}"]).items()}
    assert kept == rows
    assert problems(shop) == []
    back = restore(shop.owner, APP_ROLE, composed(ORDERS), ORDERS)
    assert back.addons == (ORDERS,) and back.dangling == () and back.generation == 3
    assert rows_of(shop, [ORDERS]) == rows
    assert rows_of(shop, ["base"])["base.company_addon"] == switches
    assert (schema_of(shop), data_of(shop)) == (schema, data)
    assert problems(shop) == []
    assert upgrade_schema(shop.owner, APP_ROLE, composed(ORDERS)).generation == 3


def test_the_company_works_on_without_it(shop: ScratchDatabase) -> None:
    removed(shop)
    assert composition().addons == ("base", "toy_wares")
    with acting(shop) as env:
        new = env.create("toy_wares.article", name="Shoe")
        cup = env.first("toy_wares.article", env.info("toy_wares.article").cls.name == "Cup")
        env.write(cup, name="Mug")
        env.delete(new)
    with shop.owner.begin() as connection:
        gone = connection.execute(text("delete from toy_wares.article where name = 'Hat'"))
        assert gone.rowcount == 1
    back = restore(shop.owner, APP_ROLE, composed(ORDERS), ORDERS)
    found = {(one.table, one.column, one.is_out): one.rows for one in back.dangling}
    assert found == {
        ("toy_orders.order", "article_id", True): 1,
        ("toy_orders.order_line", "order_id", True): 1,
        ("toy_orders.order__others", "left_id", True): 3,
        ("toy_orders.order__others", "right_id", True): 2,
    }
    with acting(shop) as env:
        assert [one.name for one in env.search("toy_orders.order", limit=9)] == ["O1", "O3"]
        shoe = env.first("toy_wares.article", env.info("toy_wares.article").cls.name == "Mug")
        assert (shoe.grade, shoe.latest.name) == ("b", "O1")
    with shop.owner.connect() as connection:
        kept = connection.execute(select(stranded.c.row).where(stranded.c.table_name == "toy_orders.order_line"))
        assert [row["text"] for row in kept.scalars()] == ["line 2"]
    assert problems(shop) == []
