"""Who holds one of the deployment's locks: session locks of the server that end with their connection."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from core.orm.trust import TRUSTED


class LockHolder(NamedTuple):
    """The server process of the connection; `since` its beginning, None where the asking role may not know it."""

    backend: int
    since: datetime | None


_HOLDER: Final = text("""
    select l.pid, a.backend_start from pg_locks l left join pg_stat_activity a on a.pid = l.pid
    where l.locktype = 'advisory' and l.granted and l.objsubid = 1
      and (l.classid::bigint << 32) | l.objid::bigint = :key
      and l.database = (select oid from pg_database where datname = current_database())
""")


def holder_of(source: Connection | Session, key: int) -> LockHolder | None:
    """The holder of the lock with this key in the database of `source`."""
    row = source.execute(_HOLDER, {"key": key}, execution_options=TRUSTED).first()
    return None if row is None else LockHolder(*row)
