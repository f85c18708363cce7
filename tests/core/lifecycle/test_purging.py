"""A purge takes all of an addon and nothing of others; its archive brings everything back."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import textwrap
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url, select, text

from core.config import installation_root
from core.lifecycle.archives.format import verified
from core.lifecycle.archives.reading import read_archive
from core.lifecycle.archives.shared_rows import SHARED_ROWS
from core.lifecycle.archives.writing import archive_path
from core.lifecycle.belongings import belongings
from core.lifecycle.errors import ArchiveRefused, NameNotTyped, NotRemoved, UnknownAddon
from core.lifecycle.generation import removed_addons
from core.lifecycle.install import install, upgrade_schema
from core.lifecycle.purging import Purged, purge
from core.lifecycle.walls import open_all_walls
from core.orm.kernel_tables import journal
from core.testing.database import APP_ROLE, ScratchDatabase
from tests.core.lifecycle.crates import CRATES, Picture, deployment, holders, picture, set_aside
from tests.core.lifecycle.toys import composed

ROLES = ("base.role", "base.user_role", "base.role_right")
HISTORY = {"core.audit", "core.journal", "core.generation"}
"""What tells of the addon for good."""


@pytest.fixture
def plain(empty_database: ScratchDatabase) -> Iterator[ScratchDatabase]:
    """A database of which the owner is no superuser, so that the walls hold for the owner too."""
    role = f"plain_{empty_database.name}"[:63]
    with empty_database.owner.begin() as connection:
        connection.exec_driver_sql(f"create role {role} login password 'plain'")
        connection.exec_driver_sql(f"alter database {empty_database.name} owner to {role}")
    url = make_url(empty_database.urls.owner_url).set(username=role, password="plain")
    urls = replace(empty_database.urls, owner_url=url.render_as_string(hide_password=False))
    made = ScratchDatabase(empty_database.name, urls)
    yield made
    made.close()
    with empty_database.owner.begin() as connection:
        connection.exec_driver_sql(
            f"reassign owned by {role} to current_user; drop owned by {role}; drop role {role}"
        )


def purged(database: ScratchDatabase, state: Path) -> Purged:
    set_aside(database)
    return purge(database.owner, CRATES, typed=CRATES, archive_folder=state / "archives", by="Han Meimei")


def test_what_is_purged_comes_back_from_its_archive(plain: ScratchDatabase, tmp_path: Path) -> None:
    composition = deployment(plain, tmp_path)
    called = "from base.role where code = 'toy_crates.packer'"
    with plain.owner.begin() as connection:
        connection.execute(
            text('update base.role set title = \'{"en": "Wrapper"}\' where id in (select id ' + called + ")")
        )
    schemas, but = ("base", "core", "toy_wares", CRATES), (*ROLES, "base.session")
    before, held = picture(plain, *schemas, but=but), holders(plain)
    assert len(before["toy_crates.crate"]) == 4 and len(before["toy_crates.slip"]) == 2

    done = purged(plain, tmp_path)
    assert done.rows == 4 + 6 + 2 + 2
    assert done.archive.stat().st_mode & 0o777 == 0o600 and list(done.archive.parent.iterdir()) == [
        done.archive
    ]
    gone = picture(plain, *schemas, but=but)
    assert not any(name.startswith("toy_crates.") for name in gone)
    assert {name for name, rows in gone.items() if CRATES in json.dumps(rows)} <= HISTORY

    install(plain.owner, APP_ROLE, composition, [CRATES])
    read = read_archive(
        plain.owner, composition, APP_ROLE, done.archive, "Han Meimei", files=tmp_path / "files"
    )
    assert (read.rows, read.filled, read.contents, read.missing) == (14, 2, 6, ())
    after = picture(plain, *schemas, but=but)
    assert all(row in after["core.audit"] for row in before["core.audit"])
    for name in before.keys() - {
        "core.addon",
        "core.audit",
        "core.generation",
        "core.journal",
        "core.rights_version",
    }:
        assert without_role(after[name]) == without_role(before[name]), name
    assert holders(plain) == held
    with plain.owner.begin() as connection:
        open_all_walls(connection)
        assert connection.exec_driver_sql(f"select title, active {called}").one() == ({"en": "Wrapper"}, True)
        mark = "select r.code from core.shipped s join base.role r on r.id = s.record_id where s.model = 'base.role' and s.addon = :a"
        assert connection.execute(text(mark), {"a": CRATES}).scalars().all() == ["toy_crates.packer"]
    upgrade_schema(plain.owner, APP_ROLE, composition)


def without_role(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A role is made anew; what was shipped of it names it by its id."""
    marks = [row | {"record_id": 0} if row.get("model") == "base.role" else row for row in rows]
    return sorted(marks, key=lambda row: json.dumps(row, sort_keys=True))


def test_rows_of_others_are_not_touched(empty_database: ScratchDatabase, tmp_path: Path) -> None:
    deployment(empty_database, tmp_path)
    before = picture(empty_database, "base", "toy_wares")
    purged(empty_database, tmp_path)
    after = picture(empty_database, "base", "toy_wares")
    for name, rows in after.items():
        kept = [
            {key: value for key, value in row.items() if not key.startswith("toy_crates__")}
            for row in before[name]
        ]
        assert all(row in kept for row in rows), name
    assert losses(before, after) == LOST


def losses(before: Picture, after: Picture) -> dict[str, int]:
    """How many rows fewer there are, by table of the kernel and the shop."""
    kept = [name for name in before if name.startswith(("base.", "toy_wares."))]
    return {
        name: len(before[name]) - len(after[name]) for name in kept if len(before[name]) > len(after[name])
    }


LOST = {
    "base.attachment": 4, "base.company_addon": 2, "base.file": 4, "base.numbering": 2, "base.option": 2,
    "base.role": 1, "base.setting": 2, "base.user_role": 2,
}  # fmt: skip


def test_every_table_of_the_kernel_that_is_about_records_is_known() -> None:
    """A new one has to say whether its rows are archived."""
    composition, known = composed("toy_wares"), {one.place: one for one in SHARED_ROWS}
    tables = {
        table.fullname: table for table in composition.metadata.tables.values() if table.schema == "base"
    }
    about = {name for name, table in tables.items() if "model" in table.columns}
    assert about <= known.keys()
    for name, one in known.items():
        if name in tables:
            assert {*one.key} <= {*tables[name].columns.keys()}
            assert one.has_id is ("id" in tables[name].columns)


def test_a_wrong_name_or_an_addon_in_use_changes_nothing(
    empty_database: ScratchDatabase, tmp_path: Path
) -> None:
    deployment(empty_database, tmp_path)
    before = picture(empty_database, "base", "core", CRATES)
    folder = tmp_path / "archives"
    with pytest.raises(NameNotTyped, match="toy_crates"):
        purge(empty_database.owner, CRATES, typed="Crates", archive_folder=folder)
    for name in (CRATES, "toy_nowhere", "base"):
        with pytest.raises(NotRemoved):
            purge(empty_database.owner, name, typed=name, archive_folder=folder)
    assert picture(empty_database, "base", "core", CRATES) == before
    assert not folder.exists()


def test_a_role_that_others_build_on_stays(empty_database: ScratchDatabase, tmp_path: Path) -> None:
    composition = deployment(empty_database, tmp_path)
    with empty_database.owner.begin() as connection:
        connection.execute(text(
            "insert into base.role (code, title, company_id, basis_id, active) select 'own.mine', '{}', c.id, r.id, true "
            "from base.role r, base.company c where r.code = 'toy_crates.packer' and c.code = 'A'"
        ))  # fmt: skip
    done = purged(empty_database, tmp_path)
    assert any("stay" in str(one) and "1" in str(one) for one in done.done)
    install(empty_database.owner, APP_ROLE, composition, [CRATES])
    assert read_archive(empty_database.owner, composition, APP_ROLE, done.archive, "x").rows == 14
    assert len(holders(empty_database)) == 2


def test_what_is_gone_meanwhile_is_told(empty_database: ScratchDatabase, tmp_path: Path) -> None:
    composition = deployment(empty_database, tmp_path)
    done = purged(empty_database, tmp_path)
    with empty_database.owner.begin() as connection:
        connection.execute(text("delete from toy_wares.article where company_id = 1 and name = 'Box'"))
        connection.execute(
            text("delete from toy_wares.article where company_id = 1 and name = 'Bag' and id > 1")
        )
    install(empty_database.owner, APP_ROLE, composition, [CRATES])
    read = read_archive(
        empty_database.owner, composition, APP_ROLE, done.archive, "x", files=tmp_path / "files"
    )
    told = {(one.table, one.columns, one.rows, one.is_left_out) for one in read.missing}
    assert told == {
        ("toy_crates.content", ("company_id", "article_id"), 3, False),
        ("toy_wares.article", ("toy_crates__crate_id", "toy_crates__weight"), 1, True),
    }
    assert read.rows == 14 and all("gone" in str(words) for words in list(read.words)[1:])


def changed(archive: Path, target: Path, member: str, change: bytes | None, *, quietly: bool = False) -> Path:
    """A copy with one member replaced or left out; `quietly` with a list that agrees."""
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(target, "w") as new:
        told = json.loads(old.read("manifest.json"))
        for one in told["members"]:
            if quietly and one["path"] == member and change is not None:
                one |= {
                    "size": len(change),
                    "sha256": hashlib.sha256(change).hexdigest(),
                    "rows": change.count(b"\n") - 1,
                }
        for name in old.namelist():
            content = old.read(name)
            if name == "manifest.json":
                content = json.dumps(told).encode()
            if name == member:
                if change is None:
                    continue
                content = change
            new.writestr(name, content)
    return target


def test_a_tampered_archive_is_refused(empty_database: ScratchDatabase, tmp_path: Path) -> None:
    composition = deployment(empty_database, tmp_path)
    archive = purged(empty_database, tmp_path).archive
    with pytest.raises(UnknownAddon):
        read_archive(empty_database.owner, composition, APP_ROLE, archive, "x")
    install(empty_database.owner, APP_ROLE, composition, [CRATES])
    before = picture(empty_database, "base", "toy_wares", CRATES)
    csv = "table/toy_crates.slip.csv"
    with zipfile.ZipFile(archive) as whole:
        slips = whole.read(csv)
        header = whole.read("rows/base.user_role.csv").partition(b"\n")[0]
    names = header.decode().split(",")
    admin = {"user_id": "1", "company_id": "1", "role_id": "1", "id": "900", "primary": "t", "version": "1"}
    now = "2026-01-01 00:00:00+00"
    forged = ",".join(admin.get(name, now if name in ("created_at", "changed_at") else "") for name in names)
    part = tmp_path / "cut.zip"
    part.write_bytes(archive.read_bytes()[:-100])
    for file, why in (
        (part, "whole zip"),
        (changed(archive, tmp_path / "1.zip", csv, slips.replace(b"once", b"1nce")), "not as it was written"),
        (changed(archive, tmp_path / "2.zip", csv, None), "missing"),
        (changed(archive, tmp_path / "3.zip", "manifest.json", b"{"), "damaged"),
        (changed(archive, tmp_path / "4.zip", "manifest.json", b'{"format": 9}'), "format is 9"),
        (changed(archive, tmp_path / "5.zip", csv, slips.replace(b"version", b"virsion"), quietly=True), "database"),
        (changed(archive, tmp_path / "6.zip", csv, slips + b"x\n", quietly=True), "database"),
        (changed(archive, tmp_path / "7.zip", "rows/base.user_role.csv", header + b"\n" + forged.encode() + b"\n",
                 quietly=True), "not the addon's"),
    ):  # fmt: skip
        with pytest.raises(ArchiveRefused, match=why):
            read_archive(empty_database.owner, composition, APP_ROLE, file, "x")
        assert picture(empty_database, "base", "toy_wares", CRATES) == before, file.name
    assert verified(archive).by == "Han Meimei"
    read_archive(empty_database.owner, composition, APP_ROLE, archive, "x")
    with pytest.raises(ArchiveRefused, match="has rows already"):
        read_archive(empty_database.owner, composition, APP_ROLE, archive, "x")


def test_nothing_is_dropped_where_the_archive_cannot_be_written(
    empty_database: ScratchDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployment(empty_database, tmp_path)
    set_aside(empty_database)
    before = picture(empty_database, "removed_toy_crates", "base")

    def refuse(path: Path) -> None:
        raise ArchiveRefused(path.name, "it is not as it was written.")

    monkeypatch.setattr("core.lifecycle.archives.writing.verified", refuse)
    with pytest.raises(ArchiveRefused):
        purge(empty_database.owner, CRATES, typed=CRATES, archive_folder=tmp_path / "archives")
    assert picture(empty_database, "removed_toy_crates", "base") == before
    assert list((tmp_path / "archives").iterdir()) == []
    with empty_database.owner.connect() as connection:
        assert belongings(connection, CRATES).is_aside


KILLED = """
    import os, signal, sys
    from pathlib import Path
    sys.path[:0] = [{root!r}]
    from core.lifecycle import clearing, journal, purging
    from core.lifecycle.archives import writing
    from core.lifecycle.install import upgrade_schema
    from core.orm.engine import make_engine
    from core.testing.database import APP_ROLE
    from tests.core.lifecycle.toys import composed

    room, name, calls = {point!r}
    room = {{"archive": writing, "clearing": clearing, "purging": purging, "entry": journal.Entry}}[room]
    usual, made = getattr(room, name), []

    def die(*arguments, **options):
        made.append(arguments)
        if room is journal.Entry:
            usual(*arguments, **options)
        if len(made) == calls:
            os.kill(os.getpid(), signal.SIGKILL)
        return None if room is journal.Entry else usual(*arguments, **options)

    setattr(room, name, die)
    engine = make_engine(sys.stdin.read(), pooled=False)
    if {again!r}:
        upgrade_schema(engine, APP_ROLE, composed("toy_wares"))
    else:
        purging.purge(engine, "toy_crates", typed="toy_crates", archive_folder=Path({folder!r}), by="killed")
"""
EARLY = {
    "the archive is half": ("archive", "verified", 1),
    "the archive is whole": ("archive", "_sync_folder", 1),
    "before the drop": ("purging", "patiently", 1),
    "in the drop": ("purging", "_drops", 1),
    "before the commit": ("entry", "step", 3),
}
LATE = (("clearing", "_remove_all", 8), ("clearing", "_forget_contents", 1), ("clearing", "_keep_named", 2))


def kill_at(
    database: ScratchDatabase, point: tuple[str, str, int], folder: Path, *, again: bool = False
) -> None:
    """Purge, or `again` complete what a killed purge has left, and die at the call of a function."""
    program = textwrap.dedent(KILLED).format(
        root=str(installation_root()), point=point, folder=str(folder), again=again
    )
    done = subprocess.run(
        [sys.executable, "-c", program], input=database.urls.owner_url, text=True, capture_output=True, check=False,
        cwd=installation_root(), env=dict(os.environ),
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr


def killed_states(database: ScratchDatabase) -> list[str]:
    with database.owner.connect() as connection:
        mine = select(journal.c.state).where(journal.c.by == "killed").order_by(journal.c.id)
        return list(connection.execute(mine).scalars())


def test_archives_of_one_second_have_names_of_their_own(tmp_path: Path) -> None:
    at, found = datetime(2026, 11, 23, tzinfo=UTC), []
    for _n in range(3):
        found.append(archive_path(tmp_path, CRATES, "1.0.0", at))
        found[-1].touch(exist_ok=False)
    assert [path.name for path in found] == [
        f"{CRATES}-1.0.0-20261123T000000Z{more}.zip" for more in ("", "-2", "-3")
    ]


def test_killed_at_any_point_the_addon_is_removed_or_purged(
    empty_database: ScratchDatabase, tmp_path: Path
) -> None:
    deployment(empty_database, tmp_path)
    set_aside(empty_database)
    rest, folder = composed("toy_wares"), tmp_path / "archives"
    before = picture(empty_database, "base", "toy_wares", "removed_toy_crates")
    for point, place in EARLY.items():
        kill_at(empty_database, place, folder)
        upgrade_schema(empty_database.owner, APP_ROLE, rest)
        assert picture(empty_database, "base", "toy_wares", "removed_toy_crates") == before, point
        with empty_database.owner.connect() as connection:
            assert removed_addons(connection) == {CRATES: "1.0.0"}, point
    assert killed_states(empty_database) == ["rolled_back"] * len(EARLY)
    kill_at(empty_database, ("purging", "clear", 1), folder)
    for place in LATE:
        kill_at(empty_database, place, folder, again=True)
        assert killed_states(empty_database)[-1] == "running", place
    upgrade_schema(empty_database.owner, APP_ROLE, rest)
    assert killed_states(empty_database)[-1] == "done"
    after = picture(empty_database, "base", "core", "toy_wares", "removed_toy_crates")
    assert losses(before, after) == LOST
    assert {name for name, rows in after.items() if CRATES in json.dumps(rows)} <= HISTORY
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]
