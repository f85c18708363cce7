"""Who stands directly above whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.api import Department, Employee, Env, _, key_of


def superiors_of(env: Env, users: Sequence[int]) -> dict[int, set[int]]:
    """User -> users directly above, for each post: the named superior, else the manager of the department."""
    system = env.sudo(_("superiors"))
    found: dict[int, set[int]] = {one: set() for one in users}
    posts: list[Any] = system.search(
        Employee, Employee.user.in_(list(found)), Employee.status == "active", limit=5000
    )
    departments = {key for post in posts if (key := key_of(post, "department")) is not None}
    managers: dict[int, int | None] = {
        one.id: key_of(one, "manager")
        for one in system.search(Department, Department.id.in_(departments), limit=5000)
    }
    heads = {
        post.id: key_of(post, "superior") or managers.get(key_of(post, "department") or 0) for post in posts
    }
    wanted = {key for key in heads.values() if key is not None}
    accounts = {
        one.id: key_of(one, "user") for one in system.search(Employee, Employee.id.in_(wanted), limit=5000)
    }
    for post in posts:
        user, above = key_of(post, "user"), accounts.get(heads[post.id] or 0)
        if user is not None and above is not None and above != user:
            found[user].add(above)
    return found
