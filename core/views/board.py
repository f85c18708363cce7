"""The board: records as cards in columns, moved by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from core.i18n import LazyString, _
from core.views.layout import FieldRef, MethodRef, Show
from core.views.listing import Preset
from core.views.view import M, View


class BoardView(View[M]):
    """Cards in columns.

    `column` is a state, selection, option or many2one field; its values are the columns. Dropping a card in
    another column calls `move` with the column's value as its one argument. `total` is summed per column.
    Where `presets` or `filters` are not given, those of the model's list apply. An extension gives `changes`
    of the card, and further presets and filters.
    """

    kind = "board"
    label: ClassVar[LazyString] = _("Board")
    icon = "layout-kanban"
    column: ClassVar[FieldRef]
    card: ClassVar[Sequence[FieldRef | Show]] = ()
    move: ClassVar[MethodRef | None] = None
    total: ClassVar[FieldRef | None] = None
    order: ClassVar[str | None] = None
    presets: ClassVar[Sequence[Preset]] = ()
    filters: ClassVar[Sequence[FieldRef]] = ()
    limit: ClassVar[int] = 40
