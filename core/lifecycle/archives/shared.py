"""Rows of an archive that go into tables of the kernel, where a fresh installation has made some of them anew."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, text

from core.i18n import _
from core.lifecycle.archives.format import Manifest
from core.lifecycle.archives.shared_rows import (
    FILE_ROWS,
    ROLE_ROWS,
    SHARED_ROWS,
    SharedRows,
    condition_of,
    hold_contents,
)
from core.lifecycle.archives.staging import Missing, Staged, foreign_keys, insert, without_missing
from core.lifecycle.errors import ArchiveRefused
from core.orm.engine import run_script
from core.orm.rls import quote

SHIPPED: Final = "core.shipped"


def put_shared(
    connection: Connection, path: Path, manifest: Manifest, staged: Sequence[Staged]
) -> tuple[int, list[Missing]]:
    """Put the addon's rows into tables of the kernel; gives how many, and what is missing.

    Raises `ArchiveRefused` for rows that are not the addon's, which a forged archive could name, and for ids that
    other rows have got: the archive is another deployment's.
    """
    by_place = {one.member.place: one for one in staged}
    rules = [rule for rule in (*SHARED_ROWS, FILE_ROWS) if rule.place in by_place]
    missing_files = (one.partition("/") for one in manifest.missing_files)
    hold_contents(
        connection, (*manifest.contents, *((int(one), sha256) for one, _slash, sha256 in missing_files))
    )
    roles = by_place.get(ROLE_ROWS.place)
    if roles is not None:
        _take_roles_that_are_there(connection, roles, staged)
    for rule in rules:
        _settle_with_what_is_there(connection, path, rule, by_place[rule.place])
    missing = list(without_missing(connection, staged, foreign_keys(connection, staged)))
    rows = 0
    for rule in rules:
        one = by_place[rule.place]
        strange = (
            f"select exists (select from {one.name} where ({condition_of(rule, manifest.addon)}) is not true)"
        )
        if connection.execute(text(strange)).scalar_one():
            raise ArchiveRefused(path.name, _("rows of it in {table} are not the addon's.", table=rule.place))
        rows += insert(connection, one)
    return rows, missing


def _take_roles_that_are_there(connection: Connection, roles: Staged, staged: Sequence[Staged]) -> None:
    """A role that is there under its code keeps its id, since people may hold it already: rights follow it, and what
    people have called it. A removal has put the roles to rest; installed, they are active.
    """
    same = "f.code = s.code and f.deleted_at is null and s.deleted_at is null"
    there = f"{roles.name} s join {roles.target} f on {same} and f.id <> s.id"
    for one in staged:
        for name in {"role_id", "right_id"} & {*one.member.names}:
            run_script(
                connection, f"update {one.name} d set {name} = f.id from {there} where d.{name} = s.id"
            )
        if one.member.place == SHIPPED:
            its = f"d.model = '{ROLE_ROWS.place}'"
            run_script(connection, f"update {one.name} d set record_id = f.id from {there} "
                                   f"where {its} and d.record_id = s.id")  # fmt: skip
            run_script(
                connection, f"update {one.name} d set shipped = shipped || '{{\"active\": true}}' where {its}"
            )
    named = [quote(name) for name in roles.member.names if name in ("title", "description")]
    changes = ", ".join(f"{name} = s.{name}" for name in named)
    if changes:
        run_script(connection, f"update {roles.target} f set {changes} from {roles.name} s where {same}")


def _settle_with_what_is_there(connection: Connection, path: Path, rule: SharedRows, one: Staged) -> None:
    """Of what is there under the same key one gives way; a row that was never removed stays as it is."""
    if "created_at" in one.member.names:
        same = f"{one.name} s join {one.target} f on f.id = s.id"
        other = text(f"select exists (select from {same} where f.created_at <> s.created_at)")
        if connection.execute(other).scalar_one():
            raise ArchiveRefused(
                path.name,
                _(
                    "ids of its rows in {table} belong to other rows; it is of another deployment.",
                    table=rule.place,
                ),
            )
    if rule.key:
        alive = ["f.deleted_at is null", "s.deleted_at is null"] if "deleted_at" in one.member.names else []
        different = ["f.id <> s.id"] if rule.has_id else []
        same = " and ".join(
            [f"f.{quote(name)} is not distinct from s.{quote(name)}" for name in rule.key] + alive
        )
        if rule.gives_way:
            where = " and ".join([same, *different])
            run_script(connection, f"delete from {one.target} f using {one.name} s where {where}")
        else:
            run_script(connection, f"delete from {one.name} s using {one.target} f where {same}")
    if rule.has_id:
        run_script(connection, f"delete from {one.name} s using {one.target} f where f.id = s.id")
