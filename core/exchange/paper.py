"""What a paper says of one record: plain texts in the language that was chosen, the same for page and PDF.

It is read with the caller's rights: of the record that it may be printed, of each row of its tables the same; hidden
fields have been left out of the paper before, values that are kept back are covered.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from core.auth.models import Company
from core.errors import AccessDenied, NotFound, StateForbids, UserError
from core.exchange.paper_texts import OwnTexts, own_texts
from core.exchange.paper_values import NUMERIC, Values, said
from core.files.shelf import shelf_of
from core.i18n import _, use_language
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.listing import page_of
from core.orm.masking import MASK
from core.views.effective import ShownField, ShownRelated
from core.views.effective_paper import EffectivePaper, ShownParty

MOST_ROWS: Final = 2_000
"""Rows of one table on a paper. A document with more is refused, for one that lacks some would be wrong."""
_NUMBER: Final = _("No.")


@dataclass(frozen=True, slots=True)
class Column:
    """What stands above a column of a paper."""

    label: str
    is_numeric: bool


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of what belongs to the record, each with its running number."""

    label: str
    columns: tuple[Column, ...]
    rows: list[list[str]]
    strong: tuple[bool, ...] = ()
    """Which rows stand out; none where nothing is said."""


@dataclass(frozen=True, slots=True)
class Side:
    """One party of the document: what it is here, its name, and lines about it."""

    label: str
    name: str
    lines: list[str]


@dataclass(frozen=True, slots=True)
class Document:
    """A finished document; `name` is how it is called as a file and in the history."""

    language: str
    company: str
    title: str
    number: str
    texts: OwnTexts
    head: list[tuple[str, str]]
    parties: list[Side]
    tables: list[Table]
    totals: list[tuple[str, str]]
    paragraphs: list[tuple[str, str]]
    signatures: list[str]
    values: dict[str, str] = field(default_factory=dict)
    """What may stand in the company's own texts, by name of the field."""

    about: str = ""
    """Whom it is for, where its number does not tell."""

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.title, self.about, self.number) if part)


@contextmanager
def speaking(env: Env, language: str) -> Iterator[None]:
    """The Env reads names and choices in `language` meanwhile, and texts are said in it."""
    before = env.language
    env.language = language
    try:
        with use_language(language):
            yield
    finally:
        env.language = before


def document_of(env: Env, paper: EffectivePaper, key: int, language: str) -> Document:
    """The document of a record. Raises `NotFound` for a record that the caller may not see, `AccessDenied` where it or
    its rows may not be printed, `StateForbids` where the paper is none of the record's state.
    """
    with speaking(env, language):
        return _Maker(env, paper, key).document()


def logo_of(env: Env, document: Document) -> bytes | None:
    """The picture on it."""
    logo = document.texts.logo
    return shelf_of(env).existing(logo.sha256).read_bytes() if logo is not None else None


class _Maker:
    """Reads the record, its parties and its rows: one statement each."""

    def __init__(self, env: Env, paper: EffectivePaper, key: int) -> None:
        self.env, self.paper, self.key, self.info = env, paper, key, paper.model
        company: Any = env.sudo(_("the company's name on its papers")).get(Company, env.company_id)
        self.company, self.currency = str(company.name), str(company.currency)
        self.values = Values(env, self.info, [self.info.fields[one] for one in paper.columns], self.currency)
        self.row, possible = env.look_at(self.info.cls, key, self.values.names, ("print",))
        if "print" not in possible.actions:
            raise AccessDenied()
        self.masked = possible.masked
        self._check_state()

    def _check_state(self) -> None:
        found = self.info.state_field
        if found is None or not self.paper.states:
            return
        state = self.values.value(self.row, found.name)
        if not self.paper.fits(state):
            raise StateForbids(
                _("There is no “{paper}” of a record in the state “{state}”.", paper=self.paper.title,
                  state=said(state.label, self.env.language) if state is not None else "")
            )  # fmt: skip

    def text(self, name: str) -> str:
        return MASK if name in self.masked else self.values.text(self.row, name)

    def document(self) -> Document:
        paper, language = self.paper, self.env.language
        number = self.text(paper.number.name) if paper.number is not None else f"#{self.key}"
        values = {name: self.text(name) for name in paper.columns}
        return Document(
            language=language, company=self.company, title=said(paper.title, language), number=number,
            texts=own_texts(self.env, paper.key, language).filled(values),
            head=self._pairs(paper.head),
            parties=[found for one in paper.parties if (found := self._side(one)).name],
            tables=[self._table(one) for one in paper.tables], totals=self._pairs(paper.totals),
            paragraphs=self._pairs(paper.texts), signatures=[said(one, language) for one in paper.signatures],
            values=values,
        )  # fmt: skip

    def _pairs(self, shown: Sequence[ShownField]) -> list[tuple[str, str]]:
        """Labels with their values; what is empty is not mentioned."""
        found = [(said(one.label, self.env.language), self.text(one.name)) for one in shown]
        return [(label, text) for label, text in found if text]

    def _side(self, party: ShownParty) -> Side:
        label = said(party.label, self.env.language)
        if party.field is None or party.model is None:
            return Side(label, self.company, [])
        name, target = self.text(party.field.name), party.model
        other = self.values.value(self.row, party.field.name)
        if other is None or party.field.name in self.masked:
            return Side(label, name, [])
        values = Values(self.env, target, [one.field for one in party.lines], self.currency)
        try:
            row = self.env.read(target.cls, other, values.names)
        except (NotFound, AccessDenied):
            return Side(label, name, [])
        lines = [values.text(row, one.name) for one in party.lines]
        return Side(label, name, [line for line in lines if line and line != name])

    def _table(self, related: ShownRelated) -> Table:
        env, target = self.env, related.model
        if not env.can("print", target.key):
            raise AccessDenied()
        values = Values(env, target, [one.field for one in related.columns], self.currency)
        where = [getattr(target.cls, target.fields[str(related.back)].attribute) == self.key]
        reach = env.reach(target, "print")
        page = page_of(
            env, target, values.names, where if reach is None else [*where, reach],
            order=related.order or _order(target), limit=MOST_ROWS, most=MOST_ROWS,
        )  # fmt: skip
        if page.next is not None:
            raise UserError(_("A paper has room for {most} rows in a table; here are more.", most=MOST_ROWS))
        columns = [
            one for one in related.columns
            if not one.if_any or any(values.text(row, one.name) for row in page.rows)
        ]  # fmt: skip
        heads = [Column(said(_NUMBER, env.language), True)]
        heads += [Column(said(one.label, env.language), one.field.kind in NUMERIC) for one in columns]
        rows = [
            [str(number), *(values.text(row, one.name) for one in columns)]
            for number, row in enumerate(page.rows, start=1)
        ]
        return Table(said(related.label, env.language), tuple(heads), rows)


def _order(info: ModelInfo) -> str:
    """As people have put the rows, else as they were made."""
    return info.order or "id"
