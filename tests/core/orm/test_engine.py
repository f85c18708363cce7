"""Work that lost a race is done again; a health check answers and never raises."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from core.orm.engine import Scope, array_literal, check_health, make_engine
from core.orm.retrying import is_retryable, run_with_retry
from core.testing.database import ScratchDatabase


def test_the_loser_of_a_deadlock_does_its_work_again(empty_database: ScratchDatabase) -> None:
    with empty_database.owner.begin() as connection:
        connection.execute(text("create table counter (id int primary key, n int)"))
        connection.execute(text("insert into counter values (1, 0), (2, 0)"))
    both_hold_one = Barrier(2, timeout=20)
    attempts: list[int] = []

    def move(first: int, second: int) -> None:
        def work() -> None:
            attempts.append(first)
            with empty_database.owner.begin() as connection:
                connection.execute(text("set local deadlock_timeout = '50ms'"))
                connection.execute(text("update counter set n = n + 1 where id = :id"), {"id": first})
                if len(attempts) <= 2:
                    both_hold_one.wait()
                connection.execute(text("update counter set n = n + 1 where id = :id"), {"id": second})

        run_with_retry(work)

    threads = [Thread(target=move, args=pair) for pair in ((1, 2), (2, 1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(attempts) == 3
    with empty_database.owner.connect() as connection:
        assert connection.execute(text("select n from counter")).scalars().all() == [2, 2]


def test_an_error_of_another_kind_is_raised_at_once(empty_database: ScratchDatabase) -> None:
    calls: list[int] = []

    def work() -> None:
        calls.append(1)
        with empty_database.owner.begin() as connection:
            connection.execute(text("create table single (id int primary key)"))
            connection.execute(text("insert into single values (1), (1)"))

    with pytest.raises(IntegrityError) as failed:
        run_with_retry(work)
    assert calls == [1]
    assert not is_retryable(failed.value)


def test_after_the_last_try_the_error_comes_through(empty_database: ScratchDatabase) -> None:
    waits: list[float] = []

    def work() -> None:
        with empty_database.owner.begin() as connection:
            connection.execute(text("do $$ begin raise exception 'again' using errcode = '40001'; end $$"))

    with pytest.raises(DBAPIError) as failed:
        run_with_retry(work, tries=3, sleep=waits.append)
    assert is_retryable(failed.value)
    assert len(waits) == 2 and waits[0] <= 0.02 and waits[1] <= 0.04


def test_a_healthy_and_an_unreachable_server(empty_database: ScratchDatabase) -> None:
    healthy = check_health(empty_database.app)
    assert healthy.ok and healthy.server_version >= 15
    nowhere = make_engine("postgresql+psycopg2://nobody@/nothing?host=/nonexistent", pooled=False)
    sick = check_health(nowhere)
    assert not sick.ok and sick.detail


def test_a_scope_always_reads_shared_rows_and_writes_them_only_when_told() -> None:
    parameters = Scope(read=(7, 3, 7), write=(3,)).parameters()
    assert (parameters["read"], parameters["write"]) == ("{0,3,7}", "{3}")
    assert array_literal([]) == "{}"
    with pytest.raises(ValueError, match="invalid literal"):
        array_literal(["1,2}'; drop table"])  # type: ignore[list-item]
