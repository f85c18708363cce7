"""What goes out as one document, of a record or of a report: the same way, whichever it is.

`Asked` says which one, so that a page, a form and a kept print name it alike. It is made, counted and noted, printed,
taken as PDF or mailed, by the right to print of what it tells of.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from core.errors import BadRequest
from core.exchange.asked import Asked
from core.exchange.paper import Document, document_of
from core.exchange.printing import Count, How, count_of, print_list, print_record
from core.exchange.report_paper import report_document
from core.i18n import _
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.fields import TO_ONE
from core.views.report_address import values_of
from core.views.report_scope import asked_of, field_of_ask, report_for
from core.views.resolve import paper_for
from core.views.scope import named_field

Place = tuple[ModelInfo, int]
"""A record by its model and number."""


class Outgoing(ABC):
    """One document on its way to somebody outside, in one language."""

    here: str
    """Where it is shown before it goes out."""
    back: str
    """Where it comes from."""

    def __init__(self, env: Env, asked: Asked) -> None:
        self.env, self.asked = env, asked

    @abstractmethod
    def document(self) -> Document:
        """It, as it is now."""

    @abstractmethod
    def count(self) -> Count | None:
        """How often it went out, where that is counted for each."""

    @abstractmethod
    def note_down(self, document: Document, how: How) -> int:
        """Count it; gives the id of the print. Raises `TooMuch` where it went out often enough."""

    @abstractmethod
    def about(self) -> tuple[str, int] | None:
        """The record that a mail with it belongs to: model and number. None where it is about nobody."""

    @abstractmethod
    def addressees(self) -> Iterator[Place]:
        """Whom it may be sent to, the likeliest first."""

    def url(self, way: str = "", **more: str) -> str:
        """Its own address, or what is done there."""
        query = urlencode([*self.asked.query, *more.items()])
        return f"{self.here}{way}{'?' if query else ''}{query}"

    def note(self, count: Count | None, number: int | None = None) -> str:
        """What stands on a copy, by `count` and the number of the print or of the next one; nothing on an original."""
        if count is None:
            return ""
        copy = count.copy_number(number or count.before + 1)
        return "" if copy is None else _("Copy {n}", n=copy).translate(self.asked.language)


class OutgoingRecord(Outgoing):
    """A paper of a record: a quote, an order, a delivery note."""

    def __init__(self, env: Env, asked: Asked) -> None:
        super().__init__(env, asked)
        self.paper, (self.key,) = paper_for(env, asked.model, asked.paper), asked.ids
        self.info = self.paper.model
        self.back = f"/r/{self.info.key}/{self.key}"
        self.here = f"{self.back}/paper/{self.paper.name}"

    def document(self) -> Document:
        return document_of(self.env, self.paper, self.key, self.asked.language)

    def count(self) -> Count:
        return count_of(self.env, self.info, self.key)

    def note_down(self, document: Document, how: How) -> int:
        return print_record(self.env, self.info, self.key, document.name, self.asked, how)

    def about(self) -> tuple[str, int]:
        return self.info.key, self.key

    def addressees(self) -> Iterator[Place]:
        for party in self.paper.parties:
            if party.field is not None and party.model is not None:
                other = self.env.read(self.info.cls, self.key, [party.field.name])[2]
                if other is not None:
                    yield party.model, other


class OutgoingReport(Outgoing):
    """A report with its answers: the statement of a customer, the account of an order."""

    def __init__(self, env: Env, asked: Asked) -> None:
        super().__init__(env, asked)
        self.report = report_for(env, asked.report)
        self.back, self.here = asked.url(), f"/report/{asked.report}/paper"

    def document(self) -> Document:
        return report_document(self.env, self.asked)

    def count(self) -> None:
        return None

    def note_down(self, document: Document, how: How) -> int:
        return print_list(self.env, self.asked, len(document.tables[0].rows), how)

    def about(self) -> tuple[str, int] | None:
        """The first record that stands on it as a side."""
        return next(((info.key, key) for info, key, _lines in self._sides()), None)

    def addressees(self) -> Iterator[Place]:
        """The sides, then whom these name: the customer of an order."""
        later: list[Place] = []
        for info, key, lines in self._sides():
            yield info, key
            fields = [info.fields[one] for one in lines if info.fields[one].kind in TO_ONE]
            row = self.env.read(info.cls, key, [one.name for one in fields]) if fields else ()
            later += [  # a relation has two cells, number and label
                (self.env.info(str(field.target_key)), value)
                for field, value in zip(fields, row[2::2], strict=True) if value is not None
            ]  # fmt: skip
        yield from later

    def _sides(self) -> Iterator[tuple[ModelInfo, int, list[str]]]:
        """Records that answer the questions of the sides, as far as the caller may read them, and fields of theirs."""
        env, sides = self.env, self.report.paper.sides if self.report.paper is not None else ()
        answers: dict[str, Any] = values_of(env, self.report, self.asked.query)[0]
        asks = {one.key: one for one in asked_of(env, self.report)}
        for side in sides:
            if side.ask is None or side.ask not in asks or answers.get(side.ask) is None:
                continue
            info, key = env.info(str(field_of_ask(asks[side.ask]).target_key)), answers[side.ask]
            if env.can("read", info.key) and env.page(info.cls, [], info.cls.id == key, limit=1).rows:
                readable = env.policy.readable(info)
                yield info, key, [one for line in side.lines if (one := named_field(info, line)) in readable]


def outgoing_of(env: Env, asked: Asked) -> Outgoing:
    """The document that is asked for. Raises `NotFound` where there is none such, BadRequest for no single record."""
    if asked.report:
        return OutgoingReport(env, asked)
    if len(asked.ids) != 1:
        raise BadRequest()
    return OutgoingRecord(env, asked)
