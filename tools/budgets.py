"""Warns of files over 300 lines, functions over 40 lines and a median file far from 100 lines; never fails.

python -m tools.budgets
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
FILE_LINES = 300
FUNCTION_LINES = 40


def warnings(root: Path = ROOT) -> Iterator[str]:
    sizes = []
    for path in sorted((*root.glob("core/**/*.py"), *root.glob("addons/**/*.py"))):
        place, text = path.relative_to(root), path.read_text(encoding="utf-8", errors="replace")
        if "tests" in place.parts or not text.strip():
            continue
        sizes.append(text.count("\n"))
        if sizes[-1] > FILE_LINES:
            yield f"{place}: {sizes[-1]} lines (over {FILE_LINES}): split it by meaning"
        for line, name, length in long_functions(text):
            yield f"{place}:{line}: {name} has {length} lines (over {FUNCTION_LINES})"
    if sizes:
        yield f"{len(sizes)} files, median {median(sizes):.0f} lines"


def long_functions(text: str) -> Iterator[tuple[int, str, int]]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES:
                yield node.lineno, node.name, length


if __name__ == "__main__":
    for warning in warnings():
        print(warning)
