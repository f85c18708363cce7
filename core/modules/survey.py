"""What addons lie where this deployment looks for them *now*, for a process that serves and must not be disturbed.

Reading a manifest runs code, and Python keeps what it has once imported. So a process of its own reads them; the
answer is kept as long as the manifests and the installed distributions stay as they are, and at most `KEPT` seconds.

    python -m core.modules.survey '{"state_dir": …, "addons_path": […]}'
"""

from __future__ import annotations

import importlib.metadata
import json
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from core.config import Config
from core.errors import UserError
from core.i18n import LazyString, _, register_domain
from core.modules.discovery import ENTRY_POINTS, Found, discover

SECONDS: Final = 60.0
"""The most that all manifests may take; one that hangs is told apart after `_EACH`."""
_EACH: Final = 5.0
KEPT: Final = 600.0
SETTING: Final = "keyuan.survey"
"""Under this name sessions know the survey of their deployment."""

Words = LazyString | str


class SurveyFailed(UserError):
    """The process that reads the manifests did not answer."""

    default = _("The addons of this deployment cannot be looked through at the moment.")


@dataclass(frozen=True)
class Seen:
    """An addon as its manifest describes it; with an `error` it cannot be used, and may have no manifest."""

    name: str
    place: str
    version: str = ""
    title: Words = ""
    summary: Words = ""
    depends: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    is_bridge: bool = False
    error: Words = ""


class Survey:
    """The addons of one deployment, asked for as often as anybody likes."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._lock = threading.Lock()
        self._known: tuple[Any, float, dict[str, Seen]] | None = None

    def __call__(self) -> dict[str, Seen]:
        """By name. Raises `SurveyFailed`."""
        with self._lock:
            files = _files(self._config)
            if self._known is None or self._known[0] != files or time.monotonic() > self._known[1]:
                self._known = files, time.monotonic() + KEPT, _ask(self._config)
            return self._known[2]


def seen(found: Found) -> Seen:
    """What this process has found itself."""
    return _seen(_told(found))


def surveys(config: Config) -> dict[str, Survey]:
    """What a session is told."""
    return {SETTING: Survey(config)}


def _files(config: Config) -> list[tuple[str, object]]:
    manifests = [file for folder in config.addons_path for file in sorted(folder.glob("*/manifest.py"))]
    installed = importlib.metadata.entry_points(group=ENTRY_POINTS)
    return [
        *((str(file), file.stat().st_mtime_ns) for file in manifests),
        *((entry.value, entry.dist and entry.dist.version) for entry in installed),
    ]


def _ask(config: Config) -> dict[str, Seen]:
    places = {"state_dir": str(config.state_dir), "addons_path": [str(path) for path in config.addons_path]}
    command = [sys.executable, "-m", "core.modules.survey", json.dumps(places)]
    try:
        answer = subprocess.run(
            command, capture_output=True, check=True, timeout=SECONDS, stdin=subprocess.DEVNULL
        )
        return {one["name"]: _seen(one) for one in json.loads(answer.stdout.splitlines()[-1])}
    except (subprocess.SubprocessError, OSError, ValueError, IndexError) as problem:
        raise SurveyFailed() from problem


def _seen(data: Mapping[str, Any]) -> Seen:
    """Also lets the texts of an addon that nobody has loaded be read in every language it brings."""
    if data["folder"] and (locale := Path(data["folder"]) / "locale").is_dir():
        register_domain(data["name"], locale, package=data["domain"])
    return Seen(
        data["name"], data["place"], data["version"], _read(data["title"]), _read(data["summary"]),
        tuple(data["depends"]), tuple(data["conflicts"]), data["is_bridge"], _read(data["error"]),
    )  # fmt: skip


def _read(data: Any) -> Words:
    return data if isinstance(data, str) else LazyString.from_json(data)


def _write(words: Words) -> Any:
    return words.as_json() if isinstance(words, LazyString) else words


def _told(found: Found) -> dict[str, Any]:
    top = found.package.partition(".")[0]
    told: dict[str, Any] = {
        "name": found.name, "place": found.place, "folder": str(found.folder or ""),
        "domain": None if top in ("addons", "core") else top, "version": "", "title": "", "summary": "", "depends": [],
        "conflicts": [], "is_bridge": False, "error": _write(found.error.message) if found.error else "",
    }  # fmt: skip
    if (manifest := found.manifest) is not None:
        told |= {
            "version": manifest.version, "title": _write(manifest.title), "summary": _write(manifest.summary),
            "depends": list(manifest.depends), "conflicts": list(manifest.conflicts),
            "is_bridge": manifest.auto_install,
        }  # fmt: skip
    return told


def main(places: str) -> None:
    """The process: one line for all."""
    given = json.loads(places)
    config = Config(Path(given["state_dir"]), tuple(Path(path) for path in given["addons_path"]))
    sys.stdout.write(json.dumps([_told(found) for found in discover(config, limit=_EACH)]) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
