"""A report as it stands on paper."""

from __future__ import annotations

from typing import Any, Final

from core.exchange.asked import Asked
from core.exchange.export_report import rows_of_report
from core.exchange.printing import MOST_ROWS
from core.web.pages.reports import headings
from core.web.request import Request
from core.web.widgets.cell import Place
from core.web.widgets.report_table import ReportTable

WIDE: Final = 7
"""A table of more columns lies across the paper."""


def report_sheet(request: Request, asked: Asked) -> dict[str, Any]:
    """The values of the template of printing: columns, rows, sums; what was asked in words."""
    env = request.env
    rows = rows_of_report(env, asked, "print")
    found = rows.page(MOST_ROWS + 1)
    shown = found[:MOST_ROWS]
    columns, cells = rows.worth_showing(shown)
    table = ReportTable(columns, Place(env.language, request.signed_in.currency, whole=True, linked=False))
    totals = rows.summary[1] if shown and any(one.total for one in rows.columns) else {}
    return {
        "kind": "list", "title": asked.title(env), "words": asked.words(env), "back": asked.url(),
        "columns": headings(rows, table, totals), "rows": table.body(table.texts(env, cells), rows.strong(shown)),
        "number": len(shown),
        "is_cut": len(found) > MOST_ROWS, "most": MOST_ROWS, "is_wide": sum(table.stands) > WIDE,
    }  # fmt: skip
