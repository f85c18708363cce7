"""`keyuan doctor --indexes` on the whole product: silent about what is as declared, precise about what is not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from core.cli.deployment import Deployment
from core.cli.doctor_indexes import print_index_report
from core.config import Config
from core.errors import UserError
from core.modules.loader import LoadedAddon
from core.orm.compose import Composition
from core.orm.engine import make_engine, run_script
from core.orm.index_report import Finding, IndexReport, index_report
from core.orm.index_report_uses import model_uses
from core.orm.kernel_tables import kernel_metadata
from core.testing.database import ScratchDatabase

LARGE = "update pg_class set reltuples = 500000 where oid = '{table}'::regclass"


@contextmanager
def outside(database: ScratchDatabase) -> Iterator[Connection]:
    with database.owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        yield connection


def harmed(database: ScratchDatabase, *statements: str) -> None:
    with outside(database) as connection:
        for statement in statements:
            run_script(connection, statement)


def report_on(
    database: ScratchDatabase, composed: Composition, *, url: str | None = None, complete: bool = True
) -> IndexReport:
    tables = [*kernel_metadata.sorted_tables, *composed.metadata.sorted_tables]
    uses = [use for info in composed.models.values() for use in model_uses(info)]
    with make_engine(url or database.urls.owner_url, pooled=False).connect() as connection:
        return index_report(connection, tables, uses, complete=complete)


def kinds(report: IndexReport) -> dict[str, str]:
    """Kind by the index's name, where the words name one."""
    return {str(one.words.args["index"]): one.kind for one in report.findings if "index" in one.words.args}


def of(report: IndexReport, index: str) -> Finding:
    return next(one for one in report.findings if one.words.args.get("index") == index)


def printed(database: ScratchDatabase, composed: Composition, folder: Path, loaded: list[LoadedAddon]) -> int:
    deployment = Deployment(Config(folder, ()), database.urls)
    try:
        return print_index_report(deployment, composed, loaded)
    finally:
        deployment.owner.dispose()
        deployment.app.dispose()


def test_a_new_deployment_has_every_declared_index_and_no_other(
    own_database: ScratchDatabase, composed: Composition, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = report_on(own_database, composed)
    assert report.findings == ()
    assert report.declared > 250
    assert printed(own_database, composed, tmp_path, []) == 0
    said = capsys.readouterr().out
    assert "All declared indexes are there." in said
    assert "could not be asked" not in said


def test_each_fault_is_named_with_what_mends_it_and_the_remedy_works(
    own_database: ScratchDatabase, composed: Composition, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    harmed(
        own_database,
        "drop index crm_leads.by_lead_expected_revenue",
        "alter index crm_leads.ix_lead_owner_id rename to ix_of_the_owner",
        "drop index crm_leads.by_lead_created_at",
        "create index by_lead_created_at on crm_leads.lead (company_id, created_at, id) where deleted_at is null",
        "drop index crm_base.ix_customer_grams",
        "create index ix_customer_grams on crm_base.customer (grams)",
        "update pg_index set indisvalid = false where indexrelid = 'crm_base.ix_contact_grams'::regclass",
        "drop index core.ix_audit_txid",
        "alter table crm_base.task drop constraint uq_task_company_id cascade",
    )  # fmt: skip
    report = report_on(own_database, composed)
    assert kinds(report) == {
        "by_lead_expected_revenue": "missing", "ix_lead_owner_id": "renamed", "by_lead_created_at": "different",
        "ix_customer_grams": "different", "ix_contact_grams": "unfinished", "ix_audit_txid": "missing",
        "uq_task_company_id": "missing",
    }  # fmt: skip
    assert report.faulty == len(report.findings) == 7
    order = of(report, "by_lead_expected_revenue")
    assert [str(purpose) for purpose in order.purposes] == ["lists ordered by “Expected revenue”"]
    assert "nulls first" in str(of(report, "by_lead_created_at").words)
    assert any("owner" in str(purpose).lower() for purpose in of(report, "ix_lead_owner_id").purposes)
    assert printed(own_database, composed, tmp_path, []) == 1
    assert "7 declared index(es) are not as they should be." in capsys.readouterr().out
    harmed(own_database, *(statement for one in report.findings for statement in one.statements))
    assert report_on(own_database, composed).findings == ()


def test_undeclared_and_superfluous_indexes_are_told_apart(
    own_database: ScratchDatabase, composed: Composition
) -> None:
    harmed(
        own_database,
        "create index of_owner on crm_base.customer (company_id, owner_id) where deleted_at is null",
        "create index again on crm_base.customer (company_id, owner_id, id) where deleted_at is null",
        "create index of_city on crm_base.customer (city)",
        "create unique index of_address on crm_base.customer (website)",
        "alter table crm_base.customer add column crm_gone__bonus integer",
        "create index of_bonus on crm_base.customer (crm_gone__bonus)",
    )
    report = report_on(own_database, composed)
    assert kinds(report) == {
        "of_owner": "superfluous", "again": "superfluous", "of_city": "undeclared", "of_address": "undeclared",
        "of_bonus": "undeclared",
    }  # fmt: skip
    assert not report.faulty
    assert of(report, "of_city").statements == ("drop index concurrently crm_base.of_city",)
    assert of(report, "of_address").statements == (), "it may keep a promise"
    assert of(report, "of_bonus").statements == (), "it may be of an addon that is away"
    assert "ix_customer_owner_id" in str(of(report, "again").words)
    unsure = report_on(own_database, composed, complete=False)
    assert all(one.statements == () for one in unsure.findings)


def test_used_and_unused_indexes_are_told_apart_by_what_the_server_counted(
    own_database: ScratchDatabase, composed: Composition
) -> None:
    rows = (
        "insert into core.idempotency (user_id, key, request_hash, at) "
        "select n, md5(n::text), '', now() + n * interval '1 s' from generate_series(1, 60000) n"
    )
    harmed(
        own_database,
        rows,
        "create index of_hash on core.idempotency (request_hash, at)",
        "analyze core.idempotency",
    )
    report = report_on(own_database, composed)
    assert kinds(report) == {"ix_idempotency_at": "unused", "of_hash": "undeclared"}
    assert of(report, "ix_idempotency_at").bytes > 1_000_000
    assert of(report, "of_hash").statements
    with outside(own_database) as connection:
        for statement in ("set enable_seqscan = off", "select * from core.idempotency where at < now()",
                          "select at from core.idempotency where request_hash = 'x' and at > now()",
                          "select pg_stat_force_next_flush()"):  # fmt: skip
            run_script(connection, statement)
    report = report_on(own_database, composed)
    assert kinds(report) == {"of_hash": "undeclared"}
    assert of(report, "of_hash").statements == (), "somebody uses it"


def test_an_index_of_empty_pages_is_overgrown(own_database: ScratchDatabase, composed: Composition) -> None:
    harmed(
        own_database,
        "insert into core.idempotency (user_id, key, request_hash, at) "
        "select n, 'k', '', now() + n * interval '1 s' from generate_series(1, 90000) n",
        "delete from core.idempotency where user_id % 50 > 0",
        "vacuum analyze core.idempotency",
    )
    overgrown = [one for one in report_on(own_database, composed).findings if one.kind == "overgrown"]
    assert [one.statements for one in overgrown] == [("reindex index concurrently core.ix_idempotency_at",)]
    harmed(own_database, *overgrown[0].statements)
    assert [one for one in report_on(own_database, composed).findings if one.kind == "overgrown"] == []


def test_questions_about_large_tables_need_an_index(
    own_database: ScratchDatabase, composed: Composition, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert printed(own_database, composed, tmp_path, []) == 0
    said = capsys.readouterr().out
    assert "wanted" not in said
    assert "questions without an index about tables below 10,000 rows" in said
    harmed(own_database, LARGE.format(table="crm_leads.lead"))
    assert printed(own_database, composed, tmp_path, []) == 0
    said = capsys.readouterr().out
    wanted = "create index concurrently ix_lead_priority on crm_leads.lead (company_id, priority, id)"
    assert wanted in said, "the list offers it as a filter"
    statement = next(line.strip() for line in said.splitlines() if wanted in line)
    harmed(own_database, statement)
    assert printed(own_database, composed, tmp_path, []) == 0
    assert f"{' ' * 15}{statement}" not in capsys.readouterr().out


def test_the_gain_decides_the_order(own_database: ScratchDatabase, composed: Composition) -> None:
    harmed(
        own_database,
        "create index of_city on crm_base.customer (city)",
        "drop index crm_base.ix_customer_owner_id",
        "drop index crm_leads.ix_lead_owner_id",
        LARGE.format(table="crm_leads.lead"),
    )
    named = [one.words.args.get("index") for one in report_on(own_database, composed).findings]
    assert named[:2] == ["ix_lead_owner_id", "ix_customer_owner_id"]
    assert named[-1] == "of_city"


def test_no_right_is_needed_but_to_connect(own_database: ScratchDatabase, composed: Composition) -> None:
    harmed(own_database, "drop index crm_base.ix_customer_owner_id")
    mine, theirs = (
        report_on(own_database, composed, url=url)
        for url in (own_database.urls.owner_url, own_database.urls.app_url)
    )
    assert kinds(mine) == kinds(theirs) == {"ix_customer_owner_id": "missing"}


def test_a_change_of_tables_that_is_under_way_is_not_waited_for(
    own_database: ScratchDatabase, composed: Composition
) -> None:
    with own_database.owner.connect() as other:
        other.execute(text("drop index crm_base.ix_customer_owner_id"))
        with pytest.raises(UserError, match="too busy to be asked"):
            report_on(own_database, composed)
        other.rollback()
    assert report_on(own_database, composed).findings == ()
