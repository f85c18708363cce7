"""Values of a row as a paper says them: plain text in the paper's language, whatever the reader's own is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from core.i18n import LazyString, formatter
from core.orm.column_types import State
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.fields import TO_ONE, Field

START: Final = 2
"""The first cell of a row after id and version."""
NUMERIC: Final = frozenset({"integer", "decimal", "money"})
_Write = Callable[[tuple[Any, ...]], str]


class Values:
    """Some fields of one model: `names` are to be asked for in a page or row, `text` says one value of it."""

    def __init__(self, env: Env, info: ModelInfo, fields: Sequence[Field], currency: str) -> None:
        self._env, self._currency = env, currency
        wanted = {field.name: field for field in fields}
        readable = env.policy.readable(info)
        currencies = [one.currency for one in fields if one.currency and one.currency in readable]
        self.names: tuple[str, ...] = tuple(wanted | dict.fromkeys(currencies))
        self._at: dict[str, int] = {}
        at = START
        for name in self.names:
            self._at[name] = at
            at += 2 if info.fields[name].kind in TO_ONE else 1
        self._writers = {name: self._writer(info, field) for name, field in wanted.items()}

    def text(self, row: tuple[Any, ...], name: str) -> str:
        """Empty where there is nothing, or nothing for the caller."""
        return self._writers[name](row)

    def value(self, row: tuple[Any, ...], name: str) -> Any:
        """The plain value: the id for a reference."""
        return row[self._at[name]]

    def _writer(self, info: ModelInfo, field: Field) -> _Write:
        at = self._at[field.name]
        if field.kind in TO_ONE:
            return lambda row: str(row[at + 1] or "")
        if field.kind == "money":
            return self._money(info, field, at)
        write = plain_text(self._env, field)
        return lambda row: "" if row[at] is None else write(row[at])

    def _money(self, info: ModelInfo, field: Field, at: int) -> _Write:
        """In the record's own currency; a number alone where the caller may not know which that is."""
        language = self._env.language
        if not field.currency:
            company = formatter("money", language, currency=self._currency)
            return lambda row: company(row[at])
        if field.currency not in self._at:
            bare = formatter("number", language, digits=2)
            return lambda row: bare(row[at])
        own, where = formatter("money", language), self._at[field.currency]
        where += info.fields[field.currency].kind in TO_ONE
        return lambda row: own((row[at], row[where] or self._currency))


def plain_text(env: Env, field: Field) -> Callable[[Any], str]:
    """How a value of the field is said that is neither a reference nor an amount."""
    language, kind = env.language, field.kind
    if kind in ("integer", "decimal"):
        if not field.grouped:
            return str
        return formatter("integer" if kind == "integer" else "number", language)
    if kind in ("date", "boolean"):
        return formatter("date" if kind == "date" else "boolean", language)
    if kind == "datetime":
        return formatter("datetime", language, zone=env.timezone)
    if kind == "selection":
        labels = {code: said(label, language) for code, label in field.choices}
        return lambda value: labels.get(value, str(value))
    if kind == "state":
        return lambda value: said(value.label, language) if isinstance(value, State) else str(value)
    if kind == "file":
        return lambda value: str(value.name)
    return str


def said(text: LazyString | str, language: str) -> str:
    """A label in that language."""
    return text if isinstance(text, str) else text.translate(language)
