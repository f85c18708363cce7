"""What an installation will do, shown before anything happens."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection

import core
from core.lifecycle.errors import NewerDatabase
from core.lifecycle.generation import current_generation, installed_addons
from core.lifecycle.migrations import Migration, pending
from core.modules.graph import bridges
from core.modules.manifest import Manifest, parse_version
from core.orm.compose import Composition
from core.orm.schema import SchemaPlan, plan_schema


@dataclass(frozen=True)
class InstallPlan:
    """Addons that are new and those that rise to another version, with their migrations and tables."""

    new: tuple[str, ...]
    upgraded: tuple[str, ...]
    migrations: tuple[Migration, ...]
    schema: SchemaPlan

    def __bool__(self) -> bool:
        return bool(self.new or self.upgraded or self.schema)


def manifests(composition: Composition) -> dict[str, Manifest]:
    """The manifests of the composed addons, in their order."""
    return {addon.manifest.name: addon.manifest for addon in composition.loaded}


def with_what_comes_along(composition: Composition, names: Collection[str]) -> set[str]:
    """These addons, those they need, and the bridges between all of them."""
    known, found, waiting = manifests(composition), set[str](), list(names)
    while waiting:
        name = waiting.pop()
        if name not in found and name in known:
            found.add(name)
            waiting += known[name].depends
    return found | bridges(known, found)


def plan_install(
    connection: Connection, composition: Composition, names: Collection[str], app_role: str
) -> InstallPlan:
    """Plan to bring `names` into the database, with what comes along. Raises `NewerDatabase`, and
    `CompositionError` for a column that the rows in the database could not have.
    """
    names = with_what_comes_along(composition, names)
    registered = installed_addons(connection)
    refuse_newer(connection, composition, registered)
    wanted = [name for name in composition.addons if name in names]
    versions = {name: manifest.version for name, manifest in manifests(composition).items()}
    upgraded = [name for name in wanted if name in registered and registered[name] != versions[name]]
    folders = {addon.manifest.name: addon.folder for addon in composition.loaded}
    steps = [
        step for name in upgraded for step in pending(name, folders[name], registered[name], versions[name])
    ]
    return InstallPlan(
        tuple(name for name in wanted if name not in registered), tuple(upgraded), tuple(steps),
        plan_schema(connection, composition.metadata, wanted, app_role),
    )  # fmt: skip


def refuse_newer(connection: Connection, composition: Composition, registered: dict[str, str]) -> None:
    """Older code on a newer database does not start: it would not know what it destroys."""
    stored = current_generation(connection)
    if stored is not None and parse_version(stored.kernel_version) > parse_version(core.__version__):
        raise NewerDatabase("Keyuan", stored.kernel_version, core.__version__)
    for name, manifest in manifests(composition).items():
        if name in registered and parse_version(registered[name]) > manifest.release:
            raise NewerDatabase(manifest.title, registered[name], manifest.version)
