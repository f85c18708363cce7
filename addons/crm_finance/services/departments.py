"""In which department people work."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from core.api import Employee, Env, _, key_of


def employees_of(env: Env, users: Collection[int]) -> dict[int, Any]:
    """The active employee of each user, by the id of the user."""
    if not users:
        return {}
    system = env.sudo(_("departments of people"))
    active = (Employee.user.in_(users), Employee.status == "active")
    found = system.search(Employee, *active, order="-id", limit=len(users) * 2)
    return {key: one for one in found if (key := key_of(one, "user")) is not None}


def departments_of(env: Env, users: Collection[int]) -> dict[int, int | None]:
    """The department of each user."""
    return {key: key_of(one, "department") for key, one in employees_of(env, users).items()}
