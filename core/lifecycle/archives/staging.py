"""The rows of an archive beside the tables for which they are meant: looked through there before any table gets them.

What refers to a row that is gone loses the reference where it may be empty, and is left out where it may not; both are
told. The tables in use see nothing of it until the transaction commits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any, Final
from zipfile import ZipFile

from sqlalchemy import Connection, text

from core.lifecycle.archives.format import BLOCK, Member
from core.orm.engine import run_script
from core.orm.rls import quote

_COMPANY: Final = "company_id"
_KEYS = text("""
    select n.nspname, c.relname, p.nspname, r.relname,
           array(select a.attname::text from unnest(k.conkey) with ordinality u(number, place)
                 join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.number order by u.place),
           array(select a.attname::text from unnest(k.confkey) with ordinality u(number, place)
                 join pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.number order by u.place),
           array(select a.attname::text from pg_attribute a
                 where a.attrelid = k.conrelid and a.attnum = any(k.conkey) and not a.attnotnull)
    from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
    join pg_class r on r.oid = k.confrelid join pg_namespace p on p.oid = r.relnamespace
    where k.contype = 'f' and k.conparentid = 0 and n.nspname = any(:schemas)
    order by n.nspname, c.relname, k.conname
""")


@dataclass(frozen=True)
class Missing:
    """What an archive refers to and is no longer there."""

    table: str
    columns: tuple[str, ...]
    target: str
    rows: int
    is_left_out: bool
    """The rows stay in the archive alone; else they are there again without the reference."""


@dataclass(frozen=True)
class ForeignKey:
    """A reference of one table to another, in the order of its columns."""

    table: tuple[str, str]
    target: tuple[str, str]
    columns: tuple[str, ...]
    remotes: tuple[str, ...]
    nullable: tuple[str, ...]

    @property
    def clearable(self) -> tuple[str, ...]:
        """The columns that are emptied when the reference cannot hold."""
        return tuple(name for name in self.nullable if name != _COMPANY)


@dataclass(frozen=True)
class Staged:
    """One member, in a table of this connection."""

    member: Member
    name: str

    @property
    def key(self) -> tuple[str, str]:
        return self.member.schema, self.member.table

    @property
    def target(self) -> str:
        return f"{quote(self.member.schema)}.{quote(self.member.table)}"

    @property
    def columns(self) -> str:
        return ", ".join(quote(name) for name in self.member.names)


def stage(connection: Connection, archive: ZipFile, members: Sequence[Member]) -> list[Staged]:
    """Copy members beside their tables, with the types that the columns have today."""
    found = []
    for number, member in enumerate(members):
        one = Staged(member, f"keyuan_archive_{number}")
        run_script(connection, f"create temporary table {one.name} on commit drop as "
                               f"select {one.columns} from {one.target} with no data")  # fmt: skip
        cursor: Any = connection.connection.cursor()
        try:
            with archive.open(member.path) as stream:
                cursor.copy_expert(
                    f"copy {one.name} from stdin with (format csv, header match)", stream, BLOCK
                )
        finally:
            cursor.close()
        if "id" in member.names:
            run_script(connection, f"create index on {one.name} (id)")
        run_script(connection, f"analyze {one.name}")
        found.append(one)
    return found


def foreign_keys(connection: Connection, staged: Sequence[Staged]) -> list[ForeignKey]:
    """The references of the tables that are to be filled, as far as the archive has their columns."""
    columns = {one.key: set(one.member.names) for one in staged}
    own = {one.key: columns[one.key] - {"id", _COMPANY} for one in staged}
    schemas = sorted({schema for schema, _table in columns})
    keys = [
        ForeignKey((row[0], row[1]), (row[2], row[3]), tuple(row[4]), tuple(row[5]), tuple(row[6]))
        for row in connection.execute(_KEYS, {"schemas": schemas})
    ]
    return [
        key for key in keys
        if columns.get(key.table, set()) >= {*key.columns} and own[key.table] & {*key.columns}
    ]  # fmt: skip


def without_missing(
    connection: Connection, staged: Sequence[Staged], keys: Sequence[ForeignKey]
) -> Iterator[Missing]:
    """Take out what refers to rows that are neither there nor in the archive, until all that is left holds."""
    for one in staged:
        if _COMPANY in one.member.names:
            gone = _run(connection, f"delete from {one.name} where {_COMPANY} <> 0 "
                                    f"and {_COMPANY} not in (select id from base.company)")  # fmt: skip
            if gone:
                yield Missing(one.member.place, (_COMPANY,), "base.company", gone, is_left_out=True)
    by_key = {one.key: one for one in staged}
    rows = {one.key: one for one in staged if one.member.kind != "columns"}
    is_changed = True
    while is_changed:
        is_changed = False
        for key in keys:
            gone = _run(connection, _cut(by_key[key.table], key, rows.get(key.target)))
            if gone:
                is_left_out = not key.clearable
                is_changed = is_changed or is_left_out
                target = ".".join(key.target)
                yield Missing(
                    by_key[key.table].member.place, key.columns, target, gone, is_left_out=is_left_out
                )


def _cut(one: Staged, key: ForeignKey, beside: Staged | None) -> str:
    pairs = list(zip(key.columns, key.remotes, strict=True))
    same = " and ".join(f"r.{quote(remote)} = s.{quote(name)}" for name, remote in pairs)
    lost = [f"s.{quote(name)} is not null" for name in key.columns]
    target = f"{quote(key.target[0])}.{quote(key.target[1])}"
    lost += [f"not exists (select from {place} r where {same})"
             for place in (target, *([beside.name] if beside else ()))]  # fmt: skip
    if key.clearable:
        changes = ", ".join(f"{quote(name)} = null" for name in key.clearable)
        return f"update {one.name} s set {changes} where {' and '.join(lost)}"
    return f"delete from {one.name} s where {' and '.join(lost)}"


def put(connection: Connection, staged: Sequence[Staged], keys: Sequence[ForeignKey]) -> int:
    """Give the tables of the addon their rows, each after those that it cannot be without; gives how many."""
    by_key = {one.key: one for one in staged}
    inner = [key for key in keys if key.table in by_key and key.target in by_key and key.table != key.target]
    needed: dict[tuple[str, str], set[tuple[str, str]]] = {one: set() for one in by_key}
    for key in inner:
        if not key.clearable:
            needed[key.table].add(key.target)
    order = list(TopologicalSorter(needed).static_order())
    later = [key for key in inner if key.clearable and order.index(key.target) > order.index(key.table)]
    rows = 0
    for place in order:
        waiting = {name for key in later if key.table == place for name in key.clearable}
        rows += insert(connection, by_key[place], waiting)
    for key in later:
        one = by_key[key.table]
        fill(
            connection,
            one,
            key.clearable,
            " and ".join(f"s.{quote(name)} is not null" for name in key.clearable),
        )
    return rows


def insert(connection: Connection, one: Staged, empty: set[str] | None = None) -> int:
    """Put the rows into their table with their ids; `empty` columns are filled later."""
    values = ", ".join("null" if empty and name in empty else quote(name) for name in one.member.names)
    return _run(connection, f"insert into {one.target} ({one.columns}) overriding system value "
                            f"select {values} from {one.name}")  # fmt: skip


def fill(connection: Connection, one: Staged, names: Sequence[str], where: str = "true") -> int:
    """Set columns of rows that are there; gives how many."""
    changes = ", ".join(f"{quote(name)} = s.{quote(name)}" for name in names)
    return _run(
        connection, f"update {one.target} t set {changes} from {one.name} s where t.id = s.id and {where}"
    )


def raise_identity(connection: Connection, one: Staged) -> None:
    """No id is given twice: the audit still tells of those that are gone."""
    last = one.member.last_id
    if last is None:
        return
    found = connection.execute(
        text("select pg_get_serial_sequence(:table, 'id')"), {"table": one.target}
    ).scalar()
    if found is not None:
        connection.execute(
            text(f"select setval('{found}', greatest(cast(:last as bigint), (select last_value from {found}), "
                 f"(select max(id) from {one.target})))"), {"last": last},
        )  # fmt: skip


def _run(connection: Connection, statement: str) -> int:
    return int(connection.exec_driver_sql(statement).rowcount)
