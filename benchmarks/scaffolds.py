"""Addons as `keyuan scaffold` makes them, as many as are wanted beside each other."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from benchmarks.commands import keyuan
from benchmarks.data import Bench, state_dir

FIELD: Final = "loyalty_tier"
"""What the template adds to customers; each addon needs a field of its own."""


@contextmanager
def scaffolded(bench: Bench, count: int) -> Iterator[tuple[Path, list[str]]]:
    """A folder with so many addons, each with a model, screens, rights, a hook and a field of customers."""
    folder = Path(tempfile.mkdtemp(prefix="addons-", dir=state_dir(bench.config)))
    names = [f"bench_addon{n}" for n in range(count)]
    made = folder / "made"
    made.mkdir()
    try:
        for name in names:
            keyuan({}, "scaffold", name, "--folder", str(made))
            (made / name / name).rename(folder / name)
            _rename_field(folder / name)
        shutil.rmtree(made)
        yield folder, names
    finally:
        shutil.rmtree(folder)


def _rename_field(addon: Path) -> None:
    for path in (*addon.rglob("*.py"), *addon.rglob("*.po")):
        text = path.read_text("utf-8")
        path.write_text(text.replace(FIELD, f"{FIELD}_{addon.name}"), "utf-8")
