"""The rows of an export, page after page by key, so that memory holds one page whatever the length of the list.

Before each page the caller is looked at again: rights that were taken away meanwhile hold from the next page on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from core.exchange.asked import Asked
from core.exchange.beside import links_of, texts_of
from core.exchange.columns import Cell, Column, Linked, cell_writer, columns_of, numbers_of, read_names
from core.exchange.reading import GUARDED_NUMBER_COLUMN, NUMBER_COLUMN
from core.i18n import _
from core.orm.env import Env
from core.orm.fields import TO_ONE
from core.orm.listing import page_of
from core.orm.policy import require

PAGE: Final = 2_000
Row = tuple[Any, ...]


class Rows:
    """Pages of rows in the layout of `columns`. `linked` and `texts` belong to the page in hand."""

    def __init__(
        self, asked: Asked, caller: Callable[[], Env], right: str = "export", page: int = PAGE
    ) -> None:
        self.asked, self._caller, self._right, self._page = asked, caller, right, page
        self.env = caller()
        self.info = self.env.info(asked.model)
        self.columns = self._columns()
        self.linked: Linked = {}

    def _columns(self) -> list[Column]:
        require(self.env.policy, self.info, "read")
        require(self.env.policy, self.info, self._right)
        return columns_of(self.env, self.info, self.asked.columns)

    def __iter__(self) -> Iterator[list[Row]]:
        after: str | None = None
        order = self.asked.state(self.env).order
        while True:
            page = page_of(
                self.env, self.info, read_names(self.columns), self.asked.where(self.env, self.info, self._right),
                search=self.asked.search(self.env), order=order, after=after, limit=self._page, most=self._page,
            )  # fmt: skip
            self.linked = self._linked([row[0] for row in page.rows])
            yield page.rows
            after = page.next
            if after is None:
                return
            self.env = self._caller()
            self._columns()

    def _linked(self, ids: Sequence[int]) -> Linked:
        """What the rows of a page point to by fields of many records."""
        many = (column.field for column in self.columns if column.at is None)
        return {field.name: links_of(self.env, self.info, field, ids) for field in many}

    def translations(self, name: str, ids: Sequence[int]) -> Mapping[int, Any]:
        """The texts of a translated field in all its languages."""
        return texts_of(self.env, self.info, name, ids)


class RowTable:
    """The same as people read it: a heading for each column, a cell for each value, the record's number last."""

    def __init__(self, rows: Rows, *, guarded: bool) -> None:
        self._rows = rows
        self.headings: list[str] = []
        self._writers: list[Callable[[Row], Cell]] = []
        for column in rows.columns:
            self._add(column.heading, cell_writer(rows.env, column, lambda: rows.linked))
            if rows.asked.numbered and (column.at is None or column.field.kind in TO_ONE):
                self._add(number_heading(column.heading), _number_writer(column, lambda: rows.linked))
        self._add(GUARDED_NUMBER_COLUMN if guarded else NUMBER_COLUMN, lambda row: row[0])

    def _add(self, heading: str, write: Callable[[Row], Cell]) -> None:
        self.headings.append(heading)
        self._writers.append(write)

    def batches(self) -> Iterator[list[list[Cell]]]:
        """The cells, page after page."""
        writers = self._writers
        for page in self._rows:
            yield [[write(row) for write in writers] for row in page]


def number_heading(heading: str) -> str:
    """What stands above the numbers of the records that a column names."""
    return str(_("{column} (number)", column=heading))


def _number_writer(column: Column, linked: Callable[[], Linked]) -> Callable[[Row], Cell]:
    at = column.at
    if at is None:
        return lambda row: numbers_of(linked()[column.name][row[0]])
    return lambda row: row[at] if row[at + 1] is not None else None
