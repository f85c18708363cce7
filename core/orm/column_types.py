"""Column types that carry meaning: states, texts in several languages, money."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import BigInteger, Boolean, Date, DateTime, Integer, Numeric, Text, TypeDecorator
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine

from core.i18n import LazyString
from core.orm.sentence import read_sentence, sentence_text
from core.orm.stored_file import StoredFile


class State:
    """A step of a record's life: its code is stored, its label is shown, a final one makes the record read-only.

    One that is `aside` is no step of the usual way: the bar of states shows it only while the record is in it. `note`
    says on the record's page what comes next, or who does it. States with one code are equal, so
    that an addon may compare with its own constant.
    """

    __keyuan_mark__ = "state"
    __slots__ = ("aside", "code", "colour", "final", "label", "note")

    def __init__(
        self,
        code: str,
        label: LazyString | str,
        *,
        final: bool = False,
        aside: bool = False,
        colour: str = "secondary",
        note: LazyString | None = None,
    ) -> None:
        self.code: Final = code
        self.label: Final = label
        self.final: Final = final
        self.aside: Final = aside or final
        self.colour: Final = colour
        self.note: Final = note

    def __eq__(self, other: object) -> bool:
        return isinstance(other, State) and other.code == self.code

    def __hash__(self) -> int:
        return hash(self.code)

    def __str__(self) -> str:
        return str(self.label)

    def __repr__(self) -> str:
        return f"State({self.code!r})"


class StateType(TypeDecorator[State]):
    """Stores a state's code; reads back the State that the model declares.

    A code that no installed addon declares any more (its addon was removed) reads as a bare State of that
    code, so that no page fails because of it.
    """

    impl = Text
    cache_ok = True

    def __init__(self, model_key: str = "") -> None:
        super().__init__()
        self.model_key = model_key
        self._states: dict[str, State] = {}

    def declare(self, states: Mapping[str, State]) -> None:
        self._states = dict(states)

    def process_bind_param(self, value: State | str | None, dialect: Dialect) -> str | None:
        return value.code if isinstance(value, State) else value

    def process_result_value(self, value: str | None, dialect: Dialect) -> State | None:
        return None if value is None else self.named(value)

    def named(self, code: str) -> State:
        """The declared state of this code, else a bare one."""
        return self._states.get(code) or State(code, code)


class SentenceType(TypeDecorator[LazyString]):
    """Stores a sentence as data, and reads it back as one that is put into words when it is shown."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: LazyString | None, dialect: Dialect) -> str | None:
        return None if value is None else sentence_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> LazyString | None:
        return None if value is None else read_sentence(value)


class FileType(TypeDecorator[StoredFile]):
    """Stores what is known of a file beside the record; its content lies in the file store."""

    impl = JSONB
    cache_ok = True

    def __init__(self) -> None:
        super().__init__(none_as_null=True)

    def process_bind_param(self, value: StoredFile | None, dialect: Dialect) -> dict[str, Any] | None:
        return None if value is None else value.as_json()

    def process_result_value(self, value: Any, dialect: Dialect) -> StoredFile | None:
        return None if value is None else StoredFile.from_json(value)


MONEY: Final = Numeric(19, 4, asdecimal=True)

COLUMN_TYPES: Final[dict[str, TypeEngine[Any] | type[TypeEngine[Any]]]] = {
    "text": Text,
    "longtext": Text,
    "sentence": SentenceType(),
    "email": Text,
    "phone": Text,
    "url": Text,
    "number": Text,
    "selection": Text,
    "secret": Text,
    "file": FileType(),
    "integer": BigInteger,
    "decimal": Numeric(28, 8),
    "money": MONEY,
    "boolean": Boolean,
    "date": Date,
    "datetime": DateTime(timezone=True),
    "translated": JSONB,
    "json": JSONB,
    "version": Integer,
}
"""What a field kind is stored as. Relations and states are built by the composer."""

GRAMS: Final = ARRAY(Text)

SQL_LITERAL_KINDS: Final = frozenset({"text", "selection", "integer", "decimal", "money", "boolean"})


def sql_literal(value: object) -> str | None:
    """A constant default as a literal for DDL, or None where the default is not a plain constant."""
    if isinstance(value, State):
        value = value.code
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, Decimal)):
        return str(value)
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return None
