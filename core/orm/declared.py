"""What an addon ships as data: choices of option lists, numbering rules, and functions that make records.

These are marks. The life cycle turns them into rows: choices when the addon is installed, for all
companies; numbering rules and `@seed` functions when a company switches the addon on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Literal, TypeVar

from core.i18n import LazyString

F = TypeVar("F", bound=Callable[..., None])
Reset = Literal["none", "year", "month", "day"]
When = Literal["company", "deployment"]

WHEN: Final = "__keyuan_when__"


@dataclass(frozen=True)
class OptionList:
    """Choices of one list in their order; codes are stable, names are what people see and may change."""

    __keyuan_mark__: ClassVar[str] = "options"
    list_code: str
    choices: tuple[tuple[str, LazyString], ...]


@dataclass(frozen=True)
class NumberingRule:
    """How a company numbers one kind of document until it decides otherwise."""

    __keyuan_mark__: ClassVar[str] = "numbering"
    sequence: str
    title: LazyString | None
    prefix: str
    date_pattern: str
    separator: str
    width: int
    reset: Reset


def options(list_code: str, choices: Sequence[tuple[str, LazyString]]) -> OptionList:
    """The shipped choices of an option list: `options("crm_base.industry", [("it", _("IT")), …])`.

    Raises ValueError for a code that occurs twice.
    """
    codes = [code for code, _name in choices]
    twice = {code for code in codes if codes.count(code) > 1}
    if twice:
        raise ValueError(f"{list_code} has {', '.join(sorted(twice))} twice")
    return OptionList(list_code, tuple((code, name) for code, name in choices))


def numbering(
    sequence: str,
    *,
    title: LazyString | None = None,
    prefix: str = "",
    date_pattern: str = "",
    separator: str = "",
    width: int = 6,
    reset: Reset = "none",
) -> NumberingRule:
    """A numbering rule: `numbering("crm_base.customer", prefix="C", width=6)` gives C000001."""
    return NumberingRule(sequence, title, prefix, date_pattern, separator, width, reset)


def seed(function: F | None = None, *, at: When = "company") -> Any:
    """Mark a function that makes first records: for each company that switches the addon on, or once at
    installation.

    It may run again for the same company, after the addon was off, and has to find what it made before.
    """

    def mark(function: F) -> F:
        function.__keyuan_mark__ = "seed"  # type: ignore[attr-defined]
        setattr(function, WHEN, at)
        return function

    return mark if function is None else mark(function)


def demo(function: F) -> F:
    """Mark a function that makes demonstration records in the company of the given Env."""
    function.__keyuan_mark__ = "demo"  # type: ignore[attr-defined]
    return function
