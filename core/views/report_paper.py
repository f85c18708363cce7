"""A report as a paper for somebody outside: with letterhead, in the language that is chosen, printed or as PDF."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from core.i18n import LazyString
from core.views.layout import FieldRef

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.views.report import Answers

Sum = tuple[LazyString, Decimal, str]
"""What it is, the amount, and the code of its currency."""


@dataclass(frozen=True, eq=False, slots=True)
class Side:
    """Who stands on the paper; see `side`."""

    label: LazyString
    ask: str | None
    lines: tuple[FieldRef, ...]


def side(label: LazyString, ask: str | None = None, *lines: FieldRef) -> Side:
    """One side of the paper: the record that answers the question `ask`, with fields of it, one a line.

    Without a question it is the own company. It is left out where the question was left open.
    """
    return Side(label, ask, lines)


@dataclass(frozen=True, eq=False, slots=True)
class ReportPaper:
    """How a report stands on paper: `title` (that of the report unless said otherwise), beside it the answers to the
    questions `number`; below it `sides`, the answers to the questions `head`, and the rows. Columns that are
    `internal` are left out. `totals(env, answers)` gives sums that stand below the rows, of what the reader may know.
    `texts` are headings with words; each of `signatures` gets its place.

    Letterhead, opening and closing words are rows that the company edits; they may name questions in braces.
    """

    title: LazyString | None = None
    number: Sequence[str] = ()
    sides: Sequence[Side] = ()
    head: Sequence[str] = ()
    totals: Callable[[Env, Answers], Sequence[Sum]] | None = None
    texts: Sequence[tuple[LazyString, LazyString]] = ()
    signatures: Sequence[LazyString] = ()
