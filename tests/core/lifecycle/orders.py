"""A company with orders: an addon whose rows refer to those of others, and are referred to by them."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import text

from core.lifecycle.activation import enable_all, prepare_company
from core.orm.compose import composition
from core.orm.engine import session_factory
from core.orm.system_env import system_env
from core.orm.trust import TRUSTED
from core.testing.database import DatabaseServer, ScratchDatabase
from core.testing.rows import rows_of
from tests.core.lifecycle.toys import company, composed, initialised

ORDERS = "toy_orders"
OWN = text("select id from base.company where code = 'A'")


def build(database: ScratchDatabase) -> None:
    """Article 1 is the bag of the shop's seed; there are three orders with a line each."""
    initialised(database, ORDERS)
    own = company(database)
    with database.owner.begin() as connection:
        prepare_company(connection, own)
        enable_all(connection, own)
    with acting(database) as env:
        articles = [env.create("toy_wares.article", name=name).id for name in ("Cup", "Hat", "Pen")]
        high = env.first("base.option", env.info("base.option").cls.code == "high")
        for number, article in enumerate(articles, start=1):
            order = env.create(
                "toy_orders.order", name=f"O{number}", article=article, present=articles[0], priority=high,
                others=articles,
            )  # fmt: skip
            env.create("toy_orders.order_line", order=order, text=f"line {number}")
            env.write(env.get("toy_wares.article", article), latest=order)


class acting:
    """The kernel's Env in company A with the addons of the composition, committed."""

    def __init__(self, database: ScratchDatabase) -> None:
        self._session = session_factory(database.app)()

    def __enter__(self) -> Any:
        own = self._session.execute(OWN, execution_options=TRUSTED).scalar_one()
        self._env = system_env(self._session, own, frozenset(composition().addons), "tests")
        return self._env.__enter__()

    def __exit__(self, *error: Any) -> None:
        self._env.__exit__(*error)
        if error[0] is None:
            self._session.commit()
        self._session.close()


def ordered(server: DatabaseServer) -> ScratchDatabase:
    template = server.template("toy_ordered", build)
    composed(ORDERS)
    return server.create(template)


def schema_of(database: ScratchDatabase) -> str:
    """A hash over columns, constraints, indexes, policies and grants of everything; names of schemas included."""
    parts = {
        "columns": "select table_schema, table_name, column_name, data_type, is_nullable, column_default "
        "from information_schema.columns where {own}",
        "grants": "select table_schema, table_name, grantee, privilege_type from information_schema.table_privileges "
        "where {own}",
        "indexes": "select schemaname, tablename, indexname, indexdef from pg_indexes where {other}",
        "policies": "select schemaname, tablename, policyname, qual, with_check from pg_policies where {other}",
        "constraints": "select n.nspname, c.relname, k.conname, pg_get_constraintdef(k.oid), k.convalidated "
        "from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace "
        "where {name}",
    }
    digest = hashlib.sha256()
    with database.owner.connect() as connection:
        for part, question in parts.items():
            own = "{0} !~ '^(pg_|information_schema)'"
            asked = question.format(
                own=own.format("table_schema"), other=own.format("schemaname"), name=own.format("n.nspname")
            )
            rows = sorted(str(tuple(row)) for row in connection.execute(text(asked)))
            digest.update("\n".join([part, *rows]).encode())
    return digest.hexdigest()


KERNEL_LOG = ("core.journal", "core.generation", "core.addon")
"""What tells of operations, besides what they do."""


def data_of(database: ScratchDatabase) -> str:
    """A hash over all rows but those that tell of operations; a table counts the same while it is aside."""
    with database.owner.connect() as connection:
        names = connection.execute(
            text("select nspname from pg_namespace where nspname !~ '^(pg_|information_schema)'")
        ).scalars()
        found = rows_of(database, list(names))
    lines = [
        f"{table.removeprefix('removed_')} {sorted(_plain(table, row).items())}"
        for table, rows in found.items() if table not in KERNEL_LOG and not table.startswith("core.audit")
        for row in rows.values()
    ]  # fmt: skip
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


MOMENTS = frozenset({"changed_at", "created_at", "at", "since", "number", "operation"})
"""What differs between two runs of the same: times, and numbers that are drawn from the deployment's sequences."""


def _plain(table: str, row: dict[str, Any]) -> dict[str, Any]:
    """Roles are put to rest and woken, which their version counts."""
    left_out = MOMENTS | {"version"} if table == "base.role" else MOMENTS
    return {name: value for name, value in row.items() if name not in left_out}
