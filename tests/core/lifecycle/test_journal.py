"""One operation at a time; others are told who; what a killed process left is taken up or was rolled back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text

from core.config import installation_root
from core.lifecycle.generation import installed_addons
from core.lifecycle.install import install, upgrade_schema
from core.lifecycle.journal import OperationRunning, exclusive, recorded, unfinished
from core.orm.engine import Scope, apply_scope
from core.orm.kernel_tables import journal
from core.testing.database import APP_ROLE, ScratchDatabase
from tests.core.lifecycle.toys import company, composed, initialised


def test_a_second_operation_is_told_who_is_at_work_and_since_when(empty_database: ScratchDatabase) -> None:
    composition, _report = initialised(empty_database, "toy_wares")
    with (
        exclusive(empty_database.owner) as connection,
        recorded(connection, "install", ["toy_points"], by="Han Meimei"),
    ):
        with pytest.raises(OperationRunning, match="Han Meimei") as refused:
            install(empty_database.owner, APP_ROLE, composition, ["toy_wares"])
        holder = refused.value.holder
        assert (holder.kind, holder.addons) == ("install", "toy_points")
        assert abs((datetime.now(UTC) - holder.since).total_seconds()) < 60
    assert install(empty_database.owner, APP_ROLE, composition, ["toy_wares"]).new == ()


def test_a_holder_that_has_not_written_a_journal_yet_is_told_by_its_beginning(
    empty_database: ScratchDatabase,
) -> None:
    with exclusive(empty_database.owner), pytest.raises(OperationRunning, match="Another operation"):
        install(empty_database.owner, APP_ROLE, composed(), [])


KILLED = """
    import os, signal, sys
    sys.path[:0] = [{root!r}]
    from core.testing.database import APP_ROLE
    from core.lifecycle import bringing as room
    from core.lifecycle.install import install
    from core.orm.engine import make_engine
    from tests.core.lifecycle.toys import composed

    def die(*arguments, **options):
        os.kill(os.getpid(), signal.SIGKILL)

    def die_before_the_commit(self, name, *arguments, **options):
        step(self, name, *arguments, **options)
        if name == room.FINISHING:
            die()

    if {point!r} == "commit":
        step, room.Entry.step = room.Entry.step, die_before_the_commit
    else:
        room.{point} = die
    engine = make_engine(sys.stdin.read(), pooled=False)
    install(engine, APP_ROLE, composed("toy_points"), ["toy_points"], by="killed")
"""


def kill_at(database: ScratchDatabase, point: str) -> None:
    program = textwrap.dedent(KILLED).format(root=str(installation_root()), point=point)
    done = subprocess.run(
        [sys.executable, "-c", program], input=database.urls.owner_url, text=True, capture_output=True, check=False,
        cwd=installation_root(),
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr


def last_state(database: ScratchDatabase, by: str) -> str:
    with database.owner.connect() as connection:
        return str(connection.execute(select(journal.c.state).where(journal.c.by == by)).scalar_one())


@pytest.mark.parametrize("point", ["plan_install", "apply_schema", "seed_deployment", "commit"])
def test_killed_inside_of_the_transaction_nothing_has_happened(
    empty_database: ScratchDatabase, point: str
) -> None:
    composition, _report = initialised(empty_database, "toy_wares")
    kill_at(empty_database, point)
    with empty_database.owner.connect() as connection:
        assert "toy_points" not in installed_addons(connection)
        assert [one.committed for one in unfinished(connection)] == [False]
    assert upgrade_schema(empty_database.owner, APP_ROLE, composition).generation == 1
    assert last_state(empty_database, "killed") == "rolled_back"
    assert install(empty_database.owner, APP_ROLE, composed("toy_points"), ["toy_points"]).new == (
        "toy_points",
    )


def test_killed_after_the_transaction_the_rest_is_done_at_the_next_start(
    empty_database: ScratchDatabase,
) -> None:
    initialised(empty_database, "toy_wares")
    own = company(empty_database)
    with empty_database.owner.begin() as connection:
        apply_scope(connection, Scope(read=(own,), write=(own,)))
        connection.execute(
            text("insert into toy_wares.article (company_id, code, name) values (:c, 'A1', 'Bag')"),
            {"c": own},
        )
        connection.execute(text("drop index toy_wares.by_article_price"))
    composition = composed("toy_points")
    kill_at(empty_database, "finish")
    missing = text("select to_regclass('toy_wares.by_article_price') is null")
    with empty_database.owner.connect() as connection:
        assert "toy_points" in installed_addons(connection)
        assert connection.execute(missing).scalar_one() is True
        assert [one.committed for one in unfinished(connection)] == [True]
    upgrade_schema(empty_database.owner, APP_ROLE, composition)
    assert last_state(empty_database, "killed") == "done"
    with empty_database.owner.connect() as connection:
        assert connection.execute(missing).scalar_one() is False


def test_two_processes_that_initialise_at_once_make_one_deployment(empty_database: ScratchDatabase) -> None:
    program = textwrap.dedent("""
        import sys
        from core.testing.database import APP_ROLE
        from core.lifecycle.errors import AlreadyInitialised
        from core.lifecycle.install import initialise
        from core.orm.engine import make_engine
        from tests.core.lifecycle.toys import composed
        try:
            initialise(make_engine(sys.stdin.read(), pooled=False), APP_ROLE, composed("toy_wares"))
            print("made")
        except AlreadyInitialised:
            print("found")
    """)
    root = str(installation_root())
    command, environment = [sys.executable, "-c", program], {**os.environ, "PYTHONPATH": root}
    pipe = subprocess.PIPE
    processes = [
        subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=root, env=environment)
        for _number in range(2)
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write(empty_database.urls.owner_url)
        process.stdin.close()
    answers = sorted(process.stdout.read().strip() for process in processes if process.stdout is not None)
    for process in processes:
        process.wait()
    assert answers == ["found", "made"]
