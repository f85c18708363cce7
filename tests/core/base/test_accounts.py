"""Administrators let people in: an account, a role, and a link that works once."""

from __future__ import annotations

from typing import Any

import pytest

from core.api import AccessDenied, Employee, Hint, User, UserRole, ValidationFailed
from core.auth.password_change import redeem, user_of_link
from core.base.models import BaseEmployee, BaseUser
from core.orm.context import use_env
from core.testing.world import World


@pytest.fixture
def newcomer(world: World) -> Any:
    return world.admin.create(Employee, name="Nora", email="nora@example.com")


def test_an_employee_gets_an_account_with_a_role_and_a_link(world: World, newcomer: Any) -> None:
    env = world.admin
    role = env.first("base.role", env.condition("base.role", "code", "eq", "base.admin"))
    with use_env(env):
        (hint,) = env.run(BaseEmployee.create_account, [newcomer], login="Nora", role=role)
    user = env.get(User, newcomer.user_id)
    assert (user.login, user.email, user.name) == ("nora", "nora@example.com", "Nora")
    assert isinstance(hint, Hint) and "Nora" in hint.text.translate("en")
    held = {row[3] for row in env.page(UserRole, ["role"], UserRole.user == user.id).rows}
    assert held == {"Employee", "Company administrator"}
    token = str(hint.url).removeprefix("/set-password/")
    assert user_of_link(env.session, token).login == "nora"
    assert redeem(env.session, token, "seven quiet rivers") == user.id


def test_only_employees_without_an_account_are_offered_one(world: World, newcomer: Any) -> None:
    env = world.admin
    assert "create_account" in [m.name for m in env.allowed_methods(newcomer)]
    with use_env(env):
        env.run(BaseEmployee.create_account, [newcomer], login="nora")
        assert "create_account" not in [m.name for m in env.allowed_methods(newcomer)]
        with pytest.raises(AccessDenied):
            env.run(BaseEmployee.create_account, [newcomer], login="nora2")


def test_a_login_name_that_is_taken_is_refused(world: World, newcomer: Any) -> None:
    from core.api import Duplicate

    with use_env(world.admin), pytest.raises((Duplicate, ValidationFailed)):
        world.admin.run(BaseEmployee.create_account, [newcomer], login="OWNER")


def test_a_new_link_replaces_the_old_one_and_nobody_makes_one_for_others(world: World) -> None:
    env = world.admin
    owner = env.get(User, world.staff.users["owner"])
    with use_env(env):
        first, second = (env.run(BaseUser.invite, [owner])[0].url for _turn in range(2))
    from core.auth.password_change import LinkExpired

    with pytest.raises(LinkExpired):
        user_of_link(env.session, str(first).removeprefix("/set-password/"))
    assert user_of_link(env.session, str(second).removeprefix("/set-password/")).id == owner.id
    for person in ("owner", "superior", "stranger"):
        other = world.env(person)
        target = other.get(User, world.staff.users["colleague"])
        assert "invite" not in {m.name for m in other.allowed_methods(target)}
        with use_env(other), pytest.raises(AccessDenied):
            other.run(BaseUser.invite, [target])


def test_nobody_makes_a_link_for_the_own_account(world: World) -> None:
    for env in (world.admin, world.owner):
        me = env.get(User, env.user_id)
        assert "invite" not in {m.name for m in env.allowed_methods(me)}
        with use_env(env), pytest.raises(AccessDenied):
            env.run(BaseUser.invite, [me])
