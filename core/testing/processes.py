"""Work of several processes at once, each with a connection of its own, as the web processes of a deployment are."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Sequence
from queue import Empty
from typing import Any, Final

from core.auth.environment import make_env
from core.auth.identity import identity_of
from core.errors import UserError
from core.orm.context import use_env
from core.orm.engine import make_engine, run_with_retry, session_factory
from core.orm.env import Env
from core.testing.database import ScratchDatabase

Work = Callable[[Env], Any]
SECONDS: Final = 240
KILLED: Final = "killed"


def request(engine: Any, user: int, company: int, work: Work) -> Any:
    """What one request answers: the result of the work, or the refusal in words."""

    def run() -> Any:
        with session_factory(engine)() as session:
            identity = identity_of(session, user, company)
            assert identity is not None
            env = make_env(session, identity, "page", language="en")
            with use_env(env):
                try:
                    result = work(env)
                    env.commit()
                except UserError as refusal:
                    session.rollback()
                    return f"refused: {refusal.message.translate('en')}"
                return result

    return run_with_retry(run, tries=8)


def _child(url: str, user: int, company: int, work: Work, start: Any, answers: Any, place: int) -> None:
    engine = make_engine(url, pooled=False)
    try:
        with engine.connect():  # what connecting takes is not part of the race
            pass
        start.wait(SECONDS)
        answers.put((place, request(engine, user, company, work)))
    except BaseException as fault:
        answers.put((place, f"fault: {fault!r}"))
    finally:
        engine.dispose()


def together(database: ScratchDatabase, user: int, company: int, works: Sequence[Work]) -> list[Any]:
    """Do all works at the same moment, each in a process of its own; their answers in the same order.

    A process that is killed has answered `KILLED`.
    """
    forked = multiprocessing.get_context("fork")
    start, answers = forked.Barrier(len(works)), forked.Queue()
    children = [
        forked.Process(
            target=_child,
            args=(database.urls.app_url, user, company, work, start, answers, place),
            daemon=True,
        )
        for place, work in enumerate(works)
    ]
    for child in children:
        child.start()
    found = _answers(children, answers)
    for child in children:
        child.join(SECONDS)
    return [found[place] for place in range(len(works))]


def _answers(children: Sequence[Any], answers: Any) -> dict[int, Any]:
    """What each has answered. One that has ended gets a moment for what it has said to arrive."""
    found: dict[int, Any] = {}
    until = time.monotonic() + SECONDS
    while len(found) < len(children):
        ended = [place for place, child in enumerate(children) if child.exitcode]
        try:
            place, answer = answers.get(timeout=1)
        except Empty:
            if time.monotonic() > until:
                raise
            found |= {one: KILLED for one in ended if one not in found}
        else:
            found[place] = answer
    return found
