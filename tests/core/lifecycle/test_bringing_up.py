"""A start with an addon whose tables cannot be brought up: it stands aside, they stay, the others work."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from core.i18n import use_language
from core.lifecycle.bringing_up import bring_up, make
from core.lifecycle.errors import NewerDatabase
from core.lifecycle.generation import installed_addons
from core.lifecycle.quarantine import compose_fitting
from core.lifecycle.standing import Standing, fitting_the_tables, note_code, standing, standings
from core.orm.compose import Composition
from core.orm.engine import Scope, apply_scope
from core.testing.database import APP_ROLE, ScratchDatabase
from tests.core.lifecycle.toys import company
from tests.core.modules.bench import Addons

MODEL = """
from core.api import CompanyOwned, Mapped, _, field
class {name}(CompanyOwned, label=_("{name}")):
    title: Mapped[str] = field(_("Title"), default="")
"""
MORE = '    more: Mapped[str | None] = field(_("More"), default=None)\n'
EXTEND = """
from zoo_base.models import Beast
from core.api import Mapped, _, field
class {name}(Beast, extend=True):
    {field}: Mapped[str | None] = field(_("More"), default=None)
"""
FAILS = "def before(op):\n    op.execute('drop table zoo_bad.cloud')\n    raise ValueError('the clouds are gone')\n"


@pytest.fixture
def zoo(addons: Addons) -> Iterator[Addons]:
    addons.add("zoo_base", {"models.py": MODEL.format(name="Beast")})
    addons.add("zoo_bad", {"models.py": MODEL.format(name="Cloud")}, depends=["zoo_base"])
    addons.add("zoo_above", {"models.py": MODEL.format(name="Star")}, depends=["zoo_bad"])
    addons.add("zoo_other", {"models.py": MODEL.format(name="Stone")})
    yield addons


def started(zoo: Addons, database: ScratchDatabase) -> Composition:
    composed = bring_up(database.owner, APP_ROLE, compose_fitting(zoo.loaded_anew()))
    note_code(database.owner, composed)
    return composed


def made(zoo: Addons, database: ScratchDatabase) -> Composition:
    return make(database.owner, APP_ROLE, compose_fitting(zoo.loaded_anew()))


def written(database: ScratchDatabase) -> dict[str, Standing]:
    """Read as the application does."""
    with database.app.connect() as connection:
        return standings(connection)


def columns(database: ScratchDatabase, table: str) -> set[str]:
    with database.owner.connect() as connection:
        asked = text(
            "select attname from pg_attribute where attrelid = cast(:table as regclass) and attnum > 0"
        )
        return set(connection.execute(asked, {"table": table}).scalars())


def versions(database: ScratchDatabase) -> dict[str, str]:
    with database.app.connect() as connection:
        return {name: version for name, version in installed_addons(connection).items() if name != "base"}


def test_a_migration_that_fails_leaves_its_addon_aside_and_the_others_come_up(
    zoo: Addons, empty_database: ScratchDatabase
) -> None:
    assert made(zoo, empty_database).aside == {}
    own = company(empty_database)
    with empty_database.owner.begin() as connection:
        apply_scope(connection, Scope(read=(own,), write=(own,)))
        connection.execute(
            text("insert into zoo_bad.cloud (company_id, title) values (:c, 'kept')"), {"c": own}
        )
    zoo.add("zoo_bad", {"models.py": MODEL.format(name="Cloud") + MORE, "migrations/1.1.0.py": FAILS},
            depends=["zoo_base"], version="1.1.0")  # fmt: skip
    zoo.add("zoo_other", {"models.py": MODEL.format(name="Stone") + MORE}, version="1.1.0")

    composed = started(zoo, empty_database)
    assert composed.addons == ("base", "zoo_base", "zoo_other")
    assert "the clouds are gone" in standing()["zoo_bad"]
    assert "zoo_above needs zoo_bad" in standing()["zoo_above"]
    assert columns(empty_database, "zoo_bad.cloud") >= {"title"}
    assert "more" not in columns(empty_database, "zoo_bad.cloud")
    assert "more" in columns(empty_database, "zoo_other.stone")
    assert versions(empty_database) == {
        "zoo_base": "1.0.0", "zoo_bad": "1.0.0", "zoo_above": "1.0.0", "zoo_other": "1.1.0",
    }  # fmt: skip
    found = written(empty_database)
    assert {name: (one.kind, one.version) for name, one in found.items()} == {
        "zoo_bad": ("tables", "1.1.0"), "zoo_above": ("tables", "1.0.0"),
    }  # fmt: skip
    assert "zoo_bad/migrations/1.1.0.py:3 in before" in found["zoo_bad"].trace
    with use_language("zh_CN"):
        assert "ValueError" in str(found["zoo_bad"].error)
    with empty_database.owner.connect() as connection:
        apply_scope(connection, Scope(read=(own,)))
        assert connection.execute(text("select title from zoo_bad.cloud")).scalar_one() == "kept"

    later = started(zoo, empty_database)
    assert set(later.aside) == {"zoo_bad", "zoo_above"}, "it was tried again"
    assert written(empty_database)["zoo_bad"].since == found["zoo_bad"].since

    zoo.add("zoo_bad", {"models.py": MODEL.format(name="Cloud") + MORE, "migrations/1.1.0.py": ""},
            depends=["zoo_base"], version="1.1.0")  # fmt: skip
    assert started(zoo, empty_database).aside == {}
    assert written(empty_database) == {}
    assert "more" in columns(empty_database, "zoo_bad.cloud")
    with empty_database.owner.connect() as connection:
        apply_scope(connection, Scope(read=(own,)))
        assert connection.execute(text("select title, more from zoo_bad.cloud")).one() == ("kept", None)


def test_a_process_beside_the_start_uses_only_what_fits_the_tables(
    zoo: Addons, empty_database: ScratchDatabase
) -> None:
    """A worker of its own, or the next generation: code on disk is newer than the tables, or was never installed."""
    made(zoo, empty_database)
    zoo.add(
        "zoo_bad", {"models.py": MODEL.format(name="Cloud") + MORE}, depends=["zoo_base"], version="1.1.0"
    )
    zoo.add("zoo_new", {"models.py": MODEL.format(name="Sand")})
    with empty_database.owner.connect() as connection:
        result = fitting_the_tables(connection, zoo.loaded_anew())
    assert [one.name for one in result if one.error is None] == ["base", "zoo_base", "zoo_other"]
    why = {one.name: str(one.error) for one in result if one.error is not None}
    assert "tables of zoo_bad belong to version 1.0.0, its code is version 1.1.0" in why["zoo_bad"]
    assert why["zoo_new"] == "zoo_new is not installed."
    assert why["zoo_above"].startswith("zoo_above needs zoo_bad")


def test_a_column_that_rows_could_not_have_is_named_with_its_addon(
    zoo: Addons, empty_database: ScratchDatabase
) -> None:
    made(zoo, empty_database)
    own = company(empty_database)
    with empty_database.owner.begin() as connection:
        apply_scope(connection, Scope(read=(own,), write=(own,)))
        connection.execute(
            text("insert into zoo_other.stone (company_id, title) values (:c, 'x')"), {"c": own}
        )
    more = '    name: Mapped[str] = field(_("Name"))\n'
    zoo.add("zoo_other", {"models.py": MODEL.format(name="Stone") + more})
    composed = started(zoo, empty_database)
    assert set(composed.aside) == {"zoo_other"}
    assert "has rows already" in standing()["zoo_other"]
    assert written(empty_database)["zoo_other"].kind == "tables"
    with empty_database.owner.connect() as connection:
        result = fitting_the_tables(connection, zoo.loaded_anew())
    assert "zoo_other" not in [one.name for one in result if one.error is None], "the version is the same"


def test_an_error_of_the_database_itself_is_put_to_the_addon_that_brings_it(
    zoo: Addons, empty_database: ScratchDatabase
) -> None:
    """No code of the addon runs when its unique index finds two of a kind; the trace tells nothing."""
    made(zoo, empty_database)
    own = company(empty_database)
    with empty_database.owner.begin() as connection:
        apply_scope(connection, Scope(read=(own,), write=(own,)))
        for table in ("zoo_bad.cloud", "zoo_other.stone"):
            insert = f"insert into {table} (company_id, title) values (:c, 'twice'), (:c, 'twice')"
            connection.execute(text(insert), {"c": own})
    unique = MODEL.format(name="Cloud").replace('default=""', 'default="", unique=True')
    zoo.add("zoo_bad", {"models.py": unique}, depends=["zoo_base"])
    zoo.add("zoo_other", {"models.py": MODEL.format(name="Stone") + MORE})
    composed = started(zoo, empty_database)
    assert set(composed.aside) == {"zoo_bad", "zoo_above"}
    assert "could not create unique index" in standing()["zoo_bad"]
    assert "more" in columns(empty_database, "zoo_other.stone")


def test_a_new_deployment_is_made_without_the_addon_whose_seed_fails(
    zoo: Addons, empty_database: ScratchDatabase
) -> None:
    seed = "from core.api import seed\n@seed(at='deployment')\ndef fill(env):\n    raise RuntimeError('no seed today')\n"
    zoo.add("zoo_bad", {"models.py": MODEL.format(name="Cloud"), "seed.py": seed}, depends=["zoo_base"])
    composed = made(zoo, empty_database)
    assert composed.addons == ("base", "zoo_base", "zoo_other")
    assert set(versions(empty_database)) == {"zoo_base", "zoo_other"}
    assert "no seed today" in str(written(empty_database)["zoo_bad"].error)


def test_what_cannot_be_loaded_is_written_down_while_it_is_installed(
    zoo: Addons, empty_database: ScratchDatabase
) -> None:
    made(zoo, empty_database)
    zoo.add("zoo_bad", {"models.py": "1 / 0"}, depends=["zoo_base"])
    zoo.add("zoo_new", {"models.py": "1 / 0"})
    composed = started(zoo, empty_database)
    assert set(composed.aside) == {"zoo_bad", "zoo_above", "zoo_new"}
    found = written(empty_database)
    assert {name: one.kind for name, one in found.items()} == {"zoo_bad": "code", "zoo_above": "code"}
    assert "zoo_bad/models.py:1 in <module>: 1 / 0" in found["zoo_bad"].trace


def test_newer_tables_are_no_fault_of_an_addon_the_product_refuses_to_start(
    zoo: Addons, empty_database: ScratchDatabase
) -> None:
    made(zoo, empty_database)
    with empty_database.owner.begin() as connection:
        connection.execute(text("update core.addon set version = '2.5.0' where name = 'zoo_bad'"))
        connection.execute(text("update core.generation set schema_hash = 'another'"))
    with pytest.raises(NewerDatabase, match=r"2\.5\.0.*1\.0\.0"):
        started(zoo, empty_database)
    assert written(empty_database) == {}


def test_roles_of_an_addon_that_stands_aside_stay_as_they_are(
    zoo: Addons, empty_database: ScratchDatabase
) -> None:
    roles = "from core.api import Role, _\nKEEPER = Role('zoo_bad.keeper', _('Keeper'))\n"
    zoo.add("zoo_bad", {"models.py": MODEL.format(name="Cloud"), "roles.py": roles}, depends=["zoo_base"])
    made(zoo, empty_database)
    asked = text("select active, changed_at from base.role where code = 'zoo_bad.keeper'")
    with empty_database.owner.connect() as connection:
        before = connection.execute(asked).one()
    zoo.add("zoo_bad", {"roles.py": "1 / 0"}, depends=["zoo_base"])
    assert set(started(zoo, empty_database).aside) == {"zoo_bad", "zoo_above"}
    with empty_database.owner.begin() as connection:
        assert connection.execute(asked).one() == before and before.active
        connection.execute(
            text("update core.addon set state = 'removed' where name in ('zoo_bad', 'zoo_above')")
        )
        connection.execute(text("update core.generation set schema_hash = 'another'"))
    started(zoo, empty_database)
    with empty_database.owner.connect() as connection:
        assert not connection.execute(asked).one().active
