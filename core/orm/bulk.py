"""Many rows in one statement: the rows travel as one JSON parameter and are unpacked by the database.

One parameter keeps the statement text the same for one row and for ten thousand, so that it is parsed and
planned alike; PostgreSQL converts numbers, dates and arrays exactly from their JSON texts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Table, bindparam, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from core.orm.column_types import State
from core.orm.stored_file import StoredFile
from core.orm.trust import TRUSTED

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]
_QUOTE = _DIALECT.identifier_preparer.quote


def as_json(value: Any) -> Any:
    """JSON for what JSON does not know: exact numbers and times as text, states by code, what is known of a file."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, State):
        return value.code
    if isinstance(value, StoredFile):
        return value.as_json()
    raise TypeError(f"{type(value).__name__} cannot be written")


def dumped(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as one JSON array; characters stay as they are."""
    return json.dumps(rows, default=as_json, ensure_ascii=False, separators=(",", ":"))


def qualified(table: Table) -> str:
    """The quoted name with its schema."""
    return f"{_QUOTE(str(table.schema))}.{_QUOTE(table.name)}"


@cache
def _shape(table: Table, columns: tuple[str, ...], extra: tuple[tuple[str, str], ...] = ()) -> str:
    types = [(name, _type_name(table.c[name].type)) for name in columns]
    return ", ".join(f"{_QUOTE(name)} {sql_type}" for name, sql_type in (*types, *extra))


def _type_name(column_type: Any) -> str:
    if isinstance(column_type, JSONB):
        return "jsonb"
    return str(column_type.dialect_impl(_DIALECT).compile(dialect=_DIALECT))


@cache
def _insert_sql(table: Table, columns: tuple[str, ...]) -> Any:
    names = ", ".join(_QUOTE(name) for name in columns)
    returning = " returning id" if "id" in table.c else ""
    return text(
        f"insert into {qualified(table)} ({names}) "
        f"select {', '.join('v.' + _QUOTE(name) for name in columns)} "
        f"from jsonb_to_recordset(cast(:rows as jsonb)) as v({_shape(table, columns, (('_n', 'int'),))}) "
        f"order by v._n{returning}"
    )


def insert_rows(
    session: Session, table: Table, columns: Sequence[str], rows: Sequence[dict[str, Any]]
) -> list[int]:
    """Insert rows in their order with one statement; gives their ids in the same order.

    Identity values are drawn in the order of the sorted select, so the ids ascend with the rows.
    """
    if not rows:
        return []
    numbered = [{**row, "_n": index} for index, row in enumerate(rows)]
    statement = _insert_sql(table, tuple(columns))
    result = session.execute(statement, {"rows": dumped(numbered)}, execution_options=TRUSTED)
    if "id" not in table.c:
        return []
    ids = sorted(result.scalars().all())
    if len(ids) != len(rows):
        raise RuntimeError(f"{len(ids)} of {len(rows)} rows were inserted into {table.name}")
    return ids


@cache
def _update_sql(table: Table, columns: tuple[str, ...]) -> Any:
    sets = "".join(f"{_QUOTE(name)} = v.{_QUOTE(name)}, " for name in columns)
    shape = _shape(table, columns, (("_id", "bigint"), ("_v", "int")))
    return text(
        f"update {qualified(table)} t set {sets}version = t.version + 1, changed_at = :now, changed_by_id = :by "
        f"from jsonb_to_recordset(cast(:rows as jsonb)) as v({shape}) "
        f"where t.id = v._id and t.version = v._v returning t.id"
    ).bindparams(bindparam("by", type_=BigInteger))


def update_rows(
    session: Session,
    table: Table,
    columns: Sequence[str],
    rows: Sequence[dict[str, Any]],
    now: datetime,
    by: int | None,
) -> set[int]:
    """Update rows (`_id`, `_v` = the version they were read at) with one statement; the ids that still had it."""
    result = session.execute(
        _update_sql(table, tuple(columns)),
        {"rows": dumped(rows), "now": now, "by": by},
        execution_options=TRUSTED,
    )
    return set(result.scalars().all())


@cache
def _set_sql(table: Table, columns: tuple[str, ...]) -> Any:
    sets = ", ".join(f"{_QUOTE(name)} = v.{_QUOTE(name)}" for name in columns)
    return text(
        f"update {qualified(table)} t set {sets} "
        f"from jsonb_to_recordset(cast(:rows as jsonb)) as v({_shape(table, columns, (('_id', 'bigint'),))}) "
        f"where t.id = v._id"
    )


def set_derived(
    session: Session, table: Table, columns: Sequence[str], rows: Sequence[dict[str, Any]]
) -> None:
    """Write derived columns (computed values, search grams) without touching version or editor."""
    if rows:
        session.execute(_set_sql(table, tuple(columns)), {"rows": dumped(rows)}, execution_options=TRUSTED)
