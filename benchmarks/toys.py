"""Addons for measuring the start: copies of the scaffold under names of their own, which all extend the customer.

python -m benchmarks.toys FOLDER [NUMBER]      makes them, 30 when no number is given
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from core.cli.scaffold import LEFT_OUT, TEMPLATE_NAME, template_folder

NUMBER: Final = 30


def make_toys(folder: Path, number: int = NUMBER) -> list[str]:
    """The names of the addons, which now lie in `folder`; two customers' fields of one name would contradict."""
    folder.mkdir(parents=True, exist_ok=True)
    names = [f"toy_{n:02}" for n in range(1, number + 1)]
    for name in names:
        target = folder / name
        shutil.rmtree(target, ignore_errors=True)
        ignored = shutil.ignore_patterns(*LEFT_OUT, "tests")
        shutil.copytree(template_folder() / TEMPLATE_NAME, target, ignore=ignored)
        for path in target.rglob("*.p[yo]"):
            text = path.read_text("utf-8").replace(TEMPLATE_NAME, name)
            path.write_text(text.replace("loyalty_tier", f"{name}_tier"), "utf-8")
        catalogue = target / "locale/zh_CN/LC_MESSAGES"
        (catalogue / f"{TEMPLATE_NAME}.po").rename(catalogue / f"{name}.po")
    return names


@contextmanager
def some_toys(place: Path, number: int) -> Iterator[tuple[Path, list[str]]]:
    """Toys in a folder below `place` that is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="toys-", dir=place))
    try:
        yield folder, make_toys(folder, number)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    print(*make_toys(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else NUMBER))
