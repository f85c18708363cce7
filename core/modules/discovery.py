"""Where addons are looked for, and what was found there. Reads manifests, never models.

Four places, in this order: the kernel's own addon `core.base`; the folders of the built-in namespace
`addons`; the folders of the configured addons path, each imported under its own top-level name; installed
distributions with the entry-point group `keyuan.addons`. Whatever is wrong with an addon is kept beside its
name (`Found.error`): one broken addon never hides the others.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

import core
from core.config import Config
from core.errors import AddonError, ConfigError, ManifestError
from core.i18n import _, register_domain
from core.modules.importing import TIME_LIMIT, TookTooLong, import_failure, import_from, time_limit
from core.modules.manifest import KERNEL, Manifest, name_problem

ENTRY_POINTS: Final = "keyuan.addons"
BUILT_IN: Final = "addons"

Source = Literal["kernel", "built-in", "folder", "distribution", "missing"]


@dataclass(frozen=True)
class Found:
    """An addon and where its code is. With an `error` it cannot be used; then the manifest may be absent."""

    name: str
    package: str
    folder: Path | None
    source: Source
    origin: str = ""
    """For messages: the folder, or the distribution with its version."""
    manifest: Manifest | None = None
    error: AddonError | None = None
    seconds: float = TIME_LIMIT
    """How long reading its manifest may take, and importing the rest; 0 means no limit."""

    @property
    def place(self) -> str:
        """Where a person finds it."""
        return self.origin or str(self.folder or self.package)


def discover(config: Config, *, limit: float | None = None) -> list[Found]:
    """All addons of this deployment, the kernel's first; in safe mode that one alone.

    `limit` is the number of seconds that one addon may take, instead of what the configuration says. Raises
    `ConfigError` for an addons path that cannot be read and when `core` or `addons` are somebody else's packages;
    never because of an addon.
    """
    check_packages()
    importlib.invalidate_caches()
    kernel = Found(KERNEL, "core.base", Path(core.__file__).resolve().parent / "base", "kernel")
    candidates = [kernel]
    if not config.safe_mode:
        candidates += [*_built_in(), *_folders(config.addons_path), *_distributions()]
    seconds = config.import_seconds if limit is None else limit
    found: list[Found] = []
    for candidate in candidates:
        if not any(_is_same(candidate, other) for other in found):
            found.append(read_manifest(replace(candidate, seconds=seconds)))
    return _refuse_doubles(found)


def check_packages() -> None:
    """Refuse to start when another distribution's `core` or `addons` would be imported instead of ours."""
    ours = Path(__file__).resolve().parents[1]
    if not core.__file__ or Path(core.__file__).resolve().parent != ours:
        text = _("The package {name} at {place} is not Keyuan's.", name="core", place=str(core.__file__))
        raise ConfigError(text, setting="addons_path")
    spec = importlib.util.find_spec(BUILT_IN)
    if spec is not None and spec.origin is not None:
        text = _("The package {name} at {place} is not Keyuan's.", name=BUILT_IN, place=spec.origin)
        raise ConfigError(text, setting="addons_path")


def read_manifest(found: Found) -> Found:
    """The same addon with its manifest, or with the error that reading it met."""
    if found.error is not None:
        return found
    module = f"{found.package}.manifest"
    try:
        with time_limit(found.seconds):
            manifest = getattr(import_from(found.name, module, found.folder), "manifest", None)
    except AddonError as error:
        return replace(found, error=_as_manifest_error(error, found))
    except TookTooLong as problem:
        return replace(
            found, error=_as_manifest_error(import_failure(found.name, module, found.folder, problem), found)
        )
    if not isinstance(manifest, Manifest):
        text = _("{module} must define manifest = Manifest(…).", module=module)
        return replace(found, error=ManifestError(text, addon=found.name, file=_file(found)))
    if manifest.name == found.name:
        register_locale(found)
    return replace(found, manifest=manifest, error=_misfit(found, manifest))


def register_locale(found: Found) -> None:
    """Let the addon's texts, its title first of all, be read in every language it brings."""
    if found.folder is not None and (found.folder / "locale").is_dir():
        top = found.package.partition(".")[0]
        register_domain(
            found.name, found.folder / "locale", package=None if top in (BUILT_IN, "core") else top
        )


def _misfit(found: Found, manifest: Manifest) -> AddonError | None:
    if manifest.name != found.name:
        text = _("{place} is called {expected} but its manifest says {name}.",
                 place=found.place, expected=found.name, name=manifest.name)  # fmt: skip
        return ManifestError(text, addon=found.name, file=_file(found))
    if not manifest.fits(core.__version__):
        text = _("{name} {version} is made for kernel {range}; this is kernel {kernel}.",
                 name=manifest.name, version=manifest.version, range=manifest.core,
                 kernel=core.__version__)  # fmt: skip
        return AddonError(text, addon=found.name)
    return None


def _as_manifest_error(error: AddonError, found: Found) -> ManifestError:
    if isinstance(error, ManifestError):
        error.addon, error.file = found.name, _file(found)
        return error
    wrong = ManifestError(error.message, addon=found.name, file=_file(found))
    wrong.__cause__ = error.__cause__
    for note in getattr(error, "__notes__", ()):
        wrong.add_note(note)
    return wrong


def _file(found: Found) -> str | None:
    return str(found.folder / "manifest.py") if found.folder is not None else None


def _built_in() -> Iterator[Found]:
    for folder in _built_in_folders():
        for path in _addon_folders(folder):
            yield _checked_name(Found(path.name, f"{BUILT_IN}.{path.name}", path, "built-in"))


def _built_in_folders() -> list[Path]:
    spec = importlib.util.find_spec(BUILT_IN)
    return [Path(part).resolve() for part in (spec.submodule_search_locations or ())] if spec else []


def _folders(paths: Iterable[Path]) -> Iterator[Found]:
    """Addons under the configured folders, which go to the *end* of the import path to shadow nothing."""
    built_in = _built_in_folders()
    for folder in paths:
        if folder.resolve() in built_in or not folder.is_dir():
            continue
        if not any(Path(entry).resolve() == folder.resolve() for entry in sys.path if entry):
            sys.path.append(str(folder))
        for path in _addon_folders(folder):
            yield _own_import_name(_checked_name(Found(path.name, path.name, path, "folder")))


def _addon_folders(folder: Path) -> list[Path]:
    try:
        return sorted(
            path for path in folder.iterdir() if path.name[0] not in "._" and (path / "manifest.py").is_file()
        )
    except OSError as error:
        text = _("The addons folder {folder} cannot be read: {reason}", folder=str(folder), reason=str(error))
        raise ConfigError(text, setting="addons_path") from error


def _checked_name(found: Found) -> Found:
    problem = name_problem(found.name)
    return (
        replace(found, error=ManifestError(problem, addon=found.name, file=_file(found)))
        if problem
        else found
    )


def _own_import_name(found: Found) -> Found:
    """`found`, refused when Python would import something else under its name, such as a standard module."""
    if found.error is not None or found.folder is None:
        return found
    try:
        spec = importlib.util.find_spec(found.package)
    except ValueError:
        spec = None
    places = [str(place) for place in (spec.submodule_search_locations or ())] if spec else []
    if any(Path(place).resolve() == found.folder.resolve() for place in places):
        return found
    taken = (spec.origin if spec else None) or ", ".join(places) or "sys.modules"
    text = _("{place} cannot be imported: Python finds {taken} under the name {name}.",
             place=found.place, taken=taken, name=found.package)  # fmt: skip
    return replace(found, error=AddonError(text, addon=found.name))


def _distributions() -> Iterator[Found]:
    for entry in importlib.metadata.entry_points(group=ENTRY_POINTS):
        package = entry.value.partition(":")[0].strip().removesuffix(".manifest")
        origin = f"{entry.dist.name} {entry.dist.version}" if entry.dist else entry.value
        found = _checked_name(Found(entry.name, package, None, "distribution", origin))
        try:
            spec = importlib.util.find_spec(package)
        except Exception as problem:
            error = found.error or import_failure(entry.name, package, None, problem)
            yield replace(found, error=error)
            continue
        places = (spec.submodule_search_locations or ()) if spec else ()
        yield replace(found, folder=next((Path(place) for place in places), None))


def _is_same(one: Found, other: Found) -> bool:
    """One addon seen twice, as when a folder on the addons path is installed (editable) as well."""
    if one.folder is None or other.folder is None or (one.name, one.package) != (other.name, other.package):
        return False
    return one.folder.resolve() == other.folder.resolve()


def _refuse_doubles(found: list[Found]) -> list[Found]:
    """Of two addons with one name neither is used: nobody can know which is meant. The kernel's own stays."""
    places: dict[str, list[str]] = defaultdict(list)
    for each in found:
        places[each.name].append(each.place)
    return [
        replace(each, error=_double(each.name, places[each.name]))
        if len(places[each.name]) > 1 and each.source != "kernel"
        else each
        for each in found
    ]


def _double(name: str, places: list[str]) -> AddonError:
    text = _("There are several addons named {name}: {places}. Remove all but one.", name=name, places=places)
    return AddonError(text, addon=name)
