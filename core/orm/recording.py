"""Rows and their audit, written by one statement: neither can be there without the other, and there is one round trip.

v      what Python has worked out: the columns, and what the audit says of each row
done   the rows as they are now written, with the version that holds
told   their audit, by one INSERT … SELECT over `done`
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Table, TextClause, select, text

from core.orm.audit_tables import audit
from core.orm.bulk import KEPT_STATEMENTS, array_text, names_of, qualified, run, unpacked
from core.orm.trust import TRUSTED

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env

_TOLD: Final = (
    f"insert into {qualified(audit)} (at, company_id, model, record_id, version, operation, request_id, channel, "
    "user_id, real_user_id, reason, changes, digests) "
    "select :now, {home}, :model, {key}, {version}, :operation, :request, :channel, "
    "cast(:by as bigint), cast(:real as bigint), cast(:reason as text), v._c, v._d from {source}"
)
_AUDITED: Final = {"_c": "jsonb", "_d": "jsonb"}
_HOME: Final = "cast(:home as bigint)"
"""Where the audit of all rows stands: in the company at work, or with the deployment (0)."""


@lru_cache(maxsize=KEPT_STATEMENTS)
def _telling_sql(rows: Table | None) -> TextClause:
    """With `rows` the audit of each stands where the row is: all companies are told what became of what they share."""
    source = unpacked(audit, (), {"_n": "int", "_id": "bigint", "_v": "int"} | _AUDITED)
    if rows is not None:
        source += f" left join {qualified(rows)} t on t.id = v._id"
    home = _HOME if rows is None else f"coalesce(t.company_id, {_HOME})"
    return text(_TOLD.format(home=home, key="v._id", version="v._v", source=f"{source} order by v._n"))


def _common(env: Env, info: ModelInfo, operation: str) -> dict[str, Any]:
    return {
        "now": env.now, "home": env.company_id if info.is_walled else 0, "model": info.key,
        "operation": operation, "request": env.request_id, "channel": env.channel, "by": env.user_id,
        "real": env.real_user_id, "reason": env.reason,
    }  # fmt: skip


def tell(
    env: Env,
    info: ModelInfo,
    operation: str,
    texts: Iterable[str],
    *,
    home: int,
    is_where_rows_are: bool = False,
) -> None:
    """Write audit alone. A text is the JSON of `_n` (its place), `_id`, `_v` (the version), `_c` and `_d`.

    `home` is the company in whose audit it stands, or of rows that are gone already where it is to be that of each row.
    """
    values = _common(env, info, operation) | {"rows": array_text(texts), "home": home}
    run(env.session, _telling_sql(info.table if is_where_rows_are else None), values)


@lru_cache(maxsize=KEPT_STATEMENTS)
def _insert_sql(
    info: ModelInfo, columns: tuple[str, ...], shown: tuple[str, ...], is_lenient: bool
) -> TextClause:
    table = info.table
    own = {"created_at": ":now", "changed_at": ":now", "created_by_id": "cast(:by as bigint)",
           "changed_by_id": "cast(:by as bigint)", "version": "1"}  # fmt: skip
    if info.kind != "deployment":
        own["company_id"] = "cast(:company as bigint)"
    placed = "(select id, row_number() over (order by id) - 1 as _n from done) d"
    told = _TOLD.format(
        home=_HOME, key="d.id", version="1", source=f"{placed} join v on v._n = d._n order by v._n"
    )
    return text(
        f"with v as materialized (select * from {unpacked(table, columns, {'_n': 'int'} | _AUDITED)}), "
        f"done as (insert into {qualified(table)} ({', '.join([*names_of(columns), *own])}) "
        f"select {', '.join([*names_of(columns, 'v'), *own.values()])} from v order by v._n "
        f"{'on conflict do nothing ' if is_lenient else ''}returning {', '.join(names_of(shown))}), "
        f"told as ({told}) select * from done order by id"
    )


@lru_cache(maxsize=KEPT_STATEMENTS)
def _loading_sql(info: ModelInfo, columns: tuple[str, ...], is_lenient: bool) -> Any:
    shown = [info.table.c[name] for name in info.loaded]
    textual = _insert_sql(info, columns, info.loaded, is_lenient).columns(*shown)
    return select(info.cls).from_statement(textual)


def insert_told(env: Env, info: ModelInfo, columns: Sequence[str], texts: Sequence[str], *,
                is_lenient: bool, is_loading: bool) -> tuple[list[int], list[Any]]:  # fmt: skip
    """Insert rows in their order, with their audit; gives ids in the same order, and the records where wanted.

    A text is the JSON of the columns, of `_n` (its place), and of `_c` and `_d` for the audit. Identity values are
    drawn in the order of the sorted select, so the ids ascend with the rows. `is_lenient` is for one row alone: it is
    left out, where the statement would fail because its unique values are taken.
    """
    values = _common(env, info, "create") | {"rows": array_text(texts), "company": env.write_company(info)}
    if is_loading:
        loading = _loading_sql(info, tuple(columns), is_lenient)
        records = list(env.session.scalars(loading, values, execution_options=TRUSTED))
        ids = [record.id for record in records]
    else:
        records = []
        inserted = _insert_sql(info, tuple(columns), ("id",), is_lenient)
        ids = [row[0] for row in run(env.session, inserted, values)]
    if len(ids) != len(texts) and not is_lenient:
        raise RuntimeError(f"{len(ids)} of {len(texts)} rows were inserted into {info.table.name}")
    return ids, records


@lru_cache(maxsize=KEPT_STATEMENTS)
def _update_sql(table: Table, columns: tuple[str, ...], is_shared: bool) -> TextClause:
    sets = "".join(f"{name} = v.{name}, " for name in names_of(columns))
    shape = unpacked(table, columns, {"_id": "bigint", "_v": "int"} | _AUDITED)
    home, shown = ("d.company_id", ", t.company_id") if is_shared else (_HOME, "")
    source = "done d join v on v._id = d.id order by d.id"
    told = _TOLD.format(home=home, key="d.id", version="d.version", source=source)
    return text(
        f"with v as materialized (select * from {shape}), "
        f"done as (update {qualified(table)} t set {sets}version = t.version + 1, changed_at = :now, "
        "changed_by_id = cast(:by as bigint) from v where t.id = v._id and t.version = v._v "
        f"returning t.id, t.version{shown}), told as ({told}) select id from done"
    )


def update_told(
    env: Env, info: ModelInfo, operation: str, columns: Sequence[str], texts: Sequence[str]
) -> set[int]:
    """Update rows with their audit; the ids of those that still had the version at which they were read.

    A text is the JSON of the columns, of `_id`, of `_v` (the version that was read), and of `_c` and `_d`.
    """
    values = _common(env, info, operation) | {"rows": array_text(texts)}
    return {
        row[0]
        for row in run(env.session, _update_sql(info.table, tuple(columns), info.kind == "shared"), values)
    }
