"""Plain psycopg2 on a peer's own tables: the least that the same work costs with one driver and no framework.

Runs in the peers' environments; libpq finds server and database in the environment (PGHOST, PGDATABASE …).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import contextmanager
from typing import Any

import psycopg2
from psycopg2.extras import execute_values

from benchmarks.peers.clock import Line, Same, Work, side_by_side


class Plain:
    """One connection; what it writes is taken back."""

    def __init__(self) -> None:
        self.connection = psycopg2.connect(dbname=os.environ["PGDATABASE"])
        self.values: dict[str, Any] = {}

    def rows(self, sql: str, **values: Any) -> list[Any]:
        """Run a query and fetch everything."""
        with self.connection.cursor() as cursor:
            cursor.execute(sql, {**self.values, **values})
            found: list[Any] = cursor.fetchall()
        self.connection.rollback()
        return found

    def one(self, sql: str, **values: Any) -> Any:
        """The first column of the only row."""
        return self.rows(sql, **values)[0][0]

    def insert(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Insert by one statement a thousand rows."""
        with self.connection.cursor() as cursor:
            execute_values(cursor, sql, rows, page_size=1000)
        self.connection.rollback()

    def change(self, sql: str, **values: Any) -> None:
        """Carry out a change."""
        with self.connection.cursor() as cursor:
            cursor.execute(sql, {**self.values, **values})
        self.connection.rollback()

    @contextmanager
    def index(self, table: str, columns: str) -> Any:
        """An index that the peer does not declare, for one measurement."""
        self._now(f"create index peers_bench on {table} ({columns})")
        self._now(f"analyze {table}")
        try:
            yield
        finally:
            self.forget_index()

    def forget_index(self) -> None:
        """Leave the tables as the peer made them."""
        self._now("drop index if exists peers_bench")

    def _now(self, sql: str) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(sql)
        self.connection.commit()


def by_amount(plain: Plain, table: str, columns: str, peer: Work, sql: str, same: Same) -> list[Line]:
    """The list by amount as the peer declares its table, and again with the index that it does not declare."""

    def direct() -> list[Any]:
        return plain.rows(sql)

    plain.forget_index()  # of a run that was interrupted
    lines = [side_by_side("amount", peer, direct, same=same)]
    with plain.index(table, columns):
        lines.append(side_by_side("amount_indexed", peer, direct, same=same))
    return lines
