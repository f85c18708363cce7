"""Rows of the kernel's tables that belong to an addon: what is archived and removed with it at a purge.

They are found by the name of the addon alone: in a column of its own, before the point of a code (`crm_leads.source`),
or as the kind of record that the row is about. Each set comes after those to which its rows refer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, text

from core.modules.manifest import KERNEL
from core.orm.engine import run_script
from core.orm.kernel_tables import KERNEL_SCHEMA
from core.orm.rls import quote

_ROLES: Final = "select id from base.role where starts_with(code, :codes) and company_id is null"
_OF_ROLE: Final = f"role_id in ({_ROLES})"
_OF_MODEL: Final = "starts_with(model, :codes)"
_OF_JOB: Final = "(starts_with(name, :codes) or starts_with(name, 'addons.' || :codes))"
"""A job is called after the module that declares it."""


@dataclass(frozen=True)
class SharedRows:
    """Rows of one table. Of those with the same `key` only one is alive; made anew meanwhile, it gives way to the one
    of an archive, but where `gives_way` is off.
    """

    schema: str
    table: str
    condition: str
    """May name :addon, and :codes, with which every code of the addon begins."""
    key: tuple[str, ...] = ()
    gives_way: bool = True
    has_id: bool = True
    is_archived: bool = True

    @property
    def full_table(self) -> str:
        return f"{quote(self.schema)}.{quote(self.table)}"

    @property
    def place(self) -> str:
        return f"{self.schema}.{self.table}"


def _about(table: str, *key: str) -> SharedRows:
    """Rows about one kind of record, or one record, of the addon."""
    return SharedRows(KERNEL, table, _OF_MODEL, key)


def _of_role(table: str, *key: str, condition: str = _OF_ROLE, has_id: bool = True) -> SharedRows:
    return SharedRows(KERNEL, table, condition, key, gives_way=False, has_id=has_id)


ROLE_ROWS: Final = SharedRows(
    KERNEL, "role", "(starts_with(code, :codes) and company_id is null)", ("code",), gives_way=False
)
_EITHER: Final = f"({_OF_ROLE} or {_OF_MODEL})"

SHARED_ROWS: Final = (
    SharedRows(KERNEL, "option", "starts_with(list_code, :codes)", ("company_id", "list_code", "code")),
    SharedRows(KERNEL, "numbering", "starts_with(sequence, :codes)", ("company_id", "sequence")),
    SharedRows(KERNEL, "setting", "starts_with(key, :codes)", ("company_id", "key")),
    SharedRows(KERNEL, "paper_text", "starts_with(document, :codes)", ("company_id", "document", "language")),
    SharedRows(KERNEL, "company_addon", "addon = :addon", ("company_id", "addon")),
    ROLE_ROWS,
    _of_role("user_role", "user_id", "company_id", "role_id"),
    _of_role("role_place", "company_id", "role_id"),
    _of_role("company__second_factor_roles", "left_id", "right_id",
             condition=f"right_id in ({_ROLES})", has_id=False),
    _of_role("role_right", "company_id", "role_id", "model", "action", condition=_EITHER),
    _of_role("role_screen", "company_id", "role_id", "kind", "name",
             condition=f"({_OF_ROLE} or starts_with(name, :codes))"),
    _of_role("field_right", "company_id", "role_id", "model", "field", condition=_EITHER),
    _of_role("value_limit", "company_id", "role_id", "model", "field", "value", condition=_EITHER),
    _about("hierarchy_rule", "company_id", "model"),
    _about("sharing_rule", "company_id", "name"),
    _about("share", "company_id", "user_id", "model", "record_id"),
    _about("external_key", "company_id", "source", "model", "key"),
    _about("attachment"),
    _about("notice"),
    _about("mail"),
    _about("print", "company_id", "model", "record_id", "number"),
    SharedRows(KERNEL, "export", _OF_MODEL, is_archived=False),
    SharedRows(KERNEL, "job", _OF_JOB, is_archived=False),
    SharedRows(KERNEL, "schedule", _OF_JOB, is_archived=False),
    SharedRows(KERNEL_SCHEMA, "shipped", "(addon = :addon or starts_with(model, :codes))",
               ("company_id", "model", "key"), has_id=False),
    SharedRows(KERNEL_SCHEMA, "stranded", "addon = :addon"),
)  # fmt: skip
"""Exports, jobs and schedules are no data: they are removed and made anew."""

CONTENTS: Final = "pg_temp.keyuan_contents"
"""A table of the connection: company and hash of the contents that rows of the addon name."""
FILE_ROWS: Final = SharedRows(
    KERNEL, "file", f"(company_id, sha256) in (select company_id, sha256 from {CONTENTS})"
)
"""Belong to the addon as long as nothing else names their content."""


def condition_of(rows: SharedRows, addon: str) -> str:
    """The condition for one addon, as SQL with the names in it."""
    return rows.condition.replace(":addon", _literal(addon)).replace(":codes", _literal(f"{addon}."))


def _literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def hold_contents(connection: Connection, contents: Iterable[tuple[int, str]] = ()) -> None:
    """Make the connection's table of contents (company and hash); it goes with the transaction."""
    run_script(
        connection,
        f"create temporary table {CONTENTS.rpartition('.')[2]} "
        "(company_id bigint, sha256 text, primary key (company_id, sha256)) on commit drop",
    )
    rows = [{"company_id": company, "sha256": sha256} for company, sha256 in sorted({*contents})]
    if rows:
        connection.execute(text(f"insert into {CONTENTS} values (:company_id, :sha256)"), rows)


def present_rows(connection: Connection) -> tuple[SharedRows, ...]:
    """Those whose table is there: a database may be older than the code."""
    there = text("select to_regclass(:name) is not null")
    return tuple(
        one for one in SHARED_ROWS if connection.execute(there, {"name": one.full_table}).scalar_one()
    )
