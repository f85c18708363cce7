"""The embedded server under several users, and after each of the processes was killed."""

from __future__ import annotations

from pathlib import Path

import psycopg2
import psycopg2.extras
import pytest

from core.server.cluster import OWNER
from core.server.embedded import EmbeddedServer
from tests.core.server.processes import (
    User,
    has_ended,
    keeper_of,
    kill,
    processes_about,
    query,
    server_of,
    state_folder,
)

NO_SYNC = {"fsync": "off"}


def test_several_starting_at_once_share_one_new_server(state_dir: Path) -> None:
    users = [User(state_dir) for _ in range(4)]
    urls = {user.answer()["owner_url"] for user in users}
    assert len(urls) == 1
    assert query(urls.pop(), "select current_user, current_database()") == [(OWNER, "keyuan")]
    log = (state_dir / "postgres/server.log").read_text()
    assert log.count("starting PostgreSQL") == 1
    assert [path.name for path in (state_dir / "postgres").glob("data*")] == ["data"]
    assert sum("core.server.keeper" in command for command in processes_about(state_dir).values()) == 1
    for user in users[1:]:
        user.leave()
    assert server_of(state_dir) in processes_about(state_dir), "the last user still needs it"
    users[0].leave()
    assert not processes_about(state_dir), "leaving last returns when everything is down"


def test_server_outlives_killed_users_and_stops_after_the_last(state_dir: Path) -> None:
    first, second = User(state_dir), User(state_dir)
    url = first.answer()["owner_url"]
    second.answer()
    first.kill()
    assert query(url, "select 1") == [(1,)]
    second.kill()
    has_ended(state_dir)
    assert (state_dir / "postgres/server.log").read_text().rstrip().endswith("database system is shut down")


def test_killed_server_comes_back_with_its_rows(state_dir: Path) -> None:
    with EmbeddedServer(state_dir).start() as running:
        assert query(running.owner_url, "show fsync") == [("on",)], "rows are safe by default"
        assert query(running.owner_url, "show max_connections") == [("100",)]
        query(running.owner_url, "create table kept as select generate_series(1, 1000) as n")
        killed = server_of(state_dir)
        kill(killed)
        running_again = User(state_dir)
        url = running_again.answer()["owner_url"]
        assert query(url, "select count(*) from kept") == [(1000,)]
        assert server_of(state_dir) != killed
        running_again.leave()


def test_killed_keeper_is_replaced_and_the_server_adopted(state_dir: Path) -> None:
    with EmbeddedServer(state_dir, settings=NO_SYNC).start() as running:
        server, keeper = server_of(state_dir), keeper_of(state_dir)
        kill(keeper)
        assert query(running.owner_url, "select 1") == [(1,)]
        running.tend()
        assert keeper_of(state_dir) != keeper
        assert server_of(state_dir) == server
    assert not processes_about(state_dir)


def test_everything_killed_at_once_recovers(state_dir: Path) -> None:
    user = User(state_dir)
    query(user.answer()["owner_url"], "create table kept as select 1 as n")
    kill(user.process.pid, keeper_of(state_dir), server_of(state_dir))
    with EmbeddedServer(state_dir, settings=NO_SYNC).start() as running:
        assert query(running.owner_url, "select n from kept") == [(1,)]


def test_busy_child_of_a_killed_server_does_not_block_the_next(state_dir: Path) -> None:
    with EmbeddedServer(state_dir, settings=NO_SYNC).start() as running:
        busy = psycopg2.connect(running.owner_url.replace("+psycopg2", ""), async_=True)
        psycopg2.extras.wait_select(busy)
        busy.cursor().execute("do $$ begin loop end loop; end $$")
        kill(server_of(state_dir))
        with EmbeddedServer(state_dir, settings=NO_SYNC).start() as again:
            assert query(again.owner_url, "select 1") == [(1,)]
        busy.close()


def test_folders_with_spaces_quotes_and_long_names() -> None:
    with state_folder(f'it\'s "my" $HOME 客缘 {"x" * 120}') as state_dir:
        with EmbeddedServer(state_dir, settings=NO_SYNC).start() as running:
            place = running.socket_folder
            assert not place.is_relative_to(state_dir), "the path would be too long for a socket"
            assert place.stat().st_mode & 0o077 == 0
            assert query(running.owner_url, "select 1") == [(1,)]
        assert not place.exists()
        assert not processes_about(state_dir.parent)


def test_ordinary_user_starts_it(state_dir: Path) -> None:
    state_dir.parent.chmod(0o777)
    user = User(state_dir, ordinary=True)
    assert query(user.answer()["owner_url"], "select 1") == [(1,)]
    owners = {Path(f"/proc/{pid}").stat().st_uid for pid in (keeper_of(state_dir), server_of(state_dir))}
    assert len(owners) == 1 and 0 not in owners
    assert state_dir.stat().st_mode & 0o777 == 0o700
    user.leave()


def test_other_people_of_the_machine_cannot_connect(state_dir: Path) -> None:
    with EmbeddedServer(state_dir, settings=NO_SYNC).start() as running:
        assert running.socket_folder.stat().st_mode & 0o777 == 0o700
        assert (state_dir / "postgres/password").stat().st_mode & 0o777 == 0o600
        with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
            query(running.url("keyuan", OWNER, "guessed"), "select 1")
        with pytest.raises(psycopg2.OperationalError, match="no password supplied"):
            query(running.url("postgres", "someone"), "select 1")
        settings = "select name, setting from pg_settings where name in ('listen_addresses', 'fsync')"
        assert dict(query(running.owner_url, settings)) == {"listen_addresses": "", "fsync": "off"}
    old = (state_dir / "postgres/password").read_text()
    (state_dir / "postgres/password").unlink()
    with EmbeddedServer(state_dir, settings=NO_SYNC).start() as running:
        assert old not in running.owner_url, "a lost password is replaced at the next start"
        assert query(running.owner_url, "select 1") == [(1,)]
