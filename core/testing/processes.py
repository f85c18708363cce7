"""Work of several processes at once, each with a connection of its own, as the web processes of a deployment are."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Sequence
from queue import Empty
from typing import Any, Final

from sqlalchemy import Engine

from core.auth.environment import make_env
from core.auth.identity import identity_of
from core.errors import UserError
from core.orm.compose import Composition
from core.orm.context import use_env
from core.orm.engine import make_engine, session_factory
from core.orm.env import Env
from core.orm.retrying import run_with_retry
from core.orm.system_env import system_env
from core.testing.database import ScratchDatabase
from core.testing.people import NORTH, find_staff

Work = Callable[[Env], Any]
Start = Callable[[], Any]
Call = Callable[[Start], Any]
_FORKED: Final = multiprocessing.get_context("fork")
SECONDS: Final = 240
TRIES: Final = 8
KILLED: Final = "killed"


class Deployment:
    """A database of the test's own that processes share, and people of its company North who work in it.

    Whatever is done is committed; a loser of the database's choice does it again, as pages do.
    """

    def __init__(self, database: ScratchDatabase, composed: Composition) -> None:
        self.database, self.composed = database, composed
        with database.app.connect() as connection:
            self.staff = find_staff(connection, composed)
        self.company = self.staff.companies[NORTH]

    def run(self, work: Work) -> Any:
        """Work of the kernel itself."""
        with (
            session_factory(self.database.app).begin() as session,
            system_env(session, self.company, frozenset(self.composed.addons), "a test") as env,
            use_env(env),
        ):
            found = work(env)
            env.flush()
            return found

    def of(self, person: str, work: Work) -> Any:
        """One request of a person; a refusal is raised."""
        return _request(self.database.app, self.staff.users[person], self.company, work)

    def race(self, *works: Work, by: str | Sequence[str] = "owner", tries: int = TRIES) -> list[Any]:
        """All works at the same moment, each in a process of its own: their results in the same order, as `at_once`
        gives them. `by` says whose they are, one name for all or one for each; `tries=1` that a loser of the
        database's choice does not try again.
        """
        people = [by] * len(works) if isinstance(by, str) else by
        return at_once(*(self._call(one, work, tries) for one, work in zip(people, works, strict=True)))

    def beside(self, work: Work, by: str = "owner", tries: int = TRIES) -> Beside:
        """A work that has begun in a process of its own when this returns, and goes on while the test does."""
        return Beside(self._call(by, work, tries))

    def _call(self, person: str, work: Work, tries: int) -> Call:
        user = self.staff.users[person]

        def call(start: Start) -> Any:
            engine = make_engine(self.database.urls.app_url, pooled=False)
            try:
                with engine.connect():  # what connecting takes is not part of the race
                    pass
                start()
                return _request(engine, user, self.company, work, tries)
            finally:
                engine.dispose()

        return call


class Beside:
    """A process at work; it has reached its start, and nothing more is known of it."""

    def __init__(self, call: Call) -> None:
        self._answers = _FORKED.Queue()
        start = _FORKED.Barrier(2)
        self._child = _FORKED.Process(target=_child, args=(call, start, self._answers, 0), daemon=True)
        self._child.start()
        start.wait(SECONDS)

    @property
    def is_over(self) -> bool:
        return not self._child.is_alive()

    def answer(self) -> Any:
        """Wait for what it has to say, see `at_once`."""
        found = _answers([self._child], self._answers)
        self._child.join(SECONDS)
        return found[0]


def at_once(*calls: Call) -> list[Any]:
    """All calls at the same moment, each in a process of its own: what they return in the same order, or "refused: …"
    with the words that the person reads, "fault: …", or `KILLED` for a process that was. A call gets ready, with
    connections of its own, and calls what it is given: then it waits for the others.
    """
    start, answers = _FORKED.Barrier(len(calls)), _FORKED.Queue()
    children = [
        _FORKED.Process(target=_child, args=(call, start, answers, place), daemon=True)
        for place, call in enumerate(calls)
    ]
    for child in children:
        child.start()
    found = _answers(children, answers)
    for child in children:
        child.join(SECONDS)
    return [found[place] for place in range(len(calls))]


def _child(call: Call, start: Any, answers: Any, place: int) -> None:
    try:
        answers.put((place, call(lambda: start.wait(SECONDS))))
    except UserError as refusal:
        answers.put((place, f"refused: {refusal.message.translate('en')}"))
    except BaseException as fault:
        answers.put((place, f"fault: {fault!r}"))


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


def _request(engine: Engine, user: int, company: int, work: Work, tries: int = TRIES) -> Any:
    def once() -> Any:
        with session_factory(engine)() as session:
            # who waits for many others waits as long as they take: what is tested is who wins
            identity = identity_of(session, user, company, timeout_ms=SECONDS * 1000)
            assert identity is not None
            env = make_env(session, identity, "page", language="en")
            with use_env(env):
                result = work(env)
                env.commit()
                return result

    return run_with_retry(once, tries=tries)
