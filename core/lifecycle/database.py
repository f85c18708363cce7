"""The two roles of a deployment and how to reach the database as each.

The *owner* makes tables, installs addons and seals the audit. The *application* owns nothing and passes no
policy by: what it may read and write is decided by row-level security, whatever mistake our code makes.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, make_url, text
from sqlalchemy.exc import IntegrityError, InternalError, ProgrammingError

from core.config import Config, make_private_folder
from core.errors import ConfigError
from core.i18n import LazyString, _
from core.orm.engine import make_engine, run_script
from core.orm.leakproof import mark_leakproof
from core.orm.rls import quote
from core.server.embedded import Running

ROLE_FILE: Final = "application-role"
_LONGEST_NAME: Final = 63


@dataclass(frozen=True)
class Database:
    """Where the deployment's database is, once for each role."""

    owner_url: str = field(repr=False)
    app_url: str = field(repr=False)
    app_role: str
    own_role: bool
    """Whether we keep the application role's password ourselves, as with the embedded server or a single
    URL.
    """

    def owner_engine(self) -> Engine:
        """For DDL, LISTEN and locks; opens a connection when needed and keeps none."""
        return make_engine(self.owner_url, application_name="keyuan-owner", pooled=False)

    def app_engine(self, *, application_name: str = "keyuan", pool_size: int = 8) -> Engine:
        """For everything else: requests, jobs, commands."""
        return make_engine(self.app_url, application_name=application_name, pool_size=pool_size)


def database_of(config: Config, running: Running | None = None) -> Database:
    """The database of this configuration: the given URLs, else the embedded server's."""
    if config.database_url is None:
        if running is None:
            raise ConfigError(_("The embedded database server is not running."), setting="database_url")
        return _single(running.owner_url, config.state_dir)
    if config.owner_url is None:
        return _single(config.database_url, config.state_dir)
    role = make_url(config.database_url).username
    if not role:
        raise ConfigError(
            _("The URL of the database must name the application's role."), setting="database_url"
        )
    return Database(config.owner_url, config.database_url, role, own_role=False)


def _single(owner_url: str, state_dir: Path) -> Database:
    url = make_url(owner_url)
    role = f"{url.database or url.username or 'keyuan'}"[: _LONGEST_NAME - 4] + "_app"
    app_url = url.set(username=role, password=_password(state_dir)).render_as_string(hide_password=False)
    return Database(owner_url, app_url, role, own_role=True)


def _password(state_dir: Path) -> str:
    """Made once; of several first processes exactly one makes it."""
    path = make_private_folder(state_dir) / ROLE_FILE
    if not path.exists():
        draft = path.with_name(f".{ROLE_FILE}-{os.getpid()}-{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            stream.write(secrets.token_hex(24))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text("ascii").strip()


@dataclass(frozen=True)
class Prepared:
    """What `prepare_database` found or did, for the report of `keyuan init` and for `doctor`."""

    role_created: bool
    missing_leakproof: tuple[str, ...]


def prepare_database(owner_engine: Engine, database: Database) -> Prepared:
    """Make the application role usable and mark leakproof functions where this owner may.

    Needs no extension. Raises `ConfigError` with the SQL for a database administrator where the owner lacks
    the right, or where the application's role could pass the wall between companies; and where the owner
    comes through a pooler, behind which the lock of the deployment could be held twice.
    """
    pooled = pooler_problem(owner_engine)
    if pooled is not None:
        raise ConfigError(pooled, setting="owner_url")
    with owner_engine.begin() as connection:
        connection.execute(text("select pg_advisory_xact_lock(hashtextextended('keyuan.roles', 0))"))
        created = _ensure_role(connection, database)
        missing = mark_leakproof(connection)
        problems = role_problems(connection, database.app_role)
    if problems:
        raise ConfigError(problems[0], setting="database_url")
    return Prepared(created, tuple(missing))


def pooler_problem(owner_engine: Engine) -> LazyString | None:
    """What is wrong where a pooler in transaction mode stands between the owner and the server; None where all is well.

    Two open connections are then the same one of the server, or one is another after a commit. A busy pooler may hide
    that from a single look.
    """
    backend = text("select pg_backend_pid()")
    seen = []
    with owner_engine.connect() as one, owner_engine.connect() as other:
        for connection in (one, other, one):
            seen.append(connection.execute(backend).scalar_one())
            connection.rollback()
    if seen[0] == seen[2] != seen[1]:
        return None
    return _(
        "The owner of the database comes through a pooler that gives every transaction another connection. Set "
        "KEYUAN_OWNER_URL to the server itself; only the application's URL may go through the pooler."
    )


def _ensure_role(connection: Connection, database: Database, *, is_again: bool = False) -> bool:
    """Roles belong to the server: one that another database of it is making at the same moment is waited for, and
    looked at again.
    """
    exists = bool(_role(connection, database.app_role))
    if not database.own_role:
        if not exists:
            raise ConfigError(
                _("The role {role} of the application does not exist.", role=database.app_role),
                setting="database_url",
            )
        return False
    if exists and _can_connect(database.app_url):
        return False
    words = "alter" if exists else "create"
    flags = "login nosuperuser nocreatedb nocreaterole noreplication nobypassrls"
    if exists:
        flags = "login"
    password = make_url(database.app_url).password
    statement = f"{words} role {quote(database.app_role)} {flags} password "
    try:
        with connection.begin_nested():
            run_script(connection, f"{statement}'{password}'")
    except (IntegrityError, InternalError):
        if is_again:
            raise
        return _ensure_role(connection, database, is_again=True)
    except ProgrammingError as error:
        raise ConfigError(
            _("The owner of the database may not create the application's role. Ask an administrator of the "
              "database server to run: {sql}; then set KEYUAN_OWNER_URL and KEYUAN_DATABASE_URL.",
              sql=f"{statement}'…'"), setting="owner_url",
        ) from error  # fmt: skip
    return not exists


def _can_connect(url: str) -> bool:
    engine = make_engine(url, pooled=False)
    try:
        with engine.connect():
            return True
    except Exception:
        return False


def _role(connection: Connection, role: str) -> tuple[bool, bool] | None:
    statement = text("select rolsuper, rolbypassrls from pg_roles where rolname = :role")
    found = connection.execute(statement, {"role": role}).one_or_none()
    return None if found is None else (found[0], found[1])


_OWNS = text("""
    select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'
      and pg_has_role(:role, c.relowner, 'member') limit 1
""")


def role_problems(connection: Connection, role: str) -> list[LazyString]:
    """Why row-level security would not hold for this role; empty when it does. Cheap: asked at each start."""
    found = _role(connection, role)
    if found is None:
        return [_("The role {role} of the application does not exist.", role=role)]
    if found[0] or found[1]:
        return [
            _(
                "The application's role {role} is superuser or bypasses row-level security, and must not.",
                role=role,
            )
        ]
    owned = connection.execute(_OWNS, {"role": role}).scalar_one_or_none()
    if owned is not None:
        words = _(
            "The application's role {role} owns tables such as {table}; their owner must be another role."
        )
        return [words.format(role=role, table=owned)]
    return []
