"""What is wrong with an addon, as far as its code alone tells: for `keyuan addon check` and for the contract tests.

Each function looks at one thing and yields a `Fault` for each mistake, with the file and the line where they are known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import core
from core.auth.access_index import access_index
from core.config import installation_root
from core.i18n import LazyString
from core.i18n_catalogues import problems
from core.lifecycle.front_door import addon_breaches
from core.modules.loader import LoadedAddon, unknown_files
from core.orm.compose import Composition, ModelInfo
from core.orm.places import place_of
from core.views.check import check

_SOURCE: Final = re.compile(r"(?P<text>.*) \((?P<file>[^()]+):(?P<line>\d+)\)", re.DOTALL)
"""A complaint about a sentence ends with the place of the sentence."""


@dataclass(frozen=True)
class Fault:
    """One mistake. An `is_error` is one with which the addon does not work as meant."""

    file: str
    line: int | None
    text: str
    is_error: bool = True

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line is not None else self.file
        return f"{place}: {self.text}" if place else self.text


def faults_of(addon: LoadedAddon, composed: Composition, packages: Mapping[str, str]) -> Iterator[Fault]:
    """Everything about an addon that could be loaded and composed. `packages` are the import names of all addons."""
    yield from manifest_faults(addon)
    yield from file_faults(addon)
    yield from import_faults(addon, packages)
    yield from screen_faults(composed, addon.name)
    yield from right_faults(composed, addon.name)
    for info in models_of(composed, addon.name):
        yield from state_faults(info)
    yield from translation_faults(addon)


def models_of(composed: Composition, addon: str) -> list[ModelInfo]:
    """The models that the addon declares, and those it extends."""
    return [
        info for info in composed.models.values()
        if addon in (info.addon, *(name for name, _extension in info.extensions))
    ]  # fmt: skip


def manifest_faults(addon: LoadedAddon) -> Iterator[Fault]:
    """A manifest that this kernel cannot take, or whose title nobody could translate."""
    file = addon.folder / "manifest.py"
    if not addon.manifest.fits(core.__version__):
        text = f"made for kernel {addon.manifest.core}; this is kernel {core.__version__}"
        yield Fault(str(file), _line_of(file, "core"), text)
    if not isinstance(addon.manifest.title, LazyString):
        yield Fault(str(file), _line_of(file, "title"), "the title has to be translatable: title=_('…')")


def file_faults(addon: LoadedAddon) -> Iterator[Fault]:
    """Python files that the loader does not read: misspelt, probably."""
    for name in unknown_files(addon):
        yield Fault(
            str(addon.folder / name), 1, "the loader does not read this: see docs/reference/addons.md"
        )


def import_faults(addon: LoadedAddon, packages: Mapping[str, str]) -> Iterator[Fault]:
    """Imports behind the front door of the kernel or of other addons, or of what the manifest does not name."""
    found = addon_breaches(addon.folder, addon.package, addon.name, addon.manifest.depends, packages)
    for file, line, message in found:
        yield Fault(str(addon.folder / file), line, message)


def screen_faults(composed: Composition, addon: str) -> Iterator[Fault]:
    """Views, menus, pages and reports that name what does not exist."""
    for problem in check(composed):
        if problem.addon == addon:
            place = problem.location
            text = f"{problem.view}, {problem.part}: {problem.text}"
            yield Fault(place.file if place else "", place.line if place else None, text,
                        problem.severity == "error")  # fmt: skip


def right_faults(composed: Composition, addon: str) -> Iterator[Fault]:
    """Models that nobody may use."""
    for key in access_index(composed).without_grant(composed):
        if composed.models[key].addon == addon:
            file, line = place_of(composed.models[key].definition)
            yield Fault(file or "", line, f"{key}: no role has a right on it; grant one in access.py")


def state_faults(info: ModelInfo) -> Iterator[Fault]:
    """States from which a transition leads away, but into which none leads."""
    targets = {method.target for method in info.methods.values()} | {info.initial_state}
    for method in info.methods.values():
        for state in method.sources:
            if state not in targets:
                file, line = place_of(info.definition)
                text = f"{info.key}.{method.name} begins in {state.code}, which nothing leads to"
                yield Fault(file or "", line, text)


def translation_faults(addon: LoadedAddon) -> Iterator[Fault]:
    """Sentences without a translation, and translations that no longer belong to one."""
    for problem in problems(addon.folder, shared=[installation_root() / "core"]):
        file, _colon, text = problem.partition(": ")
        place = _SOURCE.fullmatch(text)
        if place is not None:
            source = addon.folder.parent / place["file"]
            yield Fault(str(source), int(place["line"]), f"{place['text']} in {file}")
        else:
            yield Fault(file, None, text) if text else Fault(str(addon.folder), None, problem)


def _line_of(file: Path, keyword: str) -> int:
    """Where a keyword of the manifest is written; the first line where it is not."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return next((number for number, line in enumerate(lines, 1) if f"{keyword}=" in line.replace(" ", "")), 1)
