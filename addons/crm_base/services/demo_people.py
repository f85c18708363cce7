"""The people of the demonstration, for the demonstrations of all CRM addons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.api import Employee, Env, Role, RoleRow, User, UserRole, key_of


def demo_people(env: Env) -> dict[str, int]:
    """User ids of the demonstration accounts that work in the Env's company, by login name."""
    users: list[Any] = env.search(User, User.is_demo.is_(True), limit=500)
    posts: list[Any] = env.search(Employee, Employee.user.is_not(None), limit=500)
    here = {key_of(post, Employee.user) for post in posts}
    return {user.login: user.id for user in users if user.id in here}


def give_roles(env: Env, roles: Mapping[str, Sequence[Role]]) -> None:
    """Let demonstration accounts, named by login, hold roles in the Env's company; who is not here gets none."""
    people = demo_people(env)
    rows = {row.code: row.id for row in env.search(RoleRow, limit=500)}
    env.create_many(
        UserRole,
        [
            {"user": people[login], "company": env.company_id, "role": rows[role.code]}
            for login, held in roles.items()
            if login in people
            for role in held
        ],
    )
