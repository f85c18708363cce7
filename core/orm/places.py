"""Where a class, or a name in its body, is written: for complaints that an editor can open."""

from __future__ import annotations

import ast
import sys
from pathlib import Path


def place_of(cls: type, name: str | None = None) -> tuple[str | None, int | None]:
    """File and line of the class, or of what it declares under `name`; None for what cannot be told."""
    file = getattr(sys.modules.get(cls.__module__), "__file__", None)
    if file is None:
        return None, None
    try:
        tree = ast.parse(Path(file).read_text("utf-8"))
    except (OSError, SyntaxError, ValueError):
        return file, None
    wanted = cls.__qualname__.rpartition(".")[2]
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name == wanted:
            lines = (
                [node.lineno] if name is None else [one.lineno for one in node.body if name in _named(one)]
            )
            if lines:
                return file, lines[0]
    return file, None


def said_place(cls: type, name: str | None = None) -> str:
    """The same as `file:line`, or the class's module where that is all one knows."""
    file, line = place_of(cls, name)
    if file is None:
        return cls.__module__
    return f"{file}:{line}" if line is not None else file


def _named(node: ast.stmt) -> list[str]:
    """The names that a statement of a class body binds."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return [one.id for one in targets if isinstance(one, ast.Name)]
