"""Bringing a removed addon back with everything it had: data, links, switches, settings.

returning   one transaction: its tables come back to their place, and what an installation does follows, newer code's
            migrations too; rules across its border bind new rows at once
finishing   the old rows are checked: what they refer to may have been deleted meanwhile (`dangling`), and values that
            follow from the data of others are worked out anew (`filling`)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, func, update

from core.lifecycle.belongings import belongings
from core.lifecycle.binned import Binned, binned_meanwhile, removed_since
from core.lifecycle.bringing import Report, bring
from core.lifecycle.dangling import Dangling
from core.lifecycle.errors import KeptAside, NotRemoved, UnknownAddon
from core.lifecycle.generation import installed_addons, removed_addons
from core.lifecycle.install import create_kernel
from core.lifecycle.journal import LEAVING, RETURNING, exclusive, recorded, settle, unfinished
from core.lifecycle.plan import with_what_comes_along
from core.lifecycle.site import Site
from core.lifecycle.taking_up import take_up
from core.orm.compose import Composition
from core.orm.engine import run_script
from core.orm.kernel_tables import addon
from core.orm.rls import quote


@dataclass(frozen=True)
class Restored:
    """What happened. `addons` are those that came back: what the named one needs, and the bridges that stand on it."""

    generation: int
    addons: tuple[str, ...]
    report: Report
    dangling: tuple[Dangling, ...]
    binned: tuple[Binned, ...]


def restore(
    owner_engine: Engine, app_role: str, composition: Composition, name: str, *, by: str = "keyuan"
) -> Restored:
    """Bring a removed addon back. The composition holds its code, together with all that is installed.

    Raises `NotRemoved`, `UnknownAddon` where there is no sound code, `NewerDatabase` where it is older than the tables,
    `OperationRunning`, and `TablesInUse` with nothing changed.
    """
    with exclusive(owner_engine) as locked:
        with owner_engine.begin() as kernel:
            create_kernel(kernel, app_role)
        site = Site(owner_engine, locked, app_role, composition)
        take_up(site)
        with owner_engine.connect() as connection:
            removed, installed = removed_addons(connection), installed_addons(connection)
        if name not in removed:
            raise NotRemoved(name)
        if name not in composition.addons:
            raise UnknownAddon(name)
        names = with_what_comes_along(composition, {*installed, name})
        returning = [one for one in composition.addons if one in removed and one in names]
        left_over = {*removed} & {*composition.addons} - {*returning}
        if left_over:
            raise KeptAside(min(left_over))
        with owner_engine.connect() as connection:
            since = removed_since(connection, returning)
        with recorded(locked, "restore", returning, by) as entry:
            entry.step(RETURNING)
            report = bring(
                site, entry, names, lambda connection: _return(connection, returning),
                back=returning, since=since,
            )  # fmt: skip
            _close_removals(site, returning)
    binned = binned_meanwhile(owner_engine, composition, returning, since)
    return Restored(report.generation, tuple(returning), report, report.dangling, binned)


def _return(connection: Connection, names: Sequence[str]) -> None:
    """Their tables and their place in the registry; what binds them to the rest is found missing, and planned, next."""
    for name in names:
        found = belongings(connection, name)
        if found.schema is not None and found.is_aside:
            run_script(connection, f"alter schema {quote(found.schema)} rename to {quote(name)}")
    back = update(addon).where(addon.c.name.in_(names))
    connection.execute(back.values(state="installed", changed_at=func.now()))


def _close_removals(site: Site, names: Sequence[str]) -> None:
    """A removal that was still waiting for older processes has nothing to set aside any more."""
    for operation in unfinished(site.locked):
        if (operation.kind, operation.step) == ("remove", LEAVING) and {*operation.names} <= {*names}:
            settle(site.locked, operation)
