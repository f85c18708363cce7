"""Imports the files of addons and collects what they declare. Knows no database and no request.

The files of an addon are found by convention (`CONVENTION`), so nothing is listed twice. Whatever in them
carries a mark (`core.modules.marks`) is collected for the module that *defines* it: a class or function
says so itself, an instance counts where it is met first, and addons are read in the order of their
dependencies. Importing changes nothing else.

An addon that cannot be imported stands aside with the error and takes along those that depend on it. All
others load.
"""

from __future__ import annotations

import importlib.util
import inspect
import pkgutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Final, NamedTuple

from core.errors import AddonError, CompositionError
from core.i18n import _
from core.modules.collector import collector_at_rest
from core.modules.discovery import Found, register_locale
from core.modules.events import HookSpec, implemented
from core.modules.graph import blocked
from core.modules.hookspecs import KERNEL_EVENTS
from core.modules.importing import TookTooLong, import_failure, import_from, time_limit
from core.modules.manifest import KERNEL, Manifest
from core.modules.marks import CLASS_MARKS, Mark, is_mark

CONVENTION: Final = (
    "manifest", "roles", "states", "hookspecs", "models", "services", "views",
    "reports", "menus", "access", "hooks", "jobs", "pages", "seed", "demo",
)  # fmt: skip
"""The modules of an addon in the order they are read; each may be a file or a package of files."""

OTHER_FILES: Final = frozenset(
    {"__init__", "__main__", "conftest", "help", "locale", "migrations", "static", "templates", "tests"}
)
"""What else may lie in an addon's folder; the loader does not read it."""


class Marked(NamedTuple):
    """A collected declaration and the dotted name of the module that made it."""

    mark: Mark
    object: Any
    module: str


@dataclass(frozen=True)
class LoadedAddon:
    """An addon after its import. With an `error` it is quarantined and nothing of it is used."""

    found: Found
    marked: Sequence[Marked] = ()
    error: AddonError | None = None

    @property
    def name(self) -> str:
        return self.found.name

    @property
    def package(self) -> str:
        return self.found.package

    @property
    def manifest(self) -> Manifest:
        """Raises the addon's own error when there is none to be read."""
        if self.found.manifest is None:
            raise self.error or AddonError(addon=self.name)
        return self.found.manifest

    @property
    def folder(self) -> Path:
        """Raises the addon's own error when its code is nowhere."""
        if self.found.folder is None:
            raise self.error or AddonError(addon=self.name)
        return self.found.folder

    def collect(self, mark: Mark) -> list[Any]:
        """The declarations of one kind, as they were read."""
        return [entry.object for entry in self.marked if entry.mark == mark]


@collector_at_rest()
def load(found: Iterable[Found], *, limit: float | None = None) -> list[LoadedAddon]:
    """Import addons that `graph.order` has put in order, each within its seconds, or within `limit` (0: no limit).

    Raises only when the kernel's own addon fails, since nothing works without it. See `importing` for what
    the limit can end and what it cannot.
    """
    found = list(found)
    for kernel in (each for each in found if each.name == KERNEL and each.error is not None):
        raise kernel.error or AddonError(addon=KERNEL)
    loaded: list[LoadedAddon] = []
    usable: set[str] = set()
    seen: set[int] = set()
    specs = {id(spec) for spec in KERNEL_EVENTS}
    for each in found:
        addon = _load_one(each, usable, seen, specs, each.seconds if limit is None else limit)
        if addon.error is None:
            usable.add(each.name)
            seen |= {id(entry.object) for entry in addon.marked}
            specs |= {id(spec) for spec in addon.collect("hookspec")}
        elif each.name == KERNEL:
            raise addon.error
        loaded.append(addon)
    return loaded


def unknown_files(addon: LoadedAddon) -> list[str]:
    """Python files and packages at the top of the addon's folder that nobody reads: misspelt, probably."""
    listed = {name.removeprefix(f"{addon.package}.").partition(".")[0] for name in addon.manifest.modules}
    known = {*CONVENTION, *OTHER_FILES, *listed}
    return sorted(
        path.name
        for path in addon.folder.iterdir()
        if path.stem not in known and (path.suffix == ".py" or (path / "__init__.py").is_file())
    )


def _load_one(found: Found, usable: set[str], seen: set[int], specs: set[int], limit: float) -> LoadedAddon:
    if found.error is not None or found.manifest is None:
        return LoadedAddon(found, error=found.error or AddonError(addon=found.name))
    lacking = next((need for need in found.manifest.depends if need not in usable and need != KERNEL), None)
    if lacking is not None:
        return LoadedAddon(found, error=blocked(found.name, lacking))
    register_locale(found)
    marked: list[Marked] = []
    taken = set(seen)
    current = found.package
    try:
        with time_limit(limit):
            for current in _module_names(found, found.manifest):
                marked += _collect(import_from(found.name, current, found.folder), taken)
        _check_hooks(found.name, marked, specs)
    except AddonError as error:
        return LoadedAddon(found, error=error)
    except (Exception, TookTooLong) as problem:
        return LoadedAddon(found, error=import_failure(found.name, current, found.folder, problem))
    return LoadedAddon(found, tuple(marked))


def _module_names(found: Found, manifest: Manifest) -> Iterator[str]:
    import_from(found.name, found.package, found.folder)
    for name in CONVENTION:
        yield from _with_parts(f"{found.package}.{name}")
    for listed in manifest.modules:
        if importlib.util.find_spec(listed) is None:
            text = _("The manifest of {name} lists {module}, which does not exist.",
                     name=found.name, module=listed)  # fmt: skip
            raise AddonError(text, addon=found.name)
        yield from _with_parts(listed)


def _with_parts(name: str) -> Iterator[str]:
    """The module, when there is one, and once it is imported the modules inside it by name."""
    spec = importlib.util.find_spec(name)
    if spec is None:
        return
    yield name
    for part in _parts([Path(place) for place in spec.submodule_search_locations or ()]):
        yield from _with_parts(f"{name}.{part}")


def _parts(places: Sequence[Path]) -> list[str]:
    """The modules in a package's folders; a folder in them counts with and without an `__init__.py`."""
    files = {part.name for part in pkgutil.iter_modules(map(str, places))}
    folders = {path.name for place in places for path in place.iterdir() if any(path.glob("*.py"))}
    return sorted(name for name in files | folders if name.isidentifier() and name != "tests")


def _collect(module: ModuleType, taken: set[int]) -> Iterator[Marked]:
    for name, value in list(vars(module).items()):
        if name.startswith("__"):
            continue
        for item in _flatten(value):
            mark = _mark_of(item)
            if mark is not None and id(item) not in taken and _is_defined_in(item, module.__name__):
                taken.add(id(item))
                yield Marked(mark, item, module.__name__)


def _flatten(value: Any) -> Iterator[Any]:
    if type(value) in (list, tuple):
        for item in value:
            yield from _flatten(item)
    else:
        yield value


def _mark_of(item: Any) -> Mark | None:
    is_class = inspect.isclass(item)
    try:
        mark = vars(item).get("__keyuan_mark__") if is_class else getattr(item, "__keyuan_mark__", None)
    except Exception:  # a proxy that cannot be asked outside a request is no declaration
        return None
    if not isinstance(mark, str) or (is_class and mark not in CLASS_MARKS):
        return None
    if not is_mark(mark):
        raise CompositionError(_("{object} carries the mark {mark}, which nobody collects.",
                                 object=repr(item), mark=repr(mark)))  # fmt: skip
    return mark


def _is_defined_in(item: Any, module: str) -> bool:
    if inspect.isclass(item) or inspect.isroutine(item):
        return bool(item.__module__ == module)
    own = getattr(item, "__dict__", {}).get("__module__")
    return own is None or bool(own == module)


def _check_hooks(addon: str, marked: Sequence[Marked], specs: set[int]) -> None:
    """An implementation of a hook that no loaded addon announces would never be called."""
    known = specs | {id(entry.object) for entry in marked if entry.mark == "hookspec"}
    for entry in marked:
        if entry.mark != "hookimpl":
            continue
        strangers: list[HookSpec[..., Any]] = [
            on.spec for on in implemented(entry.object) if id(on.spec) not in known
        ]
        if strangers:
            text = _("{function} implements {hook}, which no addon that {name} depends on announces.",
                     function=f"{entry.module}.{entry.object.__qualname__}", hook=strangers[0].full_name,
                     name=addon)  # fmt: skip
            raise AddonError(text, addon=addon)
