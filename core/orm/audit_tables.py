"""The audit: every write of every model, kept by month. The application may add rows and read them, nothing
else.

`changes` holds the values, `digests` a salted hash of each. Erasing a person removes value and salt from
`changes`; the digest stays, so the chain over the digests (`audit_seal`) still verifies. The chain is made
by a job of the owner behind the oldest running transaction, never inside a user's transaction, which it
would serialise.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    Connection,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from core.orm.kernel_tables import kernel_info, kernel_metadata, moment
from core.orm.rls import quote

MONTHS_AHEAD: Final = 3

audit: Final = Table(
    "audit", kernel_metadata,
    Column("id", BigInteger, nullable=False, server_default=text("nextval('core.audit_id'::regclass)")),
    moment("at", nullable=False, server_default=func.now()),
    Column("txid", BigInteger, nullable=False, server_default=text("pg_current_xact_id()::text::bigint")),
    Column("company_id", BigInteger, nullable=False),
    Column("model", Text, nullable=False),
    Column("record_id", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("operation", Text, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("real_user_id", BigInteger, nullable=False),
    Column("reason", Text),
    Column("changes", JSONB, nullable=False, server_default=text("'{}'")),
    Column("digests", JSONB, nullable=False, server_default=text("'{}'")),
    PrimaryKeyConstraint("id", "at", name="pk_audit"),
    postgresql_partition_by="RANGE (at)",
    info=kernel_info("audit", "select", "insert"),
)  # fmt: skip
"""`operation` is create, write, delete, restore or the name of a transition. `changes` maps a field to
{"o": old, "n": new, "s": salt}, `digests` to the hexadecimal SHA-256. `reason` is given by work of the
system. `company_id` is 0 for records of the whole deployment.
"""
Index("ix_audit_record", audit.c.company_id, audit.c.model, audit.c.record_id, audit.c.id.desc())
Index("ix_audit_request", audit.c.request_id)
Index("ix_audit_txid", audit.c.txid, audit.c.id)
Index("ix_audit_at", audit.c.at, postgresql_using="brin")

audit_seal: Final = Table(
    "audit_seal", kernel_metadata,
    Column("number", BigInteger, Identity(always=True), nullable=False),
    moment("at", nullable=False, server_default=func.now()),
    Column("epoch", Integer, nullable=False, server_default=text("1")),
    Column("from_txid", BigInteger, nullable=False),
    Column("from_id", BigInteger, nullable=False, server_default=text("0")),
    Column("until_txid", BigInteger, nullable=False),
    Column("until_id", BigInteger, nullable=False, server_default=text("0")),
    Column("above_id", BigInteger, nullable=False, server_default=text("0")),
    Column("highest_id", BigInteger, nullable=False, server_default=text("0")),
    Column("rows", BigInteger, nullable=False),
    Column("leaves", LargeBinary, nullable=False, server_default=text("''")),
    Column("digest", Text, nullable=False),
    Column("previous", Text, nullable=False),
    PrimaryKeyConstraint("number", name="pk_audit_seal"),
    info=kernel_info("deployment", "select"),
)  # fmt: skip
"""A batch: the audit rows after (from_txid, from_id) up to (until_txid, until_id) in the order of transaction and id.

`leaves` holds 24 bytes for each row, its id and the beginning of its hash, so that a changed or missing row can be
named; `digest` is the hash of the leaves, the limits and the digest before. `epoch` rises when the database was
restored into another cluster, where transaction numbers start again: its rows are those above `above_id`.
"""

erasure: Final = Table(
    "erasure", kernel_metadata,
    Column("id", BigInteger, Identity(always=True), nullable=False),
    moment("at", nullable=False, server_default=func.now()),
    Column("company_id", BigInteger, nullable=False),
    Column("model", Text, nullable=False),
    Column("record_ids", ARRAY(BigInteger), nullable=False),
    Column("fields", ARRAY(Text), nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("real_user_id", BigInteger, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("reason", Text, nullable=False),
    moment("done_at"),
    PrimaryKeyConstraint("id", name="pk_erasure"),
    info=kernel_info("audit", "select", "insert"),
)  # fmt: skip
"""Personal values that shall be gone from the audit: asked for by the application, carried out by the owner, who alone
may change the audit. `keyuan audit verify` accepts a value that is gone only where a row here says why.
"""
Index("ix_erasure_waiting", erasure.c.id, postgresql_where=erasure.c.done_at.is_(None))
Index("ix_erasure_request", erasure.c.company_id, erasure.c.request_id)

BEFORE_TABLES: Final = (
    "create schema if not exists core; create sequence if not exists core.audit_id as bigint"
)

AFTER_TABLES: Final = """
create table if not exists core.audit_default partition of core.audit default;
create or replace function core.make_audit_partitions(ahead integer) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
declare
    first timestamptz;
    part text;
    made integer := 0;
begin
    perform pg_advisory_xact_lock(hashtextextended('core.make_audit_partitions', 0));
    for month in 0..least(greatest(ahead, 0), 24) loop
        first := date_trunc('month', now()) + make_interval(months => month);
        part := 'audit_' || to_char(first, 'YYYY_MM');
        continue when to_regclass('core.' || part) is not null;
        execute format('create table core.%I (like core.audit including defaults)', part);
        execute format('with moved as (delete from core.audit_default where at >= %L and at < %L '
                       'returning *) insert into core.%I select * from moved',
                       first, first + interval '1 month', part);
        execute format('alter table core.audit attach partition core.%I for values from (%L) to (%L)',
                       part, first, first + interval '1 month');
        made := made + 1;
    end loop;
    return made;
end $$;
revoke all on function core.make_audit_partitions(integer) from public;
"""
"""A month's table is made beside the audit and then attached, since attaching does not stop writers.
Rows that came before their month's table did lie in the default partition and are moved.
"""


def grants_after_tables(role: str) -> str:
    """The rights of the application's role that are no rights on a table."""
    return (
        f"grant usage on sequence core.audit_id to {quote(role)}; "
        f"grant execute on function core.make_audit_partitions(integer) to {quote(role)}"
    )


def make_partitions(connection: Connection, months_ahead: int = MONTHS_AHEAD) -> int:
    """Make the tables of this and the coming months; returns how many were missing. The application may
    call it.
    """
    statement = text("select core.make_audit_partitions(:ahead)")
    return int(connection.execute(statement, {"ahead": months_ahead}).scalar_one())
