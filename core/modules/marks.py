"""The marks by which the loader recognises what an addon declares.

A decorator, a base class or a constructor of the kernel sets `__keyuan_mark__` and does nothing else, so that
importing a module changes nothing. What a mark means is known to the room that collects it.
"""

from __future__ import annotations

from typing import Any, Final, Literal, TypeGuard, get_args

Mark = Literal[
    "model", "extension", "mixin", "view", "view_extension", "role", "state", "grant", "record_rule", "mask", "menu",
    "hookspec", "hookimpl", "job", "seed", "demo", "options", "numbering", "page", "report", "report_change",
    "hint", "card", "proposal", "picks",
]  # fmt: skip

MARKS: Final[frozenset[str]] = frozenset(get_args(Mark))

CLASS_MARKS: Final[frozenset[str]] = frozenset({"model", "extension", "mixin", "view", "view_extension"})
"""The marks of declarations that are classes; the class `State` carries "state" for its instances only."""


def is_mark(value: Any) -> TypeGuard[Mark]:
    """Whether `value` is a mark that some room of the kernel collects."""
    return isinstance(value, str) and value in MARKS
