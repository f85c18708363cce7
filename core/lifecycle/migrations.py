"""Migrations: what a version changes that adding tables and columns cannot.

A file `migrations/1.2.0.py` of an addon belongs to the step to version 1.2.0. It may define `before(op)` and
`after(op)`, which run before and after the additive change in the same transaction, with alembic's operations
(`op.get_bind()` is the connection). It never imports today's models: they will have changed when it runs; the tables as
a version had them are in `core.lifecycle.picture`. The rows of all companies are open to it.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from sqlalchemy import Connection

from core.errors import AddonError
from core.i18n import _
from core.lifecycle.walls import open_all_walls
from core.modules.manifest import Version, parse_version
from core.orm.engine import Scope, apply_scope

Phase = Literal["before", "after"]


@dataclass(frozen=True)
class Migration:
    """One step of one addon."""

    addon: str
    version: Version
    path: Path

    def run(self, phase: Phase, connection: Connection) -> bool:
        """Run this phase, if the file has it. An error of the file stops the upgrade, which rolls back."""
        work: Any = getattr(self._module(), phase, None)
        if work is None:
            return False
        from alembic.operations import Operations
        from alembic.runtime.migration import MigrationContext

        open_all_walls(connection)
        work(Operations(MigrationContext.configure(connection)))
        apply_scope(connection, Scope(read=()))
        return True

    def _module(self) -> ModuleType:
        name = f"keyuan_migration_{self.addon}_{'_'.join(map(str, self.version))}"
        specification = importlib.util.spec_from_file_location(name, self.path)
        if specification is None or specification.loader is None:
            raise AddonError(_("The migration {file} cannot be read.", file=self.path.name), addon=self.addon)
        module = importlib.util.module_from_spec(specification)
        specification.loader.exec_module(module)
        return module


def pending(addon: str, folder: Path, since: str, until: str) -> list[Migration]:
    """The steps of `addon` after version `since`, up to `until`, in their order.

    Raises `AddonError` for a file whose name is no version, since it would silently never run.
    """
    first, last = parse_version(since), parse_version(until)
    found = [migration for migration in _all(addon, folder) if first < migration.version <= last]
    return sorted(found, key=lambda migration: migration.version)


def _all(addon: str, folder: Path) -> Iterator[Migration]:
    for path in (folder / "migrations").glob("*.py"):
        if path.name == "__init__.py":
            continue
        try:
            yield Migration(addon, parse_version(path.stem), path)
        except ValueError:
            text = _("The migration {file} must be named after a version, such as 1.2.0.py.", file=path.name)
            raise AddonError(text, addon=addon) from None
