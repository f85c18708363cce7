"""The second half of a removal: processes that still have the addon's code go first, then its tables are set aside.

Each web and worker process keeps a connection whose name tells its generation (`presence`). While one of an older
generation is there, the tables stay where it looks for them.
"""

from __future__ import annotations

import time
from typing import Final

from sqlalchemy import Connection, Engine, text

from core.auth.role_rows import rest_roles
from core.lifecycle.belongings import aside, belongings
from core.lifecycle.errors import TablesInUse
from core.lifecycle.generation import removed_addons
from core.lifecycle.journal import (
    ASIDE,
    LEAVING,
    Entry,
    OperationRunning,
    Unfinished,
    exclusive,
    settle,
    unfinished,
)
from core.lifecycle.patience import patiently
from core.orm.engine import run_script
from core.orm.rls import quote

PRESENCE: Final = "keyuan-generation-"
"""How the name of a process's connection begins, before the number of its generation."""
_LOOK_EVERY: Final = 0.2

_OLDER: Final = text(f"""
    select count(*) from pg_stat_activity where datname = current_database() and usename = current_user
      and application_name ~ '^{PRESENCE}[0-9]+$'
      and substr(application_name, {len(PRESENCE) + 1})::bigint < :generation
""")


def older_processes(connection: Connection, generation: int) -> int:
    """How many processes of an earlier generation are there; asked as the owner, whose connections these are."""
    return int(connection.execute(_OLDER, {"generation": generation}).scalar_one())


def leave(engine: Engine, locked: Connection, operation: Unfinished, wait: float) -> bool:
    """Set the addons aside as soon as nobody uses them; False where somebody does after `wait` seconds."""
    deadline = time.monotonic() + wait
    while older_processes(locked, operation.detail["generation"]):
        if time.monotonic() >= deadline:
            return False
        time.sleep(_LOOK_EVERY)
    entry = Entry(locked, operation.id)
    try:
        patiently(engine, lambda connection: _put_aside(connection, entry, operation))
    except TablesInUse:
        return False
    return True


def _put_aside(connection: Connection, entry: Entry, operation: Unfinished) -> None:
    role, removed = quote(operation.detail["app_role"]), removed_addons(connection)
    names = [name for name in operation.names if name in removed]
    rest_roles(connection, names)
    for name in names:
        found = belongings(connection, name)
        if found.schema is not None and not found.is_aside:
            schema = quote(found.schema)
            run_script(connection, [
                f"revoke all on all tables in schema {schema} from {role}",
                f"revoke all on schema {schema} from {role}",
                f"alter schema {schema} rename to {quote(aside(name))}",
            ])  # fmt: skip
    entry.step(ASIDE, within=connection)


def put_waiting_aside(engine: Engine) -> None:
    """Complete removals that had to wait; a worker's upkeep asks again and again, and costs one question."""
    with engine.connect() as connection:
        waiting = [one for one in unfinished(connection) if (one.kind, one.step) == ("remove", LEAVING)]
        if not any(not older_processes(connection, one.detail["generation"]) for one in waiting):
            return
    try:
        with exclusive(engine) as locked:
            for operation in unfinished(locked):
                if (operation.kind, operation.step) == ("remove", LEAVING) and leave(
                    engine, locked, operation, 0
                ):
                    settle(locked, operation)
    except OperationRunning:
        return
