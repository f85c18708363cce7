"""A report as a table for files: the columns that its reader has, rows on which they have the right to export."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from core.errors import AccessDenied
from core.exchange.asked import Asked
from core.exchange.columns import Cell, Column, cell_writer, headings_of
from core.orm.env import Env
from core.orm.fields import TO_ONE
from core.orm.narrowing import narrowed
from core.views.report_address import values_of
from core.views.report_rows import STRETCH, ReportRows
from core.views.report_scope import field_of_column, labels_for, report_for


def rows_of_report(env: Env, asked: Asked, right: str, *, outside: bool = False) -> ReportRows:
    """The rows that were asked for, as far as the caller has `right` on what they are made of."""
    report = report_for(env, asked.report)
    values, order = values_of(env, report, asked.query)
    further = [env.composition.info(one) for one in report.reads]
    here = [one for one in further if one.addon in env.addons]
    reader = narrowed(env, env.info(report.right[1]), right, here)
    return ReportRows(reader, report, values, order, outside=outside)


def headings_of_report(env: Env, asked: Asked, right: str = "export") -> list[str]:
    """What stands above the columns. AccessDenied where one of them is no longer the caller's."""
    rows = rows_of_report(env, asked, right)
    if not {one.key for one in rows.columns} >= set(asked.columns):
        raise AccessDenied()
    return headings_of([field_of_column(one) for one in rows.columns])


class ReportFile:
    """Headings, and cells in batches. Before each batch the caller is looked at again."""

    def __init__(self, caller: Callable[[], Env], asked: Asked) -> None:
        self._caller, self._asked = caller, asked
        self._env = caller()
        self._rows = rows_of_report(self._env, asked, "export")
        self._keys = [one.key for one in self._rows.columns]
        self._fields = [field_of_column(one) for one in self._rows.columns]
        self.headings = headings_of(self._fields)

    def batches(self) -> Iterator[list[list[Cell]]]:
        after: str | None = None
        while True:
            found, after = self._now().stretch(STRETCH, after)
            if found:
                yield self._cells(found)
            if after is None:
                return

    def _now(self) -> ReportRows:
        """The rows with the rights of the moment. AccessDenied where the reader has lost a column meanwhile."""
        env = self._caller()
        if env is not self._env:
            self._env, self._rows = env, rows_of_report(env, self._asked, "export")
            if [one.key for one in self._rows.columns] != self._keys:
                raise AccessDenied()
        return self._rows

    def _cells(self, rows: list[tuple[Any, ...]]) -> list[list[Cell]]:
        labels = labels_for(self._env, self._fields, rows)
        writers = [
            cell_writer(self._env, Column(field, "", 2 * at), dict) for at, field in enumerate(self._fields)
        ]
        targets = [str(field.target_key) if field.kind in TO_ONE else None for field in self._fields]
        lines = []
        for row in rows:
            flat: list[Any] = []
            for value, target in zip(row, targets, strict=True):
                flat += [value, labels.get((target, value)) if target is not None else None]
            lines.append([write(tuple(flat)) for write in writers])
        return lines
