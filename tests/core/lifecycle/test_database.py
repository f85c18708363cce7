"""Two roles: the owner makes tables, the application can neither own them nor pass the wall by."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import ProgrammingError

from core.config import Config
from core.errors import ConfigError
from core.lifecycle.database import ROLE_FILE, Database, database_of, prepare_database, role_problems
from core.orm.engine import make_engine
from core.orm.leakproof import LEAKPROOF_FUNCTIONS, missing_leakproof
from core.testing.database import ScratchDatabase

OWNER_URL = "postgresql+psycopg2://boss:pw@db.example/crm"
APP_URL = "postgresql+psycopg2://clerk:pw@db.example/crm"


def config(folder: Path, **values: str) -> Config:
    return Config(state_dir=folder, addons_path=(), **values)  # type: ignore[arg-type]


def test_two_urls_are_taken_as_they_are(tmp_path: Path) -> None:
    found = database_of(config(tmp_path, database_url=APP_URL, owner_url=OWNER_URL))
    assert (found.app_url, found.owner_url, found.app_role, found.own_role) == (
        APP_URL,
        OWNER_URL,
        "clerk",
        False,
    )
    assert "pw" not in repr(found)


def test_one_url_is_the_owners_and_the_application_gets_a_role_with_a_kept_password(tmp_path: Path) -> None:
    found = database_of(config(tmp_path, database_url=OWNER_URL))
    assert (found.owner_url, found.app_role) == (OWNER_URL, "crm_app")
    assert found.app_url == database_of(config(tmp_path, database_url=OWNER_URL)).app_url
    path = tmp_path / ROLE_FILE
    assert make_url(found.app_url).password == path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_without_a_url_the_embedded_server_must_run(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="embedded"):
        database_of(config(tmp_path))


@pytest.fixture
def kept(empty_database: ScratchDatabase, tmp_path: Path) -> Iterator[Database]:
    """A deployment with one URL, on a role that the test leaves no trace of."""
    database = database_of(config(tmp_path, database_url=empty_database.urls.owner_url))
    yield database
    with empty_database.owner.begin() as connection:
        connection.execute(text(f'drop role if exists "{database.app_role}"'))


def can_sign_in(database: Database) -> bool:
    engine = make_engine(database.app_url, pooled=False)
    with engine.connect() as connection:
        return bool(
            connection.execute(text("select current_user = :role"), {"role": database.app_role}).scalar_one()
        )


def test_the_application_role_is_made_once_and_may_do_nothing_special(
    empty_database: ScratchDatabase, kept: Database
) -> None:
    assert prepare_database(empty_database.owner, kept).role_created
    assert can_sign_in(kept)
    assert not prepare_database(empty_database.owner, kept).role_created
    with empty_database.owner.connect() as connection:
        flags = text(
            "select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb from pg_roles where rolname = :role"
        )
        assert connection.execute(flags, {"role": kept.app_role}).one() == (False, False, False, False)
        assert role_problems(connection, kept.app_role) == []


def test_a_role_that_another_database_of_the_server_makes_at_the_same_moment_is_taken(
    empty_database: ScratchDatabase, kept: Database
) -> None:
    password = make_url(kept.app_url).password
    with ThreadPoolExecutor(1) as pool:
        with empty_database.owner.begin() as other:
            other.execute(text(f"create role {kept.app_role} login password '{password}'"))
            prepared = pool.submit(prepare_database, empty_database.owner, kept)
            with pytest.raises(TimeoutError):
                prepared.result(1)
        assert not prepared.result(30).role_created
    assert can_sign_in(kept)


def test_a_lost_password_is_replaced(empty_database: ScratchDatabase, kept: Database, tmp_path: Path) -> None:
    prepare_database(empty_database.owner, kept)
    (tmp_path / ROLE_FILE).unlink()
    again = database_of(config(tmp_path, database_url=empty_database.urls.owner_url))
    assert again.app_url != kept.app_url
    prepare_database(empty_database.owner, again)
    assert can_sign_in(again)


def test_a_superuser_marks_the_leakproof_functions(empty_database: ScratchDatabase) -> None:
    with empty_database.owner.connect() as connection:
        assert missing_leakproof(connection) == []


def test_an_owner_without_rights_gets_the_sql_to_ask_for_and_the_list_of_what_is_missing(
    empty_database: ScratchDatabase, tmp_path: Path
) -> None:
    with empty_database.owner.begin() as connection:
        connection.execute(text("create role plain_owner login password 'plain'"))
        for name in LEAKPROOF_FUNCTIONS:
            connection.exec_driver_sql(f"alter function {name} not leakproof")
    try:
        url = make_url(empty_database.urls.owner_url).set(username="plain_owner", password="plain")
        plain = database_of(config(tmp_path, database_url=url.render_as_string(hide_password=False)))
        engine = plain.owner_engine()
        with pytest.raises(ConfigError, match="create role") as refused:
            prepare_database(engine, plain)
        assert str(make_url(plain.app_url).password) not in str(refused.value)
        prepared = prepare_database(engine, empty_database.urls)
        assert prepared.missing_leakproof == tuple(LEAKPROOF_FUNCTIONS)
    finally:
        with empty_database.owner.begin() as connection:
            connection.execute(text("drop role plain_owner"))


@pytest.mark.parametrize("flag", ["superuser", "bypassrls"])
def test_a_role_that_could_pass_the_wall_is_refused(empty_database: ScratchDatabase, flag: str) -> None:
    role = f"strong_{flag}"
    with empty_database.owner.begin() as connection:
        connection.execute(text(f"create role {role} login {flag}"))
    try:
        strong = replace(empty_database.urls, app_role=role, own_role=False)
        with pytest.raises(ConfigError, match=role):
            prepare_database(empty_database.owner, strong)
    finally:
        with empty_database.owner.begin() as connection:
            connection.execute(text(f"drop role {role}"))


def test_a_role_that_owns_tables_or_does_not_exist_is_refused(
    empty_database: ScratchDatabase, kept: Database
) -> None:
    missing = replace(kept, own_role=False)
    with pytest.raises(ConfigError, match="does not exist"):
        prepare_database(empty_database.owner, missing)
    prepare_database(empty_database.owner, kept)
    with empty_database.owner.begin() as connection:
        connection.execute(text("create table public.mine ()"))
        connection.execute(text(f'alter table public.mine owner to "{kept.app_role}"'))
        assert [str(problem) for problem in role_problems(connection, kept.app_role)] == [
            f"The application's role {kept.app_role} owns tables such as public.mine; their owner must be another role."
        ]
        connection.execute(text("drop table public.mine"))


def test_the_application_cannot_make_tables(empty_database: ScratchDatabase) -> None:
    with empty_database.app.connect() as connection, pytest.raises(ProgrammingError):
        connection.execute(text("create table public.mine ()"))
