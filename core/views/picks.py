"""Values that people put together by choosing, such as the configuration of a product on a line.

    @picks(OrderLine.configuration, words=OrderLine.chosen)
    def options_of_lines(env, whole, rows, sent):
        return [picked_of(row, picked) for row, picked in zip(rows, sent, strict=True)]

In the form of the whole such a field has one select box for each thing to choose, made anew while somebody types, and
no input of its own. Where the rows are only read, `words` is shown in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from core.i18n import LazyString

if TYPE_CHECKING:
    from core.orm.env import Env


@dataclass(frozen=True, slots=True)
class Pick:
    """One thing to choose: a select box. `problems` are said at it."""

    key: int
    label: str
    choices: Sequence[tuple[int, str]]
    chosen: int | None
    required: bool = False
    problems: Sequence[LazyString] = ()


@dataclass(frozen=True, slots=True)
class Picked:
    """What a row's field holds, and what there is to choose; without `picks` nothing is shown.

    `words` say the choice in the reader's language.
    """

    value: Any
    picks: Sequence[Pick] = ()
    words: str = ""


Sent: TypeAlias = Mapping[int, int | None]
"""What was chosen, by the key of the pick; None where nothing was."""
PicksFunction: TypeAlias = (
    "Callable[[Env, Mapping[str, Any], Sequence[Mapping[str, Any]], Sequence[Sent | None]], Sequence[Picked]]"
)
F = TypeVar("F", bound="PicksFunction")


def picks(field: Any, *, words: Any) -> Callable[[F], F]:
    """Mark a function as giving what is chosen in the cells of `field`, for all rows of one whole at once.

    It gets what is known of the whole and of each row, references as ids, and what was sent for the row: None where it
    has not been asked yet. It only reads, and gives one `Picked` for each row. `words` is the field that says the
    choice when the rows are read.
    """

    def mark(function: F) -> F:
        function.__keyuan_mark__ = "picks"  # type: ignore[attr-defined]
        function.__keyuan_field__ = field  # type: ignore[attr-defined]
        function.__keyuan_words__ = words  # type: ignore[attr-defined]
        return function

    return mark


@dataclass(frozen=True, eq=False, slots=True)
class Picking:
    """A picking function with the fields of one model: the one that is put together, and the one that says it."""

    function: PicksFunction
    field: str
    words: str
