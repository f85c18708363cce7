"""The generation number: how every process learns that another composition is wanted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, func, select, update
from sqlalchemy.exc import ProgrammingError

from core.orm.kernel_tables import addon, generation

CHANNEL: Final = "keyuan_generation"
"""NOTIFY channel; the payload is the new number. Listen on the owner's connection, which no pooler shares."""

_UNDEFINED_TABLE: Final = "42P01"
_UNDEFINED_SCHEMA: Final = "3F000"


@dataclass(frozen=True)
class Generation:
    """What the database belongs to: number of the composition, fingerprint of its tables, kernel that
    made it.
    """

    number: int
    schema_hash: str
    kernel_version: str


def current_generation(connection: Connection) -> Generation | None:
    """None in a database that was never initialised; the caller's transaction goes on in either case."""
    try:
        with connection.begin_nested():
            row = connection.execute(select(generation)).first()
    except ProgrammingError as error:
        if getattr(error.orig, "pgcode", None) in (_UNDEFINED_TABLE, _UNDEFINED_SCHEMA):
            return None
        raise
    return None if row is None else Generation(row.number, row.schema_hash, row.kernel_version)


def bump_generation(connection: Connection) -> int:
    """Ask all processes for a new composition; they hear of it when the transaction commits."""
    raised = update(generation).values(number=generation.c.number + 1, changed_at=func.now())
    number = int(connection.execute(raised.returning(generation.c.number)).scalar_one())
    connection.execute(select(func.pg_notify(CHANNEL, str(number))))
    return number


def installed_addons(connection: Connection) -> dict[str, str]:
    """Name and version of the addons whose tables are in this database."""
    rows = connection.execute(select(addon.c.name, addon.c.version).where(addon.c.state == "installed"))
    return {row.name: row.version for row in rows}


def removed_addons(connection: Connection) -> dict[str, str]:
    """Name and version of the addons that were removed and whose data are kept."""
    rows = connection.execute(select(addon.c.name, addon.c.version).where(addon.c.state == "removed"))
    return {row.name: row.version for row in rows}
