"""The queue behind the wall: a company reaches its own jobs, workers find those of all, and nothing stays open."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, text, update
from sqlalchemy.exc import DBAPIError, ProgrammingError
from sqlalchemy.orm import Session

from core.auth.environment import make_env
from core.auth.identity import identity_of
from core.auth.models import User
from core.automation.jobs import JobDeclaration, job
from core.automation.queue import QUEUE, ask_cancel, ask_cancel_of, claim, enqueue, settle, touch
from core.automation.schedule import SCHEDULES, enqueue_due
from core.automation.worker import Run, Worker
from core.i18n import _
from core.orm.audit_tables import audit, erasure
from core.orm.compose import Composition
from core.orm.context import use_env
from core.orm.engine import Scope, across_companies, session_factory, set_scope
from core.orm.env import Env
from core.orm.erasing import forget
from core.orm.operations import operations_of
from core.orm.system_env import system_env
from core.orm.trust import TRUSTED
from core.testing.database import ScratchDatabase
from core.testing.people import NORTH, SOUTH, find_staff

BOTH = (NORTH, SOUTH)
MANY = 20_000
ran: list[tuple[str, int]] = []


@job(_("Remember"))
def remember(env: Env, run: Run, word: str = "") -> None:
    run.step(1, 1)
    ran.append((word, env.company_id))


@job(_("Every minute"), every=timedelta(minutes=1))
def every_minute(env: Env, run: Run) -> None:
    ran.append(("tick", env.company_id))


class Queues:
    """Somebody who works in two companies, with a job in each. Everything is done as the application's role."""

    def __init__(self, database: ScratchDatabase, composed: Composition) -> None:
        self.composed, self.owner = composed, database.owner
        self.factory = session_factory(database.app)
        self.worker = Worker(database.app)
        self.worker.jobs = {one.name: ("base", one) for one in (remember, every_minute)}
        with database.app.connect() as connection:
            staff = find_staff(connection, composed)
        self.company, self.user = staff.companies, staff.users["owner"]
        self._employ(SOUTH)
        self.job = {name: self.ask(name, remember, word=name) for name in BOTH}

    def _employ(self, company: str) -> None:
        role = self.composed.info("base.role").table
        with self.factory.begin() as session, self.system(session, company) as env:
            wanted = session.scalar(
                select(role.c.id).where(role.c.code == "base.user"), execution_options=TRUSTED
            )
            env.create("base.user_role", user=self.user, company=env.company_id, role=wanted)

    def system(self, session: Session, company: str) -> Any:
        return system_env(session, self.company[company], frozenset({"base"}), "a test")

    def env(self, session: Session, company: str) -> Env:
        identity = identity_of(session, self.user, self.company[company])
        assert identity is not None
        return make_env(session, identity, "page")

    def ask(self, company: str, declared: JobDeclaration, **arguments: Any) -> int:
        with self.factory() as session, use_env(self.env(session, company)) as env:
            key = enqueue(env, declared, **arguments)
            env.commit()
        return key

    def working_in(self, company: str) -> Session:
        session = self.factory()
        set_scope(session, Scope((self.company[company],), (self.company[company],)))
        return session

    def rows(self, key: str = QUEUE) -> dict[int, Any]:
        table = self.composed.info(key).table
        with self.owner.connect() as connection:
            return {row.id: row for row in connection.execute(select(table).order_by(table.c.id))}

    def change(self, **values: Any) -> None:
        with self.owner.begin() as connection:
            connection.execute(update(self.composed.info(QUEUE).table).values(values))


@pytest.fixture
def queues(own_database: ScratchDatabase, composed: Composition) -> Iterator[Queues]:
    ran.clear()
    yield Queues(own_database, composed)


def test_one_worker_runs_the_jobs_of_all_companies(queues: Queues) -> None:
    while queues.worker.run_one():
        pass
    assert sorted(ran) == sorted((name, queues.company[name]) for name in BOTH)
    assert {row.state for row in queues.rows().values()} == {"done"}
    assert all(row.lease_until is None and row.progress == 1 for row in queues.rows().values())


def test_jobs_that_were_lost_are_taken_up_again_in_every_company(queues: Queues) -> None:
    for _number in BOTH:
        with queues.factory.begin() as session:
            assert claim(session, datetime.now(UTC), queues.worker.addons) is not None
    assert not queues.worker.run_one()
    queues.change(lease_until=datetime.now(UTC) - timedelta(seconds=1))
    while queues.worker.run_one():
        pass
    assert len(ran) == 2 and {row.attempts for row in queues.rows().values()} == {2}


def test_who_works_in_one_company_moves_no_job_of_another(queues: Queues) -> None:
    before = queues.rows()[queues.job[SOUTH]]
    with queues.working_in(NORTH) as session:
        settle(session, before.id, state="done")
        ask_cancel(session, before.id)
        assert touch(session, before.id, datetime.now(UTC), 1, 1) is False
        ask_cancel(session, queues.job[NORTH])
        session.commit()
    assert queues.rows()[before.id] == before
    assert queues.rows()[queues.job[NORTH]].state == "cancelled"


def test_the_jobs_of_a_user_end_in_every_company(queues: Queues) -> None:
    """Cancelled by who works in one company, or in none as at a link for the password; nothing stays open after it."""
    other = queues.ask(SOUTH, remember)
    with queues.owner.begin() as connection:
        connection.execute(text("update base.job set user_id = null where id = :id"), {"id": other})
    for session in (queues.working_in(NORTH), queues.factory()):
        with session:
            ask_cancel_of(session, queues.user)
            assert not set(visible(session)) & {queues.job[SOUTH], other}
            session.flush()
            states = {key: row.state for key, row in as_worker(session).items()}
            assert states == {queues.job[NORTH]: "cancelled", queues.job[SOUTH]: "cancelled", other: "queued"}
            session.rollback()


def test_a_blocked_user_loses_what_runs_in_another_company(queues: Queues) -> None:
    @job(_("Remember"))
    def be_interrupted(env: Env, run: Run) -> None:
        with queues.factory() as session, queues.system(session, NORTH) as administrator:
            administrator.write(administrator.get(User, queues.user), blocked=True)
            administrator.commit()
        ran.append(("was running", env.company_id))

    queues.worker.jobs[be_interrupted.name] = ("base", be_interrupted)
    queues.change(run_at=datetime.now(UTC) + timedelta(hours=1))
    running = queues.ask(SOUTH, be_interrupted)
    assert queues.worker.run_one() and not queues.worker.run_one()
    assert ran == [("was running", queues.company[SOUTH])]
    assert {queues.rows()[key].state for key in (running, *queues.job.values())} == {"cancelled"}


def test_schedules_run_where_their_addon_is_on(queues: Queues) -> None:
    queues.worker.jobs[every_minute.name] = ("toy", every_minute)
    switch = text("insert into base.company_addon (company_id, addon, enabled) values (:company, 'toy', :on)")
    with queues.owner.begin() as connection:
        connection.execute(switch, {"company": queues.company[NORTH], "on": True})
        connection.execute(switch, {"company": queues.company[SOUTH], "on": False})
    with queues.factory() as session:
        assert enqueue_due(session, queues.worker.jobs) == 1
        assert visible(session) == []
        session.commit()
        assert enqueue_due(session, queues.worker.jobs) == 0
    (schedule,) = queues.rows(SCHEDULES).values()
    assert schedule.company_id == queues.company[NORTH] and schedule.last_run is not None
    asked = [row.company_id for row in queues.rows().values() if row.name == every_minute.name]
    assert asked == [queues.company[NORTH]]
    with queues.owner.begin() as connection:
        connection.execute(text("update base.company_addon set enabled = not enabled where addon = 'toy'"))
    queues.change(run_at=datetime.now(UTC) - timedelta(seconds=1))
    while queues.worker.run_one():
        pass
    assert sorted(ran) == sorted((name, queues.company[name]) for name in BOTH), "what is off waits"


def visible(session: Session) -> list[int]:
    return list(session.connection().execute(text("select id from base.job")).scalars())


def as_worker(session: Session) -> dict[int, Any]:
    with across_companies(session, QUEUE):
        return {row.id: row for row in session.connection().execute(text("select id, state from base.job"))}


def test_what_is_opened_across_companies_closes_again(queues: Queues) -> None:
    """After the piece of work, after an error in it, after a savepoint, for the next transaction and the next caller."""
    own = [queues.job[NORTH]]
    with queues.working_in(NORTH) as session:
        assert visible(session) == own and len(as_worker(session)) == 2 and visible(session) == own
        with pytest.raises(DBAPIError), session.begin_nested(), across_companies(session, QUEUE):
            session.connection().execute(text("select 1 / 0"))
        assert visible(session) == own
        with across_companies(session, QUEUE):
            assert len(visible(session)) == 2
            session.rollback()
        assert visible(session) == own
        with suppress(DBAPIError), across_companies(session, QUEUE):
            session.connection().execute(text("select 1 / 0"))
        session.rollback()
        assert visible(session) == own


def test_an_identity_closes_what_its_transaction_had_opened(queues: Queues) -> None:
    with queues.factory() as session:
        set_scope(session, Scope((), across=(QUEUE,)))
        assert len(visible(session)) == 2
        queues.env(session, NORTH)
        assert visible(session) == [queues.job[NORTH]]


def test_only_the_named_table_is_opened(queues: Queues) -> None:
    with queues.factory() as session:
        enqueue_due(session, queues.worker.jobs)
        session.commit()
    own = [key for key, row in queues.rows().items() if row.company_id == queues.company[NORTH]]
    with queues.working_in(NORTH) as session:
        strange = {"company": queues.company[NORTH]}
        for opened in (QUEUE, SCHEDULES):
            with across_companies(session, opened):
                for table in (QUEUE, SCHEDULES, "base.employee", "base.department", "core.audit"):
                    query = text(f"select count(*) from {table} where company_id not in (0, :company)")
                    found = session.connection().execute(query, strange).scalar_one()
                    assert bool(found) is (table == opened), (opened, table)
        with across_companies(session, "base.employee", "base.jo", "job"):
            assert visible(session) == own
            with pytest.raises(ProgrammingError, match="row-level security"), session.begin_nested():
                session.connection().execute(text("insert into base.department (company_id, name, code) values (:south, 'x', 'x')"),
                                {"south": queues.company[SOUTH]})  # fmt: skip


def test_the_audit_of_a_job_stands_in_its_company(queues: Queues) -> None:
    """And what was told of jobs before, with the deployment, is forgotten with the rest; asking is no operation."""
    told = select(audit.c.record_id, audit.c.company_id).where(audit.c.model == QUEUE)
    with queues.owner.connect() as connection:
        assert {tuple(row) for row in connection.execute(told)} == {
            (queues.job[name], queues.company[name]) for name in BOTH
        }
    with queues.factory.begin() as session, queues.system(session, NORTH) as env:
        assert QUEUE not in {one.model for found in operations_of(env) for one in found.doings}
        forget(env, env.info(QUEUE), [queues.job[NORTH]], ["title"], "a test")
    with queues.owner.connect() as connection:
        homes = connection.scalars(select(erasure.c.company_id).where(erasure.c.model == QUEUE)).all()
    assert sorted(homes) == [0, queues.company[NORTH]]


def test_a_job_is_claimed_along_an_index_and_the_settings_are_read_once(queues: Queues) -> None:
    with queues.owner.begin() as connection:
        connection.execute(
            text("insert into base.job (title, name, company_id, arguments, run_at, state) select 'Old', :name, "
                 ":company, '{}', now() - interval '1 day' * (n % 300), 'done' from generate_series(1, :many) n"),
            {"name": remember.name, "company": queues.company[SOUTH], "many": MANY},
        )  # fmt: skip
    with queues.owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("vacuum analyze base.job")
    seen: list[tuple[str, Any]] = []

    def note(_conn: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        seen.append((statement, parameters))

    with queues.factory() as session, across_companies(session, QUEUE):
        connection = session.connection()
        event.listen(connection, "before_cursor_execute", note)
        assert claim(session, datetime.now(UTC), queues.worker.addons).id in queues.job.values()
        (claiming,) = [one for one in seen if "set_config" not in one[0]]
        set_scope(session, Scope((), across=(QUEUE,)))
        plan = connection.exec_driver_sql(f"explain (format json) {claiming[0]}", claiming[1]).scalar_one()
    nodes = list(walk(plan[0]["Plan"]))
    assert {"InitPlan"} <= {node.get("Parent Relationship") for node in nodes}
    per_row = [
        str(node[name]) for node in nodes for name in ("Filter", "Index Cond", "Recheck Cond") if name in node
    ]
    assert "current_setting" not in " ".join(per_row), json.dumps(plan)
    assert "Seq Scan" not in {node["Node Type"] for node in nodes if node.get("Relation Name") == "job"}, (
        json.dumps(plan)
    )


def walk(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for below in node.get("Plans", ()):
        yield from walk(below)
