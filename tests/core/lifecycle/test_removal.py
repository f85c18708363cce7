"""An addon goes with everything it has kept, the rest works on, and it comes back as it was."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import DBAPIError

from core.config import installation_root
from core.errors import AddonError, UserError
from core.i18n import use_language
from core.lifecycle.errors import KeptAside, NeededByOthers, NewerDatabase, NotRemoved, UnknownAddon
from core.lifecycle.generation import current_generation, installed_addons, removed_addons
from core.lifecycle.inspection import database_problems
from core.lifecycle.install import install, upgrade_schema
from core.lifecycle.journal import OperationRunning, unfinished
from core.lifecycle.leaving import older_processes, put_waiting_aside
from core.lifecycle.presence import Presence
from core.lifecycle.removal import Removed, remove
from core.lifecycle.restoring import restore
from core.lifecycle.upkeep import Upkeep
from core.orm.compose import compose, composition
from core.orm.kernel_tables import journal, stranded
from core.testing.database import APP_ROLE, DatabaseServer, ScratchDatabase
from core.testing.rows import rows_of
from tests.core.lifecycle.orders import ORDERS, acting, data_of, ordered, schema_of
from tests.core.lifecycle.toys import composed, initialised, released, toys


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


def clerk(database: ScratchDatabase) -> bool:
    """Whether the role of the addon is active."""
    with database.owner.connect() as connection:
        found = connection.execute(text("select active from base.role where code = 'toy_orders.clerk'"))
        return bool(found.scalar_one())


def test_removed_is_kept_and_restored_is_as_before(shop: ScratchDatabase) -> None:
    schema, data = schema_of(shop), data_of(shop)
    rows = rows_of(shop, [ORDERS])
    assert clerk(shop) is True
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
    kept = {
        table.removeprefix("removed_"): found for table, found in rows_of(shop, [f"removed_{ORDERS}"]).items()
    }
    assert kept == rows
    assert clerk(shop) is False
    assert problems(shop) == []
    back = restore(shop.owner, APP_ROLE, composed(ORDERS), ORDERS)
    assert back.addons == (ORDERS,) and back.dangling == () and back.generation == 3
    assert rows_of(shop, [ORDERS]) == rows
    assert clerk(shop) is True
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
        env.delete(env.first("toy_wares.article", env.info("toy_wares.article").cls.name == "Pen"))
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
    with use_language("en"):
        assert [str(one.words) for one in back.binned] == [
            "“Orders”: 1 records name in “Article” what went into the bin of “Articles” meanwhile"
        ]
    with acting(shop) as env:
        assert [one.name for one in env.search("toy_orders.order", limit=9)] == ["O3", "O1"]
        shoe = env.first("toy_wares.article", env.info("toy_wares.article").cls.name == "Mug")
        assert (shoe.grade, shoe.latest.name) == ("b", "O1")
    with shop.owner.connect() as connection:
        kept = connection.execute(
            select(stranded.c.row).where(stranded.c.table_name == "toy_orders.order_line")
        )
        assert [row["text"] for row in kept.scalars()] == ["line 2"]
    assert problems(shop) == []


def test_what_others_need_stays_and_bridges_go_along_and_come_back(empty_database: ScratchDatabase) -> None:
    sides = ("toy_points", "toy_stamps")
    initialised(empty_database, *sides)
    with pytest.raises(NeededByOthers, match="toy_points") as refused:
        removed(empty_database, "toy_wares")
    assert refused.value.addons == ("toy_points", "toy_stamps")
    with pytest.raises(UserError, match="kernel"):
        removed(empty_database, "base")
    with pytest.raises(UnknownAddon):
        removed(empty_database, "toy_orders")
    assert removed(empty_database, "toy_stamps").addons == ("toy_stamp_points", "toy_stamps")
    with pytest.raises(KeptAside, match="toy_stamp_points"):
        install(empty_database.owner, APP_ROLE, composed(*sides), ["toy_points"])
    with pytest.raises(KeptAside, match="Restore it"):
        install(empty_database.owner, APP_ROLE, compose(toys("toy_stamps")), ["toy_stamps"])
    with pytest.raises(NotRemoved):
        restore(empty_database.owner, APP_ROLE, composed(*sides), "toy_points")
    back = restore(empty_database.owner, APP_ROLE, composed(*sides), "toy_stamps")
    assert set(back.addons) == {"toy_stamp_points", "toy_stamps"}
    assert removed(empty_database, "toy_stamp_points").addons == ("toy_stamp_points",)
    alone = compose(toys(*sides, bridged=False))
    assert upgrade_schema(empty_database.owner, APP_ROLE, alone).operations == ()
    with empty_database.owner.connect() as connection:
        assert {*removed_addons(connection)} == {"toy_stamp_points"}


def test_code_that_is_gone_or_broken_is_no_hindrance(shop: ScratchDatabase) -> None:
    """What stays is composed without it; what depends on it is known by its manifest, broken or not."""
    rest = composed("toy_wares")
    report = remove(shop.owner, APP_ROLE, rest, ORDERS)
    assert report.is_aside and composition() is rest
    words = [str(one) for one in report.done]
    assert "Lift the rule fk_order_article_id of the table toy_orders.order" in words
    assert "Lift the rule ck_article_toy_orders__grade of the table toy_wares.article" in words
    found = [replace(one.found, error=AddonError("broken", addon=one.name)) for one in toys("toy_points")]
    with shop.owner.begin() as connection:
        connection.execute(text("insert into core.addon (name, version) values ('toy_points', '1.0.0')"))
    with pytest.raises(NeededByOthers, match="toy_points"):
        remove(shop.owner, APP_ROLE, rest, "toy_wares", found=found)


def test_newer_code_brings_its_migration_to_what_was_kept(shop: ScratchDatabase, tmp_path: Path) -> None:
    removed(shop)
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations" / "1.1.0.py").write_text(
        'def after(op):\n    op.execute("update toy_orders.\\"order\\" set name = name || \' migrated\'")\n'
    )
    newer = compose(released(toys(ORDERS), ORDERS, "1.1.0", tmp_path))
    back = restore(shop.owner, APP_ROLE, newer, ORDERS)
    assert back.report.upgraded == (ORDERS,) and back.report.new == ()
    assert {row["name"] for row in rows_of(shop, [ORDERS])['toy_orders."order"'].values()} == {
        "O1 migrated", "O2 migrated", "O3 migrated",
    }  # fmt: skip
    removed(shop)
    with pytest.raises(NewerDatabase):
        restore(shop.owner, APP_ROLE, composed(ORDERS), ORDERS)
    with shop.owner.connect() as connection:
        assert removed_addons(connection) == {ORDERS: "1.1.0"}


def test_processes_of_an_older_generation_are_waited_for(shop: ScratchDatabase) -> None:
    told: list[int] = []
    presence = Presence(shop.urls.owner_url, 1, told.append)
    thread = threading.Thread(target=presence.keep)
    thread.start()
    try:
        eventually(lambda: older(shop) == 1)
        report = remove(shop.owner, APP_ROLE, composition(), ORDERS, wait=0.3)
        assert not report.is_aside
        assert rows_of(shop, [ORDERS]), "who still serves it finds its tables"
        eventually(lambda: told == [2])
        put_waiting_aside(shop.owner)
        assert ["waits for processes" in problem for problem in problems(shop)] == [True]
    finally:
        presence.end()
        with shop.owner.begin() as connection:
            connection.execute(text("notify keyuan_generation, '2'"))
        thread.join(10)
    assert not thread.is_alive()
    Upkeep(shop.owner, lambda: None)()
    assert rows_of(shop, [f"removed_{ORDERS}"])
    assert problems(shop) == []
    with shop.owner.connect() as connection:
        assert unfinished(connection) == []
        states = connection.execute(select(journal.c.state).where(journal.c.kind == "remove")).scalars()
        assert list(states) == ["done"]


def older(database: ScratchDatabase) -> int:
    with database.owner.connect() as connection:
        return older_processes(connection, 2)


def test_a_restoration_before_the_tables_were_set_aside_leaves_nothing_waiting(shop: ScratchDatabase) -> None:
    schema, data = schema_of(shop), data_of(shop)
    name = {"application_name": "keyuan-generation-1"}
    with create_engine(shop.urls.owner_url, connect_args=name).connect() as old:
        old.execute(text("select 1"))
        assert not remove(shop.owner, APP_ROLE, composition(), ORDERS, wait=0).is_aside
        assert restore(shop.owner, APP_ROLE, composed(ORDERS), ORDERS).addons == (ORDERS,)
    put_waiting_aside(shop.owner)
    assert (schema_of(shop), data_of(shop)) == (schema, data)
    with shop.owner.connect() as connection:
        assert unfinished(connection) == []


def test_while_one_removes_another_is_told_who(shop: ScratchDatabase) -> None:
    program = textwrap.dedent("""
        import sys
        from core.lifecycle.removal import remove
        from core.orm.engine import make_engine
        from core.testing.database import APP_ROLE
        from tests.core.lifecycle.toys import composed
        remove(make_engine(sys.stdin.read(), pooled=False), APP_ROLE, composed("toy_orders"), "toy_orders", by="Han")
    """)
    root = str(installation_root())
    with shop.app.connect() as reading:
        reading.execute(text("select count(*) from toy_wares.article"))
        process = subprocess.Popen(
            [sys.executable, "-c", program], stdin=subprocess.PIPE, text=True, cwd=root, env={**os.environ, "PYTHONPATH": root},
        )  # fmt: skip
        assert process.stdin is not None
        process.stdin.write(shop.urls.owner_url)
        process.stdin.close()
        with shop.owner.connect() as connection:
            eventually(lambda: bool(unfinished(connection)))
        with pytest.raises(OperationRunning, match="Han") as refused:
            remove(shop.owner, APP_ROLE, composition(), ORDERS)
        assert (refused.value.holder.kind, refused.value.holder.addons) == ("remove", ORDERS)
    assert process.wait(60) == 0
    with shop.owner.connect() as connection:
        assert removed_addons(connection) == {ORDERS: "1.0.0"}


def eventually(is_so: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)
