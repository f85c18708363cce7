"""The statement that opens a request, as a function in the database, so that its plan is made once a connection.

The server needs longer to plan that statement than to run it, and every click runs it. A function keeps the plan in
the connection, in a pooler's too, where a prepared statement would not be found again. It has the rights of whoever
calls it: row-level security binds it like the statement itself.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import BindParameter, ClauseElement, TextualSelect, column, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql.base import PGCompiler

from core.auth.identity_query import request_statement
from core.orm.compose import Composition
from core.orm.kernel_tables import KERNEL_SCHEMA
from core.orm.rls import quote

NAME: Final = f"{KERNEL_SCHEMA}.open_request"
ARGUMENTS: Final = {
    "given_token": "text", "given_company": "bigint", "given_address": "text", "given_timeout": "text",
    "shared_roles": "text[]", "department_roles": "text[]",
}  # fmt: skip


class _Body(PGCompiler):
    """Writes the statement as the body of a function: its parameters are the function's, other values literals."""

    def visit_bindparam(self, bindparam: BindParameter[Any], *given: Any, **options: Any) -> str:
        if bindparam.key in ARGUMENTS:
            return bindparam.key
        written: str = super().visit_bindparam(bindparam, *given, **options | {"literal_binds": True})  # type: ignore[no-untyped-call]
        return written


@lru_cache(maxsize=8)
def function_sql(composed: Composition) -> str:
    """The statement that makes the function, or makes it anew: the tables that it reads are those of `composed`."""
    given = ", ".join(f"{name} {kind}" for name, kind in ARGUMENTS.items())
    body = _compiled(request_statement(composed))
    return (
        f"create or replace function {NAME}({given}) returns setof record language plpgsql "
        f"set plan_cache_mode = force_generic_plan as $request$ begin return query {body}; end $request$"
    )


@lru_cache(maxsize=8)
def call_statement(composed: Composition) -> TextualSelect:
    """The call, with columns and parameters like those of `request_statement`."""
    columns = list(request_statement(composed).selected_columns)
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    rows = ", ".join(f"{quote(one.name)} {one.type.compile(dialect)}" for one in columns)
    given = ", ".join(f"cast(:{name} as {kind})" for name, kind in ARGUMENTS.items())
    call = f"select * from {NAME}({given}) as opened({rows})"  # noqa: S608 - names of ours
    return text(call).columns(*(column(one.name, one.type) for one in columns))


def function_mark(composed: Composition) -> str:
    """Changes when the function does."""
    return hashlib.sha256(function_sql(composed).encode()).hexdigest()[:16]


def _compiled(statement: ClauseElement) -> str:
    dialect = postgresql.dialect(paramstyle="named")  # type: ignore[no-untyped-call]
    dialect.statement_compiler = _Body  # type: ignore[assignment]
    return str(statement.compile(dialect=dialect))
