"""The rows of a list: compiled once per view, columns, language and currency, then one string operation per row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from markupsafe import Markup

from core.i18n import _
from core.orm.compose import ModelInfo
from core.orm.fields import TO_ONE, Field
from core.views.effective import ShownField
from core.web.widgets.cell import Cells, Column, Place, column
from core.web.widgets.escaping import all_escaped, escaped

NUMERIC: Final = frozenset({"integer", "decimal", "money"})
_SELECT: Final = _("Select: {name}")


class Table:
    """One list's columns. `names` are asked of `env.page`; `rows` gives the body of the table."""

    def __init__(
        self,
        info: ModelInfo,
        columns: tuple[ShownField, ...],
        place: Place,
        *,
        marked: bool,
        linked: bool,
        named: bool,
    ):
        self.info, self.columns, self.marked = info, columns, marked
        fields = [shown.field for shown in columns]
        display = info.fields[info.display]
        if named and all(found.name != display.name for found in fields):
            fields.append(display)
        self.cells = Cells(fields, place)
        self.names = self.cells.names
        self._name = _namer(display, self.cells.offsets.get(display.name))
        self._opener = next((one.name for one in columns if one.name == display.name), columns[0].name)
        self._linked = linked
        self._pattern, self._written = self._compile(place)

    def _compile(self, place: Place) -> tuple[str, tuple[Column, ...]]:
        parts: list[str] = []
        written: list[Column] = []
        for shown in self.columns:
            if shown.name == self._opener and self._linked:
                written.append(self._open(shown.field, place))
            else:
                written.append(self.cells.column(shown.field, place))
            kind = f"num k-{shown.field.kind}" if shown.field.kind in NUMERIC else f"k-{shown.field.kind}"
            if shown.name == self._opener:
                kind += " is-name"
            label = escaped(shown.label.translate(place.language)).replace("%", "%%")
            if shown.under and parts:
                parts[-1] = (
                    f'{parts[-1].removesuffix("</td>")}<div class="ky-under" title="{label}">%s</div></td>'
                )
                continue
            parts.append(f'<td class="{kind}" data-label="{label}">%s</td>')
        return "".join(parts), tuple(written)

    def _open(self, field: Field, place: Place) -> Column:
        """The cells that open the record, and with it the whole row."""
        at, plain = self.cells.offsets[field.name], Place(place.language, place.currency, linked=False)
        texts = column(field, at, None, plain)
        path = f'<a class="ky-open" href="/r/{self.info.key}/'

        def write(rows: Sequence[tuple[Any, ...]]) -> Sequence[str]:
            shown = zip(rows, texts(rows), strict=True)
            return [f'{path}{row[0]}">{text or f"#{row[0]}"}</a>' for row, text in shown]

        return write

    def rows(self, rows: Sequence[tuple[Any, ...]], language: str) -> Markup:
        """The rows as HTML."""
        columns = [write(rows) for write in self._written]
        if not self.marked:
            line = f"<tr>{self._pattern}</tr>"
        else:
            name = self._name
            columns = [[row[0] for row in rows], all_escaped([name(row) for row in rows]), *columns]
            before, after = escaped(_SELECT.translate(language)).replace("%", "%%").split("{name}")
            named = f'aria-label="{before}%s{after}"'
            box = f'<input class="form-check-input" type="checkbox" name="id" value="%d" {named}>'
            line = f'<tr><td class="ky-mark">{box}</td>{self._pattern}</tr>'
        text = "".join([line % cells for cells in zip(*columns, strict=True)])
        return Markup(text)  # noqa: S704 - every column is escaped

    def name_of(self, row: tuple[Any, ...]) -> str:
        """What a record is called."""
        return self._name(row)


def _namer(display: Field, at: int | None) -> Callable[[tuple[Any, ...]], str]:
    if at is None:
        return lambda row: f"#{row[0]}"
    cell = at + 1 if display.kind in TO_ONE else at
    return lambda row: str(row[cell]) if row[cell] not in (None, "") else f"#{row[0]}"


@lru_cache(maxsize=256)
def table_for(
    info: ModelInfo, columns: tuple[ShownField, ...], place: Place, marked: bool = False, linked: bool = True,
    named: bool = True,
) -> Table:  # fmt: skip
    """The compiled table; columns are the same objects as long as the effective view is. `named` says that the caller
    may see what records are called.
    """
    return Table(info, columns, place, marked=marked, linked=linked, named=named)


def sums(rows: Sequence[tuple[Any, ...]], table: Table, names: Iterable[str]) -> Mapping[str, Any]:
    """Totals of rows that are all there, without asking the database again."""
    found = {}
    for name in names:
        at = table.cells.offsets[name]
        found[name] = sum((row[at] for row in rows if row[at] is not None), 0)
    return found
