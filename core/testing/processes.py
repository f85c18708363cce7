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
from core.orm.engine import make_engine, run_with_retry, session_factory
from core.orm.env import Env
from core.orm.system_env import system_env
from core.testing.database import ScratchDatabase
from core.testing.people import NORTH, find_staff

Work = Callable[[Env], Any]
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

    def race(self, *works: Work, by: str | Sequence[str] = "owner") -> list[Any]:
        """All works at the same moment, each in a process of its own: their results in the same order, or
        "refused: …" with the words that the person reads, "fault: …", or `KILLED` for a process that was. `by` says
        whose they are, one name for all or one for each.
        """
        people = [by] * len(works) if isinstance(by, str) else by
        users = [self.staff.users[one] for one in people]
        forked = multiprocessing.get_context("fork")
        start, answers = forked.Barrier(len(works)), forked.Queue()
        children = [
            forked.Process(target=self._child, args=(user, work, start, answers, place), daemon=True)
            for place, (user, work) in enumerate(zip(users, works, strict=True))
        ]
        for child in children:
            child.start()
        found = _answers(children, answers)
        for child in children:
            child.join(SECONDS)
        return [found[place] for place in range(len(works))]

    def _child(self, user: int, work: Work, start: Any, answers: Any, place: int) -> None:
        engine = make_engine(self.database.urls.app_url, pooled=False)
        try:
            with engine.connect():  # what connecting takes is not part of the race
                pass
            start.wait(SECONDS)
            answers.put((place, _request(engine, user, self.company, work)))
        except UserError as refusal:
            answers.put((place, f"refused: {refusal.message.translate('en')}"))
        except BaseException as fault:
            answers.put((place, f"fault: {fault!r}"))
        finally:
            engine.dispose()


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


def _request(engine: Engine, user: int, company: int, work: Work) -> Any:
    def once() -> Any:
        with session_factory(engine)() as session:
            identity = identity_of(session, user, company)
            assert identity is not None
            env = make_env(session, identity, "page", language="en")
            with use_env(env):
                result = work(env)
                env.commit()
                return result

    return run_with_retry(once, tries=TRIES)
