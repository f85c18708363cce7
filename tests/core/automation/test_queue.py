"""Jobs: in the transaction of the change, once, retried, cancelled, with the rights of who asked."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from core.auth.environment import make_env
from core.auth.identity import identity_of
from core.auth.models import User
from core.automation.jobs import JobDeclaration, job
from core.automation.queue import ask_cancel, claim, enqueue
from core.automation.schedule import enqueue_due
from core.automation.worker import Run, Worker
from core.errors import UserError
from core.i18n import _, current_language
from core.orm.compose import Composition
from core.orm.context import use_env
from core.orm.engine import Scope, session_factory, set_scope
from core.orm.env import Env
from core.orm.trust import TRUSTED
from core.testing.database import ScratchDatabase
from core.testing.people import find_staff

ran: list[Any] = []


@job(_("Remember"))
def remember(env: Env, run: Run, word: str) -> dict[str, Any]:
    ran.append((word, env.user_id, env.company_id, env.channel))
    run.step(1, 1)
    return {"word": word}


@job(_("Fail"), attempts=2)
def fail(env: Env, run: Run) -> None:
    env.sudo("test").create("base.setting", key="half done", value={})
    raise UserError(_("There is no such record, or you have no access to it."))


@job(_("Long"))
def long_work(env: Env, run: Run) -> None:
    for number in range(3):
        run.step(number, number)


@job(_("Every minute"), every=timedelta(minutes=1))
def every_minute(env: Env, run: Run) -> None:
    ran.append(("tick", env.user_id, env.company_id, env.channel))


DECLARED: tuple[JobDeclaration, ...] = (remember, fail, long_work, every_minute)


class Bench:
    """A worker on a database of the test's own, and the owner's Env to ask for jobs."""

    def __init__(self, database: ScratchDatabase, composed: Composition) -> None:
        self.composed = composed
        self.owner, self.app = database.owner, database.app
        self.worker = Worker(database.app)
        self.worker.jobs = {one.name: ("base", one) for one in DECLARED}
        self.factory = session_factory(database.app)
        with database.app.connect() as connection:
            self.staff = find_staff(connection, composed)

    def ask(self, declared: JobDeclaration, *, commit: bool = True, **options: Any) -> int:
        with self.factory() as session:
            identity = identity_of(session, self.staff.users["owner"], self.staff.companies["North"])
            assert identity is not None
            env = make_env(session, identity, "page")
            with use_env(env):
                key = enqueue(env, declared, **options)
                session.commit() if commit else session.rollback()
        return key

    def row(self, key: int) -> Any:
        table = self.composed.info("base.job").table
        with self.owner.connect() as connection:
            return connection.execute(select(table).where(table.c.id == key)).one()

    def change(self, key: int, **values: Any) -> None:
        table = self.composed.info("base.job").table
        with self.owner.begin() as connection:
            connection.execute(update(table).where(table.c.id == key).values(values))

    def in_company(self, name: str) -> Session:
        """A transaction of the application that works in one company, without anybody."""
        session = self.factory()
        company = self.staff.companies[name]
        set_scope(session, Scope((company,), (company,)))
        return session


@pytest.fixture
def bench(own_database: ScratchDatabase, composed: Composition) -> Iterator[Bench]:
    ran.clear()
    yield Bench(own_database, composed)


def test_a_job_runs_once_as_who_asked(bench: Bench) -> None:
    key = bench.ask(remember, word="hello")
    assert bench.worker.run_one() and not bench.worker.run_one()
    assert ran == [("hello", bench.staff.users["owner"], bench.staff.companies["North"], "job")]
    row = bench.row(key)
    assert (row.state, row.result, row.progress, row.total, row.lease_until) == (
        "done",
        {"word": "hello"},
        1,
        1,
        None,
    )


def test_nothing_is_left_of_a_change_that_was_taken_back(bench: Bench) -> None:
    bench.ask(remember, commit=False, word="never")
    assert not bench.worker.run_one() and ran == []


def test_a_waiting_job_is_not_asked_for_twice(bench: Bench) -> None:
    first = bench.ask(remember, unique_key="one", word="a")
    assert bench.ask(remember, unique_key="one", word="b") == first
    bench.worker.run_one()
    assert bench.ask(remember, unique_key="one", word="c") != first


def test_a_failing_job_is_tried_again_and_then_given_up_without_effects(bench: Bench) -> None:
    key = bench.ask(fail)
    assert bench.worker.run_one()
    row = bench.row(key)
    assert row.state == "failed" and row.run_at > datetime.now(UTC) and "no such record" in row.error
    assert not bench.worker.run_one()
    bench.change(key, run_at=datetime.now(UTC))
    assert bench.worker.run_one()
    assert bench.row(key).state == "dead"
    table = bench.composed.info("base.setting").table
    with bench.factory() as session:
        assert (
            session.execute(
                select(table.c.id).where(table.c.key == "half done"), execution_options=TRUSTED
            ).all()
            == []
        )


def test_jobs_can_be_cancelled_waiting_and_running(bench: Bench) -> None:
    waiting, running = bench.ask(remember, word="x"), bench.ask(long_work)
    with bench.in_company("North") as session:
        ask_cancel(session, waiting)
        session.commit()
    assert bench.row(waiting).state == "cancelled"
    bench.change(running, cancel_asked=True)
    assert bench.worker.run_one()
    assert bench.row(running).state == "cancelled" and ran == []


def test_the_job_of_a_dead_worker_is_taken_up_again(bench: Bench) -> None:
    key = bench.ask(remember, word="again")
    with bench.factory() as session:
        taken = claim(session, datetime.now(UTC), bench.worker.addons)
        session.commit()
    assert taken.id == key and not bench.worker.run_one()
    bench.change(key, lease_until=datetime.now(UTC) - timedelta(seconds=1))
    assert bench.worker.run_one() and bench.row(key).attempts == 2


def test_two_workers_never_take_the_same_job(bench: Bench) -> None:
    keys = {bench.ask(remember, word=str(n)) for n in range(4)}
    with bench.factory() as one, bench.factory() as other:
        taken = [claim(session, datetime.now(UTC), bench.worker.addons).id for session in (one, other)]
        assert len(set(taken)) == 2 and set(taken) <= keys


def test_a_blocked_user_s_job_does_not_run(bench: Bench) -> None:
    key = bench.ask(remember, word="x")
    user = bench.composed.info("base.user").table
    with bench.factory() as session:
        session.execute(
            update(user).where(user.c.login == "owner").values(blocked=True), execution_options=TRUSTED
        )
        session.commit()
    bench.worker.run_one()
    assert ran == [] and bench.row(key).state == "failed"


def test_periodic_jobs_are_due_once_a_period_in_each_company(bench: Bench) -> None:
    with bench.factory() as one, bench.factory() as other:
        assert enqueue_due(one, bench.worker.jobs) == len(bench.staff.companies)
        assert enqueue_due(other, {}) == 0
        one.commit()
        assert enqueue_due(other, bench.worker.jobs) == 0
    while bench.worker.run_one():
        pass
    assert sorted(ran) == sorted(("tick", 0, company, "job") for company in bench.staff.companies.values())


def test_a_job_of_the_night_speaks_as_its_company_and_one_that_somebody_asked_for_as_they_do(
    bench: Bench,
) -> None:
    heard: dict[int, tuple[str, str]] = {}

    @job(_("Listen"), every=timedelta(minutes=1))
    def listen(env: Env, run: Run) -> None:
        heard[env.company_id] = (env.language, env.timezone.key)
        assert current_language() == env.language

    company = bench.composed.info("base.company").table
    with bench.owner.begin() as connection:
        abroad = {"language": "en", "timezone": "Pacific/Honolulu"}
        connection.execute(
            update(company).where(company.c.id == bench.staff.companies["South"]).values(abroad)
        )
    bench.worker.jobs = {listen.name: ("base", listen)}
    with bench.factory() as session:
        enqueue_due(session, bench.worker.jobs)
        session.commit()
    while bench.worker.run_one():
        pass
    north, south = (bench.staff.companies[name] for name in ("North", "South"))
    assert heard == {north: ("zh_CN", "Asia/Shanghai"), south: ("en", "Pacific/Honolulu")}
    bench.ask(listen)
    assert bench.worker.run_one() and heard[north] == ("en", "Asia/Shanghai")


def test_a_worker_hears_of_a_newer_composition_once_and_goes_on(bench: Bench) -> None:
    heard: list[int] = []
    worker = Worker(bench.app, generation=1, newer=heard.append)
    worker.jobs = bench.worker.jobs
    turns = iter([False] * 6)

    def until_over(_seconds: float) -> bool:
        return next(turns, True)

    with bench.owner.begin() as connection:
        connection.execute(text("update core.generation set number = 3"))
    bench.ask(remember, word="meanwhile")
    worker.run(until_over)
    assert heard == [3]
    assert "meanwhile" in [word for word, *_rest in ran]


def shut_out(bench: Bench, **values: Any) -> None:
    """As an administrator does it, while the owner's work is under way."""
    with bench.factory() as session:
        identity = identity_of(session, bench.staff.users["admin"], bench.staff.companies["North"])
        assert identity is not None
        env = make_env(session, identity, "page")
        with use_env(env):
            env.write(env.get(User, bench.staff.users["owner"]), **values)
            env.commit()


def test_a_blocked_user_s_jobs_end_waiting_and_running(bench: Bench) -> None:
    @job(_("Remember"))
    def be_interrupted(env: Env, run: Run) -> None:
        shut_out(bench, blocked=True)
        ran.append("was running")

    bench.worker.jobs[be_interrupted.name] = ("base", be_interrupted)
    running, waiting = bench.ask(be_interrupted), bench.ask(remember, word="never")
    assert bench.worker.run_one() and not bench.worker.run_one()
    assert ran == ["was running"]
    assert [bench.row(key).state for key in (running, waiting)] == ["cancelled", "cancelled"]


def test_work_stops_at_its_next_step_when_who_asked_lost_the_company(bench: Bench) -> None:
    @job(_("Long"))
    def lose_the_way_in(env: Env, run: Run) -> None:
        table = bench.composed.info("base.user_role").table
        with bench.factory() as session:
            theirs = update(table).where(table.c.user_id == env.user_id)
            session.execute(theirs.values(deleted_at=datetime.now(UTC)), execution_options=TRUSTED)
            session.commit()
        run.step(1, 2)
        ran.append("went on")

    bench.worker.jobs[lose_the_way_in.name] = ("base", lose_the_way_in)
    key = bench.ask(lose_the_way_in)
    assert bench.worker.run_one()
    assert bench.row(key).state == "cancelled" and ran == []
