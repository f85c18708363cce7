"""Which programs are used, as whom, and where they lie."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

import pytest

from core.server import binaries as binaries_module
from core.server import placement
from core.server.binaries import Binaries, find_binaries
from core.server.embedded import EmbeddedServer
from core.server.errors import ServerError
from core.server.placement import PlacementError, identity_for
from tests.core.server.processes import NOBODY, processes_about, query, server_of, state_folder

NO_SYNC = {"fsync": "off"}
NEEDLESS = shutil.ignore_patterns(
    "include", "pgxs", "*.a", "doc", "[A-Z]*ca", "Asia", "Europe", "Pacific", "vector*", "pgbench"
)
FOUND = [
    one
    for folder in binaries_module._folders()
    if (one := binaries_module._inspect(folder)) and one.major >= 15
]


def fake_programs(folder: Path, version: str) -> Path:
    folder.mkdir(parents=True)
    for name in ("postgres", "initdb", "pg_ctl"):
        (folder / name).write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {version}'\n")
        (folder / name).chmod(0o755)
    return folder


@pytest.mark.parametrize("found", FOUND, ids=[f"{one.major}-{one.folder.parts[1]}" for one in FOUND])
def test_each_version_sorts_by_code_point_and_knows_all_letters(found: Binaries, state_dir: Path) -> None:
    with EmbeddedServer(state_dir, found.folder, settings=NO_SYNC).start() as running:
        assert query(running.owner_url, "select lower('ÀÉ'), '公' ~ '\\w', 'a' < 'B'") == [
            ("àé", True, False)
        ]
        created = query(running.owner_url, "create extension if not exists pg_trgm")
        assert created is None
        assert query(running.owner_url, "select cardinality(show_trgm('有限公司'))")[0][0] > 0
        assert int(query(running.owner_url, "show server_version_num")[0][0]) // 10000 == found.major


def test_configured_folder_first_then_the_version_that_fits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = fake_programs(tmp_path / "old", "15.3"), fake_programs(tmp_path / "new", "18.6 (Debian)")
    ancient = fake_programs(tmp_path / "ancient", "12.1")
    monkeypatch.setattr(binaries_module, "_folders", lambda: iter([tmp_path / "none", ancient, new, old]))
    assert find_binaries(None) == Binaries(new, 18)
    assert find_binaries(None, major=15) == Binaries(old, 15)
    assert find_binaries(old) == Binaries(old, 15)
    with pytest.raises(
        ServerError, match=r"belongs to PostgreSQL 16.*12, 18, 15.*version 16 with KEYUAN_POSTGRES_BIN"
    ):
        find_binaries(None, major=16)
    with pytest.raises(ServerError, match=r"postgres_bin: .*empty lacks"):
        find_binaries(tmp_path / "empty")


def test_nothing_found_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries_module, "_folders", lambda: iter([]))
    with pytest.raises(ServerError, match=r"keyuan\[embedded\].*KEYUAN_POSTGRES_BIN.*KEYUAN_DATABASE_URL"):
        find_binaries(None)


def test_data_of_another_version_is_not_touched(state_dir: Path) -> None:
    data = state_dir / "postgres/data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("12\n")
    with pytest.raises(ServerError, match="belongs to PostgreSQL 12"):
        EmbeddedServer(state_dir).start()
    assert [path.name for path in data.iterdir()] == ["PG_VERSION"]


def test_what_postgresql_says_reaches_the_caller(state_dir: Path) -> None:
    with pytest.raises(ServerError, match='unrecognized configuration parameter "no_such_setting"'):
        EmbeddedServer(state_dir, settings={"no_such_setting": "1", **NO_SYNC}).start()
    assert not processes_about(state_dir)


def test_programs_in_a_private_folder_are_used_without_opening_it() -> None:
    with state_folder() as state_dir:
        private = state_dir.parent / "private"
        private.mkdir(mode=0o700)
        wheel = next(one for one in FOUND if one.folder.parent.name == "pginstall").folder.parents[1]
        for package in (wheel, wheel.with_name(f"{wheel.name}.libs")):
            shutil.copytree(package, private / package.name, ignore=NEEDLESS)
        with EmbeddedServer(
            state_dir, private / wheel.name / "pginstall/bin", settings=NO_SYNC
        ).start() as running:
            assert query(running.owner_url, "select 1") == [(1,)]
            assert Path(f"/proc/{server_of(state_dir)}").stat().st_uid != 0
        assert stat.S_IMODE(private.stat().st_mode) == 0o700


def test_state_below_a_private_folder_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Another user's folder is played by the user's own one without any right, which stops that user as well."""
    private = tmp_path / "private"
    data = private / "data"
    data.mkdir(parents=True)
    private.chmod(0o700 if os.geteuid() == 0 else 0)
    who = (
        placement.Identity(NOBODY, NOBODY)
        if os.geteuid() == 0
        else placement.Identity(os.getuid(), os.getgid())
    )
    if os.geteuid() != 0:
        monkeypatch.setattr(placement, "_run_as", lambda identity, *command: os.access(command[-1], os.X_OK))
    with pytest.raises(PlacementError, match=r"cannot be entered by the user .* choose another state_dir"):
        placement.check_reachable(data, who)
    private.chmod(0o700)


def test_root_becomes_an_ordinary_user_and_a_cluster_keeps_its_owner(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert identity_for(tmp_path) is None
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    chosen = identity_for(tmp_path / "not yet")
    assert chosen is not None and chosen.uid != 0
    assert chosen.name in placement.ORDINARY_USERS
    owner = tmp_path.stat()
    if owner.st_uid == 0:
        os.chown(tmp_path, 4321, 4321)
    kept = identity_for(tmp_path)
    assert kept is not None and kept.uid == (owner.st_uid or 4321)
    monkeypatch.setattr(placement, "ORDINARY_USERS", ("no-such-user",))
    with pytest.raises(PlacementError, match="no-such-user"):
        identity_for(tmp_path / "not yet")


def test_foreign_socket_folder_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    folder.chmod(0o777)
    with pytest.raises(PlacementError, match="not a private folder"):
        placement.socket_folder(tmp_path, None)
