"""Letting an employee in."""

from __future__ import annotations

from typing import Any

from core.api import Env, RoleRow, User, UserRole


def make_account(env: Env, employee: Any, login: str, role: RoleRow | None) -> User:
    """An account for an employee, which makes the person a member of the company, and one role beside."""
    user = env.create(User, name=employee.name, login=login, email=employee.email)
    employee.user = user
    env.flush()
    if role is not None:
        env.create(UserRole, user=user, role=role)
    return user
