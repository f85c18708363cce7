"""References to rows that are gone: of rows that were aside while others deleted what they refer to.

A foreign key that came back unchecked (NOT VALID) binds new rows only. Before the old ones are checked, each reference
that leads nowhere is emptied where its column may be empty; else its row, and what cannot be without that row, is taken
out. `core.stranded` keeps what was there, as it was, so nothing is lost and everything can be told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Engine, func, select, text

from core.i18n import LazyString, _
from core.lifecycle.walls import open_all_walls
from core.orm.kernel_tables import stranded
from core.orm.rls import quote

CHUNK: Final = 2_000
"""Rows of one transaction; others wait for no more than these."""


@dataclass(frozen=True)
class Dangling:
    """References of one column that led nowhere: emptied, or `is_out`, their rows taken out."""

    addon: str
    table: str
    column: str
    target: str
    is_out: bool
    rows: int

    @property
    def words(self) -> LazyString:
        names = {"count": self.rows, "table": self.table, "column": self.column, "target": self.target}
        if self.is_out:
            return _("{count} rows of {table} were set apart whole: what {column} refers to in {target} was deleted "
                     "meanwhile", **names)  # fmt: skip
        return _("{count} references in {column} of {table} were emptied: what they refer to in {target} was deleted "
                 "meanwhile", **names)  # fmt: skip


def dangling_of(connection: Connection, operation: int) -> tuple[Dangling, ...]:
    """What an operation of the journal found."""
    key = (
        stranded.c.addon,
        stranded.c.table_name,
        stranded.c.column_name,
        stranded.c.target,
        stranded.c.is_out,
    )
    asked = select(*key, func.count()).where(stranded.c.operation == operation).group_by(*key).order_by(*key)
    return tuple(Dangling(*row) for row in connection.execute(asked))


@dataclass(frozen=True)
class _Key:
    """A foreign key, its names as SQL. `loose` are those of its columns that may be empty."""

    schema: str
    table: str
    columns: Sequence[str]
    target: str
    target_columns: Sequence[str]
    loose: Sequence[str]
    has_id: bool

    @property
    def column(self) -> str:
        """The one that names the row; the company's goes with it."""
        return next((name for name in self.columns if name != "company_id"), self.columns[0])

    @property
    def addon(self) -> str:
        """Whose reference it is: a column that another addon has added begins with its name."""
        prefix, mark, _rest = self.column.partition("__")
        return prefix if mark else self.schema

    @property
    def full_table(self) -> str:
        return f"{quote(self.schema)}.{quote(self.table)}"

    def lost(self) -> str:
        """The condition of a row `t` whose reference leads nowhere."""
        given = " and ".join(f"t.{quote(name)} is not null" for name in self.columns)
        pairs = zip(self.columns, self.target_columns, strict=True)
        same = " and ".join(f"r.{quote(there)} = t.{quote(here)}" for here, there in pairs)
        return f"{given} and not exists (select from {self.target} r where {same})"

    def points_at(self) -> str:
        """The condition of a row `t` that refers to one of the rows `:ids`."""
        return f"t.{quote(self.column)} = any(:ids)"


_KEYS: Final = """
    select n.nspname, c.relname,
           array(select a.attname::text from unnest(k.conkey) with ordinality u(num, place)
                 join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.num order by place),
           quote_ident(m.nspname) || '.' || quote_ident(o.relname),
           array(select a.attname::text from unnest(k.confkey) with ordinality u(num, place)
                 join pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.num order by place),
           array(select a.attname::text from pg_attribute a where a.attrelid = k.conrelid
                 and a.attnum = any(k.conkey) and not a.attnotnull),
           exists (select from pg_attribute a where a.attrelid = k.conrelid and a.attname = 'id')
    from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
    join pg_class o on o.oid = k.confrelid join pg_namespace m on m.oid = o.relnamespace
    where k.contype = 'f' and k.conparentid = 0 and {condition} order by n.nspname, c.relname, k.conname
"""
_UNCHECKED: Final = text(_KEYS.format(condition="not k.convalidated and n.nspname = any(:schemas)"))
_TO: Final = text(_KEYS.format(condition="k.confrelid = to_regclass(:table)"))


def settle_dangling(engine: Engine, schemas: Iterable[str], operation: int) -> None:
    """Empty or take out every reference of an unchecked key that leads nowhere. May be killed and done again."""
    with engine.connect() as connection:
        keys = [_Key(*row) for row in connection.execute(_UNCHECKED, {"schemas": list(schemas)})]
    for key in keys:
        while _settle_some(engine, key, operation):
            pass


def _settle_some(engine: Engine, key: _Key, operation: int) -> bool:
    """One transaction; False when there was nothing left."""
    with engine.begin() as connection:
        open_all_walls(connection)
        work = _Setting(connection, operation)
        if not key.has_id:
            chosen = (
                f"t.ctid = any(array(select t.ctid from {key.full_table} t where {key.lost()} limit :most))"
            )
            return work.take_out_links(key, chosen, {"most": CHUNK}) > 0
        asked = f"select t.id from {key.full_table} t where {key.lost()} limit :most for update"
        ids = list(connection.execute(text(asked), {"most": CHUNK}).scalars())
        if ids:
            work.settle(key, "t.id = any(:ids)", ids)
        return bool(ids)


@dataclass(frozen=True)
class _Setting:
    """Setting rows apart within one transaction."""

    connection: Connection
    operation: int

    def settle(self, key: _Key, chosen: str, ids: Sequence[int]) -> None:
        """Empty the references of the chosen rows, or take them out where they may not be empty."""
        if key.loose:
            self._empty(key, chosen, ids)
        elif key.has_id:
            found = text(f"select t.id from {key.full_table} t where {chosen}")
            self._take_out(key, list(self.connection.execute(found, {"ids": ids}).scalars()))
        else:
            self.take_out_links(key, chosen, {"ids": ids})

    def take_out_links(self, key: _Key, chosen: str, given: dict[str, Any]) -> int:
        """Delete rows that nothing can refer to, keeping them."""
        kept = f"with gone as (delete from {key.full_table} t where {chosen} returning t.*) "
        return self._keep(key, kept, "gone", given, is_out=True)

    def _empty(self, key: _Key, chosen: str, ids: Sequence[int]) -> None:
        shown = ", ".join(
            f"t.{quote(name)}" for name in dict.fromkeys(("id", *key.columns)) if key.has_id or name != "id"
        )
        self._keep(
            key,
            "",
            f"(select {shown} from {key.full_table} t where {chosen}) gone",
            {"ids": ids},
            is_out=False,
        )
        changes = ", ".join(f"{quote(name)} = null" for name in key.loose)
        if key.has_id:
            changes += ", version = t.version + 1, changed_at = now()"
        self.connection.execute(text(f"update {key.full_table} t set {changes} where {chosen}"), {"ids": ids})

    def _take_out(self, key: _Key, ids: Sequence[int]) -> None:
        """First whatever refers to the rows, in whichever table it lies; a row that refers to itself is emptied or one
        of the same.
        """
        if not ids:
            return
        for other in [_Key(*row) for row in self.connection.execute(_TO, {"table": key.full_table})]:
            apart = "" if other.full_table != key.full_table else " and t.id <> all(:ids)"
            self.settle(other, other.points_at() + apart, ids)
        given = {"ids": ids}
        kept = f"with gone as (delete from {key.full_table} t where t.id = any(:ids) returning t.*) "
        self._keep(key, kept, "gone", given, is_out=True)

    def _keep(self, key: _Key, before: str, source: str, given: dict[str, Any], *, is_out: bool) -> int:
        names = {
            "operation": self.operation, "addon": key.addon, "table": f"{key.schema}.{key.table}",
            "column": key.column, "target": key.target, "is_out": is_out,
        }  # fmt: skip
        statement = (
            f"{before}insert into core.stranded (operation, addon, table_name, column_name, target, is_out, row) "
            "select :operation, :addon, :table, :column, :target, :is_out, to_jsonb(gone.*) "
            f"from {source}"
        )
        return self.connection.execute(text(statement), {**names, **given}).rowcount
