"""Engines, sessions and the settings of a transaction.

Everything a transaction needs to know of its caller (companies to read, companies to write, time limit) is
set for that transaction only, so that a pooler between us and the server may give each transaction another
connection.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection, Engine, NullPool, create_engine, event, text
from sqlalchemy.exc import DBAPIError, DisconnectionError, SQLAlchemyError
from sqlalchemy.orm import Session, SessionTransaction, sessionmaker

from core.orm.prepared import prepare_statements

READ_SETTING: Final = "keyuan.read"
WRITE_SETTING: Final = "keyuan.write"
ACROSS_SETTING: Final = "keyuan.across"
STATEMENT_TIMEOUT_MS: Final = 30_000
OLDEST_SERVER: Final = 15
_INFO_KEY: Final = "keyuan.scope"
_IN_FORCE_KEY: Final = "keyuan.scope_in_force"
_CONNECTION_KEY: Final = "keyuan.connection"
_USED_KEY: Final = "keyuan.used"
SECONDS_OF_TRUST: Final = 3.0
"""A pooled connection that was used so recently is taken as it is."""


def make_engine(
    url: str,
    *,
    application_name: str = "keyuan",
    pool_size: int = 8,
    max_overflow: int = 4,
    pooled: bool = True,
    connect_seconds: int = 10,
) -> Engine:
    """An engine of one role. `pooled=False` opens a connection per use, for commands and for holding locks.

    Nothing but the application's name is set at connecting, since a pooler in front of the server refuses
    more.
    """
    options: dict[str, Any] = {}
    if pooled:
        options |= {
            "pool_size": pool_size,
            "max_overflow": max_overflow,
            "pool_recycle": 1800,
            "pool_use_lifo": True,  # few connections know what is asked often
        }
    else:
        options["poolclass"] = NullPool
    engine = create_engine(
        url,
        connect_args={"application_name": application_name, "connect_timeout": connect_seconds},
        json_serializer=partial(json.dumps, ensure_ascii=False),
        executemany_mode="values_plus_batch",
        query_cache_size=2000,
        hide_parameters=True,  # a fault of the database must not write people's values into the log
        **options,
    )
    if pooled:
        event.listen(engine, "checkout", partial(_ping_after_a_rest, engine))
        event.listen(engine, "checkin", _note_use)
        prepare_statements(engine)
    return engine


def _ping_after_a_rest(engine: Engine, connection: Any, record: Any, _proxy: Any) -> None:
    """Ask whether the server is still there, unless it has just answered: a question each time costs a round trip."""
    if time.monotonic() - record.info.get(_USED_KEY, 0.0) < SECONDS_OF_TRUST:
        return
    try:
        engine.dialect.do_ping(connection)
    except DBAPIError as error:
        raise DisconnectionError() from error
    except engine.dialect.loaded_dbapi.OperationalError as error:
        raise DisconnectionError() from error


def _note_use(_connection: Any, record: Any) -> None:
    record.info[_USED_KEY] = time.monotonic()


def run_script(connection: Connection, statements: str | Iterable[str]) -> None:
    """Run DDL of ours in one round trip. Nothing is interpolated: a percent sign means itself."""
    script = statements if isinstance(statements, str) else "; ".join(statements)
    if script:
        connection.execution_options(no_parameters=True).exec_driver_sql(script)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which companies the rows of a transaction may belong to: the wall in the database, behind the policy.

    Company 0 stands for rows shared by all companies. Reading them is part of every scope; writing them is
    not. `across` names tables of `WalledDeployment` models, of which every company's rows are within reach.
    """

    read: tuple[int, ...]
    write: tuple[int, ...] = ()
    timeout_ms: int = STATEMENT_TIMEOUT_MS
    across: tuple[str, ...] = ()

    def parameters(self) -> dict[str, str]:
        """The values of `SCOPE_STATEMENT`."""
        return {
            "read": array_literal({0, *self.read}),
            "write": array_literal(self.write),
            "across": ",".join(self.across),
            "timeout": str(self.timeout_ms),
        }


SCOPE_STATEMENT: Final = text(
    f"select set_config('{READ_SETTING}', :read, true), set_config('{WRITE_SETTING}', :write, true), "
    f"set_config('{ACROSS_SETTING}', :across, true), "
    "set_config('statement_timeout', :timeout, true), set_config('TimeZone', 'UTC', true)"
)


def array_literal(ids: Iterable[int]) -> str:
    """Ids as PostgreSQL writes an array, the form in which the policies read the settings."""
    return "{" + ",".join(str(int(one)) for one in sorted(set(ids))) + "}"


def apply_scope(connection: Connection, scope: Scope) -> None:
    """Open the wall of this transaction for `scope`; it closes again at commit or rollback."""
    connection.execute(SCOPE_STATEMENT, scope.parameters())


def set_scope(session: Session, scope: Scope, *, already_set: bool = False) -> None:
    """Give `session` this scope for the running transaction and for later ones.

    `already_set` says that the caller has put the settings into a statement of the own (one round trip less).
    """
    session.info[_INFO_KEY] = scope
    if already_set:
        session.info[_IN_FORCE_KEY] = scope
    elif session.in_transaction():
        connection = session.connection()
        if session.info.get(_IN_FORCE_KEY) is not scope:
            _put_in_force(session, connection, scope)


def scope_of(session: Session) -> Scope | None:
    """The scope last given to `session`; without one the database shows it no company's rows."""
    scope: Scope | None = session.info.get(_INFO_KEY)
    return scope


@contextmanager
def across_companies(session: Session, *tables: str) -> Iterator[None]:
    """Open the wall around these tables alone, each named with its schema, in the running transaction: for work that
    has to find the rows of every company. What goes on in there must not call anything that sets another scope.
    """
    before = scope_of(session) or Scope(())
    set_scope(session, replace(before, across=tables))
    try:
        yield
    finally:
        with suppress(
            DBAPIError
        ):  # in a transaction that is lost; the next one begins with the scope of before
            set_scope(session, before)


def session_factory(
    bind: Engine | Connection, info: Mapping[str, Any] | None = None
) -> sessionmaker[Session]:
    """Sessions that write only when told to, and enter each transaction with the settings of their scope.

    `info` is what rooms above want to find in each of them.
    On a connection they live inside of its transaction: their commit and rollback concern what they did.
    """
    factory = sessionmaker(
        bind, autoflush=False, expire_on_commit=False, join_transaction_mode="create_savepoint",
        info=dict(info or {}),
    )  # fmt: skip
    event.listen(factory, "after_begin", _enter_scope)
    event.listen(factory, "after_soft_rollback", _restore_scope)
    return factory


def _enter_scope(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    if transaction.nested:
        return
    session.info.pop(_IN_FORCE_KEY, None)
    session.info[_CONNECTION_KEY] = connection
    scope = scope_of(session)
    if scope is not None:
        _put_in_force(session, connection, scope)


def _restore_scope(session: Session, previous: SessionTransaction) -> None:
    """A savepoint's rollback also takes back settings made inside of it; the session's word is the later
    one.
    """
    scope = scope_of(session)
    connection: Connection | None = session.info.get(_CONNECTION_KEY)
    if scope is None or connection is None or not previous.nested:
        return
    if not (connection.closed or connection.invalidated):
        _put_in_force(session, connection, scope)


def _put_in_force(session: Session, connection: Connection, scope: Scope) -> None:
    apply_scope(connection, scope)
    session.info[_IN_FORCE_KEY] = scope


@dataclass(frozen=True, slots=True)
class Health:
    """The answer to "can this process work with its database": `detail` is for the log, not for visitors."""

    ok: bool
    server_version: int = 0
    milliseconds: float = 0.0
    detail: str = ""


def check_health(engine: Engine) -> Health:
    """Ask the server one question. Never raises; a server older than PostgreSQL 15 counts as unhealthy."""
    started = time.perf_counter()
    try:
        with engine.connect() as connection:
            number = int(connection.exec_driver_sql("show server_version_num").scalar_one())
    except SQLAlchemyError as error:
        return Health(ok=False, detail=str(getattr(error, "orig", None) or error).strip())
    elapsed = (time.perf_counter() - started) * 1000
    version = number // 10_000
    detail = "" if version >= OLDEST_SERVER else f"PostgreSQL {version} is older than {OLDEST_SERVER}"
    return Health(ok=not detail, server_version=version, milliseconds=elapsed, detail=detail)
