"""The results of runs, one JSON file a recipe, from which the tables and the plot are made."""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from benchmarks.data import Recipe
from benchmarks.measure import Line
from core.config import process_environment

FOLDER: Final = Path(__file__).with_name("results")


@dataclass
class Results:
    """What was measured on one database: tables of lines by part, and about the machine."""

    recipe: Recipe
    parts: dict[str, list[Line]] = field(default_factory=dict)
    about: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name of the file."""
        more = [f"companies-{self.recipe.companies}"] if self.recipe.companies != 2 else []
        more += [f"audit-{self.recipe.audit}"] if self.recipe.audit else []
        more += [f"trade-{self.recipe.trade}"] if self.recipe.trade else []
        return "-".join([str(self.recipe.rows), *more])

    def line(self, part: str, key: str) -> Line | None:
        """One line, where it was measured."""
        return next((one for one in self.parts.get(part, ()) if one.key == key), None)

    def put(self, part: str, lines: Iterable[Line]) -> None:
        """Keep these lines; lines of the same keys are replaced, others of the part stay."""
        known = {line.key: line for line in self.parts.get(part, ())}
        self.parts[part] = list((known | {line.key: line for line in lines}).values())

    def save(self, folder: Path = FOLDER) -> None:
        """Write the file."""
        folder.mkdir(exist_ok=True)
        parts = {name: [line.as_json() for line in lines] for name, lines in self.parts.items()}
        content = {"recipe": asdict(self.recipe), "about": self.about, "parts": parts}
        text = json.dumps(rounded(content), ensure_ascii=False, indent=1)
        (folder / f"{self.name}.json").write_text(text + "\n", "utf-8")


def results_of(recipe: Recipe, folder: Path = FOLDER) -> Results:
    """Those of earlier runs on such a database, or none yet."""
    results = Results(recipe)
    path = folder / f"{results.name}.json"
    return _read(path) if path.exists() else results


def all_results(folder: Path = FOLDER) -> list[Results]:
    """Of every database measured so far, the smallest first."""
    found = [_read(path) for path in folder.glob("*.json")]
    return sorted(
        found, key=lambda one: (one.recipe.rows, one.recipe.companies, one.recipe.audit, one.recipe.trade)
    )


def about_machine(server_version: str) -> dict[str, str]:
    """What the figures of this run depend on; nothing that names the machine."""
    load = Path("/proc/loadavg")
    return {
        "day": datetime.now(UTC).date().isoformat(),
        "python": sys.version.split()[0],
        "postgresql": server_version,
        "system": f"{platform.system()} {platform.machine()}",
        "processors": str(len(_processors())),
        "load before": load.read_text().split()[0] if load.exists() else "unknown",
        "label": process_environment().get("BENCH_LABEL", ""),
    }


def _processors() -> set[int]:
    import os

    return os.sched_getaffinity(0)


def _read(path: Path) -> Results:
    content = json.loads(path.read_text("utf-8"))
    parts = {name: [Line.from_json(line) for line in lines] for name, lines in content["parts"].items()}
    return Results(Recipe(**content["recipe"]), parts, content["about"])


def rounded(value: Any) -> Any:
    """Three decimals say everything that is not noise."""
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, dict):
        return {key: rounded(one) for key, one in value.items()}
    return [rounded(one) for one in value] if isinstance(value, list) else value
