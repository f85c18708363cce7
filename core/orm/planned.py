"""A statement as a function in the database, so that its plan is made once a connection.

For a statement that the server needs longer to plan than to run, and that every click runs. A function keeps its plan
in the connection, in a pooler's too, where a prepared statement would not be found again. It has the rights of whoever
calls it: row-level security binds it like the statement itself.

The function's name holds a digest of what it does. So processes of an older version, which serve until the newer ones
have taken over, go on calling theirs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import BindParameter, Select, TextualSelect, column, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql.base import PGCompiler

from core.orm.kernel_tables import KERNEL_SCHEMA
from core.orm.rls import quote

_DIGITS: Final = 12


@dataclass(frozen=True)
class Planned:
    """`sql` makes the function, or makes it anew; `call` selects the statement's columns, with its parameters."""

    name: str
    sql: str
    call: TextualSelect


def planned(name: str, statement: Select[Any], arguments: Mapping[str, str], *, first: str = "") -> Planned:
    """The statement as a function of the schema `core`. `arguments` are its parameters by name, with their types; other
    values in it become literals. `first` is PL/pgSQL that runs before it.
    """
    given = ", ".join(f"{one} {kind}" for one, kind in arguments.items())
    body = (
        f"({given}) returns setof record language plpgsql set plan_cache_mode = force_generic_plan "
        f"as $statement$ begin {first}return query {_written(statement, arguments)}; end $statement$"
    )
    named = f"{KERNEL_SCHEMA}.{name}_{hashlib.sha256(body.encode()).hexdigest()[:_DIGITS]}"
    columns = list(statement.selected_columns)
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    row = ", ".join(f"{quote(one.name)} {one.type.compile(dialect)}" for one in columns)
    values = ", ".join(f"cast(:{one} as {kind})" for one, kind in arguments.items())
    call = text(f"select * from {named}({values}) as {name}({row})")
    return Planned(
        named,
        f"create or replace function {named}{body}",
        call.columns(*(column(one.name, one.type) for one in columns)),
    )


def for_each(
    statement: Select[Any], parameter: str, array: str, arguments: Mapping[str, str]
) -> TextualSelect:
    """The statement run once for each value of the parameter `array`, which stands for its `parameter`; the others in
    `arguments` are the same for all.
    """
    columns = list(statement.selected_columns)
    kinds = dict(arguments)
    values = f"unnest(cast(:{array} as {kinds.pop(parameter)}[])) as given({parameter})"
    further = ", ".join(f"cast(:{one} as {kind}) as {one}" for one, kind in kinds.items())
    row = ", ".join(f"one.{quote(each.name)}" for each in columns)
    body = f"lateral ({_written(statement, arguments)}) as one"
    call = text(f"select {row} from {values} cross join (select {further}) as further cross join {body}")
    return call.columns(*(column(each.name, each.type) for each in columns))


def _written(statement: Select[Any], arguments: Mapping[str, str]) -> str:
    class Body(PGCompiler):
        def visit_bindparam(self, bindparam: BindParameter[Any], *given: Any, **options: Any) -> str:
            if bindparam.key in arguments:
                return bindparam.key
            written: str = super().visit_bindparam(bindparam, *given, **options | {"literal_binds": True})  # type: ignore[no-untyped-call]
            return written

    dialect = postgresql.dialect(paramstyle="named")  # type: ignore[no-untyped-call]
    dialect.statement_compiler = Body  # type: ignore[assignment]
    return str(statement.compile(dialect=dialect))
