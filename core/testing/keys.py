"""Keys of the API for the people of the tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from core.auth.api_keys import USE
from core.auth.api_keys_kept import make_key
from core.auth.environment import make_env
from core.auth.identity import identity_of
from core.auth.key_scope import KeyInUse
from core.auth.models.api_key import WRITE
from core.orm.compose import Composition
from core.orm.context import use_env
from core.orm.engine import session_factory
from core.orm.env import Env
from core.orm.system_env import system_env
from core.testing.database import ScratchDatabase
from core.testing.people import Staff


def let_everybody_have_keys(database: ScratchDatabase, composed: Composition, staff: Staff) -> None:
    """As shipped only administrators have the right; what a key reaches is its user's rights in any case."""
    addons = frozenset(composed.addons)
    for company in staff.companies.values():
        with (
            session_factory(database.app).begin() as session,
            system_env(session, company, addons, "test") as env,
        ):
            role = env.first("base.role", env.condition("base.role", "code", "eq", "base.user"))
            given = {"model": "base.api_key", "action": USE, "level": "rule", "role": role}
            env.create_many("base.role_right", [given])


@contextmanager
def env_of_key(database: ScratchDatabase, user_id: int, company_id: int) -> Iterator[Env]:
    """The Env of whoever holds such a key; what it does is taken back."""
    with session_factory(database.app)() as session:
        identity = identity_of(session, user_id, company_id)
        if identity is None:
            raise LookupError(f"user {user_id} may not work in company {company_id}")
        key = KeyInUse(0, "a test", "", WRITE, (), datetime.max.replace(tzinfo=UTC))
        with use_env(make_env(session, replace(identity, key=key), "api", language="en")) as env:
            yield env


def secret_of(database: ScratchDatabase, user_id: int, company_id: int) -> str:
    """A new key of this user that may write everything the user may."""
    with session_factory(database.app).begin() as session:
        identity = identity_of(session, user_id, company_id)
        if identity is None:
            raise LookupError(f"user {user_id} may not work in company {company_id}")
        with use_env(make_env(session, identity, "page", language="en")) as env:
            found = make_key(env, "a test", WRITE, (), 30).secret
            env.flush()
        return found
