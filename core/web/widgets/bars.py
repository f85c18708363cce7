"""A bar chart without scripts: for each row its words, and for each measure a bar and the number as it is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from core.i18n import LazyString
from core.views.report import Report
from core.web.widgets.report_table import ReportTable

MOST: Final = 40
"""Bars of more rows would be a table."""
WIDTH: Final = 1000


@dataclass(frozen=True, slots=True)
class Bar:
    """From `x`, `width` wide, of `WIDTH`; `series` counts the measures from 0."""

    series: int
    x: int
    width: int
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """`lines` are (words, bars); `is_cut` says that there are more rows than bars."""

    measures: tuple[LazyString, ...]
    lines: tuple[tuple[str, tuple[Bar, ...]], ...]
    is_cut: bool


def chart_of(report: Report, table: ReportTable, rows: Sequence[Sequence[Any]], texts: Sequence[Sequence[str]]) -> (
    Chart | None
):  # fmt: skip
    """The chart of the rows; None where the reader lacks its words or all of its measures."""
    places = {one.key: at for at, one in enumerate(table.columns)}
    measures = [places[key] for key in report.chart[1:] if key in places]
    if not report.chart or report.chart[0] not in places or not measures or not rows:
        return None
    words = places[report.chart[0]]
    values = [[Decimal(row[at] or 0) for at in measures] for row in rows[:MOST]]
    every = [Decimal(0), *(one for line in values for one in line)]
    low, high = min(every), max(every)
    scale = Decimal(WIDTH) / (high - low) if high > low else Decimal(0)
    lines = []
    for line, cells in zip(values, texts, strict=False):
        bars = tuple(
            Bar(series, round((min(value, Decimal(0)) - low) * scale), round(abs(value) * scale), cells[at])
            for series, (value, at) in enumerate(zip(line, measures, strict=True))
        )
        lines.append((cells[words], bars))
    return Chart(tuple(table.columns[at].label for at in measures), tuple(lines), len(rows) > MOST)
