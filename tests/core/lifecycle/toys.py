"""The kernel and two toy addons, composed; later versions of a toy are made from its manifest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sqlalchemy import text

from core.config import Config
from core.lifecycle.bringing import Report
from core.lifecycle.install import initialise
from core.modules.discovery import discover
from core.modules.graph import order
from core.modules.loader import LoadedAddon, load
from core.orm.compose import Composition, compose
from core.testing.database import APP_ROLE, ScratchDatabase

FOLDER = Path(__file__).parent / "addons"


def toys(*names: str, bridged: bool = True) -> list[LoadedAddon]:
    config = Config(state_dir=FOLDER, addons_path=(FOLDER,))
    loaded = load(order(discover(config), names, bridged=bridged))
    assert [addon.error for addon in loaded] == [None] * len(loaded)
    return loaded


def composed(*names: str) -> Composition:
    return compose(toys(*names))


def released(
    loaded: Sequence[LoadedAddon], name: str, version: str, folder: Path | None = None
) -> list[LoadedAddon]:
    """The same addons, one of them in another version, with its migrations in `folder`."""
    return [
        replace(addon, found=replace(addon.found, manifest=replace(addon.manifest, version=version),
                                     folder=folder or addon.folder))
        if addon.name == name else addon
        for addon in loaded
    ]  # fmt: skip


def initialised(database: ScratchDatabase, *names: str) -> tuple[Composition, Report]:
    composition = composed(*names)
    return composition, initialise(database.owner, APP_ROLE, composition)


def company(database: ScratchDatabase, code: str = "A") -> int:
    """A company, made without any of its first data."""
    with database.owner.begin() as connection:
        statement = text("insert into base.company (name, code) values (:code, :code) returning id")
        return int(connection.execute(statement, {"code": code}).scalar_one())
