"""`keyuan addon check PATH`: what is wrong with an addon's folder, found without a database and without installing it.

The addon is loaded and composed beside what it needs, and beside it alone; that it fits with everything else that is
installed is told by `keyuan addon plan install`.
"""

from __future__ import annotations

import argparse
import traceback
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from core.config import Config, load_config
from core.errors import AddonError, CompositionError, ManifestError, UserError
from core.i18n import _
from core.lifecycle.addon_faults import Fault, faults_of, file_faults, import_faults
from core.lifecycle.quarantine import compose_fitting
from core.modules.discovery import Found, discover
from core.modules.graph import order
from core.modules.loader import LoadedAddon, load
from core.modules.manifest import KERNEL


def check(arguments: argparse.Namespace) -> int:
    """Print one line for each mistake; 1 when there is one."""
    results = [
        _check(folder, is_strict=arguments.strict) for folder in _addons_in(Path(arguments.path).resolve())
    ]
    return max(results)


def _addons_in(folder: Path) -> list[Path]:
    """The folder itself, or the addons of the project that lies in it."""
    if (folder / "manifest.py").is_file():
        return [folder]
    found = sorted(file.parent for file in folder.glob("*/manifest.py"))
    if not found:
        raise UserError(_("{folder} is no addon: there is no manifest.py in it.", folder=str(folder)))
    return found


def _check(folder: Path, *, is_strict: bool) -> int:
    faults = list(faults_in(load_config(), folder))
    for fault in faults:
        print(f"{'' if fault.is_error else 'warning: '}{_from_here(fault)}")
    errors = [fault for fault in faults if fault.is_error or is_strict]
    print(f"{folder.name}: {len(errors)} mistake(s)." if errors else f"{folder.name}: nothing is wrong.")
    return 1 if errors else 0


def _from_here(fault: Fault) -> Fault:
    """With the file as it is called from the folder where the command runs."""
    file = Path(fault.file)
    return (
        replace(fault, file=str(file.relative_to(Path.cwd()))) if file.is_relative_to(Path.cwd()) else fault
    )


def faults_in(config: Config, folder: Path) -> Iterator[Fault]:
    """Everything that is wrong with the addon in this folder, which need not lie on the addons path."""
    paths = tuple(path for path in config.addons_path if path.resolve() != folder.parent)
    found = discover(replace(config, addons_path=(folder.parent, *paths), safe_mode=False))
    known = {one.name: one for one in found}
    addon = next((one for one in found if one.folder is not None and one.folder.resolve() == folder), None)
    if addon is None:
        taken = known.get(folder.name)
        yield Fault(str(folder), None, f"another addon of this name lies at {taken.place if taken else '?'}")
        return
    loaded = load(order(found, [addon.name]))
    own = next(one for one in loaded if one.name == addon.name)
    if own.error is not None:
        yield _of_error(own.error, folder)
        yield from _seen_in_files(own, found)
        return
    composed = compose_fitting(loaded)
    if addon.name in composed.aside:
        yield _of_error(composed.aside[addon.name], folder)
        yield from _seen_in_files(own, found)
        return
    yield from faults_of(own, composed, _packages(found))
    yield from _conflicts(own, loaded, known)


def _packages(found: list[Found]) -> dict[str, str]:
    return {one.name: one.package for one in found if one.name != KERNEL}


def _seen_in_files(own: LoadedAddon, found: list[Found]) -> Iterator[Fault]:
    """What can be said of files that cannot be imported: nothing where one is no Python, since that was said."""
    if own.found.manifest is not None:
        yield from file_faults(own)
        with suppress(SyntaxError):
            yield from list(import_faults(own, _packages(found)))


def _conflicts(own: LoadedAddon, loaded: list[LoadedAddon], known: dict[str, Found]) -> Iterator[Fault]:
    """Addons that would stand aside because of this one, or that it names although there are none of the name."""
    file = str(own.folder / "manifest.py")
    for name in own.manifest.conflicts:
        if name not in known:
            yield Fault(file, None, f"conflicts with {name}, of which nothing is known here", is_error=False)
    for other in loaded:
        if other.error is not None and other.name != own.name:
            yield Fault(file, None, f"{other.name} stands aside beside it: {other.error}", is_error=False)


def _of_error(error: AddonError, folder: Path) -> Fault:
    """An addon that does not even load. The innermost line in its own folder is where its author has to look."""
    if isinstance(error, CompositionError) and error.file:
        return Fault(error.file, error.line, str(error.message))
    cause = error.__cause__ or error
    if isinstance(cause, SyntaxError) and cause.filename:
        return Fault(cause.filename, cause.lineno, str(error.message))
    frames = [
        frame for frame in traceback.extract_tb(cause.__traceback__)
        if Path(frame.filename).is_relative_to(folder)
    ]  # fmt: skip
    if frames:
        return Fault(frames[-1].filename, frames[-1].lineno, str(error.message))
    file = error.file if isinstance(error, ManifestError) and error.file else str(folder / "manifest.py")
    return Fault(file, None, str(error.message))
