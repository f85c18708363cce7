"""A dry run of an upgrade: it is done on a copy of the database, with everything in it, and the copy is dropped.

What it says is what would happen to these rows with this code: the operations, how long they take here, rows that
appear or vanish, and the error that would stop it. It does not say what people at work would feel of the locks.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, Engine, text

from core.errors import KeyuanError
from core.lifecycle.bringing import Report
from core.lifecycle.copying import copied
from core.lifecycle.generation import installed_addons
from core.lifecycle.install import install, upgrade_schema
from core.lifecycle.plan import plan_install
from core.lifecycle.walls import all_companies
from core.orm.compose import Composition
from core.orm.engine import Scope, apply_scope


@dataclass(frozen=True)
class DryRun:
    """What an upgrade did to a copy. Times are in seconds."""

    copying: float
    upgrading: float
    report: Report | None
    """What happened; None where an error stopped it."""
    migrations: tuple[str, ...] = ()
    """Addon and version of each step that ran."""
    rows: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Tables whose number of rows is another one afterwards: before and after; -1 where there was no such table."""
    total: int = 0
    """Rows of all tables before."""
    error: str | None = None

    @property
    def succeeded(self) -> bool:
        return self.error is None


def dry_run(
    owner_engine: Engine, app_role: str, composition: Composition, names: Collection[str] = (), *,
    programs: Path | None = None,
) -> DryRun:  # fmt: skip
    """Upgrade a copy of the database to the composition, and install `names` where they are given.

    An error of the upgrade is part of the answer. Raises `NoCopyPossible`.
    """
    started = time.perf_counter()
    with copied(owner_engine, programs) as engine:
        copying = time.perf_counter() - started
        before = _counted(engine)
        started = time.perf_counter()
        migrations, report, error = _upgraded(engine, app_role, composition, names)
        upgrading = time.perf_counter() - started
        after = _counted(engine)
    rows = {
        name: (before.get(name, -1), after.get(name, -1))
        for name in sorted(before.keys() | after.keys())
        if before.get(name, -1) != after.get(name, -1)
    }
    return DryRun(copying, upgrading, report, migrations, rows, sum(before.values()), error)


Outcome = tuple[tuple[str, ...], Report | None, str | None]


def _upgraded(engine: Engine, app_role: str, composition: Composition, names: Collection[str]) -> Outcome:
    migrations: tuple[str, ...] = ()
    try:
        with engine.connect() as connection:
            wanted = {*installed_addons(connection), *names} & {*composition.addons}
            plan = plan_install(connection, composition, wanted, app_role)
        migrations = tuple(f"{one.addon} {'.'.join(map(str, one.version))}" for one in plan.migrations)
        if names:
            return migrations, install(engine, app_role, composition, names, by="dry run"), None
        return migrations, upgrade_schema(engine, app_role, composition, by="dry run"), None
    except KeyuanError as refusal:
        return migrations, None, str(refusal)
    except Exception as problem:  # whatever an addon's migration raises is what we want to know
        return migrations, None, f"{type(problem).__name__}: {problem}"


_TABLES = text("""
    select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and not c.relispartition and n.nspname not like 'pg\\_%'
      and n.nspname <> 'information_schema' order by 1
""")


def _counted(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        apply_scope(connection, Scope(read=all_companies(connection)))
        return counted(connection)


def counted(connection: Connection) -> dict[str, int]:
    """The rows of every table of the database, those of partitions with their whole."""
    names = connection.execute(_TABLES).scalars().all()
    counts = ", ".join(f"(select count(*) from {name})" for name in names)
    numbers = connection.execute(text(f"select {counts}")).one() if names else ()
    return dict(zip(names, numbers, strict=True))
