"""The rows of a report for one caller: pages in an order, their number, sums over all of them.

A row has the values of the columns that the caller gets, and of no others: of a statement the others are not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select

from core.errors import BadRequest
from core.i18n import _
from core.views.filters import shortened
from core.views.registry import registry_of
from core.views.report import Answers, Column, Report
from core.views.report_scope import asked_of, check_answers, columns_for, kind_of

if TYPE_CHECKING:
    from core.orm.env import Env

STRETCH: Final = 10_000
"""Rows read at once where all of them are wanted."""
Row = tuple[Any, ...]


class ReportRows:
    """A report with answers; `outside` for a paper. Raises ValidationFailed for answers that are missing or name what
    is not there.
    """

    def __init__(
        self, env: Env, report: Report, values: Mapping[str, Any], order: str | None = None, *,
        outside: bool = False,
    ) -> None:  # fmt: skip
        report = registry_of().report(report, env.addons)
        self.env, self.report = env, report
        asked = asked_of(env, report)
        check_answers(env, asked, values)
        keys = {one.key for one in asked}
        given = {one.key: values.get(one.key) if one.key in keys else None for one in report.parameters}
        self.columns: Sequence[Column] = columns_for(env, report, given, outside=outside)
        self.order = self._known(order)
        self.answers = Answers(given, frozenset(one.key for one in self.columns), self.order)
        self._places = [at for at, one in enumerate(report.columns) if one in self.columns]

    def page(self, limit: int, offset: int = 0) -> list[Row]:
        """Rows from `offset` on, at most `limit`; a report that goes on by a key is walked from its beginning."""
        if self.report.pages is not None:
            return self._walked(limit, offset)
        if self.report.rows is not None:
            found = self.report.rows(self.env, self.answers, limit, offset)
            return [self._cut(row) for row in found]
        cells = list(self._inner.c)
        wanted = select(*(cells[at] for at in self._places)).order_by(*self._ordering(cells))
        return [tuple(row) for row in self.env.rows(wanted.limit(limit).offset(offset))]

    def stretch(self, limit: int, after: str | None = None) -> tuple[list[Row], str | None]:
        """Rows after a key, and the key after which more follow; None after the last row."""
        if self.report.pages is not None:
            found = self.report.pages(self.env, self.answers, limit, after)
            return [self._cut(row) for row in found.rows], found.after
        offset = int(after or 0)
        rows = self.page(limit, offset)
        return rows, str(offset + limit) if len(rows) == limit else None

    def _walked(self, limit: int, offset: int) -> list[Row]:
        """Exactly so many rows, however short the pages are."""
        return list(islice(chain.from_iterable(self.all(offset + limit)), offset, None))

    def strong(self, rows: Sequence[Row]) -> list[bool]:
        """Which rows stand out."""
        keys = [one.key for one in self.columns]
        if not self.report.strong or self.report.strong[0] not in keys:
            return [False] * len(rows)
        at, values = keys.index(self.report.strong[0]), self.report.strong[1:]
        return [row[at] in values for row in rows]

    def worth_showing(self, rows: Sequence[Row]) -> tuple[list[Column], list[Row]]:
        """Columns and rows as they stand on a page: without sparse columns that none of the rows has a value for."""
        there = [
            at for at, one in enumerate(self.columns)
            if not one.sparse or any(row[at] is not None for row in rows)
        ]  # fmt: skip
        return [self.columns[at] for at in there], [tuple(row[at] for at in there) for row in rows]

    def _cut(self, row: Sequence[Any] | Mapping[str, Any]) -> Row:
        """What of a row the caller gets."""
        if isinstance(row, Mapping):
            return tuple(row.get(one.key) for one in self.columns)
        return tuple(row[at] for at in self._places)

    def all(self, most: int | None = None) -> Iterator[list[Row]]:
        """Every row, or the first so many, in stretches that fit into memory."""
        number, after = 0, None
        while most is None or number < most:
            found, after = self.stretch(STRETCH if most is None else min(most - number, STRETCH), after)
            number += len(found)
            if found:
                yield found
            if after is None:
                return

    @cached_property
    def summary(self) -> tuple[int | None, Mapping[str, Any]]:
        """How many rows there are, None where nobody has counted, and the sums of all of them by column."""
        totals = [one for one in self.columns if one.total]
        if self.report.totals is not None:
            known = self.report.totals(self.env, self.answers)
            return self._count(), {one.key: known.get(one.key) for one in totals}
        if self._is_selected:
            at = {one.key: self._inner.c[self.report.columns.index(one)] for one in totals}
            cells = [func.count(), *(func.sum(cell) for cell in at.values())]
            number, *sums = self.env.rows(select(*cells).select_from(self._inner))[0]
            return number, dict(zip(at, sums, strict=True))
        return self._added_up(totals) if totals else (None, {})

    def count(self, most: int) -> int:
        """How many rows there are, counted up to `most` where nobody but the report's own function can tell."""
        if self._is_selected:
            return int(self._count() or 0)
        return sum(len(found) for found in self.all(most))

    def sortable(self, column: Column) -> bool:
        """Whether rows can be ordered by the column."""
        if column.sortable is not None:
            return column.sortable
        return self._is_selected and (bool(column.choices) or kind_of(column.type) not in _UNORDERED)

    def _added_up(self, totals: Sequence[Column]) -> tuple[int, dict[str, Any]]:
        at = {one.key: self.columns.index(one) for one in totals}
        number, sums = 0, dict.fromkeys(at, None)
        for rows in self.all():
            number += len(rows)
            for key, place in at.items():
                values = [row[place] for row in rows if row[place] is not None]
                if values:
                    sums[key] = sum(values, sums[key] or 0)
        return number, sums

    def _count(self) -> int | None:
        if not self._is_selected:
            return None
        return int(self.env.rows(select(func.count()).select_from(self._inner))[0][0])

    @property
    def _is_selected(self) -> bool:
        """Whether the rows are a statement, which the kernel orders, counts and adds up."""
        return self.report.statement is not None

    @cached_property
    def _inner(self) -> Any:
        assert self.report.statement is not None
        return self.report.statement(self.env, self.answers).subquery("report")

    def _known(self, order: str | None) -> str | None:
        """The order asked for. BadRequest for a column that is not there for the caller, or gives no order."""
        if not order:
            return None
        found = next((one for one in self.columns if one.key == order.removeprefix("-")), None)
        if found is None or not self.sortable(found):
            raise BadRequest(_("The list cannot be ordered by {name}.", name=shortened(order)))
        return order

    def _ordering(self, cells: Sequence[Any]) -> list[Any]:
        """The order asked for or the usual one, then all columns that are shown, so that pages do not overlap."""
        order = self.order or self.report.order or ""
        key = order.removeprefix("-")
        places = {one.key: self.report.columns.index(one) for one in self.columns}
        first = []
        if key in places:
            cell = cells[places[key]]
            first = [cell.desc().nulls_last() if order.startswith("-") else cell.asc().nulls_first()]
        return first + [cells[at] for other, at in places.items() if other != key]


_UNORDERED: Final = frozenset({"many2one", "option", "state"})
"""Kinds whose stored values do not stand in the order of what is shown."""
