"""What a choice of options means: whether it goes together, what it is called and what it costs.

Pure functions over what a product offers; `offering` reads it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from core.api import LazyString, _

SEPARATOR: Final = "-"


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that can be chosen."""

    id: int
    option: int
    name: str
    code: str
    surcharge: Decimal
    is_default: bool


@dataclass(frozen=True, slots=True)
class OfferedOption:
    """One thing to choose, with what there is to choose from in its order."""

    id: int
    name: str
    is_required: bool
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Offered:
    """All that can be chosen of a product, and its rules (value, kind, other)."""

    options: tuple[OfferedOption, ...]
    rules: tuple[tuple[int, str, int], ...]

    def choices(self) -> dict[int, Choice]:
        return {choice.id: choice for option in self.options for choice in option.choices}

    def defaults(self) -> list[int]:
        """What is proposed."""
        return [choice.id for choice in self.choices().values() if choice.is_default]


def problems_at(offered: Offered, chosen: Iterable[int]) -> dict[int, list[LazyString]]:
    """Why a choice does not hold, by the option at which it is to be changed; empty when it holds."""
    known, taken = offered.choices(), set(chosen)
    found: dict[int, list[LazyString]] = {}
    for option in offered.options:
        of_option = [choice for choice in option.choices if choice.id in taken]
        if not of_option and option.is_required:
            found.setdefault(option.id, []).append(_("{option} has to be chosen.", option=option.name))
        if len(of_option) > 1:
            found.setdefault(option.id, []).append(_("{option} can be chosen once only.", option=option.name))
    for value, kind, other in offered.rules:
        if value not in taken or value not in known or other not in known:
            continue
        names = {"value": known[value].name, "other": known[other].name}
        if kind == "require" and other not in taken:
            found.setdefault(known[other].option, []).append(_("{value} requires {other}.", **names))
        if kind == "exclude" and other in taken:
            found.setdefault(known[other].option, []).append(_("{value} excludes {other}.", **names))
    for option_id, problem in _not_allowed(offered, taken):
        found.setdefault(option_id, []).append(problem)
    return found


def problems_of(offered: Offered, chosen: Iterable[int]) -> list[LazyString]:
    """The same one after the other, in the order of the options."""
    found = problems_at(offered, chosen)
    return [problem for option in offered.options for problem in found.get(option.id, ())]


def _not_allowed(offered: Offered, taken: set[int]) -> list[tuple[int, LazyString]]:
    """With "allow" rules a choice narrows an option down to the ones they name."""
    known = offered.choices()
    allowed: dict[tuple[int, int], set[int]] = {}
    for value, kind, other in offered.rules:
        if kind == "allow" and value in taken and value in known and other in known:
            allowed.setdefault((value, known[other].option), set()).add(other)
    return [
        (option, _("{value} does not go with {other}.", value=known[value].name, other=known[key].name))
        for (value, option), fitting in allowed.items()
        for key in sorted(taken & known.keys())
        if known[key].option == option and key not in fitting
    ]


def surcharge(offered: Offered, chosen: Iterable[int]) -> Decimal:
    """What the choice adds to the price of the product."""
    known = offered.choices()
    return sum((known[key].surcharge for key in set(chosen) & known.keys()), Decimal(0))


def code_of(offered: Offered, chosen: Sequence[int]) -> str:
    """Short codes in the order of the options, the same for the same choice."""
    taken = set(chosen)
    return SEPARATOR.join(choice.code for choice in offered.choices().values() if choice.id in taken)


def words_of(offered: Offered, chosen: Sequence[int]) -> str:
    """The choice in words, for descriptions."""
    return "; ".join(
        f"{option.name}: {choice.name}"
        for option in offered.options for choice in option.choices if choice.id in set(chosen)
    )  # fmt: skip


def chosen_by_code(offered: Offered, code: str) -> tuple[list[int], list[str]]:
    """The choices behind a code and the parts of it that mean none."""
    by_code: dict[str, list[int]] = {}
    for choice in offered.choices().values():
        by_code.setdefault(choice.code.casefold(), []).append(choice.id)
    parts = [part.strip() for part in code.split(SEPARATOR) if part.strip()]
    left = {key: list(ids) for key, ids in by_code.items()}
    found, unknown = [], []
    for part in parts:
        ids = left.get(part.casefold())
        if ids:
            found.append(ids.pop(0))
        else:
            unknown.append(part)
    return found, unknown
