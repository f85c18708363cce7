"""Requests that commit, each with a connection of its own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from core.auth.environment import make_env
from core.auth.identity import identity_of
from core.orm.compose import Composition
from core.orm.context import use_env
from core.orm.engine import run_with_retry, session_factory
from core.orm.env import Env
from core.testing.database import ScratchDatabase
from core.testing.people import find_staff


class Office:
    """Where people of company North work at the same time."""

    def __init__(self, database: ScratchDatabase, composed: Composition) -> None:
        self.factory = session_factory(database.app)
        with database.app.connect() as connection:
            self.staff = find_staff(connection, composed)

    @contextmanager
    def request(self, person: str = "admin") -> Iterator[Env]:
        with self.factory() as session:
            identity = identity_of(session, self.staff.users[person], self.staff.companies["North"])
            assert identity is not None
            env = make_env(session, identity, "page", language="en")
            with use_env(env):
                yield env

    def once(self, work: Callable[[Env], Any], person: str = "admin") -> Any:
        """Work and commit, without a second try."""
        with self.request(person) as env:
            result = work(env)
            env.commit()
            return result

    def done(self, work: Callable[[Env], Any], person: str = "admin") -> Any:
        """Work and commit as pages do: again where somebody was faster."""
        return run_with_retry(lambda: self.once(work, person))
