"""Taking an addon out of the deployment without losing anything of it. Its code may be missing or broken.

    relaxing   one transaction: its rules bind nobody's rows any more, a generation without it is asked for
    leaving    processes of older generations serve until the new ones answer
    aside      one transaction: its tables are kept in a schema that the application cannot enter

The columns that it has on the tables of others stay where they are, unmapped; the switches of the companies stay as
they are, so it comes back (`restoring`) switched on where it was.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, func, update

from core.auth.request_function import opening_functions
from core.errors import UserError
from core.i18n import LazyString, _
from core.lifecycle.belongings import Belongings, aside, belongings
from core.lifecycle.bringing import raise_generation
from core.lifecycle.errors import NeededByOthers, UnknownAddon
from core.lifecycle.generation import installed_addons
from core.lifecycle.journal import LEAVING, RELAXING, Entry, Unfinished, exclusive, recorded
from core.lifecycle.leaving import leave
from core.lifecycle.patience import patiently
from core.lifecycle.site import Site
from core.lifecycle.taking_up import take_up
from core.modules.discovery import Found
from core.modules.graph import dependants
from core.modules.manifest import KERNEL
from core.orm.compose import Composition, compose
from core.orm.engine import run_script
from core.orm.kernel_tables import addon
from core.orm.rls import quote

WAIT: float = 30.0
"""Seconds for processes of older generations; after that a worker completes the removal when they are gone."""


@dataclass(frozen=True)
class Removed:
    """What happened. `addons` are those that went: the bridges first, the named one last."""

    generation: int
    addons: tuple[str, ...]
    done: tuple[LazyString | str, ...]
    is_aside: bool
    """False while processes of an older generation have been serving: then a worker sets the tables aside later."""


@dataclass(frozen=True)
class Relaxation:
    """A rule of the addon that stops binding others: in words, and as SQL."""

    words: LazyString
    sql: str


def remove(
    owner_engine: Engine,
    app_role: str,
    composition: Composition,
    name: str,
    *,
    by: str = "keyuan",
    wait: float = WAIT,
    found: Iterable[Found] | None = None,
) -> Removed:
    """Remove an installed addon, and the bridges that stand on it. `found` are all addons with their manifests, where
    the composition does not hold those that depend on it, being broken themselves.

    Raises `UnknownAddon`, `NeededByOthers`, `OperationRunning`, and `TablesInUse` with nothing changed.
    """
    if name == KERNEL:
        raise UserError(_("The kernel's own addon cannot be removed."))
    known = list(found) if found is not None else [one.found for one in composition.loaded]
    with exclusive(owner_engine) as locked:
        take_up(Site(owner_engine, locked, app_role, composition))
        with owner_engine.connect() as connection:
            installed = installed_addons(connection)
        if name not in installed:
            raise UnknownAddon(name)
        others, bridges = needing(known, installed, name)
        if others:
            raise NeededByOthers(name, others)
        names = (*bridges, name)
        site = Site(owner_engine, locked, app_role, _without(composition, names))
        with recorded(locked, "remove", names, by) as entry:
            return _remove(site, entry, names, wait)


def needing(found: Iterable[Found], installed: Collection[str], name: str) -> tuple[list[str], list[str]]:
    """The installed addons that need this one: those that keep it here, and the bridges, which go with it, in the order
    of their going.
    """
    known = {one.name: one for one in found}
    above = dependants(known, [name]) & {*installed}
    bridges = {one for one in above if (manifest := known[one].manifest) and manifest.auto_install}
    order = sorted(bridges, key=lambda one: (len(dependants(known, [one]) & bridges), one))
    return sorted(above - bridges), order


def relaxations(belongings: Belongings) -> Iterator[Relaxation]:
    """What has to stop binding, so that the rest works on without the addon: keys across its border, checks on its
    columns, and a column of it that others would have to fill.
    """
    for bond in belongings.bonds:
        words = _(
            "Lift the rule {name} of the table {table}", name=bond.name, table=f"{bond.schema}.{bond.table}"
        )
        yield Relaxation(words, f"alter table {bond.full_table} drop constraint if exists {quote(bond.name)}")
    for column in belongings.columns:
        if column.is_required and not column.has_default:
            table = f"{column.schema}.{column.table}"
            words = _("Let the column {name} of the table {table} be empty", name=column.name, table=table)
            yield Relaxation(
                words, f"alter table {column.full_table} alter column {quote(column.name)} drop not null"
            )


def _without(composition: Composition, names: Sequence[str]) -> Composition:
    """What stays. It becomes the composition of this process, as it will be that of all new ones."""
    if not {*names} & {*composition.addons}:
        return composition
    return compose([one for one in composition.loaded if one.name not in names])


def _remove(site: Site, entry: Entry, names: Sequence[str], wait: float) -> Removed:
    entry.step(RELAXING)
    number, done = patiently(site.engine, lambda connection: _relax(connection, site, entry, names))
    rest = Unfinished(entry.id, "remove", ", ".join(names), LEAVING, _detail(site, number))
    is_aside = leave(site.engine, site.locked, rest, wait)
    entry.is_left_open = not is_aside
    if is_aside:
        done += [
            _("Keep the tables of {name} aside as {schema}", name=name, schema=aside(name)) for name in names
        ]
    return Removed(number, tuple(names), tuple(done), is_aside)


def _detail(site: Site, generation: int) -> Mapping[str, str | int]:
    return {"app_role": site.app_role, "generation": generation}


def _relax(
    connection: Connection, site: Site, entry: Entry, names: Sequence[str]
) -> tuple[int, list[LazyString | str]]:
    done: list[LazyString | str] = []
    for name in names:
        for relaxation in relaxations(belongings(connection, name)):
            run_script(connection, relaxation.sql)
            done.append(relaxation.words)
    gone = update(addon).where(addon.c.name.in_(names))
    connection.execute(gone.values(state="removed", changed_at=func.now()))
    run_script(connection, [one.sql for one in opening_functions(site.composition)])
    number = raise_generation(connection, site.composition, changed=True)
    entry.step(LEAVING, within=connection, **_detail(site, number))
    return number, done
