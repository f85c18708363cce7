"""The triggers that raise a company's number whenever a row changes of which its configured rights are made."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from core.auth.rights_sections import RIGHTS_MODELS
from core.orm.compose import Composition
from core.orm.kernel_tables import shipped
from core.orm.rls import full_name, quote

_FUNCTION: Final = """
create sequence if not exists core.rights_number as bigint;
create or replace function core.raise_rights_version() returns trigger language plpgsql as $$
begin
    insert into core.rights_version (company_id, number)
    select company_id, nextval('core.rights_number') from
        (select distinct coalesce((to_jsonb(changed) ->> 'company_id')::bigint, 0) as company_id from changed) as found
    on conflict (company_id) do update set number = excluded.number;
    return null;
end $$;
"""
"""Rows without a company (link tables, declared roles) concern every company: number 0."""

_EVENTS: Final = {"insert": "new", "update": "new", "delete": "old"}


def rights_triggers(composed: Composition, app_role: str) -> str:
    """DDL, the same each time, for the tables of the rights models and their links, and for what addons ship (of which
    something may be offered); whoever writes a row by whatever way, the kernel's own work and raw SQL too, raises the
    number in the same transaction.
    """
    statements = [f"grant usage on sequence core.rights_number to {quote(app_role)};"]
    for table in _tables(composed):
        for event, rows in _EVENTS.items():
            statements.append(
                f"create or replace trigger rights_version_{event} after {event} on {table} "
                f"referencing {rows} table as changed for each statement execute function core.raise_rights_version();"
            )
    return _FUNCTION + "\n".join(statements)


def _tables(composed: Composition) -> Iterable[str]:
    yield full_name(shipped)
    for key in RIGHTS_MODELS:
        info = composed.info(key)
        yield full_name(info.table)
        yield from (full_name(link) for link in info.link_tables.values())
