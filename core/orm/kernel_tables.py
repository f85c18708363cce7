"""The kernel's tables that are no models: what must be there before any addon, in the schema `core`.

They belong to the owner. What the application may do with each is declared beside it (`grants`).
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from core.orm.rls import INFO_KEY

KERNEL_SCHEMA: Final = "core"
kernel_metadata: Final = MetaData(schema=KERNEL_SCHEMA)


def kernel_info(kind: str, *grants: str) -> dict[str, Any]:
    """What the schema room needs to know of a kernel table; no addon declares it."""
    return {INFO_KEY: {"kind": kind, "model": None, "addon": KERNEL_SCHEMA, "grants": grants}}


def moment(name: str, **options: Any) -> Column[Any]:
    """A point in time, stored in UTC."""
    return Column(name, DateTime(timezone=True), **options)


addon: Final = Table(
    "addon", kernel_metadata,
    Column("name", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("state", Text, nullable=False, server_default=text("'installed'")),
    moment("installed_at", nullable=False, server_default=func.now()),
    moment("changed_at", nullable=False, server_default=func.now()),
    PrimaryKeyConstraint("name", name="pk_addon"),
    CheckConstraint("state in ('installed', 'removed')", name="ck_addon_state"),
    info=kernel_info("deployment", "select"),
)  # fmt: skip
"""Addons whose tables are in this database, with the version the tables belong to."""

generation: Final = Table(
    "generation", kernel_metadata,
    Column("one", SmallInteger, nullable=False, server_default=text("1")),
    Column("number", BigInteger, nullable=False),
    Column("schema_hash", Text, nullable=False),
    Column("kernel_version", Text, nullable=False),
    moment("changed_at", nullable=False, server_default=func.now()),
    PrimaryKeyConstraint("one", name="pk_generation"),
    CheckConstraint("one = 1", name="ck_generation_one"),
    info=kernel_info("deployment", "select"),
)  # fmt: skip
"""One row: a process whose number is older has to make way for a new one."""

standing: Final = Table(
    "standing", kernel_metadata,
    Column("addon", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("version", Text, nullable=False, server_default=text("''")),
    Column("error", JSONB, nullable=False),
    Column("trace", Text, nullable=False, server_default=text("''")),
    moment("since", nullable=False, server_default=func.now()),
    PrimaryKeyConstraint("addon", name="pk_standing"),
    CheckConstraint("kind in ('code', 'tables')", name="ck_standing_kind"),
    info=kernel_info("deployment", "select"),
)  # fmt: skip
"""Addons that stand aside since the last start, with the reason as a sentence (`LazyString.as_json`) and the places in
their code. `code` could not be loaded or composed; of `tables` the database could not be brought up to the code: it is
as it was, and nothing of the addon is composed before a start has succeeded in that.
"""

rights_version: Final = Table(
    "rights_version", kernel_metadata,
    Column("company_id", BigInteger, nullable=False),
    Column("number", BigInteger, nullable=False),
    PrimaryKeyConstraint("company_id", name="pk_rights_version"),
    info=kernel_info("deployment", "select", "insert", "update"),
)  # fmt: skip
"""When the configured rights of a company last changed, of all companies at 0: a number that is never given twice."""

journal: Final = Table(
    "journal", kernel_metadata,
    Column("id", BigInteger, Identity(always=True), nullable=False),
    Column("kind", Text, nullable=False),
    Column("addons", Text, nullable=False, server_default=text("''")),
    Column("state", Text, nullable=False, server_default=text("'running'")),
    Column("step", Text, nullable=False, server_default=text("'begin'")),
    moment("started", nullable=False, server_default=func.now()),
    moment("finished"),
    Column("by", Text, nullable=False),
    Column("backend", Integer, nullable=False),
    Column("detail", JSONB(none_as_null=True)),
    PrimaryKeyConstraint("id", name="pk_journal"),
    CheckConstraint("state in ('running', 'done', 'failed', 'rolled_back')", name="ck_journal_state"),
    info=kernel_info("deployment", "select"),
)  # fmt: skip
"""Operations on the deployment. `backend` is the server process that holds the lock of the operation."""
Index("ix_journal_running", journal.c.id, postgresql_where=journal.c.state == text("'running'"))

idempotency: Final = Table(
    "idempotency", kernel_metadata,
    Column("user_id", BigInteger, nullable=False),
    Column("key", Text, nullable=False),
    Column("request_hash", Text, nullable=False),
    Column("status", SmallInteger),
    Column("location", Text),
    moment("at", nullable=False, server_default=func.now()),
    Column("body", Text),
    PrimaryKeyConstraint("user_id", "key", name="pk_idempotency"),
    info=kernel_info("deployment", "select", "insert", "update", "delete"),
)  # fmt: skip
"""Answers to writes that carried a key: the same key again gets the same answer. No status means: still
at work. A program's answer has a `body`: numbers and versions of records, never their values.
"""
Index("ix_idempotency_at", idempotency.c.at)

shipped: Final = Table(
    "shipped", kernel_metadata,
    Column("model", Text, nullable=False),
    Column("record_id", BigInteger, nullable=False),
    Column("company_id", BigInteger, nullable=False),
    Column("addon", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("shipped", JSONB, nullable=False),
    Column("offered", JSONB(none_as_null=True)),
    Column("before", JSONB(none_as_null=True)),
    PrimaryKeyConstraint("model", "record_id", name="pk_shipped"),
    UniqueConstraint("company_id", "model", "key", name="uq_shipped_key"),
    info=kernel_info("shared", "select", "insert", "update", "delete"),
)  # fmt: skip
"""What an addon shipped as data, so that an upgrade can tell it from what people made of it.

A value equal to `shipped` is as shipped, another one is customised. `offered` holds newer shipped values
that were not taken over because the field is customised, `before` the ones that people knew when they customised it.
"""
Index("ix_shipped_offered", shipped.c.company_id, postgresql_where=shipped.c.offered.is_not(None))

stranded: Final = Table(
    "stranded", kernel_metadata,
    Column("id", BigInteger, Identity(always=True), nullable=False),
    Column("operation", BigInteger, nullable=False),
    moment("at", nullable=False, server_default=func.now()),
    Column("addon", Text, nullable=False),
    Column("table_name", Text, nullable=False),
    Column("column_name", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("is_out", Boolean, nullable=False),
    Column("row", JSONB, nullable=False),
    PrimaryKeyConstraint("id", name="pk_stranded"),
    info=kernel_info("deployment"),
)  # fmt: skip
"""What lost the record that it refers to while its addon was removed, found by the `operation` that brought the addon
back. `row` is the row as it was. `is_out` says that it was taken out of its table; else only the reference in
`column_name` to a row of `target` was emptied. The application has no right on it: rows of all companies lie here.
"""
Index("ix_stranded_operation", stranded.c.operation)

addon_request: Final = Table(
    "addon_request", kernel_metadata,
    Column("id", BigInteger, Identity(always=True), nullable=False),
    Column("kind", Text, nullable=False),
    Column("addon", Text, nullable=False),
    Column("company_id", BigInteger),
    Column("state", Text, nullable=False, server_default=text("'asked'")),
    Column("plan", JSONB(none_as_null=True)),
    Column("digest", Text),
    Column("user_id", BigInteger, nullable=False),
    Column("by_name", Text, nullable=False),
    moment("at", nullable=False, server_default=func.now()),
    moment("changed_at", nullable=False, server_default=func.now()),
    Column("outcome", JSONB(none_as_null=True)),
    PrimaryKeyConstraint("id", name="pk_addon_request"),
    CheckConstraint(
        "state in ('asked', 'planned', 'confirmed', 'running', 'done', 'failed', 'dropped')",
        name="ck_addon_request_state",
    ),
    info=kernel_info("deployment", "select", "insert", "update"),
)  # fmt: skip
"""Wishes of administrators for operations on the deployment, see `core.lifecycle.wishes`. `changed_at` is when the
state last changed."""
Index(
    "ix_addon_request_open", addon_request.c.id,
    postgresql_where=text("state = any (array['asked', 'confirmed', 'running'])"),
)  # fmt: skip
