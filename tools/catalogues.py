"""The translations of the kernel and of every addon of this repository.

python -m tools.catalogues check      names every sentence that is missing, empty, fuzzy or no longer used
python -m tools.catalogues update     adds new sentences with an empty translation and drops unused ones
python -m tools.catalogues extract    prints the sentences with their places
python -m tools.catalogues compile    writes the .mo files
"""

from __future__ import annotations

import sys
from pathlib import Path

from core.i18n_catalogues import compile_catalogues, problems, update
from core.i18n_extract import sentences

ROOT = Path(__file__).resolve().parents[1]
CORE = ROOT / "core"


def packages(root: Path = ROOT) -> list[Path]:
    """The kernel first, then the addons by name."""
    addons = sorted(path.parent for path in root.glob("addons/*/manifest.py"))
    return [path for path in (root / "core", *addons) if path.is_dir()]


def check() -> int:
    found: list[str] = []
    for package in packages():
        found += problems(package, shared=() if package == CORE else (CORE,))
    for problem in found:
        print(problem.replace(f"{ROOT}/", ""))
    return 1 if found else 0


def extract() -> int:
    for package in packages():
        for message in sentences(package):
            if message.id:
                text = message.id if isinstance(message.id, str) else message.id[0]
                print(f"{package.name}/{message.locations[0][0]}:{message.locations[0][1]}: {text}")
    return 0


def merge() -> int:
    for package in packages():
        for path in update(package):
            print(f"updated {path.relative_to(ROOT)}")
    return 0


def build() -> int:
    for package in packages():
        for path in compile_catalogues(package):
            print(f"compiled {path.relative_to(ROOT)}")
    return 0


COMMANDS = {"check": check, "update": merge, "extract": extract, "compile": build}

if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in COMMANDS:
        sys.exit(__doc__)
    try:
        sys.exit(COMMANDS[sys.argv[1]]())
    except ValueError as error:
        sys.exit(f"error: {error}")
