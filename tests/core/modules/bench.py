"""Addons that a test writes, and addons that exist for the graph only."""

from __future__ import annotations

import sys
from collections.abc import Collection
from pathlib import Path

from core.config import Config
from core.modules.discovery import Found, discover
from core.modules.graph import order
from core.modules.loader import LoadedAddon, load
from core.modules.manifest import KERNEL, Manifest


class Addons:
    """A folder of addons that a test writes; their modules are forgotten after the test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.names: set[str] = set()

    def add(self, name: str, /, files: dict[str, str] | None = None, **settings: object) -> Path:
        """An addon with its manifest (`settings` beside name, title and version) and `files` by relative path."""
        self.names.add(name)
        folder = self.folder / name
        arguments = {"name": name, "title": name.title(), "version": "1.0.0", **settings}
        written = ", ".join(f"{key}={value!r}" for key, value in arguments.items())
        manifest = f"from core.modules.manifest import Manifest\nmanifest = Manifest({written})\n"
        for place, text in {"__init__.py": "", "manifest.py": manifest, **(files or {})}.items():
            path = folder / place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        return folder

    def find(self, *more: Path, safe_mode: bool = False) -> dict[str, Found]:
        """What is found on an addons path of this folder and `more`, by name, without the kernel's addon."""
        config = Config(self.folder / "state", (self.folder, *more), safe_mode=safe_mode)
        return {found.name: found for found in discover(config, limit=5) if found.source != "kernel"}

    def loaded_anew(self, *, but: Collection[str] = ()) -> list[LoadedAddon]:
        """These addons, but for some, and the kernel's as a process of its own finds them now."""
        for name in [name for name in sys.modules if name.partition(".")[0] in self.names]:
            del sys.modules[name]
        found = discover(Config(self.folder / "state", (self.folder,)))
        return load(
            order(found, [one.name for one in found if one.name in self.names and one.name not in but])
        )


def found(
    name: str,
    *depends: str,
    conflicts: tuple[str, ...] = (),
    core: str = ">=1.0,<2.0",
    is_bridge: bool = False,
) -> Found:
    """An addon that exists for the graph only."""
    manifest = Manifest(
        name=name,
        title=name,
        version="1.0.0",
        depends=depends,
        conflicts=conflicts,
        core=core,
        auto_install=is_bridge,
    )
    return Found(name, name, Path("/nowhere") / name, "folder", manifest=manifest)


def names(items: list[Found]) -> list[str]:
    """The usable ones, in order, without the kernel's own."""
    return [item.name for item in items if item.error is None and item.name != KERNEL]


def reasons(items: list[Found]) -> dict[str, str]:
    return {item.name: str(item.error) for item in items if item.error is not None and item.name != KERNEL}
