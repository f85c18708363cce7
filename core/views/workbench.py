"""What an addon puts on the workbench: short lists of what waits for a person, and key numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from core.i18n import LazyString
from core.views.layout import FieldRef
from core.views.listing import ListView
from core.views.references import Location, location


@dataclass(frozen=True, eq=False, slots=True)
class Card:
    """Rows of a list's preset on the workbench. `limit` 0 shows their number only.

    `columns` (one or two fields) stand beside the record's name; a day or time in the past is marked as
    late when `late` is set.
    """

    key: str
    title: LazyString
    view: type[ListView[Any]]
    preset: str | None = None
    columns: Sequence[FieldRef] = ()
    order: str | None = None
    limit: int = 8
    late: bool = False
    sequence: int = 10
    empty: LazyString | None = None
    location: Location | None = field(default=None, repr=False)

    __keyuan_mark__: ClassVar[str] = "card"


def card(
    key: str,
    title: LazyString,
    *,
    view: type[ListView[Any]],
    preset: str | None = None,
    columns: Sequence[FieldRef] = (),
    order: str | None = None,
    limit: int = 8,
    late: bool = False,
    sequence: int = 10,
    empty: LazyString | None = None,
) -> Card:
    """A short list for everybody who may read the model. `key` begins with the addon's name."""
    return Card(key, title, view, preset, columns, order, limit, late, sequence, empty, location(1))


def figure(
    key: str, title: LazyString, *, view: type[ListView[Any]], preset: str | None = None, sequence: int = 10
) -> Card:
    """A number that leads to the list it counts."""
    return Card(key, title, view, preset, limit=0, sequence=sequence, location=location(1))
