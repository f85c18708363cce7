"""Runs every check, says how long each took, and fails when one of them fails.

python -m tools.check            all of them
python -m tools.check ruff types the named ones
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
CODE = ("core", "addons", "template", "tests", "tools", "benchmarks", "docs")
TYPED = ("core", "addons", "tools")
READ_BY_EDITORS = ("docs/tutorial", "template")


def existing(*folders: str) -> list[str]:
    """Those that exist and hold Python."""
    return [folder for folder in folders if next((ROOT / folder).rglob("*.py"), None)]


def checks() -> Iterator[tuple[str, list[str]]]:
    yield "ruff", [str(BIN / "ruff"), "check", *existing(*CODE)]
    yield "format", [str(BIN / "ruff"), "format", "--check", "--quiet", "--diff", *existing(*CODE)]
    yield "types", [str(BIN / "mypy"), *existing(*TYPED)]
    editors = existing(*READ_BY_EDITORS)
    if editors:
        yield "pyright", [str(BIN / "pyright"), *editors]
    yield "layers", [str(BIN / "lint-imports"), "--no-cache"]
    yield "rules", [sys.executable, "-m", "tools.rules"]
    yield "icons", [sys.executable, "-m", "tools.icons"]
    yield "translations", [sys.executable, "-m", "tools.catalogues", "check"]
    yield "budgets", [sys.executable, "-m", "tools.budgets"]


def main(wanted: list[str]) -> int:
    known = dict(checks())
    unknown = set(wanted) - set(known)
    if unknown:
        sys.exit(f"error: there is no check {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    failed = []
    for name in wanted or known:
        print(f"== {name}", flush=True)
        started = time.monotonic()
        if subprocess.run(known[name], cwd=ROOT, stdin=subprocess.DEVNULL).returncode:
            failed.append(name)
        result = "FAILED" if name in failed else "ok"
        print(f"   {result} in {time.monotonic() - started:.1f} s\n", flush=True)
    print(f"failed: {', '.join(failed)}" if failed else "every check passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
