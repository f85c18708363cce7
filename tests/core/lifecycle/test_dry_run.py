"""A dry run does the upgrade to a copy, tells what became of it, and leaves nothing behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from core.lifecycle.copying import copied
from core.lifecycle.dry_run import dry_run
from core.lifecycle.errors import NoCopyPossible
from core.lifecycle.generation import current_generation, installed_addons
from core.modules.loader import LoadedAddon
from core.orm.compose import compose
from core.orm.engine import Scope, apply_scope
from core.testing.database import APP_ROLE, ScratchDatabase
from tests.core.lifecycle.toys import company, initialised, released, toys


def articles(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.execute(text("select name from toy_wares.article order by name")).scalars())


def copies(database: ScratchDatabase) -> list[str]:
    with database.owner.connect() as connection:
        found = text("select datname from pg_database where starts_with(datname, :name || '_')")
        return list(connection.execute(found, {"name": database.name}).scalars())


@pytest.fixture
def shop(empty_database: ScratchDatabase) -> Iterator[ScratchDatabase]:
    """The toy shop with one article; afterwards no copy of it is left."""
    initialised(empty_database, "toy_wares")
    own = company(empty_database)
    with empty_database.owner.begin() as connection:
        apply_scope(connection, Scope(read=(own,), write=(own,)))
        made = text("insert into toy_wares.article (company_id, code, name) values (:c, 'A1', 'Bag')")
        connection.execute(made, {"c": own})
    yield empty_database
    assert copies(empty_database) == []


def newer(folder: Path, migration: str) -> list[LoadedAddon]:
    (folder / "migrations").mkdir()
    (folder / "migrations" / "1.1.0.py").write_text(migration)
    return released(toys("toy_wares"), "toy_wares", "1.1.0", folder)


def test_the_copy_is_upgraded_and_the_original_is_as_before(shop: ScratchDatabase, tmp_path: Path) -> None:
    copying = (
        "def after(op):\n"
        '    op.execute("insert into toy_wares.article (company_id, code, name) "\n'
        "               \"select company_id, 'A2', 'Second bag' from toy_wares.article\")\n"
    )
    composed = compose(newer(tmp_path, copying))
    done = dry_run(shop.owner, APP_ROLE, composed)
    assert done.succeeded and done.error is None and done.report is not None
    assert done.migrations == ("toy_wares 1.1.0",) and done.report.upgraded == ("toy_wares",)
    assert done.rows["toy_wares.article"] == (1, 2)
    assert done.total > 20 and done.upgrading > 0 and done.copying > 0
    assert articles(shop.owner) == ["Bag"]
    with shop.owner.connect() as connection:
        assert installed_addons(connection)["toy_wares"] == "1.0.0"
        found = current_generation(connection)
    assert found is not None and found.number == 1


def test_a_failing_migration_is_reported_and_changes_nothing(shop: ScratchDatabase, tmp_path: Path) -> None:
    composed = compose(newer(tmp_path, "def before(op):\n    op.execute('select 1/0')\n"))
    done = dry_run(shop.owner, APP_ROLE, composed)
    assert not done.succeeded and done.report is None
    assert done.error is not None and "division by zero" in done.error
    assert done.migrations == ("toy_wares 1.1.0",)
    assert "toy_wares.article" not in done.rows


def test_an_addon_is_tried_before_it_is_installed(shop: ScratchDatabase) -> None:
    composed = compose(toys("toy_points"))
    done = dry_run(shop.owner, APP_ROLE, composed, ["toy_points"])
    assert done.report is not None and done.report.new == ("toy_points",)
    with shop.owner.connect() as connection:
        assert "toy_points" not in installed_addons(connection)


def test_the_copy_is_dropped_when_the_work_in_it_fails_and_so_is_what_a_killed_run_left(
    shop: ScratchDatabase,
) -> None:
    with shop.owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f'create database "{shop.name}_dry_0badcafe"'))
    with pytest.raises(RuntimeError), copied(shop.owner) as engine:
        assert articles(engine) == ["Bag"]
        assert len(copies(shop)) == 1
        raise RuntimeError


def test_what_is_missing_is_said(shop: ScratchDatabase, tmp_path: Path) -> None:
    with (
        pytest.raises(NoCopyPossible, match="pg_dump and pg_restore of PostgreSQL"),
        copied(shop.owner, tmp_path),
    ):
        pass
