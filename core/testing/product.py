"""The composed product in a database of its own: what tests of addons stand on."""

from __future__ import annotations

import hashlib
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import _lru_cache_wrapper
from pathlib import Path
from typing import Final
from weakref import ref

from core.config import Config, installation_root
from core.lifecycle.bringing import fingerprint
from core.lifecycle.install import initialise
from core.modules.discovery import discover
from core.modules.graph import order
from core.modules.loader import LoadedAddon, load
from core.orm.compose import Composition, compose, composition, resume
from core.testing.database import APP_ROLE, DatabaseServer, ScratchDatabase
from core.testing.people import hire

KEPT: Final = 3
"""Products of a process whose compositions are kept to be resumed: each takes 60 MB, and much more once it is used."""


class Product:
    """Some addons, composed when a test needs them; the composition is one per process, so tests take turns."""

    def __init__(
        self, addons: Sequence[str] | None = None, addons_path: Sequence[Path] = (), *, bridged: bool = True
    ) -> None:
        folders = tuple(addons_path) or (installation_root() / "addons",)
        self.config = Config(state_dir=Path(tempfile.gettempdir()) / "keyuan-test-state", addons_path=folders)
        found = discover(self.config)
        wanted = [each.name for each in found if each.error is None] if addons is None else list(addons)
        self._loaded: list[LoadedAddon] = load(order(found, wanted, bridged=bridged))
        for addon in self._loaded:
            if addon.error is not None:
                raise addon.error
        self._composition: Composition | None = None

    def compose(self) -> Composition:
        """This product's composition as that of the process."""
        if self._composition is None:
            self._composition = compose(self._loaded)
        elif _current() is not self._composition:
            resume(self._composition)
        found = self._composition
        _kept[:] = [*(one for one in _kept if one is not self), self]
        for one in _kept[:-KEPT]:
            one._composition = None
        return found

    def template(self, server: DatabaseServer, roles: Mapping[str, Sequence[str]]) -> str:
        """A template database with two companies, where all addons are on, and the people of `people.py`."""
        composed = self.compose()
        wanted = sorted((person, tuple(codes)) for person, codes in roles.items())
        key = hashlib.sha256(f"{fingerprint(composed)}{wanted}".encode()).hexdigest()[:12]

        def build(database: ScratchDatabase) -> None:
            initialise(database.owner, APP_ROLE, composed)
            with database.owner.begin() as connection:
                hire(connection, composed, roles)

        return server.template(key, build)


_kept: list[Product] = []
_seen: Callable[[], Composition | None] = lambda: None  # noqa: E731 - a reference that is dead


def let_go() -> None:
    """Forget what the kernel keeps by composition and model, if another composition has come since the last time: what
    was composed for a test would be there to the end of the run, with all that was made of it.
    """
    global _seen
    current = _current()
    if current is None or _seen() is current:
        return
    _seen = ref(current)
    for name, module in [*sys.modules.items()]:
        if name.startswith("core."):
            for kept in [*vars(module).values()]:
                if isinstance(kept, _lru_cache_wrapper):
                    kept.cache_clear()


def importable(folder: Path) -> Path:
    """The folder, from whose addons test modules may now import; those are imported before a product is loaded."""
    if str(folder) not in sys.path:
        sys.path.append(str(folder))
    return folder


def _current() -> Composition | None:
    try:
        return composition()
    except LookupError:
        return None
