"""The paper: one record as a business document, a quotation or an order, printed and given out as PDF.

Unlike the printed page of a record, which shows whatever its form shows, a paper is for somebody outside: it stands in
the language that the person chooses, with the company's letterhead, and says only what is named here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from core.i18n import LazyString, _
from core.orm.column_types import State
from core.views.layout import FieldRef, Related, Show
from core.views.view import M, View


@dataclass(frozen=True, eq=False, slots=True)
class Party:
    """Who stands in the document; `field` is None for the own company."""

    label: LazyString
    field: FieldRef | None
    lines: tuple[FieldRef | Show, ...]


def party(label: LazyString, field: FieldRef | None = None, *lines: FieldRef | Show) -> Party:
    """One side of the document: a many2one field with fields of the record behind it, one a line.

    Without a field it is the own company, whose address stands in the letterhead. Of a record that the person may not
    read nothing but the name is given.
    """
    return Party(label, field, lines)


class PaperView(View[M]):
    """A record as a document for others: print page and PDF, in Chinese or English.

    `title` stands above with the record's `number` (its name unless said otherwise); below it `parties` side by side,
    the fields of `head`, a table for each one2many field of `tables` (`related(...)` names columns and order; rows are
    numbered), `totals`, the long texts of `texts` and a place for each of `signatures`. It is offered in `states`, in
    all of them when none are named. Letterhead, opening and closing words are rows that the company edits. A model may
    have several papers, each with a `name` of its own. Fields that the person may not see, or rows that may not be
    printed, stand on no paper. An extension gives further `parties`, `head`, `totals`, `texts` and `signatures`, and
    `changes` of the tables: `inside(Quote.lines, QuoteLine.weight)`.
    """

    kind = "paper"
    label: ClassVar[LazyString] = _("Document")
    icon = "file-text"
    title: ClassVar[LazyString]
    number: ClassVar[FieldRef | None] = None
    head: ClassVar[Sequence[FieldRef | Show]] = ()
    parties: ClassVar[Sequence[Party]] = ()
    tables: ClassVar[Sequence[FieldRef | Related]] = ()
    totals: ClassVar[Sequence[FieldRef | Show]] = ()
    texts: ClassVar[Sequence[FieldRef | Show]] = ()
    signatures: ClassVar[Sequence[LazyString]] = ()
    states: ClassVar[Sequence[State]] = ()
