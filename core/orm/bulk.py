"""Many rows in one statement: the rows travel as one JSON parameter and are unpacked by the database.

One parameter keeps the statement text the same for one row and for ten thousand, so that it is parsed and
planned alike; PostgreSQL converts numbers, dates and arrays exactly from their JSON texts. A statement is written
once for each table and set of columns.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Result,
    Table,
    TextClause,
    any_,
    bindparam,
    cast,
    literal,
    text,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from core.i18n import LazyString
from core.orm.column_types import State
from core.orm.sentence import sentence_text
from core.orm.stored_file import StoredFile
from core.orm.trust import TRUSTED

KEPT_STATEMENTS: Final = 512
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]
_QUOTE = _DIALECT.identifier_preparer.quote
_IDS: Final = ARRAY(BigInteger)
NULL: Final = "null"


def as_json(value: Any) -> Any:
    """JSON for what JSON does not know: exact numbers and times as text, states by code, what is known of a
    file, sentences as they are stored."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, State):
        return value.code
    if isinstance(value, StoredFile):
        return value.as_json()
    if isinstance(value, LazyString):
        return sentence_text(value)
    raise TypeError(f"{type(value).__name__} cannot be written")


_ENCODER: Final = json.JSONEncoder(default=as_json, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
_TEXT_OF: Final[Mapping[type, Callable[[Any], str]]] = {
    str: encode_basestring,
    int: int.__repr__,
    bool: lambda value: "true" if value else "false",
    type(None): lambda _value: NULL,
    Decimal: lambda value: f'"{value}"',
    date: lambda value: f'"{value.isoformat()}"',
    datetime: lambda value: f'"{value.isoformat()}"',
}


def json_text(value: Any) -> str:
    """One value as JSON, the same text for the same value; characters stay as they are."""
    known = _TEXT_OF.get(type(value))
    return known(value) if known is not None else _ENCODER.encode(value)


def row_text(values: Mapping[str, Any]) -> str:
    """A row as a JSON object. Names are columns' names, which need no escapes; what is not there is NULL."""
    parts = [f'"{name}":{json_text(value)}' for name, value in values.items() if value is not None]
    return f"{{{','.join(parts)}}}"


def array_text(texts: Iterable[str]) -> str:
    """JSON texts as one JSON array."""
    return f"[{','.join(texts)}]"


def among(column: Any, ids: Iterable[int]) -> ColumnElement[bool]:
    """`column` is one of these ids: one parameter, however many they are, so that the statement stays the same."""
    found = sorted(ids)
    is_there: ColumnElement[bool] = column == (
        found[0] if len(found) == 1 else any_(cast(literal(f"{{{','.join(map(str, found))}}}"), _IDS))
    )
    return is_there


def given_ids(column: Any, name: str = "ids") -> ColumnElement[bool]:
    """`column` is one of the ids that are given when the statement runs, for statements that are kept."""
    found: ColumnElement[bool] = column == any_(bindparam(name, type_=_IDS))
    return found


def listed(column: Any, name: str = "ids") -> ColumnElement[bool]:
    """The same, written out as a list: the planner knows that of one id there is one row."""
    found: ColumnElement[bool] = column.in_(bindparam(name, expanding=True))
    return found


def run(session: Session, statement: TextClause, values: Mapping[str, Any]) -> Result[Any]:
    """Run a statement of the kernel that is written as text."""
    return session.execute(statement, values, execution_options=TRUSTED)


def qualified(table: Table) -> str:
    """The quoted name with its schema."""
    return f"{_QUOTE(str(table.schema))}.{_QUOTE(table.name)}"


def names_of(columns: Iterable[str], of: str = "") -> list[str]:
    """Quoted columns, those of the relation `of` where one is given."""
    return [f"{of}.{_QUOTE(name)}" if of else _QUOTE(name) for name in columns]


def unpacked(table: Table, columns: Iterable[str], extra: dict[str, str]) -> str:
    """The rows of the JSON parameter as the relation `v`; `extra` columns have types of their own."""
    types = {name: _type_name(table.c[name].type) for name in columns} | extra
    shape = ", ".join(f"{_QUOTE(name)} {sql_type}" for name, sql_type in types.items())
    return f"jsonb_to_recordset(cast(:rows as jsonb)) as v({shape})"


def _type_name(column_type: Any) -> str:
    if isinstance(column_type, JSONB):
        return "jsonb"
    return str(column_type.dialect_impl(_DIALECT).compile(dialect=_DIALECT))


@lru_cache(maxsize=KEPT_STATEMENTS)
def _insert_sql(table: Table, columns: tuple[str, ...]) -> TextClause:
    return text(
        f"insert into {qualified(table)} ({', '.join(names_of(columns))}) "
        f"select {', '.join(names_of(columns, 'v'))} from {unpacked(table, columns, {})}"
    )


def insert_rows(
    session: Session, table: Table, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert rows with one statement into a table that is no model's: links."""
    if rows:
        texts = array_text(map(row_text, rows))
        run(session, _insert_sql(table, tuple(columns)), {"rows": texts})


@lru_cache(maxsize=KEPT_STATEMENTS)
def _set_sql(table: Table, columns: tuple[str, ...]) -> TextClause:
    sets = ", ".join(f"{name} = v.{name}" for name in names_of(columns))
    return text(
        f"update {qualified(table)} t set {sets} from {unpacked(table, columns, {'_id': 'bigint'})} "
        "where t.id = v._id"
    )


def set_derived(
    session: Session, table: Table, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Write derived columns (computed values, search grams) without touching version or editor."""
    if rows:
        texts = array_text(map(row_text, rows))
        run(session, _set_sql(table, tuple(sorted(columns))), {"rows": texts})
