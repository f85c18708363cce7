"""Bringing addons into a deployment, and the database up to the running code.

One operation runs at a time (`journal.exclusive`); what it does is `bringing.bring`.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, Engine, select

from core.lifecycle.bringing import Report, bring, fingerprint
from core.lifecycle.errors import AlreadyInitialised, KeptAside, NotInitialised, UnknownAddon
from core.lifecycle.generation import current_generation, installed_addons, removed_addons
from core.lifecycle.journal import CATALOGUE, exclusive, recorded
from core.lifecycle.plan import manifests, refuse_newer, with_what_comes_along
from core.lifecycle.site import Site
from core.lifecycle.taking_up import take_up
from core.modules.manifest import KERNEL
from core.orm.audit_tables import AFTER_TABLES, BEFORE_TABLES, grants_after_tables, make_partitions
from core.orm.compose import Composition
from core.orm.engine import run_script
from core.orm.kernel_tables import KERNEL_SCHEMA, journal, kernel_metadata
from core.orm.schema import APPLICATION_ROLE, apply_schema, plan_schema

START_WAIT = 600.0
"""Seconds that a starting process waits for another one that is upgrading the same database."""


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
        site = Site(owner_engine, connection, app_role, composition)
        return _bring(site, composition.addons, "initialise", by)


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
        return _bring(Site(owner_engine, connection, app_role, composition), wanted, "install", by)


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
        site = Site(owner_engine, connection, app_role, composition)
        return _bring(site, _registered(owner_engine), "upgrade", by)


def create_kernel(connection: Connection, app_role: str = APPLICATION_ROLE) -> None:
    """The kernel's own tables, this and the next months of the audit; adds what a newer kernel needs more."""
    run_script(connection, BEFORE_TABLES)
    apply_schema(connection, plan_schema(connection, kernel_metadata, [KERNEL_SCHEMA], app_role))
    run_script(connection, AFTER_TABLES + grants_after_tables(app_role))
    make_partitions(connection)


def _registered(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        return set(installed_addons(connection))


def _bring(site: Site, names: Collection[str], kind: str, by: str) -> Report:
    """Raises `KeptAside` where the composition holds an addon that was removed."""
    take_up(site)
    with site.engine.connect() as connection:
        kept = removed_addons(connection).keys() & {*site.composition.addons}
    if kept:
        raise KeptAside(min(kept))
    names = with_what_comes_along(site.composition, names)
    with recorded(site.locked, kind, _concerned(site, names, kind), by) as entry:
        entry.step(CATALOGUE)
        return bring(site, entry, names)


def _concerned(site: Site, names: Collection[str], kind: str) -> list[str]:
    """Whose history the journal tells: the addons that come in or rise. An upgrade is the kernel's as well, since the
    tables of all are brought up together.
    """
    with site.engine.connect() as connection:
        registered = {} if kind == "initialise" else installed_addons(connection)
    known = manifests(site.composition)
    changed = [
        name
        for name in site.composition.addons
        if name in names and registered.get(name) != known[name].version
    ]
    return list(dict.fromkeys([KERNEL, *changed])) if kind == "upgrade" else changed
