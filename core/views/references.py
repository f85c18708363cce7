"""What a view names: fields and methods, as declarations before composition or as SQL after it."""

from __future__ import annotations

import inspect
import sys
from dataclasses import dataclass
from typing import Any

from core.orm.fields import Field
from core.orm.methods import Method


@dataclass(frozen=True, slots=True)
class Location:
    """File and line of a declaration, so that a complaint can be opened in an editor."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


def location(depth: int) -> Location:
    """Where the declaration is written; `depth` counts the frames between here and the author's code."""
    frame = sys._getframe(depth + 1)
    return Location(frame.f_code.co_filename, frame.f_lineno)


def is_method(reference: object) -> bool:
    """Whether the reference is a method; an override without decorator is a plain function."""
    return isinstance(reference, Method) or inspect.isfunction(reference)


def method_name(reference: Any) -> str:
    """The name of a referenced method."""
    return reference.name if isinstance(reference, Method) else str(reference.__name__)


def owner_of(reference: Any) -> type | None:
    """The class that a referenced field or method was reached through, None where it is only a name."""
    if isinstance(reference, (Field, Method)):
        return getattr(reference, "owner", None)
    owner = getattr(reference, "class_", None)
    return owner if isinstance(owner, type) else None


def describe(reference: Any) -> str:
    """`Lead.title`, as the author wrote it."""
    owner = owner_of(reference)
    name = reference if isinstance(reference, str) else getattr(reference, "name", None)
    name = name or getattr(reference, "key", None) or getattr(reference, "__name__", None) or repr(reference)
    return f"{owner.__name__}.{name}" if owner is not None else str(name)
