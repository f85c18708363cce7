"""What a report says on a paper for somebody outside: plain texts in the language that was chosen, for page and PDF.

It has the rows that the caller may print, and the columns that they see and that are not internal.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final

from core.auth.models import Company
from core.errors import AccessDenied, NotFound, UserError
from core.exchange.asked import Asked
from core.exchange.export_report import rows_of_report
from core.exchange.paper import MOST_ROWS, Column, Document, Side, Table, speaking
from core.exchange.paper_texts import own_texts
from core.exchange.paper_values import NUMERIC, Values, plain_text, said
from core.i18n import _, formatter
from core.orm.env import Env
from core.orm.fields import TO_ONE, Field
from core.views.report import Column as ReportColumn
from core.views.report import Report
from core.views.report_address import answered
from core.views.report_paper import ReportPaper
from core.views.report_paper import Side as DeclaredSide
from core.views.report_rows import ReportRows
from core.views.report_scope import asked_of, field_of_ask, field_of_column, labels_for
from core.views.scope import named_field

NAME: Final = "report"
"""How the paper of a report is called where records have several."""
_TODAY: Final = _("Date")


def report_document(env: Env, asked: Asked) -> Document:
    """The paper of a report with its answers. NotFound for a report that has none, AccessDenied where it may not be
    printed, `UserError` where it has more rows than a paper.
    """
    with speaking(env, asked.language):
        rows = rows_of_report(env, asked, "print", outside=True)
        if rows.report.paper is None:
            raise NotFound()
        return _Maker(rows, rows.report.paper, asked.language).document()


class _Maker:
    def __init__(self, rows: ReportRows, paper: ReportPaper, language: str) -> None:
        self.env, self.report, self.paper, self.language = rows.env, rows.report, paper, language
        self.rows, self.answers = rows, rows.answers
        company: Any = self.env.sudo(_("the company's name on its papers")).get(Company, self.env.company_id)
        self.company, self.currency = str(company.name), str(company.currency)
        self.words = {
            one.key: self._word(one.key, word) for one, word in answered(self.env, self.report, self.answers)
        }

    def _word(self, key: str, word: Any) -> str:
        value = self.answers[key]
        return (
            formatter("date", self.language)(value) if isinstance(value, date) else said(word, self.language)
        )

    def document(self) -> Document:
        paper, report, language = self.paper, self.report, self.language
        labels = {one.key: said(one.label, language) for one in report.parameters}
        head = [(labels[key], self.words[key]) for key in paper.head if key in self.words]
        today = (said(_TODAY, language), formatter("date", language)(self.env.today))
        money = formatter("money", language)
        totals = paper.totals(self.env, self.answers) if paper.totals is not None else ()
        others = [one.ask for one in paper.sides if one.ask not in paper.number]
        return Document(
            language=language, company=self.company, title=said(paper.title or report.title, language),
            number=" – ".join(self.words[key] for key in paper.number if key in self.words),
            texts=own_texts(self.env, paper_key(report), language).filled(self.words), head=[*head, today],
            parties=[found for one in paper.sides if (found := self._side(one)) is not None], tables=[self._table()],
            totals=[(said(label, language), str(money((amount, code)))) for label, amount, code in totals],
            paragraphs=[(said(label, language), said(text, language)) for label, text in paper.texts],
            signatures=[said(one, language) for one in paper.signatures], values=self.words,
            about=" ".join(self.words[key] for key in others if key in self.words),
        )  # fmt: skip

    def _side(self, declared: DeclaredSide) -> Side | None:
        label = said(declared.label, self.language)
        if declared.ask is None:
            return Side(label, self.company, [])
        key = self.answers[declared.ask]
        if key is None:
            return None
        asked = next(one for one in asked_of(self.env, self.report) if one.key == declared.ask)
        info = self.env.info(str(field_of_ask(asked).target_key))
        named = [named_field(info, one) for one in declared.lines]
        fields = [info.fields[one] for one in named if one in self.env.policy.readable(info)]
        values = Values(self.env, info, fields, self.currency)
        name = self.words[declared.ask]
        try:
            row = self.env.read(info.cls, key, values.names)
        except (NotFound, AccessDenied):
            return Side(label, name, [])
        lines = [values.text(row, one.name) for one in fields]
        return Side(label, name, [line for line in lines if line and line != name])

    def _table(self) -> Table:
        given = self.rows.page(MOST_ROWS + 1)
        if len(given) > MOST_ROWS:
            raise UserError(_("A paper has room for {most} rows in a table; here are more.", most=MOST_ROWS))
        columns, found = self.rows.worth_showing(given)
        shown = [at for at, one in enumerate(columns) if not one.internal]
        fields = [field_of_column(one) for one in columns]
        labels = labels_for(self.env, fields, found)
        writers = [self._writer(at, fields[at], columns, labels) for at in shown]
        heads = tuple(
            Column(said(fields[at].label, self.language), fields[at].kind in NUMERIC) for at in shown
        )
        rows = [[write(row) for write in writers] for row in found]
        return Table(said(self.report.title, self.language), heads, rows, tuple(self.rows.strong(given)))

    def _writer(
        self, at: int, field: Field, columns: Sequence[ReportColumn], labels: Any
    ) -> Callable[[tuple[Any, ...]], str]:
        if field.kind in TO_ONE:
            target = str(field.target_key)
            return lambda row: labels.get((target, row[at]), "–") if row[at] is not None else ""
        if field.kind == "money":
            keys, other = [one.key for one in columns], columns[at].currency
            money, own = formatter("money", self.language), self.currency
            where = keys.index(other) if other else None
            return lambda row: (
                "" if row[at] is None else money((row[at], own if where is None else row[where] or own))
            )
        write = plain_text(self.env, field)
        return lambda row: "" if row[at] is None else write(row[at])


def paper_key(report: Report) -> str:
    """How the company's own texts name the paper."""
    return f"{report.key}/{NAME}"
