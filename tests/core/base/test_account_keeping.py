"""What administrators do about the sign-ins of others: end them, lift pauses; and what they cannot."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from core.api import AccessDenied, Job, NotFound, Session, User
from core.auth.models import LoginAttempt
from core.auth.sessions import SignInRefused, sign_in, start_session
from core.auth.throttle import TooManyAttempts
from core.base.models import BaseSession, BaseUser
from core.orm.audit_tables import audit
from core.orm.context import use_env
from core.orm.env import Env
from core.orm.trust import TRUSTED
from core.testing.world import World


def open_session(world: World, person: str) -> int:
    """A browser of that person; gives the id of the session."""
    env = world.admin
    start_session(env.session, world.staff.users[person], company_id=env.company_id, address="203.0.113.4")
    table = env.info(Session).table
    return int(
        env.session.scalar(select(table.c.id).order_by(table.c.id.desc()).limit(1), execution_options=TRUSTED)
    )


def ended(env: Env, number: int) -> bool:
    table = env.info(Session).table
    found = select(table.c.ended_at).where(table.c.id == number)
    return env.session.scalar(found, execution_options=TRUSTED) is not None


def offered(env: Env, record: Any) -> set[str]:
    return {method.name for method in env.allowed_methods(record)}


def test_an_administrator_ends_one_session_and_all_of_a_user(world: World) -> None:
    env = world.admin
    first, second, third = (open_session(world, "owner") for _n in range(3))
    with use_env(env):
        env.run(BaseSession.end, [env.get(Session, first)])
        assert [ended(env, one) for one in (first, second, third)] == [True, False, False]
        assert "end" not in offered(env, env.get(Session, first))
        env.run(BaseUser.sign_out_everywhere, [env.get(User, world.staff.users["owner"])])
    assert ended(env, second) and ended(env, third)
    told = select(audit.c.operation).where(audit.c.model == "base.user").order_by(audit.c.id.desc()).limit(1)
    assert env.session.scalar(told, execution_options=TRUSTED) == "sign_out_everywhere"


def test_what_runs_for_the_user_ends_too(world: World) -> None:
    from core.automation.queue import enqueue
    from tests.core.automation.test_queue import remember

    with use_env(world.owner):
        key = enqueue(world.owner, remember, word="x")
    env = world.admin
    with use_env(env):
        env.run(BaseUser.sign_out_everywhere, [env.get(User, world.staff.users["owner"])])
    assert env.get(Job, key).state == "cancelled"


def test_others_end_nothing_but_their_own(world: World) -> None:
    own, other = open_session(world, "owner"), open_session(world, "colleague")
    env = world.owner
    with use_env(env):
        env.run(BaseSession.end, [env.get(Session, own)])
        with pytest.raises(NotFound):
            env.get(Session, other)
        with pytest.raises(AccessDenied):
            env.run(BaseUser.sign_out_everywhere, [env.get(User, world.staff.users["colleague"])])
    assert ended(env, own) and not ended(env, other)


def test_a_pause_is_lifted_by_an_administrator(world: World) -> None:
    env = world.admin
    owner = env.get(User, world.staff.users["owner"])
    assert "unlock" not in offered(env, owner)

    def try_in() -> None:
        sign_in(env.session, owner.login, "not the password", address="203.0.113.9")

    for _n in range(5):
        with pytest.raises(SignInRefused):
            try_in()
    with pytest.raises(TooManyAttempts):
        try_in()
    assert "unlock" in offered(env, owner)
    assert "unlock" not in offered(world.superior, world.superior.get(User, owner.id))
    with use_env(env):
        env.run(BaseUser.unlock, [owner])
    assert "unlock" not in offered(env, owner)
    with pytest.raises(SignInRefused):
        try_in()
    left = env.session.scalars(select(env.info(LoginAttempt).table.c.kind), execution_options=TRUSTED).all()
    assert set(left) == {"account", "address"}
