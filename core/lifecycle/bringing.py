"""Addons into the database: tables, registry, shipped data and the new generation are one transaction.

What must not hold others up, indexes and the check of old rows, follows and can be taken up again after a crash.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, update
from sqlalchemy.dialects.postgresql import insert as upsert

import core
from core.auth.request_function import opening_functions
from core.auth.rights_sections import RIGHTS_MODELS
from core.auth.rights_version import rights_triggers
from core.auth.role_rows import sync_roles
from core.i18n import LazyString, _
from core.lifecycle.activation import switch_bridges_on
from core.lifecycle.dangling import Dangling
from core.lifecycle.filling import Filling
from core.lifecycle.finishing import finish
from core.lifecycle.generation import bump_generation, current_generation
from core.lifecycle.journal import FINISHING, Entry
from core.lifecycle.patience import patiently
from core.lifecycle.plan import InstallPlan, manifests, plan_install
from core.lifecycle.seed import seed_deployment, ship_shared, ship_to_companies
from core.lifecycle.site import Site
from core.orm.compose import Composition
from core.orm.engine import run_script
from core.orm.kernel_tables import addon, generation, kernel_metadata
from core.orm.schema import Operation, apply_schema, plan_schema, schema_hash
from core.orm.system_env import system_env


@dataclass(frozen=True)
class Report:
    """What happened. `operations` is empty when the database was up to date."""

    generation: int
    new: tuple[str, ...] = ()
    upgraded: tuple[str, ...] = ()
    operations: tuple[Operation, ...] = ()
    finished: tuple[str, ...] = ()
    dangling: tuple[Dangling, ...] = ()
    """References to rows that were deleted while the addon was removed, and what became of them."""
    seconds: float = 0.0


def fingerprint(composition: Composition) -> str:
    """What has to agree between code and database: tables, functions and triggers on them, and versions."""
    versions = ",".join(f"{name} {manifest.version}" for name, manifest in manifests(composition).items())
    tables = schema_hash(kernel_metadata, composition.metadata)
    functions = ",".join(one.name for one in opening_functions(composition))
    made = f"{functions};{','.join(RIGHTS_MODELS)}"
    return f"{core.__version__};{versions};{tables};{made}"


def bring(
    site: Site,
    entry: Entry,
    names: Collection[str],
    first: Callable[[Connection], None] | None = None,
    *,
    back: Collection[str] = (),
    since: datetime | None = None,
) -> Report:
    """Make the database fit `names` of the composition. `first` belongs to the same transaction; it brings the addons
    that are `back`, and were away from `since` on, to their place.
    """
    started = time.perf_counter()

    def change(connection: Connection) -> tuple[InstallPlan, Filling, int]:
        if first is not None:
            first(connection)
        plan, number = _change(connection, site, names)
        new = plan.new if number > 1 else ()  # nothing is older than what an empty database gets
        filling = Filling(frozenset([*new, *plan.upgraded]), frozenset(back) - {*plan.upgraded}, since)
        entry.step(FINISHING, within=connection, filling=filling.as_json())
        return plan, filling, number

    plan, filling, number = patiently(site.engine, change)
    finished = finish(site, entry.id, filling, has_deferred=bool(plan.schema.deferred))
    return Report(
        number, plan.new, plan.upgraded, (*plan.schema.operations, *plan.schema.deferred),
        finished.done, finished.dangling,
        time.perf_counter() - started,
    )  # fmt: skip


def _change(connection: Connection, site: Site, names: Collection[str]) -> tuple[InstallPlan, int]:
    composition = site.composition
    plan = plan_install(connection, composition, names, site.app_role)
    for migration in plan.migrations:
        migration.run("before", connection)
    schema = plan.schema
    if plan.migrations:
        schema = plan_schema(connection, composition.metadata, names, site.app_role)
    apply_schema(connection, schema)
    for migration in plan.migrations:
        migration.run("after", connection)
    run_script(connection, [one.sql for one in opening_functions(composition)])
    run_script(connection, rights_triggers(composition, site.app_role))
    _register(connection, composition, [*plan.new, *plan.upgraded])
    _ship(connection, composition, plan, names)
    switch_bridges_on(connection, plan.new)
    return plan, raise_generation(connection, composition, changed=bool(plan))


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


def raise_generation(connection: Connection, composition: Composition, *, changed: bool) -> int:
    """Note what the database belongs to now; where it `changed`, all processes are asked for this composition."""
    found = current_generation(connection)
    values = {"schema_hash": fingerprint(composition), "kernel_version": core.__version__}
    if found is None:
        connection.execute(generation.insert().values(number=1, **values))
        return 1
    connection.execute(update(generation).values(values))
    return bump_generation(connection) if changed else found.number
