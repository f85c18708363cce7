"""Emptying puts an addon's records of one company into the bin, and nothing else; the bin brings them back."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from core.auth.environment import make_env
from core.auth.identity import identity_of
from core.automation.worker import Worker
from core.config import installation_root
from core.errors import AccessDenied
from core.lifecycle.emptying import CHUNK, ask_empty, empty
from core.lifecycle.errors import UnknownAddon
from core.lifecycle.plans import emptied
from core.lifecycle.plans.emptied import what_goes
from core.orm.audit_tables import audit
from core.orm.context import use_env
from core.orm.engine import session_factory
from core.orm.env import Env
from core.orm.system_env import system_env
from core.orm.trust import TRUSTED
from core.testing.database import ScratchDatabase
from tests.core.lifecycle.crates import CRATES, ON, deployment, picture

MANY = CHUNK + 30


@contextmanager
def system(database: ScratchDatabase, company: int) -> Iterator[Env]:
    with session_factory(database.app)() as session:
        with system_env(session, company, ON, "test") as env:
            yield env
        session.commit()


@pytest.fixture
def filled(empty_database: ScratchDatabase, tmp_path: Path) -> ScratchDatabase:
    """Both companies have more crates than one chunk takes, with a content each."""
    deployment(empty_database, tmp_path)
    for company in (1, 2):
        with system(empty_database, company) as env:
            article = env.first("toy_wares.article")
            crates = env.create_many("toy_crates.crate", [{"name": f"C{number}"} for number in range(MANY)])
            env.create_many(
                "toy_crates.content", [{"crate": one, "article": article, "name": str(one)} for one in crates]
            )
            env.write(env.get("toy_crates.crate", crates[0]), inside=crates[-1])
    return empty_database


def live(database: ScratchDatabase, company: int) -> dict[str, int]:
    rows = picture(database, CRATES, "toy_wares")
    return {
        name: sum(row["company_id"] == company and row["deleted_at"] is None for row in found)
        for name, found in rows.items() if found and "deleted_at" in found[0]
    }  # fmt: skip


def of_company(database: ScratchDatabase, company: int) -> Any:
    rows = picture(database, "base", CRATES, "toy_wares")
    return {name: [row for row in found if row.get("company_id") == company] for name, found in rows.items()}


def test_one_company_is_emptied_and_the_bin_brings_all_back(filled: ScratchDatabase) -> None:
    before, others, data = live(filled, 1), of_company(filled, 2), picture(filled, CRATES)
    told: list[tuple[int, int]] = []
    with system(filled, 1) as env:
        going = [(one.info.key, one.rows, one.staying, str(one.why)) for one in what_goes(env, CRATES)]
        done = empty(env, CRATES, lambda number, total: told.append((number, total)))
        reason = select(func.count()).where(audit.c.operation == "delete", audit.c.reason.contains(CRATES))
        assert env.session.scalar(reason, execution_options=TRUSTED) == 2 * MANY
    assert [told[:3] for told in going] == [
        ("toy_crates.slip", 1, 1), ("toy_crates.crate", MANY + 2, 2), ("toy_crates.content", MANY + 2, 2),
    ]  # fmt: skip
    assert going == [(one.info.key, one.rows, one.staying, str(one.why)) for one in done.models]
    assert done.counts == {"toy_crates.crate": MANY, "toy_crates.content": MANY}
    assert done.left == {"toy_crates.crate": 2, "toy_crates.content": 2, "toy_crates.slip": 1}
    why = {one.info.key: str(one.why) for one in done.models}["toy_crates.crate"]
    assert "Outer A" in why and "Slips" in why, "which record, and what holds it"
    assert len(told) > 2 and told[-1][0] <= told[-1][1]
    assert live(filled, 1) == {**before, "toy_crates.crate": 2, "toy_crates.content": 2}
    assert of_company(filled, 2) == others
    with system(filled, 1) as env:
        for model in ("toy_crates.crate", "toy_crates.content"):
            while binned := env.page(model, ["id"], binned=True, limit=100).rows:
                gone = [row[0] for row in binned if not was_binned(data, model, row[0])]
                if not gone:
                    break
                env.restore(model, gone)
                env.commit()
    assert live(filled, 1) == before
    again = picture(filled, CRATES)
    for name, rows in data.items():
        assert [plain(row) for row in again[name]] == [plain(row) for row in rows], name


def test_the_plan_tells_what_stays_however_far_away_the_reason_is(
    empty_database: ScratchDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slip that stays keeps its crate, and that one all those that it is inside of."""
    deployment(empty_database, tmp_path)
    with system(empty_database, 1) as env:
        outer = env.first("toy_crates.crate", env.condition("toy_crates.crate", "name", "eq", "Outer A"))
        for name in ("Farther", "Farthest"):
            around = env.create("toy_crates.crate", name=name)
            env.write(outer, inside=around)
            outer = around
        monkeypatch.setattr(emptied, "MOST_TRIED", 0)
        counted = {one.info.key: one for one in what_goes(env, CRATES)}
        monkeypatch.undo()
    before = picture(empty_database, "base", CRATES, "toy_wares")
    with system(empty_database, 1) as env:
        planned = {one.info.key: one for one in what_goes(env, CRATES)}
    assert picture(empty_database, "base", CRATES, "toy_wares") == before
    with system(empty_database, 1) as env:
        done = empty(env, CRATES)
    assert done.left == {key: one.staying for key, one in planned.items() if one.staying}
    assert done.counts == {
        key: one.rows - one.staying for key, one in planned.items() if one.rows > one.staying
    }
    crates = planned["toy_crates.crate"]
    assert crates.is_tried and (crates.rows, crates.staying) == (4, 4) and "Crates" in str(crates.why)
    assert not counted["toy_crates.crate"].is_tried and 0 < counted["toy_crates.crate"].staying < 4


def was_binned(data: Any, model: str, key: int) -> bool:
    return any(row["id"] == key and row["deleted_at"] is not None for row in data[model])


def plain(row: dict[str, Any]) -> dict[str, Any]:
    """Without what every write changes."""
    return {
        name: value for name, value in row.items() if name not in ("version", "changed_at", "changed_by_id")
    }


def packer(session: Any) -> Env:
    """Li A, who handles crates."""
    identity = identity_of(session, 1, 1)
    assert identity is not None
    return make_env(session, identity, "page")


def test_only_administrators_empty_and_the_job_tells_who_it_was(filled: ScratchDatabase) -> None:
    with session_factory(filled.app)() as session:
        env = packer(session)
        for refused in (ask_empty, empty):
            with use_env(env), pytest.raises(AccessDenied):
                refused(env, CRATES)
    with system(filled, 1) as env:
        role = env.first("base.role", env.condition("base.role", "code", "eq", "base.admin"))
        env.create("base.user_role", user=1, company=1, role=role)
    with session_factory(filled.app)() as session:
        env = packer(session)
        with use_env(env):
            with pytest.raises(UnknownAddon):
                ask_empty(env, "toy_nowhere")
            assert ask_empty(env, CRATES) == ask_empty(env, CRATES)
            env.commit()
    worker = Worker(filled.app)
    assert worker.run_one() and not worker.run_one()
    with filled.owner.connect() as connection:
        state, result, progress = connection.execute(
            text("select state, result, progress from base.job")
        ).one()
        people = connection.execute(
            text(
                "select distinct user_id from core.audit where operation = 'delete' and reason like '%toy_crates'"
            )
        )
        assert people.scalars().all() == [1]
    assert (state, result["records"], result["left"]) == ("done", 2 * MANY, 5) and progress
    assert live(filled, 1)["toy_crates.crate"] == 2


KILLED = """
    import os, signal, sys
    sys.path[:0] = [{root!r}]
    from core.automation.worker import Worker
    from core.lifecycle import emptying
    from core.orm.engine import make_engine
    from tests.core.lifecycle.toys import composed

    composed("toy_wares", "toy_crates")
    usual = emptying.Emptying._tell

    def tell(self, gone):
        if self.done >= emptying.CHUNK:
            os.kill(os.getpid(), signal.SIGKILL)
        usual(self, gone)

    emptying.Emptying._tell = tell
    Worker(make_engine(sys.stdin.read())).run_one()
"""


def test_a_killed_job_goes_on_with_what_is_still_there(filled: ScratchDatabase) -> None:
    with system(filled, 1) as env:
        ask_empty(env, CRATES)
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(KILLED).format(root=str(installation_root()))],
        input=filled.urls.app_url, text=True, capture_output=True, check=False, cwd=installation_root(),
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert 2 < live(filled, 1)["toy_crates.crate"] < MANY + 2
    with filled.owner.begin() as connection:
        connection.execute(text("update base.job set lease_until = now() - interval '1 minute'"))
    assert Worker(filled.app).run_one()
    assert live(filled, 1)["toy_crates.crate"] == 2
    assert live(filled, 2)["toy_crates.crate"] == MANY + 2
