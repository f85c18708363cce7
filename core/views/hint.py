"""Hints shown before saving: "there is a customer of this name already". A hint never refuses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from core.i18n import LazyString

if TYPE_CHECKING:
    from core.orm.env import Env


@dataclass(frozen=True, slots=True)
class Hint:
    """One sentence, with the address of what it speaks of."""

    text: LazyString
    url: str | None = None


@dataclass(frozen=True, slots=True)
class GoTo:
    """What an action gives that leads to a page: its path on this server."""

    path: str


HintFunction: TypeAlias = "Callable[[Env, Mapping[str, Any]], list[Hint]]"
F = TypeVar("F", bound="HintFunction")


def hint(model: type) -> Callable[[F], F]:
    """Mark a function as giving hints for every form of `model`; it gets the values about to be saved."""

    def mark(function: F) -> F:
        function.__keyuan_mark__ = "hint"  # type: ignore[attr-defined]
        function.__keyuan_model__ = model  # type: ignore[attr-defined]
        return function

    return mark


def ask_hints(env: Env, functions: Iterable[HintFunction], values: Mapping[str, Any]) -> list[Hint]:
    """What the hint functions of a form say about `values`, each sentence once, in their order."""
    found: dict[tuple[LazyString, str | None], Hint] = {}
    for function in functions:
        for each in function(env, values):
            found.setdefault((each.text, each.url), each)
    return list(found.values())
