"""A copy of the deployment's database beside it, on the same server, for a moment.

Nobody is disturbed: `pg_dump` reads one snapshot and `pg_restore` fills the copy from it, through a pipe. It needs the
right to create databases, the two programs of the server's major version, and as much free disk space as the database
has; it takes as long as a restored backup. Files of records lie beside the database and are not copied.
"""

from __future__ import annotations

import secrets
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, make_url, text
from sqlalchemy.exc import DBAPIError

from core.i18n import _
from core.lifecycle.errors import NoCopyPossible
from core.lifecycle.walls import all_companies
from core.orm.engine import READ_SETTING, Scope, make_engine, run_script
from core.orm.rls import quote
from core.server.programs import address_of, client_programs

_MARK: Final = "_dry_"
_LONGEST_NAME: Final = 63


@contextmanager
def copied(owner_engine: Engine, programs: Path | None = None) -> Iterator[Engine]:
    """The owner's engine of a copy, which is dropped in every case; so are copies of killed processes.

    `programs` is the configured folder of PostgreSQL's programs. Raises `NoCopyPossible`.
    """
    url = owner_engine.url.render_as_string(hide_password=False)
    with owner_engine.connect() as connection:
        folder = _programs(connection, programs)
        wanted = _description(connection)
        everything = Scope(read=all_companies(connection))
    name = f"{wanted['datname'][: _LONGEST_NAME - 16]}{_MARK}{secrets.token_hex(4)}"
    with owner_engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        _drop_left_over(connection, wanted["datname"])
        try:
            run_script(connection, f"create database {quote(name)} {_like(wanted)}")
        except DBAPIError as error:
            reason = str(error.orig).strip()
            raise NoCopyPossible(
                _("The copy of the database cannot be made: {reason}", reason=reason)
            ) from error
        copy = make_url(url).set(database=name).render_as_string(hide_password=False)
        engine = make_engine(copy, application_name="keyuan-dry-run", pooled=False)
        try:
            _fill(folder, url, copy, everything)
            yield engine
        finally:
            engine.dispose()
            run_script(connection, f"drop database if exists {quote(name)} with (force)")


def _programs(connection: Connection, configured: Path | None) -> Path:
    major = int(connection.execute(text("show server_version_num")).scalar_one()) // 10_000
    found = client_programs(configured, major)
    if found is None:
        raise NoCopyPossible(_(
            "A copy of the database needs the programs pg_dump and pg_restore of PostgreSQL {major}. Install them, or "
            "name their folder with KEYUAN_POSTGRES_BIN.", major=major,
        ))  # fmt: skip
    return found


def _description(connection: Connection) -> Mapping[str, Any]:
    """The row of pg_database; its columns differ between versions."""
    row = text("select to_jsonb(d) from pg_database d where datname = current_database()")
    found: Mapping[str, Any] = connection.execute(row).scalar_one()
    return found


def _like(found: Mapping[str, Any]) -> str:
    """The same order of texts as in the original: indexes and comparisons are those of the original."""
    words = f"template template0 encoding 'UTF8' lc_collate '{found['datcollate']}' lc_ctype '{found['datctype']}'"
    locale = found.get("datlocale") or found.get("daticulocale")
    provider = {"i": "icu", "b": "builtin"}.get(str(found.get("datlocprovider")))
    return f"{words} locale_provider {provider} {provider}_locale '{locale}'" if provider else words


def _drop_left_over(connection: Connection, original: str) -> None:
    """Databases of earlier dry runs in which nobody is at work."""
    left = text(
        "select d.datname from pg_database d where starts_with(d.datname, :mark) "
        "and pg_has_role(d.datdba, 'member') and not exists (select from pg_stat_activity a where a.datid = d.oid)"
    )
    for name in (
        connection.execute(left, {"mark": f"{original[: _LONGEST_NAME - 16]}{_MARK}"}).scalars().all()
    ):
        run_script(connection, f"drop database if exists {quote(name)}")


def _fill(folder: Path, source: str, target: str, everything: Scope) -> None:
    companies = ",".join(map(str, everything.read))
    address, environment = address_of(source, **{READ_SETTING: f"{{{companies}}}"})
    dump = [str(folder / "pg_dump"), "--format=custom", "--compress=0", "--enable-row-security", address]
    to_address, to_environment = address_of(target)
    restore = [str(folder / "pg_restore"), "--exit-on-error", f"--dbname={to_address}"]
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as answered:
        reading = subprocess.Popen(dump, stdout=subprocess.PIPE, stderr=said, env=environment)
        try:
            restored = subprocess.run(
                restore, stdin=reading.stdout, stderr=answered, env=to_environment, check=False
            )
        finally:
            if reading.stdout is not None:
                reading.stdout.close()
            reading.wait()
        for stream in (said, answered):
            stream.seek(0)
        problems = (said.read() + answered.read()).decode(errors="replace").strip()
    if reading.returncode or restored.returncode:
        raise NoCopyPossible(_("The copy of the database cannot be made: {reason}", reason=problems[:1000]))
