"""People of company North at the same time, each in a process of their own; a request of one of them can be held open
in the test's own.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from core.auth.environment import make_env
from core.auth.identity import identity_of
from core.orm.context import use_env
from core.orm.engine import session_factory
from core.orm.env import Env
from core.testing.processes import Beside, Deployment

ADMIN = "admin"


class Office:
    """Where people of company North work at the same time."""

    def __init__(self, deployment: Deployment) -> None:
        self.deployment = deployment
        self.factory = session_factory(deployment.database.app)

    @contextmanager
    def request(self) -> Iterator[Env]:
        """One that goes on until the test ends it."""
        with self.factory() as session:
            identity = identity_of(session, self.deployment.staff.users[ADMIN], self.deployment.company)
            assert identity is not None
            env = make_env(session, identity, "page", language="en")
            with use_env(env):
                yield env

    def done(self, work: Callable[[Env], Any]) -> Any:
        """Work and commit."""
        return self.deployment.of(ADMIN, work)

    def beside(self, work: Callable[[Env], Any]) -> Beside:
        """Work of another process, without a second try."""
        return self.deployment.beside(work, ADMIN, tries=1)

    def once(self, *works: Callable[[Env], Any]) -> list[Any]:
        """Works of as many processes at the same moment, without a second try; a fault is raised here."""
        return _without_faults(self.deployment.race(*works, by=ADMIN, tries=1))

    def all_done(self, *works: Callable[[Env], Any]) -> list[Any]:
        """The same as pages do it: again where somebody was faster."""
        return _without_faults(self.deployment.race(*works, by=ADMIN))


def _without_faults(answers: list[Any]) -> list[Any]:
    faults = [one for one in answers if isinstance(one, str) and one.startswith(("fault", "killed"))]
    assert not faults, faults
    return answers
