"""A deployment is made in one transaction, brought up to date by addition, and found up to date in milliseconds."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import DBAPIError

from core.errors import AddonError
from core.lifecycle.errors import AlreadyInitialised, NewerDatabase, NotInitialised, UnknownAddon
from core.lifecycle.generation import CHANNEL, current_generation, installed_addons
from core.lifecycle.install import initialise, install, upgrade_schema
from core.lifecycle.journal import unfinished
from core.lifecycle.plan import plan_install
from core.orm.compose import compose
from core.orm.engine import Scope, apply_scope
from core.orm.grants import excess_grants
from core.orm.kernel_tables import journal, kernel_metadata
from core.testing.database import APP_ROLE, ScratchDatabase
from tests.core.lifecycle.toys import company, composed, initialised, released, toys


def generation_of(database: ScratchDatabase) -> int:
    with database.app.connect() as connection:
        found = current_generation(connection)
    assert found is not None
    return found.number


def options_of(database: ScratchDatabase) -> dict[str, dict[str, str]]:
    with database.app.connect() as connection:
        apply_scope(connection, Scope(read=()))
        rows = connection.execute(
            text("select list_code || '/' || code, name from base.option where company_id = 0")
        )
        return {row[0]: row[1] for row in rows}


def test_an_empty_deployment_has_tables_registry_roles_options_and_generation_one(
    empty_database: ScratchDatabase,
) -> None:
    _composition, report = initialised(empty_database, "toy_points")
    assert report.new == ("base", "toy_wares", "toy_points")
    assert report.generation == 1 == generation_of(empty_database)
    with empty_database.app.connect() as connection:
        assert installed_addons(connection) == {"base": "1.0.0", "toy_wares": "1.0.0", "toy_points": "1.0.0"}
        roles = connection.execute(text("select code, title from base.role")).all()
    titles = {row[0]: row[1] for row in roles}
    assert titles["toy_wares.seller"]["en"] == "Salesperson"
    assert {"base.user", "base.admin", "base.system"} <= set(titles)
    assert options_of(empty_database)["toy_wares.kind/goods"] == {"en": "Goods", "zh_CN": "商品"}
    assert options_of(empty_database)["toy_wares.other/seeded"]["zh_CN"] == "预置"


def test_the_work_of_the_installation_is_audited_with_its_reason(empty_database: ScratchDatabase) -> None:
    initialised(empty_database, "toy_wares")
    with empty_database.app.connect() as connection:
        apply_scope(connection, Scope(read=()))
        rows = connection.execute(
            text("select distinct user_id, channel, reason from core.audit where model = 'base.option'")
        )
        assert rows.all() == [(0, "system", "shipped data of addons")]


def test_the_application_can_neither_change_the_audit_nor_the_registry(
    empty_database: ScratchDatabase,
) -> None:
    initialised(empty_database)
    with empty_database.app.connect() as connection:
        assert excess_grants(connection, list(kernel_metadata.sorted_tables), APP_ROLE) == []
        apply_scope(connection, Scope(read=(), write=(0,)))
        for statement in (
            "update core.audit set reason = 'forged'", "delete from core.audit", "truncate core.audit",
            "delete from core.audit_default", "update core.addon set version = '9.0.0'",
            "update core.generation set number = 99", "insert into core.audit_seal default values",
        ):  # fmt: skip
            with pytest.raises(DBAPIError), connection.begin_nested():
                connection.exec_driver_sql(statement)


def test_a_second_initialisation_is_refused(empty_database: ScratchDatabase) -> None:
    composition, _report = initialised(empty_database)
    with pytest.raises(AlreadyInitialised):
        initialise(empty_database.owner, APP_ROLE, composition)


def test_a_start_without_a_deployment_says_what_to_do(empty_database: ScratchDatabase) -> None:
    with pytest.raises(NotInitialised, match="keyuan init"):
        upgrade_schema(empty_database.owner, APP_ROLE, composed())


def test_a_second_start_compares_nothing(empty_database: ScratchDatabase) -> None:
    composition, _report = initialised(empty_database, "toy_wares")
    engine = empty_database.owner
    statements: list[str] = []
    event.listen(
        engine, "before_cursor_execute", lambda c, cursor, statement, *rest: statements.append(statement)
    )
    report = upgrade_schema(engine, APP_ROLE, composition)
    assert report.generation == 1 and not report.operations
    asked = [statement for statement in statements if "SAVEPOINT" not in statement]
    assert len(asked) <= 6
    assert not any("pg_catalog" in statement for statement in asked)


def test_an_addon_is_installed_beside_others_and_asks_for_a_new_generation(
    empty_database: ScratchDatabase,
) -> None:
    initialised(empty_database, "toy_wares")
    composition = composed("toy_points")
    with empty_database.owner.connect() as connection:
        plan = plan_install(connection, composition, {"base", "toy_wares", "toy_points"}, APP_ROLE)
        assert plan.new == ("toy_points",) and not plan.upgraded
        assert [str(one.words) for one in plan.schema.operations] == [
            "Add the column toy_points__points to the table toy_wares.article"
        ]
    with empty_database.owner.connect().execution_options(isolation_level="AUTOCOMMIT") as listening:
        listening.exec_driver_sql(f"listen {CHANNEL}")
        report = install(empty_database.owner, APP_ROLE, composition, ["toy_points"], by="Li Lei")
        listening.exec_driver_sql("select 1")
        raw = listening.connection.dbapi_connection
        assert raw is not None
        assert [note.payload for note in raw.notifies] == ["2"]
    assert report.new == ("toy_points",) and report.generation == 2
    assert options_of(empty_database).keys() >= {"toy_wares.other/seeded"}, "seeds of others do not run again"
    assert not upgrade_schema(empty_database.owner, APP_ROLE, composition).operations


def test_an_addon_that_is_not_there_is_named(empty_database: ScratchDatabase) -> None:
    composition, _report = initialised(empty_database)
    with pytest.raises(UnknownAddon, match="toy_nowhere"):
        install(empty_database.owner, APP_ROLE, composition, ["toy_nowhere"])


def test_an_error_in_a_seed_undoes_tables_and_registry_and_is_journaled(
    empty_database: ScratchDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    initialised(empty_database)
    composition = composed("toy_wares")

    def broken(*_arguments: object) -> None:
        raise RuntimeError("the seed is broken")

    monkeypatch.setattr("core.lifecycle.bringing.seed_deployment", broken)
    with pytest.raises(RuntimeError, match="the seed is broken"):
        install(empty_database.owner, APP_ROLE, composition, ["toy_wares"])
    with empty_database.owner.connect() as connection:
        assert "toy_wares" not in installed_addons(connection)
        assert connection.execute(text("select to_regclass('toy_wares.article')")).scalar_one() is None
        last = connection.execute(select(journal).order_by(journal.c.id.desc())).first()
    assert last is not None and last.state == "failed" and "the seed is broken" in last.detail["error"]
    monkeypatch.undo()
    assert install(empty_database.owner, APP_ROLE, composition, ["toy_wares"]).new == ("toy_wares",)


def test_a_rising_version_runs_its_migrations_once_around_the_change_of_tables(
    empty_database: ScratchDatabase, tmp_path: Path
) -> None:
    initialised(empty_database, "toy_wares")
    own = company(empty_database)
    with empty_database.owner.begin() as connection:
        apply_scope(connection, Scope(read=(own,), write=(own,)))
        connection.execute(
            text("insert into toy_wares.article (company_id, code, name) values (:c, 'A1', 'Bag')"),
            {"c": own},
        )
    (tmp_path / "migrations").mkdir()
    for version, body in {
        "1.1.0": "def before(op):\n    op.execute(\"update toy_wares.article set name = name || ' before'\")\n",
        "1.2.0": "def after(op):\n    op.execute(\"update toy_wares.article set name = name || ' after'\")\n",
        "1.3.0": "def before(op):\n    raise AssertionError('beyond the version')\n",
    }.items():
        (tmp_path / "migrations" / f"{version}.py").write_text(body)
    composition = compose(released(toys("toy_wares"), "toy_wares", "1.2.0", tmp_path))
    report = upgrade_schema(empty_database.owner, APP_ROLE, composition)
    assert report.upgraded == ("toy_wares",) and report.generation == 2
    assert upgrade_schema(empty_database.owner, APP_ROLE, composition).generation == 2
    with empty_database.owner.connect() as connection:
        apply_scope(connection, Scope(read=(own,)))
        assert (
            connection.execute(text("select name from toy_wares.article")).scalar_one() == "Bag before after"
        )


def test_a_migration_with_a_wrong_name_is_refused_instead_of_forgotten(
    empty_database: ScratchDatabase, tmp_path: Path
) -> None:
    initialised(empty_database, "toy_wares")
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations" / "step_two.py").write_text("")
    composition = compose(released(toys("toy_wares"), "toy_wares", "1.1.0", tmp_path))
    with pytest.raises(AddonError, match=r"step_two\.py"):
        upgrade_schema(empty_database.owner, APP_ROLE, composition)


def test_older_code_does_not_start_on_a_newer_database(empty_database: ScratchDatabase) -> None:
    initialised(empty_database, "toy_wares")
    newer = compose(released(toys("toy_wares"), "toy_wares", "1.1.0"))
    upgrade_schema(empty_database.owner, APP_ROLE, newer)
    with pytest.raises(NewerDatabase, match=r"1\.1\.0.*1\.0\.0"):
        upgrade_schema(empty_database.owner, APP_ROLE, composed("toy_wares"))
    with empty_database.owner.begin() as connection:
        connection.execute(text("update core.addon set version = '1.0.0' where name = 'toy_wares'"))
        connection.execute(text("update core.generation set kernel_version = '7.5.0'"))
    with pytest.raises(NewerDatabase, match=r"7\.5\.0"):
        upgrade_schema(empty_database.owner, APP_ROLE, composed("toy_wares"))


def test_shipped_choices_follow_an_upgrade_unless_somebody_changed_them(
    empty_database: ScratchDatabase,
) -> None:
    from core.orm.declared import OptionList, options

    initialised(empty_database, "toy_wares")
    with empty_database.owner.begin() as connection:
        apply_scope(connection, Scope(read=(0,), write=(0,)))
        changed = (
            """update base.option set name = '{"en": "Ours", "zh_CN": "我们的"}' where code = 'service'"""
        )
        connection.execute(text(changed))
    loaded = released(toys("toy_wares"), "toy_wares", "1.1.0")
    shop = next(addon for addon in loaded if addon.name == "toy_wares")
    newer = options("toy_wares.kind", [("goods", "Wares"), ("service", "Labour"), ("rent", "Rent")])  # type: ignore[list-item]
    marked = [
        one._replace(object=newer) if isinstance(one.object, OptionList) else one for one in shop.marked
    ]
    from dataclasses import replace

    composition = compose([replace(addon, marked=marked) if addon is shop else addon for addon in loaded])
    upgrade_schema(empty_database.owner, APP_ROLE, composition)
    found = options_of(empty_database)
    assert found["toy_wares.kind/goods"]["en"] == "Wares"
    assert found["toy_wares.kind/service"]["en"] == "Ours"
    assert found["toy_wares.kind/rent"]["en"] == "Rent"
    with empty_database.owner.connect() as connection:
        offered = connection.execute(
            text("select offered from core.shipped where key = 'toy_wares.kind/service'")
        ).scalar_one()
    assert offered["name"]["en"] == "Labour"


def test_a_fresh_install_is_quick(empty_database: ScratchDatabase) -> None:
    """Not a benchmark: an order of magnitude above what it takes, to notice a comparison that crept in."""
    composition = composed("toy_points")
    started = time.process_time()
    initialise(empty_database.owner, APP_ROLE, composition)
    assert time.process_time() - started < 5
    with empty_database.owner.connect() as connection:
        assert unfinished(connection) == []
