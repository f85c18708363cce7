"""A list put together by groups, as a table: what each group is called, how many rows it has, its sums."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from core.errors import UserError
from core.exchange.asked import Asked
from core.exchange.columns import Cell
from core.i18n import _, formatter
from core.orm.column_types import State
from core.orm.env import Env
from core.orm.fields import TO_ONE, Field
from core.orm.grouping import GroupRow, group_rows
from core.orm.policy import require
from core.views.effective import EffectiveList

MOST: Final = 50_000


class GroupTable:
    """Counted and added up in one statement; the measures are the totals of the list that may be read."""

    def __init__(self, env: Env, asked: Asked, right: str = "export", most: int = MOST) -> None:
        self.env, self._asked, self._right = env, asked, right
        self._info, self._state = env.info(asked.model), asked.state(env)
        require(env.policy, self._info, "read")
        require(env.policy, self._info, right)
        view, readable = self._state.view, env.policy.readable(self._info)
        totals = view.totals if isinstance(view, EffectiveList) else ()
        self.totals = [total for total in totals if total.name in readable and not total.currency]
        self.choices, self._most = self._state.group_choices, most
        self.headings = [str(choice.label) for choice in self.choices]
        self.headings += [str(_("Count")), *(str(total.label) for total in self.totals)]
        self.cut_short = False

    def rows(self) -> list[GroupRow]:
        """The groups, the largest first. `cut_short` says that there are more."""
        found = group_rows(
            self.env, self._info, self._state.group, [("sum", total.name) for total in self.totals],
            self._asked.where(self.env, self._info, self._right), search=self._asked.search(self.env),
            most=self._most,
        )  # fmt: skip
        self.cut_short = found.cut_short
        return found

    def batches(self) -> Iterator[list[list[Cell]]]:
        """The cells. Raises UserError where there are more groups than one table takes."""
        found = self.rows()
        if self.cut_short:
            raise UserError(
                _(
                    "There are more than {most} groups. Please narrow the list or group it coarser.",
                    most=self._most,
                )
            )
        yield [self.cells(row) for row in found]

    def cells(self, row: GroupRow) -> list[Cell]:
        """One group."""
        keys: list[Cell] = [
            group_label(self.env, choice.field, key, label)
            for choice, key, label in zip(self.choices, row.keys, row.labels, strict=True)
        ]
        return [*keys, row.count, *row.values]


def group_label(env: Env, field: Field, key: Any, label: Any) -> Cell:
    """What a group is called; nothing for rows without a value, and for what the reader has no access to."""
    if key is None:
        return None
    if field.kind in TO_ONE:
        return None if label is None else str(label)
    if isinstance(key, State):
        return str(key.label)
    if field.kind == "boolean":
        return formatter("boolean", env.language)(key)
    if field.kind == "selection":
        return str(dict(field.choices).get(key, key))
    if isinstance(key, datetime):
        return key.date()
    return key if isinstance(key, (str, int, Decimal, date)) else str(key)
