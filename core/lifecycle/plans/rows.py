"""How many rows an operation concerns: exact where counting is cheap, else as the server estimates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, text

from core.orm.rls import quote

EXACT_BELOW: Final = 10_000
"""A table with at most so many rows, by its size at least, is counted; that takes a millisecond or two."""
_SMALL_PAGES: Final = 1_000
"""Where nobody has estimated the rows of a table yet, one of at most so many pages of 8 kB is counted."""

Name = tuple[str, str]
"""Schema and table."""

_SIZES = text("""
    select n.nspname, c.relname, c.reltuples::bigint, pg_relation_size(c.oid) / 8192
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and n.nspname || '.' || c.relname = any(:names)
""")


@dataclass(frozen=True)
class Counter:
    """Counts in a transaction whose wall stands open for every company: see `plans.plan_life`."""

    connection: Connection

    def rows(self, tables: Iterable[Name]) -> dict[Name, int]:
        """Rows of these tables, those in the bin among them. Tables that are not there are left out."""
        estimates = self._estimates(tables)
        small = [name for name, (rows, pages) in estimates.items() if _is_small(rows, pages)]
        return {name: rows for name, (rows, _pages) in estimates.items()} | self._counted(small)

    def where(self, table: Name, condition: str, values: Mapping[str, Any] | None = None) -> int:
        """Rows of one table that meet a condition, an SQL text of ours; 0 where there is no such table."""
        found = self._estimates([table]).get(table)
        if found is None:
            return 0
        statement = f"from {_full(table)} where {condition}"
        if _is_small(*found):
            return int(self.connection.execute(text(f"select count(*) {statement}"), values).scalar_one())
        plan = self.connection.execute(text(f"explain (format json) select {statement}"), values).scalar_one()
        return int(plan[0]["Plan"]["Plan Rows"])

    def _estimates(self, tables: Iterable[Name]) -> dict[Name, tuple[int, int]]:
        names = [f"{schema}.{table}" for schema, table in tables]
        rows = self.connection.execute(_SIZES, {"names": names}) if names else ()
        return {(row[0], row[1]): (row[2], row[3]) for row in rows}

    def _counted(self, tables: Sequence[Name]) -> dict[Name, int]:
        parts = [
            f"select {place}, count(*) from {_full(table)}" for place, table in enumerate(tables)
        ]  # fmt: skip
        if not parts:
            return {}
        rows = self.connection.execute(text(" union all ".join(parts)))
        return {tables[place]: count for place, count in rows}


def _is_small(rows: int, pages: int) -> bool:
    return pages <= _SMALL_PAGES if rows < 0 else rows < EXACT_BELOW and pages <= EXACT_BELOW


def _full(table: Name) -> str:
    return f"{quote(table[0])}.{quote(table[1])}"
