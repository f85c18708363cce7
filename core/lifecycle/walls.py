"""Work of the owner on rows of every company: the walls hold for an owner who is no superuser as well."""

from __future__ import annotations

from sqlalchemy import Connection, text

from core.orm.engine import Scope, apply_scope


def all_companies(connection: Connection) -> tuple[int, ...]:
    """Every company, and 0 for what they share."""
    return (0, *connection.execute(text("select id from base.company order by id")).scalars())


def open_all_walls(connection: Connection) -> None:
    """Let this transaction read and write the rows of all companies, and take the time it needs."""
    every = all_companies(connection)
    apply_scope(connection, Scope(read=every, write=every, timeout_ms=0))
