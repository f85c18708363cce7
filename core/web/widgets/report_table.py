"""The cells of a report as a page or a paper shows them: by the same writers as the lists, with links to records."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from core.i18n import formatter
from core.orm.env import Env
from core.orm.fields import TO_ONE, Field
from core.views.report import Column, Linked
from core.views.report_scope import Labels, field_of_column, labels_for
from core.web.widgets.cell import Place, writer
from core.web.widgets.escaping import escaped
from core.web.widgets.spans import span_label
from core.web.widgets.table import NUMERIC

Row = Sequence[Any]


class ReportTable:
    """The columns of one report for one reader."""

    def __init__(self, columns: Sequence[Column], place: Place) -> None:
        self.columns, self._place = columns, place
        self.fields = [field_of_column(one) for one in columns]
        self._offsets = list(_offsets(self.fields))
        keys = [one.key for one in columns]
        codes = {one.currency for one in columns}
        self.stands = [one.key not in codes and one.under not in keys for one in columns]
        """Which columns stand by themselves: codes of currencies are with the amounts, others under another column."""
        self._under = {
            at: [below for below, other in enumerate(columns) if other.under == one.key]
            for at, one in enumerate(columns)
        }
        self._writers = [
            self._writer(one, field, keys) for one, field in zip(columns, self.fields, strict=True)
        ]

    @property
    def numeric(self) -> list[bool]:
        """Which columns are set flush right."""
        return [field.kind in NUMERIC for field in self.fields]

    def body(self, texts: Sequence[Sequence[str]], strong: Sequence[bool] = ()) -> Markup:
        """The rows as HTML, made of their `texts`; those that are `strong` stand out."""
        heads = [
            f'<td class="{"num " if field.kind in NUMERIC else ""}k-{field.kind}{" is-name" if not at else ""}" '
            f'data-label="{escaped(field.label.translate(self._place.language))}">'
            for at, field in enumerate(self.fields)
        ]
        lines = []
        for cells, is_strong in zip(texts, strong or [False] * len(texts), strict=True):
            inner = "".join(
                f"{head}{self._with_under(at, cells)}</td>"
                for at, head in enumerate(heads)
                if self.stands[at]
            )
            lines.append(f'<tr class="is-strong">{inner}</tr>' if is_strong else f"<tr>{inner}</tr>")
        return Markup("".join(lines))  # noqa: S704 - every writer escapes

    def _with_under(self, at: int, cells: Sequence[str]) -> str:
        """The cell, and in a second line what stands under it."""
        below = [cells[other] for other in self._under[at] if cells[other]]
        return cells[at] + "".join(f'<div class="ky-second">{text}</div>' for text in below)

    def texts(self, env: Env, rows: Sequence[Row]) -> list[list[str]]:
        """Each cell of the rows as HTML."""
        labels = labels_for(env, self.fields, rows)
        flat = [tuple(_cells(self.fields, row, labels)) for row in rows]
        return [[write(row) for write in self._writers] for row in flat]

    def sums(self, totals: Mapping[str, Any]) -> list[str | None]:
        """The sum below each column, None where there is none."""
        return [self._sum(at, totals.get(one.key)) for at, one in enumerate(self.columns)]

    def _sum(self, at: int, value: Any) -> str | None:
        if value is None:
            return None
        if self.fields[at].kind == "money":
            return str(formatter("money", self._place.language, currency=self._place.currency)(value))
        return str(formatter("number", self._place.language)(value))

    def _writer(self, column: Column, field: Field, keys: list[str]) -> Callable[[tuple[Any, ...]], str]:
        at = self._offsets[keys.index(column.key)]
        if column.unit is not None:
            unit, language = column.unit, self._place.language
            return lambda row: "" if row[at] is None else escaped(span_label(row[at], unit, language))
        if column.type is Linked:
            return _linked(at, self._place.linked)
        currency_at = self._offsets[keys.index(column.currency)] if column.currency else None
        return writer(field, at, currency_at, self._place)


def _linked(at: int, is_linked: bool) -> Callable[[tuple[Any, ...]], str]:
    """The text, as a link to its record."""

    def write(row: tuple[Any, ...]) -> str:
        found: Linked | None = row[at]
        if found is None:
            return ""
        text = escaped(found.text)
        return f'<a href="/r/{escaped(found.model)}/{found.key}">{text}</a>' if is_linked else text

    return write


def _cells(fields: Sequence[Field], row: Row, labels: Labels) -> list[Any]:
    """The row as the writers of lists know it: a record is its number and its name."""
    found: list[Any] = []
    for field, value in zip(fields, row, strict=True):
        found.append(value)
        if field.kind in TO_ONE:
            found.append(labels.get((str(field.target_key), value)) if value is not None else None)
    return found


def _offsets(fields: Sequence[Field]) -> list[int]:
    found, at = [], 0
    for field in fields:
        found.append(at)
        at += 2 if field.kind in TO_ONE else 1
    return found
