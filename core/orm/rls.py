"""Row-level security: the second wall between companies, kept by the database itself.

A forgotten filter in our code returns nothing instead of another company's rows. The policies read two
settings of the transaction (`Scope` in engine.py). Their form matters: `any((select …)::bigint[])` makes
the server read the setting once per statement and not once per row. It cannot use the order of an index,
therefore every statement of a list also carries `company_id = :company`, which the policy of the first wall
adds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import Connection, Table, text
from sqlalchemy.dialects import postgresql

from core.orm.engine import ACROSS_SETTING, READ_SETTING, WRITE_SETTING

POLICY_VERSION: Final = 1
"""Raise when the expressions change: existing policies of another version are then replaced."""

INFO_KEY: Final = "keyuan"
_quote = postgresql.dialect().identifier_preparer.quote  # type: ignore[no-untyped-call]


def quote(name: str) -> str:
    """A name as an SQL identifier."""
    return str(_quote(name))


def full_name(table: Table) -> str:
    """`schema.table`, quoted where needed."""
    return f"{quote(table.schema)}.{quote(table.name)}" if table.schema else quote(table.name)


def is_walled(table: Table) -> bool:
    """Whether rows of `table` belong to a company (or to all), so that the wall stands around it."""
    told = table.info.get(INFO_KEY, {})
    return told.get("kind") in ("company", "shared", "audit") or is_opened_by_name(table)


def is_opened_by_name(table: Table) -> bool:
    """Whether each row is one company's, and whoever needs those of all opens the table by its name."""
    return bool(table.info.get(INFO_KEY, {}).get("walled"))


def within(setting: str) -> str:
    """The row's company is in `setting`; NULL, hence no row, where the setting was not made.

    After a transaction that set it, the setting is an empty text for the rest of the connection: hence
    nullif.
    """
    return f"company_id = any((select nullif(current_setting('{setting}', true), '')::bigint[])::bigint[])"


_READ, _WRITE = within(READ_SETTING), within(WRITE_SETTING)


def named_across(table: Table) -> str:
    """`table` is one of those which the transaction has opened for all companies; read once a statement as well."""
    name = f"{table.schema}.{table.name}".replace("'", "''")
    return f"(select '{name}' = any(string_to_array(current_setting('{ACROSS_SETTING}', true), ',')))"


def policies(table: Table) -> dict[str, str]:
    """The policies that `table` needs, by name, each as the tail of CREATE POLICY."""
    version = f"v{POLICY_VERSION}"
    if table.info.get(INFO_KEY, {}).get("kind") == "audit":
        return {
            f"audit_read_{version}": f"for select using ({_READ})",
            f"audit_insert_{version}": f"for insert with check (company_id = 0 or {_WRITE})",
            f"audit_owner_{version}": "to current_user using (true)",
        }
    read, write = _READ, _WRITE
    if is_opened_by_name(table):
        read, write = (f"{own} or {named_across(table)}" for own in (read, write))
    return {
        f"company_read_{version}": f"for select using ({read})",
        f"company_insert_{version}": f"for insert with check ({write})",
        f"company_update_{version}": f"for update using ({write}) with check ({write})",
        f"company_delete_{version}": f"for delete using ({write})",
    }


def wall_statements(table: Table, existing: Iterable[str] = ()) -> list[str]:
    """DDL that puts the wall around `table`, replacing `existing` policies, which are of an older version."""
    name = full_name(table)
    statements = [f"drop policy {quote(policy)} on {name}" for policy in existing]
    statements += [
        f"alter table {name} enable row level security",
        f"alter table {name} force row level security",
    ]
    statements += [f"create policy {policy} on {name} {tail}" for policy, tail in policies(table).items()]
    return statements


_WALLS = text("""
    select n.nspname || '.' || c.relname, c.relrowsecurity and c.relforcerowsecurity,
           coalesce(array_agg(p.polname::text) filter (where p.polname is not null), '{}')
    from pg_class c join pg_namespace n on n.oid = c.relnamespace left join pg_policy p on p.polrelid = c.oid
    where n.nspname = any(:schemas) and c.relkind in ('r', 'p') and not c.relispartition
    group by c.oid, n.nspname, c.relname, c.relrowsecurity, c.relforcerowsecurity
""")


def missing_walls(connection: Connection, tables: Sequence[Table]) -> dict[Table, list[str]]:
    """Existing walled tables without a complete wall of today's version, with the statements that repair
    it.
    """
    schemas = sorted({table.schema for table in tables if table.schema})
    found = {name: (on, set(names)) for name, on, names in connection.execute(_WALLS, {"schemas": schemas})}
    missing: dict[Table, list[str]] = {}
    for table in tables:
        state = found.get(f"{table.schema}.{table.name}")
        if state is None or not is_walled(table):
            continue
        on, names = state
        if not on or names != set(policies(table)):
            missing[table] = wall_statements(table, sorted(names))
    return missing
