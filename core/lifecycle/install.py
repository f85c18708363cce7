"""Bringing addons into a deployment, and the database up to the running code.

One operation runs at a time (`journal.exclusive`). All changes of tables, the registry, shipped data and
the new generation are one transaction; what must not hold others up follows and can be taken up again after
a crash.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, func, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import OperationalError

import core
from core.auth.request_function import request_function
from core.auth.rights_sections import RIGHTS_MODELS
from core.auth.rights_version import rights_triggers
from core.auth.role_rows import sync_roles
from core.i18n import LazyString, _
from core.lifecycle.activation import switch_bridges_on
from core.lifecycle.errors import AlreadyInitialised, NotInitialised, TablesInUse, UnknownAddon
from core.lifecycle.generation import bump_generation, current_generation, installed_addons
from core.lifecycle.journal import CATALOGUE, FINISHING, Entry, exclusive, recorded, settle, unfinished
from core.lifecycle.plan import InstallPlan, manifests, plan_install, refuse_newer, with_what_comes_along
from core.lifecycle.seed import seed_deployment, ship_shared, ship_to_companies
from core.orm.audit_tables import AFTER_TABLES, BEFORE_TABLES, grants_after_tables, make_partitions
from core.orm.compose import Composition
from core.orm.engine import run_script
from core.orm.kernel_tables import KERNEL_SCHEMA, addon, generation, journal, kernel_metadata
from core.orm.schema import APPLICATION_ROLE, Operation, apply_schema, finish_schema, plan_schema, schema_hash
from core.orm.system_env import system_env

START_WAIT = 600.0
"""Seconds that a starting process waits for another one that is upgrading the same database."""
_LOCK_TIMEOUT_MS = 15_000
_LOCK_NOT_AVAILABLE = "55P03"


@dataclass(frozen=True)
class Report:
    """What happened. `operations` is empty when the database was up to date."""

    generation: int
    new: tuple[str, ...] = ()
    upgraded: tuple[str, ...] = ()
    operations: tuple[Operation, ...] = ()
    finished: tuple[str, ...] = ()
    seconds: float = 0.0


def initialise(
    owner_engine: Engine,
    app_role: str,
    composition: Composition,
    *,
    by: str = "keyuan",
    wait: float = START_WAIT,
) -> Report:
    """Make an empty deployment with the composed addons: tables, registry, shipped data, generation 1.

    Raises `AlreadyInitialised`; an interrupted first attempt is taken up again.
    """
    with exclusive(owner_engine, wait) as connection:
        with owner_engine.begin() as kernel:
            if current_generation(kernel) is not None:
                raise AlreadyInitialised()
            create_kernel(kernel, app_role)
        return _bring(owner_engine, connection, app_role, composition, composition.addons, "initialise", by)


def install(
    owner_engine: Engine,
    app_role: str,
    composition: Composition,
    names: Collection[str],
    *,
    by: str = "keyuan",
) -> Report:
    """Install addons of the composition. Raises `OperationRunning` at once while somebody else does such
    a thing.
    """
    for name in names:
        if name not in composition.addons:
            raise UnknownAddon(name)
    with exclusive(owner_engine) as connection:
        wanted = {*names, *_registered(owner_engine)}
        return _bring(owner_engine, connection, app_role, composition, wanted, "install", by)


def upgrade_schema(
    owner_engine: Engine,
    app_role: str,
    composition: Composition,
    *,
    by: str = "keyuan",
    wait: float = START_WAIT,
) -> Report:
    """Bring the database up to the running code; milliseconds where they match already.

    Raises `NotInitialised` and `NewerDatabase`. Of several processes that start at once one does the work.
    """
    with owner_engine.begin() as connection:
        found = current_generation(connection)
        if found is None:
            raise NotInitialised()
        refuse_newer(connection, composition, installed_addons(connection))
        make_partitions(connection)
        interrupted = select(journal.c.id).where(journal.c.state == "running").exists()
        if (
            found.schema_hash == fingerprint(composition)
            and not connection.execute(select(interrupted)).scalar_one()
        ):
            return Report(found.number)
    with exclusive(owner_engine, wait) as connection:
        with owner_engine.begin() as kernel:
            create_kernel(kernel, app_role)
        return _bring(
            owner_engine, connection, app_role, composition, _registered(owner_engine), "upgrade", by
        )


def create_kernel(connection: Connection, app_role: str = APPLICATION_ROLE) -> None:
    """The kernel's own tables, this and the next months of the audit; adds what a newer kernel needs more."""
    run_script(connection, BEFORE_TABLES)
    apply_schema(connection, plan_schema(connection, kernel_metadata, [KERNEL_SCHEMA], app_role))
    run_script(connection, AFTER_TABLES + grants_after_tables(app_role))
    make_partitions(connection)


def fingerprint(composition: Composition) -> str:
    """What has to agree between code and database: tables, functions and triggers on them, and versions."""
    versions = ",".join(f"{name} {manifest.version}" for name, manifest in manifests(composition).items())
    tables = schema_hash(kernel_metadata, composition.metadata)
    made = f"{request_function(composition).name};{','.join(RIGHTS_MODELS)}"
    return f"{core.__version__};{versions};{tables};{made}"


def _registered(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        return set(installed_addons(connection))


def _bring(
    engine: Engine,
    locked: Connection,
    app_role: str,
    composition: Composition,
    names: Collection[str],
    kind: str,
    by: str,
) -> Report:
    started = time.perf_counter()
    names = with_what_comes_along(composition, names)
    _take_up(engine, locked, composition)
    with recorded(locked, kind, [name for name in composition.addons if name in names], by) as entry:
        entry.step(CATALOGUE)
        plan, number = _change(engine, entry, app_role, composition, names)
        finished = finish_schema(engine, composition.metadata, names) if plan.schema.deferred else []
    operations = (*plan.schema.operations, *plan.schema.deferred)
    seconds = time.perf_counter() - started
    return Report(number, plan.new, plan.upgraded, operations, tuple(finished), seconds)


def _take_up(engine: Engine, locked: Connection, composition: Composition) -> None:
    """Finish or close what a killed process left; whoever holds the lock is the only one at work."""
    for operation in unfinished(locked):
        if operation.committed:
            finish_schema(engine, composition.metadata, composition.addons)
        settle(locked, operation)


def _change(
    engine: Engine, entry: Entry, app_role: str, composition: Composition, names: Collection[str]
) -> tuple[InstallPlan, int]:
    try:
        with engine.begin() as connection:
            connection.execute(text(f"set local lock_timeout = {_LOCK_TIMEOUT_MS}"))
            plan = plan_install(connection, composition, names, app_role)
            for migration in plan.migrations:
                migration.run("before", connection)
            schema = plan.schema
            if plan.migrations:
                schema = plan_schema(connection, composition.metadata, names, app_role)
            apply_schema(connection, schema)
            for migration in plan.migrations:
                migration.run("after", connection)
            run_script(connection, request_function(composition).sql)
            run_script(connection, rights_triggers(composition, app_role))
            _register(connection, composition, [*plan.new, *plan.upgraded])
            _ship(connection, composition, plan, names)
            switch_bridges_on(connection, plan.new)
            number = _raise_generation(connection, composition, changed=bool(plan))
            entry.step(FINISHING, within=connection)
    except OperationalError as error:
        if getattr(error.orig, "pgcode", None) == _LOCK_NOT_AVAILABLE:
            raise TablesInUse() from error
        raise
    return plan, number


def _register(connection: Connection, composition: Composition, names: Sequence[str]) -> None:
    known = manifests(composition)
    for name in names:
        row = upsert(addon).values(name=name, version=known[name].version)
        changed = {"version": row.excluded.version, "state": "installed", "changed_at": func.now()}
        connection.execute(row.on_conflict_do_update(index_elements=[addon.c.name], set_=changed))


def _ship(
    connection: Connection, composition: Composition, plan: InstallPlan, names: Collection[str]
) -> None:
    sync_roles(connection, composition)
    on = frozenset(names)
    reason: LazyString = _("shipped data of addons")
    with system_env(connection, 0, on, reason) as env:
        ship_shared(env, composition, on)
        seed_deployment(env, composition, plan.new)
    ship_to_companies(connection, composition, plan.upgraded)


def _raise_generation(connection: Connection, composition: Composition, *, changed: bool) -> int:
    found = current_generation(connection)
    values = {"schema_hash": fingerprint(composition), "kernel_version": core.__version__}
    if found is None:
        connection.execute(generation.insert().values(number=1, **values))
        return 1
    connection.execute(update(generation).values(values))
    return bump_generation(connection) if changed else found.number
