"""A test's view of the product: an Env for each person, in one transaction that is rolled back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.orm import ORMExecuteState, Session

from core.auth.environment import make_env
from core.auth.identity import identity_of
from core.orm.compose import Composition
from core.orm.context import use_env as use_env
from core.orm.engine import Scope, apply_scope, scope_of, session_factory
from core.orm.env import Env
from core.orm.system_env import system_env
from core.testing.people import STAFF, find_staff


class World:
    """`world.owner`, `world.colleague`, `world.superior`, `world.director`, `world.admin`, `world.stranger`,
    `world.other` are the Envs of the people in `people.py`.

    They share one transaction, so each sees what the others did, and are apart otherwise, as the requests of several
    people are: an Env has its own session, and its wall is put up again whenever it is its turn.
    """

    def __init__(self, connection: Connection, composed: Composition) -> None:
        self.connection = connection
        self.composition = composed
        self.staff = find_staff(connection, composed)
        self._envs: dict[str, Env] = {}
        self._scope: Scope | None = None

    @property
    def owner(self) -> Env:
        """A salesperson of company North."""
        return self.env("owner")

    @property
    def colleague(self) -> Env:
        """Beside the owner: same department, same superior."""
        return self.env("colleague")

    @property
    def superior(self) -> Env:
        """Directly above owner and colleague."""
        return self.env("superior")

    @property
    def director(self) -> Env:
        """Above the superior: indirectly above the owner."""
        return self.env("director")

    @property
    def admin(self) -> Env:
        """The administrator of company North."""
        return self.env("admin")

    @property
    def stranger(self) -> Env:
        """Works in company North with no role but the kernel's."""
        return self.env("stranger")

    @property
    def other(self) -> Env:
        """The owner's counterpart in company South."""
        return self.env("other")

    def env(self, person: str) -> Env:
        """The Env of a person, the same at each call."""
        if person not in self._envs:
            self._envs[person] = self.new_env(person)
        return self._envs[person]

    def new_env(self, person: str, channel: str = "page") -> Env:
        """A further request of a person, with rights and switches as they are now."""
        session = self._session()
        company = self.staff.companies[STAFF[person]]
        identity = identity_of(session, self.staff.users[person], company)
        if identity is None:
            raise LookupError(f"{person} may not work in {STAFF[person]}")
        return make_env(session, identity, channel, language="en")

    @contextmanager
    def acting(self, person: str) -> Iterator[Env]:
        """`with world.acting("owner") as env:` as in a request of that person: methods of records find their Env."""
        env = self.env(person)
        with use_env(env):
            yield env
            env.flush()

    def company(self, name: str) -> int:
        """The id of company North or South."""
        return self.staff.companies[name]

    def system(self, name: str) -> Any:
        """`with world.system("North") as env:` work of the kernel in a company, past all rights."""
        return system_env(self._session(), self.company(name), frozenset(self.composition.addons), "a test")

    def _session(self) -> Session:
        session = session_factory(self.connection)(join_transaction_mode="rollback_only")
        event.listen(session, "do_orm_execute", self._take_turn)
        return session

    def _take_turn(self, state: ORMExecuteState) -> None:
        scope = scope_of(state.session)
        if scope is not None and scope is not self._scope:
            apply_scope(self.connection, scope)
        self._scope = scope
