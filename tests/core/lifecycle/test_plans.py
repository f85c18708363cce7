"""What is shown before an operation is what happens: the plan against the difference in the catalogue and the rows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import text

from core.config import Config
from core.i18n import LazyString, use_language
from core.lifecycle.activation import disable, enable
from core.lifecycle.emptying import empty
from core.lifecycle.install import install, upgrade_schema
from core.lifecycle.plans.making import Kind, LifePlan, Line, LineKind, plan_life
from core.lifecycle.plans.of_company import STAYS
from core.lifecycle.plans.words import rows_of
from core.lifecycle.purging import purge
from core.lifecycle.removal import remove
from core.lifecycle.restoring import restore
from core.modules.discovery import Found, discover
from core.orm.compose import compose, composition
from core.orm.engine import Scope, apply_scope
from core.testing.database import APP_ROLE, DatabaseServer, ScratchDatabase
from tests.core.lifecycle.orders import ORDERS, acting, ordered
from tests.core.lifecycle.pictures import Picture, take
from tests.core.lifecycle.toys import FOLDER, company, composed, initialised, released, toys

BRIDGE = "toy_stamp_points"


def found() -> list[Found]:
    return discover(Config(state_dir=FOLDER, addons_path=(FOLDER,)))


def planned(database: ScratchDatabase, kind: Kind, addon: str, company_id: int | None = None) -> LifePlan:
    with database.owner.connect() as connection:
        return plan_life(
            connection, composition(), found(), kind, addon, company_id=company_id, app_role=APP_ROLE
        )


def names(plan: LifePlan, *kinds: LineKind) -> set[str]:
    return {line.name for line in plan.of(*kinds)}


def parts(plan: LifePlan, kind: LineKind) -> set[tuple[str, str]]:
    """Columns, constraints or indexes as (table, name)."""
    return {(line.detail, line.name) for line in plan.of(kind)}


def english(plan: LifePlan) -> list[str]:
    return [str(line.words) for line in plan.lines]


def codes(rows: Sequence[str], key: str) -> set[str]:
    return {json.loads(row)[key] for row in rows}


def change(before: Picture, after: Picture) -> tuple[Picture, Picture]:
    """What is new and what is gone, without the insides of whole tables."""
    both = before.tables & after.tables
    return (after - before).of_kept_tables(both), (before - after).of_kept_tables(both)


def test_an_installation_makes_what_its_plan_names(empty_database: ScratchDatabase) -> None:
    initialised(empty_database)
    composed("toy_points")
    plan = planned(empty_database, "install", "toy_points")
    before = take(empty_database)
    assert plan.refusals == () and plan.addons == ("toy_wares", "toy_points")
    report = install(empty_database.owner, APP_ROLE, composition(), ["toy_points"])
    new, gone = change(before, take(empty_database))
    assert report.new == plan.addons
    assert new.schemas | new.tables == names(plan, "table")
    assert set(new.columns) == parts(plan, "column") and set(new.constraints) == parts(plan, "constraint")
    assert set(new.indexes) == parts(plan, "index")
    assert codes(new.rows_of("base.role"), "code") == names(plan, "role")
    shipped = {line.name: line.rows for line in plan.of("record") if line.detail == "base.option"}
    made = [json.loads(row)["list_code"] for row in new.rows_of("base.option")]
    assert {name: made.count(name) for name in shipped} == shipped
    seeded = {name for name in made if name not in shipped}
    assert seeded == {"toy_wares.other"} and names(plan, "record") >= {"toy_wares.seed.common_kind"}
    assert {table for table, _row in new.rows} == {"base.role", "base.option", "core.addon", "core.shipped"}
    assert not gone.rows and names(plan, "dependant") == {"toy_wares"}


def test_columns_on_a_table_with_rows_are_named_with_them(empty_database: ScratchDatabase) -> None:
    initialised(empty_database, "toy_wares")
    shop = company(empty_database)
    with empty_database.app.begin() as connection:
        enable(connection, shop, "toy_wares")
    composed("toy_points")
    plan = planned(empty_database, "install", "toy_points")
    before = take(empty_database)
    (column,) = [line for line in plan.of("column") if line.detail == "toy_wares.article"]
    assert (column.name, column.rows) == ("toy_points__points", 1)
    assert [str(one) for one in plan.locks if "toy_wares.article" in str(one)]
    assert plan.seconds > 0
    install(empty_database.owner, APP_ROLE, composition(), ["toy_points"])
    new, _gone = change(before, take(empty_database))
    assert set(new.columns) == parts(plan, "column")
    again = planned(empty_database, "install", "toy_points")
    assert [str(one) for one in again.refusals] == ["Points is installed already."]


def test_a_bridge_that_is_on_at_once_is_named_with_its_company(empty_database: ScratchDatabase) -> None:
    initialised(empty_database, "toy_stamps")
    shop = company(empty_database, "A")
    with empty_database.app.begin() as connection:
        enable(connection, shop, "toy_stamps", with_dependencies=True)
    composed("toy_points", "toy_stamps")
    plan = planned(empty_database, "install", "toy_points")
    assert plan.addons == ("toy_points", BRIDGE) and names(plan, "company") == set()
    report = install(empty_database.owner, APP_ROLE, composition(), ["toy_points"])
    assert report.new == plan.addons


def test_what_cannot_be_installed_says_why(empty_database: ScratchDatabase) -> None:
    initialised(empty_database, "toy_wares")
    for name, words in (("toy_nowhere", "no code"), ("toy_wares", "installed already")):
        plan = planned(empty_database, "install", name)
        assert words in str(plan.refusals[0]) and plan.lines == ()


def test_switching_on_changes_what_its_plan_names(empty_database: ScratchDatabase) -> None:
    initialised(empty_database, "toy_points", "toy_stamps")
    shop = company(empty_database, "A")
    other = company(empty_database, "B")
    with empty_database.app.begin() as connection:
        enable(connection, shop, "toy_stamps", with_dependencies=True)
    plan = planned(empty_database, "enable", "toy_points", shop)
    assert plan.addons == ("toy_points", BRIDGE) and names(plan, "dependant") == {BRIDGE}
    before = take(empty_database)
    with empty_database.app.begin() as connection:
        switch = enable(connection, shop, "toy_points")
    new, gone = change(before, take(empty_database))
    assert switch.addons == plan.addons
    assert codes(new.rows_of("base.company_addon"), "addon") == {line.detail for line in plan.of("company")}
    assert names(plan, "company") == {"A"}
    assert {table for table, _row in gone.rows} == {"base.numbering"}, (
        "only its counter, for what the seed makes"
    )
    seeds = {line.name for line in plan.of("record") if line.detail == "seed"}
    assert {table for table, _row in new.rows} == {
        "base.company_addon", "base.numbering", "toy_wares.article"}  # fmt: skip
    assert seeds == {"toy_stamp_points.seed.stamped_article"}
    assert names(plan, "column") == {"toy_wares.article.points"}
    first = planned(empty_database, "enable", "toy_wares", other)
    assert {(line.detail, line.name) for line in first.of("record")} == {
        ("base.numbering", "toy_wares.article"), ("seed", "toy_wares.seed.first_article")}  # fmt: skip
    before = take(empty_database)
    with empty_database.app.begin() as connection:
        enable(connection, other, "toy_wares")
    new, _gone = change(before, take(empty_database))
    assert codes(new.rows_of("base.numbering"), "sequence") == {"toy_wares.article"}


def test_switching_off_names_what_rests_and_keeps_every_row(empty_database: ScratchDatabase) -> None:
    initialised(empty_database, "toy_points")
    shop = company(empty_database, "A")
    with empty_database.app.begin() as connection:
        enable(connection, shop, "toy_points", with_dependencies=True)
        apply_scope(connection, Scope(read=(shop,), write=(shop,)))
        connection.execute(
            text("insert into base.external_key (company_id, source, model, key, record_id) "
                 "values (:c, 'file', 'toy_wares.article', 'k', 1)"), {"c": shop}
        )  # fmt: skip
    refused = planned(empty_database, "disable", "toy_wares", shop)
    assert "needed by Points" in str(refused.refusals[0]) and refused.lines == ()
    with empty_database.app.begin() as connection:
        disable(connection, shop, "toy_points")
    plan = planned(empty_database, "disable", "toy_wares", shop)
    kept = {line.name: line.rows for line in plan.of("record")}
    assert kept == {"toy_wares.article": 1}
    resting = {line.name: line.rows for line in plan.of("reference")}
    assert resting == {"base.external_key": 1, "base.numbering": 1}
    assert names(plan, "role") == {"toy_wares.seller"} and names(plan, "page") == {"/r/toy_wares.article"}
    before = take(empty_database)
    with empty_database.app.begin() as connection:
        disable(connection, shop, "toy_wares")
    new, gone = change(before, take(empty_database))
    assert {table for table, _row in gone.rows | new.rows} == {"base.company_addon"}
    assert codes(new.rows_of("base.company_addon"), "addon") == {line.detail for line in plan.of("company")}
    assert [str(one) for one in planned(empty_database, "disable", "toy_wares", shop).refusals] == [
        "Shop is switched off in this company already."
    ]


def test_planning_changes_nothing(empty_database: ScratchDatabase) -> None:
    initialised(empty_database, "toy_wares")
    shop = company(empty_database, "A")
    composed("toy_points")
    before = take(empty_database)
    with empty_database.owner.begin() as connection:
        for kind in ("install", "enable", "disable", "upgrade"):
            plan_life(
                connection, composition(), found(), kind, "toy_points", company_id=shop, app_role=APP_ROLE
            )
        assert connection.execute(text("select current_setting('keyuan.read', true)")).scalar() in (None, "")
    assert take(empty_database) == before


def test_a_plan_waits_as_data_for_a_reader_of_either_language(empty_database: ScratchDatabase) -> None:
    initialised(empty_database)
    composed("toy_wares")
    plan = planned(empty_database, "install", "toy_wares")
    stored = json.loads(json.dumps(plan.as_json()))
    again = LifePlan.from_json(stored)
    assert again == plan and again.digest == plan.digest == stored["digest"]
    with use_language("zh_CN"):
        assert "角色“Salesperson”" in english(again)
        assert all(str(line.words) for line in again.lines if isinstance(line.words, LazyString))


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", ["1 row", "2 rows", "12,000 rows"]), ("zh_CN", ["1 行", "2 行", "12,000 行"])],
)
def test_rows_are_counted_in_the_reader_s_language(language: str, said: list[str]) -> None:
    with use_language(language):
        assert [str(rows_of(number)) for number in (1, 2, 12_000)] == said


def test_a_confirmation_holds_while_rows_are_added_and_not_when_something_else_is_concerned() -> None:
    def plan(*lines: Line) -> LifePlan:
        return LifePlan("remove", "toy_wares", ("toy_wares",), lines)

    table = Line("table", "toy_wares.article", "kept", 5)
    assert plan(table).digest == plan(Line("table", "toy_wares.article", "kept", 6)).digest
    assert plan(table).digest != plan(table, Line("company", "A", "uses it")).digest
    assert plan(table).digest != plan().digest


@pytest.fixture
def shop(server: DatabaseServer) -> Iterator[ScratchDatabase]:
    database = ordered(server)
    yield database
    server.drop(database)


def test_a_removal_does_what_its_plan_names(shop: ScratchDatabase) -> None:
    plan = planned(shop, "remove", ORDERS)
    before = take(shop)
    assert plan.refusals == () and plan.addons == (ORDERS,)
    report = remove(shop.owner, APP_ROLE, composition(), ORDERS)
    after = take(shop)
    new, gone = change(before, after)
    assert report.addons == plan.addons
    assert before.tables - after.tables == names(plan, "table")
    assert after.tables - before.tables == {f"removed_{table}" for table in names(plan, "table")}
    counts = {line.name: line.rows for line in plan.of("table")}
    assert {table: len(before.rows_of(table)) for table in counts} == counts
    lifted = {(table.removeprefix("removed_"), name) for table, name in after.constraints}
    assert set(before.constraints) - lifted == parts(plan, "constraint")
    kept = {(table, column) for table, column in before.columns if column.startswith(f"{ORDERS}__")}
    assert kept == parts(plan, "column") and kept <= after.columns and not new.columns and not gone.columns
    assert codes(gone.rows_of("base.role"), "code") == names(plan, "role")
    assert {table for table, _row in gone.rows} == {"base.role", "core.addon"} | shipped_roles(gone)
    with shop.owner.connect() as connection:
        on = connection.execute(text("select addon from base.company_addon where enabled")).scalars().all()
    assert {line.detail for line in plan.of("company")} == {ORDERS} <= set(on), "switches stay"
    again = planned(shop, "remove", ORDERS)
    assert "removed already" in str(again.refusals[0])


def shipped_roles(picture: Picture) -> set[str]:
    return {table for table, _row in picture.rows} & {"core.shipped"}


def test_a_restoration_does_what_its_plan_names(shop: ScratchDatabase) -> None:
    remove(shop.owner, APP_ROLE, composition(), ORDERS)
    composed(ORDERS)
    before = take(shop)
    plan = planned(shop, "restore", ORDERS)
    assert take(shop) == before, "the tables were put back to be looked at, and set aside again"
    assert plan.refusals == () and plan.addons == (ORDERS,)
    report = restore(shop.owner, APP_ROLE, composition(), ORDERS)
    after = take(shop)
    assert report.addons == plan.addons
    assert after.tables - before.tables == names(plan, "table")
    had = {(table.removeprefix("removed_"), name) for table, name in before.constraints}
    allowed = {(table, APP_ROLE) for table in names(plan, "table")}
    assert allowed <= parts(plan, "constraint"), "the application may enter again"
    bound = parts(plan, "constraint") - allowed
    assert set(after.constraints) - had == bound and bound
    used = {(table, column) for table, column in after.columns if column.startswith(f"{ORDERS}__")}
    assert used == parts(plan, "column")
    assert "not among the removed" in str(planned(shop, "restore", ORDERS).refusals[0])


def test_what_others_need_is_not_removed_and_a_bridge_goes_along(empty_database: ScratchDatabase) -> None:
    initialised(empty_database, "toy_points", "toy_stamps")
    refused = planned(empty_database, "remove", "toy_wares")
    assert "needed by Points and Stamps" in str(refused.refusals[0]) or "Points" in str(refused.refusals[0])
    plan = planned(empty_database, "remove", "toy_points")
    assert plan.addons == (BRIDGE, "toy_points") and names(plan, "dependant") == {BRIDGE}
    assert remove(empty_database.owner, APP_ROLE, composition(), "toy_points").addons == plan.addons
    composed("toy_points", "toy_stamps")
    back = planned(empty_database, "restore", "toy_points")
    assert back.addons == ("toy_points", BRIDGE) and names(back, "dependant") == {BRIDGE}
    assert restore(empty_database.owner, APP_ROLE, composition(), "toy_points").addons == back.addons


def test_an_addon_without_code_is_planned_to_go_by_what_the_database_knows(shop: ScratchDatabase) -> None:
    whole = planned(shop, "remove", ORDERS)
    composed("toy_wares")
    with shop.owner.connect() as connection:
        nowhere = [one for one in found() if one.name != ORDERS]
        plan = plan_life(connection, composition(), nowhere, "remove", ORDERS, app_role=APP_ROLE)
    for kind in ("table", "column", "constraint", "role", "company"):
        assert [(line.name, line.rows) for line in plan.of(kind)] == [
            (line.name, line.rows) for line in whole.of(kind)
        ], kind


def test_a_purge_deletes_what_its_plan_names(shop: ScratchDatabase, tmp_path: Path) -> None:
    assert "not among the removed" in str(planned(shop, "purge", ORDERS).refusals[0])
    remove(shop.owner, APP_ROLE, composition(), ORDERS)
    composed("toy_wares")
    with shop.owner.begin() as connection:
        connection.execute(
            text("insert into base.external_key (company_id, source, model, key, record_id) "
                 "select id, 'file', 'toy_orders.order', 'k', 1 from base.company")
        )  # fmt: skip
    plan = planned(shop, "purge", ORDERS)
    before = take(shop)
    done = purge(shop.owner, ORDERS, typed=ORDERS, archive_folder=tmp_path / "archives")
    after = take(shop)
    _new, gone = change(before, after)
    assert done.archive.name.startswith(tuple(names(plan, "file")))
    assert before.tables - after.tables == names(plan, "table")
    assert {line.name: line.rows for line in plan.of("table")} == {
        table: len(before.rows_of(table)) for table in names(plan, "table")
    }
    assert set(gone.columns) == parts(plan, "column")
    deleted = {
        table: len(before.rows_of(table)) - len(after.rows_of(table))
        for table in after.tables - {"core.addon"}
    }
    told = {line.name: line.rows for line in plan.of("record")}
    assert {table: count for table, count in deleted.items() if count} == told
    assert told["base.external_key"] == 1 and names(plan, "company") == {"A"}


def test_an_upgrade_does_what_its_plan_names(empty_database: ScratchDatabase, tmp_path: Path) -> None:
    initialised(empty_database, "toy_wares")
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations" / "1.2.0.py").write_text(
        '"""Nothing."""\n\n\ndef after(op):\n    op.get_bind()\n'
    )
    compose(released(toys("toy_wares"), "toy_wares", "1.2.0", tmp_path))
    with empty_database.owner.begin() as connection:
        connection.exec_driver_sql("alter table toy_wares.article drop column price")
    plan = planned(empty_database, "upgrade", "base")
    before = take(empty_database)
    assert plan.refusals == () and plan.addons == ("toy_wares",)
    assert [(line.name, line.detail) for line in plan.of("migration")] == [("toy_wares 1.2.0", "1.2.0.py")]
    report = upgrade_schema(empty_database.owner, APP_ROLE, composition())
    new, _gone = change(before, take(empty_database))
    assert report.upgraded == plan.addons
    assert set(new.columns) == parts(plan, "column") == {("toy_wares.article", "price")}
    assert "already" in str(planned(empty_database, "upgrade", "base").refusals[0])


def test_emptying_does_what_its_plan_names(shop: ScratchDatabase) -> None:
    """Articles refer to orders, which stay therefore; nothing refers to their lines."""
    with shop.owner.connect() as connection:
        own = int(connection.execute(text("select id from base.company where code = 'A'")).scalar_one())
    plan = planned(shop, "empty", ORDERS, own)
    with acting(shop) as env:
        done = empty(env, ORDERS)
    going = {line.name: line.rows for line in plan.of("record") if line.detail != STAYS}
    staying = {line.name: line.rows for line in plan.of("record") if line.detail == STAYS}
    assert dict(done.counts) == going == {"toy_orders.order_line": 3}
    assert dict(done.left) == staying == {"toy_orders.order": 3}
    assert "Which company" in str(planned(shop, "empty", ORDERS, 99).refusals[0])


def test_what_a_manifest_declares_is_read_before_it_is_agreed_to(empty_database: ScratchDatabase) -> None:
    initialised(empty_database, "toy_wares")
    composed(ORDERS)
    coming = planned(empty_database, "install", ORDERS)
    assert names(coming, "host") == {"api.example.com"}
    assert "“Orders” calls api.example.com" in english(coming)
    assert coming.from_json(coming.as_json()).digest == coming.digest
    install(empty_database.owner, APP_ROLE, composition(), [ORDERS])
    going = planned(empty_database, "remove", ORDERS)
    assert "Orders stay for ten years, as the law asks." in english(going)
