"""Wishes are planned and carried out by one runner; what a killed one left is taken up from the journal."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from core.lifecycle.carrying_out import LOCK, Answer, carry_out_all
from core.lifecycle.plans.life_plan import LifePlan, Line
from core.lifecycle.wish_watch import PAUSE, WishWatch
from core.testing.database import DatabaseServer, ScratchDatabase
from tests.core.lifecycle.toys import company, initialised

PLAN = LifePlan(
    "install", "toy_points", ("toy_points",), (Line("table", "toy_points.point", "Table of points"),)
)
OTHER = LifePlan(
    "install", "toy_points", ("toy_points",), (Line("table", "toy_points.card", "Table of cards"),)
)
DONE = {"done": ["Table of points"], "generation": 2}


@pytest.fixture(scope="module")
def database(server: DatabaseServer) -> Iterator[ScratchDatabase]:
    def build(made: ScratchDatabase) -> None:
        initialised(made)
        company(made, "A")

    found = server.create(server.template("wishes", build))
    yield found
    server.drop(found)


@pytest.fixture(autouse=True)
def nothing_left(database: ScratchDatabase) -> Iterator[None]:
    yield
    with database.owner.begin() as connection:
        connection.execute(text("delete from core.addon_request"))
        connection.execute(text("delete from core.journal where by = 'Sue'"))


@dataclass
class Runner:
    """Stands in for the commands: gives prepared answers, and remembers the words."""

    database: ScratchDatabase
    answers: list[Answer] = field(default_factory=list)
    called: list[list[str]] = field(default_factory=list)
    settled: int = 0

    def command(self, words: Sequence[str], seconds: float) -> Answer:
        self.called.append(list(words))
        return self.answers.pop(0)

    def settle(self) -> None:
        self.settled += 1

    def run(self, *answers: Answer) -> int:
        self.answers = list(answers)
        return carry_out_all(self.database.owner, self.command, self.settle)

    def wish(self, state: str = "asked", kind: str = "install", **values: Any) -> int:
        given = {"kind": kind, "addon": "toy_points", "user_id": 1, "by_name": "Sue", "state": state,
                 "digest": PLAN.digest, **values}  # fmt: skip
        names = ", ".join(given)
        statement = f"insert into core.addon_request ({names}) values ({', '.join(':' + n for n in given)}) returning id"
        with self.database.owner.begin() as connection:
            return int(connection.execute(text(statement), given).scalar_one())

    def read(self, key: int) -> Any:
        with self.database.owner.connect() as connection:
            return connection.execute(
                text("select * from core.addon_request where id = :id"), {"id": key}
            ).one()

    def noted(self, state: str, detail: str = "null") -> None:
        with self.database.owner.begin() as connection:
            connection.execute(
                text("insert into core.journal (kind, addons, by, backend, state, detail) values "
                     f"('install', 'toy_wares, toy_points', 'Sue', 1, :state, '{detail}')"), {"state": state},
            )  # fmt: skip


@pytest.fixture
def runner(database: ScratchDatabase) -> Runner:
    return Runner(database)


def test_a_wish_is_planned(runner: Runner) -> None:
    key = runner.wish()
    assert runner.run(Answer(0, PLAN.as_json())) == 1
    assert runner.called == [["plan", "install", "toy_points", "--json"]]
    row = runner.read(key)
    assert (row.state, row.digest, LifePlan.from_json(row.plan)) == ("planned", PLAN.digest, PLAN)


def test_a_company_is_named_by_its_code(runner: Runner) -> None:
    with runner.database.owner.connect() as connection:
        own = connection.execute(text("select id from base.company where code = 'A'")).scalar_one()
    runner.wish(kind="empty", company_id=own)
    runner.run(Answer(0, PLAN.as_json()))
    assert runner.called == [["plan", "empty", "toy_points", "--company", "A", "--json"]]


def test_what_was_confirmed_is_done_with_its_digest(runner: Runner) -> None:
    key = runner.wish("confirmed")
    runner.run(Answer(0, DONE))
    words = ["install", "toy_points", "--yes", "--plan-digest", PLAN.digest, "--by", "Sue", "--json"]
    assert runner.called == [words]
    row = runner.read(key)
    assert (row.state, row.outcome) == ("done", DONE)


def test_a_purge_is_given_the_name_that_was_typed(runner: Runner) -> None:
    runner.wish("confirmed", "purge")
    runner.run(Answer(0, DONE))
    assert runner.called[0][-3:] == ["--name", "toy_points", "--json"]


def test_another_plan_waits_for_another_confirmation(runner: Runner) -> None:
    key = runner.wish("confirmed")
    runner.run(Answer(1, OTHER.as_json()))
    row = runner.read(key)
    assert (row.state, row.digest, row.outcome) == ("planned", OTHER.digest, {"changed": True})


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (
            Answer(1, {"error": {"domain": "core", "text": "Not found."}}),
            {"domain": "core", "text": "Not found."},
        ),
        (Answer(1, {}, "keyuan: The server is away.\n"), "The server is away."),
    ],
)
def test_a_refusal_is_kept_in_words(runner: Runner, answer: Answer, told: Any) -> None:
    for state in ("asked", "confirmed"):
        key = runner.wish(state)
        runner.run(answer)
        row = runner.read(key)
        assert (row.state, row.outcome["error"]) == ("failed", told)
        assert len(row.outcome["id"]) == 8


def test_a_fault_is_told_without_its_trace(runner: Runner, caplog: pytest.LogCaptureFixture) -> None:
    key = runner.wish()
    runner.run(Answer(1, {}, "Traceback (most recent call last):\nValueError: secret"))
    outcome = runner.read(key).outcome
    assert "fault of the system" in outcome["error"]["text"] and "secret" not in str(outcome)


def test_what_no_page_asks_for_is_not_run(runner: Runner) -> None:
    keys = [runner.wish(kind="conquer"), runner.wish(addon="--help"), runner.wish("confirmed", "enable")]
    runner.run()
    assert runner.called == []
    assert [runner.read(key).state for key in keys] == ["failed"] * 3


def test_a_process_that_took_too_long_is_looked_up_in_the_journal(runner: Runner) -> None:
    key = runner.wish("confirmed")

    def ended(words: Sequence[str], seconds: float) -> Answer:
        runner.noted("done")
        return Answer(None, {}, "ended")

    carry_out_all(runner.database.owner, ended, runner.settle)
    assert (runner.read(key).state, runner.settled) == ("done", 1)


@pytest.mark.parametrize(("noted", "state"), [("done", "done"), ("failed", "failed"), (None, "done")])
def test_a_killed_runners_wish_is_taken_up(runner: Runner, noted: str | None, state: str) -> None:
    """Done before: closed. Failed: told. Never begun: begun now, with the same digest."""
    key = runner.wish("running")
    if noted is not None:
        runner.noted(noted, '{"error": "no space left"}')
    runner.run(Answer(0, DONE))
    assert (runner.read(key).state, runner.settled) == (state, 1)
    assert len(runner.called) == (0 if noted else 1)
    if noted == "failed":
        assert runner.read(key).outcome["error"]


def test_what_kills_its_process_each_time_is_given_up(runner: Runner) -> None:
    key = runner.wish("confirmed")
    runner.run(Answer(-9, {}), Answer(-9, {}), Answer(-9, {}))
    row = runner.read(key)
    assert (row.state, len(runner.called)) == ("failed", 2)
    assert "ended twice" in row.outcome["error"]["text"]


def test_one_runner_at_a_time(runner: Runner) -> None:
    runner.wish()
    with runner.database.owner.connect() as other:
        other.execute(text("select pg_advisory_lock(:key)"), {"key": LOCK})
        assert runner.run() == 0


def test_a_worker_starts_a_runner_where_one_is_needed(runner: Runner, tmp_path: Path) -> None:
    """Nothing waits: none. A wish: one, and no second while one holds the lock, or just after it."""
    mark = tmp_path / "ran"
    code = f"import os; open({str(mark)!r}, 'a').write(os.environ['KEYUAN_STATE_DIR'] + '\\n')"
    watch = WishWatch(runner.database.app, {"KEYUAN_STATE_DIR": "here"}, [sys.executable, "-c", code])

    def looked(times: int) -> str:
        for _time in range(times):
            watch()
            if watch.runner is not None:
                watch.runner.wait(20)
        return mark.read_text() if mark.exists() else ""

    assert looked(1) == ""
    runner.wish()
    with runner.database.owner.connect() as other:
        other.execute(text("select pg_advisory_lock(:key)"), {"key": LOCK})
        assert looked(1) == ""
    assert looked(2) == "here\n"
    time.sleep(PAUSE)
    assert looked(1) == "here\nhere\n"
