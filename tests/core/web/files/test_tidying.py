"""The job that tidies: what no row names goes after the grace time, and nothing else ever."""

from __future__ import annotations

import os
from typing import Any

from core.automation.schedule import enqueue_due
from core.automation.worker import Worker
from core.files.jobs import tidy_files
from core.files.keeping import register
from core.files.missing import missing_contents
from core.files.shelf import shelves
from core.orm.stored_file import StoredFile
from tests.core.web.files.conftest import PAPER, Papers


class Steps:
    def __init__(self) -> None:
        self.seen: list[int] = []

    def step(self, progress: int, total: int | None = None) -> None:
        self.seen.append(progress)


def age(papers: Papers, stored: StoredFile) -> None:
    os.utime(papers.shelf.path(stored.sha256), (1, 1))


def tidy(papers: Papers) -> dict[str, Any]:
    with papers.env() as env:
        return tidy_files.function(env.sudo("test"), Steps()) or {}


def registered(papers: Papers, content: bytes) -> StoredFile:
    stored = papers.kept(content)
    with papers.env() as env:
        register(env, [stored])
    return stored


def test_unnamed_contents_go_after_the_grace_time(papers: Papers) -> None:
    named, binned = registered(papers, b"named"), registered(papers, b"binned")
    old, new = papers.kept(b"old"), papers.kept(b"new")
    for one in (named, binned, old):
        age(papers, one)
    with papers.env() as env:
        system = env.sudo("test")
        files = env.info("base.file").cls
        system.delete(system.search("base.file", files.sha256 == binned.sha256))
    assert tidy(papers) == {"removed": 1}
    assert [papers.shelf.has(one.sha256) for one in (named, binned, old, new)] == [True, True, False, True]


def test_a_replaced_content_stays(papers: Papers) -> None:
    """It is in the history."""
    first = registered(papers, b"first")
    key = papers.add(scan=first)
    with papers.env() as env:
        env.write(env.get(PAPER, key), scan=registered(papers, b"second"))
    age(papers, first)
    assert tidy(papers) == {"removed": 0}
    assert papers.shelf.has(first.sha256)


def test_each_company_tidies_its_own(papers: Papers) -> None:
    stored = papers.kept(b"of Acme")
    age(papers, stored)
    with papers.env("Eve") as env:
        assert (tidy_files.function(env.sudo("test"), Steps()) or {}) == {"removed": 0}
    assert papers.shelf.has(stored.sha256)


def test_lost_contents_are_named(papers: Papers) -> None:
    kept, lost = registered(papers, b"kept"), registered(papers, b"lost")
    papers.shelf.path(lost.sha256).unlink()
    with papers.env() as env:
        assert list(missing_contents(env.sudo("test"))) == [lost.name]
    assert papers.shelf.has(kept.sha256)


def test_the_worker_runs_it_every_day(papers: Papers) -> None:
    stored = papers.kept(b"old")
    age(papers, stored)
    worker = Worker(papers.people.database.app, shelves(papers.config))
    assert tidy_files.name in worker.jobs
    with worker.factory() as session:
        enqueue_due(session, worker.jobs)
        session.commit()
    while worker.run_one():
        pass
    done = [row for row in papers.people.rows("base.job", "name", "state") if row.name == tidy_files.name]
    assert {row.state for row in done} == {"done"} and len(done) == 2
    assert not papers.shelf.has(stored.sha256)
