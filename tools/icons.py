"""Names every icon that is used in ``core`` or ``addons`` and is missing in core/web/icons.txt.

python -m tools.icons
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
IN_TEMPLATE = re.compile(r"\bicon\(\s*'([a-z0-9-]+)'")


def missing(root: Path = ROOT) -> Iterator[str]:
    names = {
        symbol(line) for line in (root / "core" / "web" / "icons.txt").read_text(encoding="utf-8").split()
    }
    for place, line, name in sorted(uses(root)):
        if name not in names:
            yield f"{place}:{line}: icon {name!r} is not in core/web/icons.txt"


def symbol(line: str) -> str:
    """The name of the symbol: ``filled/star`` is used as ``star-filled``."""
    style, _, name = line.rpartition("/")
    return f"{name}-{style}" if style else name


def uses(root: Path) -> Iterator[tuple[str, int, str]]:
    """``icon="…"`` in calls and dataclass defaults of Python, ``icon('…')`` in Python and templates."""
    for folder in ("core", "addons"):
        for path in (*root.glob(f"{folder}/**/*.py"), *root.glob(f"{folder}/**/*.pt")):
            if "tests" in path.parts:
                continue
            place, text = (
                path.relative_to(root).as_posix(),
                path.read_text(encoding="utf-8", errors="replace"),
            )
            found = in_python(text) if path.suffix == ".py" else in_template(text)
            yield from ((place, line, name) for line, name in found)


def in_template(text: str) -> Iterator[tuple[int, str]]:
    for match in IN_TEMPLATE.finditer(text):
        yield text.count("\n", 0, match.start()) + 1, match[1]


def in_python(text: str) -> Iterator[tuple[int, str]]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            values = [word.value for word in node.keywords if word.arg == "icon"]
            values += node.args[:1] if isinstance(node.func, ast.Name) and node.func.id == "icon" else []
            for value in values:
                if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value:
                    yield value.lineno, value.value


if __name__ == "__main__":
    found = list(missing())
    print("\n".join(found) if found else "every icon that is used is there")
    sys.exit(1 if found else 0)
