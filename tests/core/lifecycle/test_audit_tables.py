"""The audit's months are made ahead, nothing is ever refused for want of one, and companies do not see each other's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from core.lifecycle.install import create_kernel
from core.orm.audit_tables import audit, make_partitions
from core.orm.engine import Scope, apply_scope
from core.orm.kernel_tables import KERNEL_SCHEMA, kernel_metadata
from core.orm.schema import plan_schema
from core.testing.database import APP_ROLE, DatabaseServer, ScratchDatabase

ROW: dict[str, Any] = {
    "model": "toy.deal", "record_id": 1, "version": 1, "operation": "create", "request_id": "r", "channel": "page",
    "user_id": 1, "real_user_id": 1,
}  # fmt: skip


def build(database: ScratchDatabase) -> None:
    with database.owner.begin() as connection:
        create_kernel(connection, APP_ROLE)


@pytest.fixture(scope="module")
def audited(server: DatabaseServer) -> Iterator[ScratchDatabase]:
    database = server.create(server.template("toy_kernel", build))
    yield database
    server.drop(database)


@pytest.fixture
def app(audited: ScratchDatabase) -> Iterator[Connection]:
    with audited.app.connect() as connection:
        yield connection
        connection.rollback()


def months(connection: Connection) -> list[str]:
    names = text(
        "select inhrelid::regclass::text from pg_inherits where inhparent = 'core.audit'::regclass order by 1"
    )
    return [name.removeprefix("core.audit_") for name in connection.execute(names).scalars()]


def test_making_the_kernel_again_finds_nothing_to_do(audited: ScratchDatabase) -> None:
    with audited.owner.begin() as connection:
        plan = plan_schema(connection, kernel_metadata, [KERNEL_SCHEMA], APP_ROLE, thorough=True)
        assert not plan
        assert plan.ignored == ()
        create_kernel(connection, APP_ROLE)


def test_this_month_and_the_next_are_there_and_further_ones_are_made_by_the_application(
    app: Connection,
) -> None:
    before = months(app)
    assert "default" in before
    assert len(before) == 5
    assert make_partitions(app) == 0
    assert make_partitions(app, 5) == 2
    assert len(months(app)) == 7
    this_month = app.execute(text("select to_char(now() at time zone 'UTC', 'YYYY_MM')")).scalar_one()
    assert before[0] == this_month


def test_a_row_of_a_month_without_a_table_is_kept_and_moves_into_it_later(audited: ScratchDatabase) -> None:
    with audited.app.begin() as app:
        apply_scope(app, Scope(read=(1,), write=(1,)))
        far = app.execute(text("select date_trunc('month', now()) + interval '4 months 3 days'")).scalar_one()
        app.execute(audit.insert(), {**ROW, "company_id": 1, "at": far})
    with audited.owner.begin() as connection:
        assert connection.execute(text("select count(*) from core.audit_default")).scalar_one() == 1
        assert make_partitions(connection, 4) == 1
        assert connection.execute(text("select count(*) from core.audit_default")).scalar_one() == 0
        place = text("select tableoid::regclass::text from core.audit")
        assert connection.execute(place).scalar_one() == f"core.audit_{far:%Y_%m}"


def test_rows_carry_number_moment_and_transaction(app: Connection) -> None:
    apply_scope(app, Scope(read=(1,), write=(1,)))
    app.execute(audit.insert(), [{**ROW, "company_id": 1}, {**ROW, "company_id": 1}])
    found = app.execute(
        text("select id, txid = pg_current_xact_id()::text::bigint, at = now() from core.audit order by id")
    )
    rows = found.all()[-2:]
    assert [row[1:] for row in rows] == [(True, True)] * 2
    assert rows[1][0] > rows[0][0]


def test_companies_see_their_own_audit_and_that_of_the_deployment(app: Connection) -> None:
    apply_scope(app, Scope(read=(1, 2), write=(1, 2)))
    app.execute(audit.insert(), [{**ROW, "company_id": one, "model": "toy.wall"} for one in (0, 1, 2)])
    apply_scope(app, Scope(read=(2,), write=(2,)))
    assert set(app.execute(text("select company_id from core.audit where model = 'toy.wall'")).scalars()) == {
        0,
        2,
    }
    with pytest.raises(ProgrammingError, match="row-level security"):
        app.execute(audit.insert(), {**ROW, "company_id": 1})


def test_a_change_of_the_deployment_is_audited_before_any_company_is_known(app: Connection) -> None:
    app.execute(audit.insert().inline(), {**ROW, "company_id": 0, "operation": "sign_in"})
    assert app.execute(text("select count(*) from core.audit where operation = 'sign_in'")).scalar_one() == 0


def test_the_history_of_a_record_comes_from_its_index(app: Connection) -> None:
    apply_scope(app, Scope(read=(1,)))
    for kind in ("seqscan", "bitmapscan", "sort"):
        app.exec_driver_sql(f"set local enable_{kind} = off")
    page = """explain select * from core.audit where company_id = 1 and model = 'toy.deal' and record_id = 7
              order by id desc limit 20"""
    plan = "\n".join(app.exec_driver_sql(page).scalars())
    assert "Merge Append" in plan
    assert "Sort  (" not in plan
    assert "company_id_model_record_id_id_idx" in plan
