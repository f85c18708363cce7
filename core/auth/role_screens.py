"""Which menus and buttons one role shows or hides, and changing it."""

from __future__ import annotations

from collections.abc import Mapping

from core.auth.models import RoleRow, RoleScreen
from core.auth.role_matrix import AS_SHIPPED, may_change, own_rows
from core.errors import AccessDenied
from core.orm.env import Env

SHOWN, HIDDEN = "shown", "hidden"
Key = tuple[str, str]
"""Kind and name."""


def decided(env: Env, role: RoleRow) -> dict[Key, str]:
    """What the company has decided for the role."""
    return {(row.kind, row.name): SHOWN if row.shown else HIDDEN for row in own_rows(env, RoleScreen, role)}


def decide(env: Env, role: RoleRow, wanted: Mapping[Key, str]) -> int:
    """Show, hide or leave as shipped the menus and buttons named in `wanted`; gives how many that changed."""
    if not may_change(env, role):
        raise AccessDenied()
    stored = {(row.kind, row.name): row for row in own_rows(env, RoleScreen, role)}
    now = decided(env, role)
    changes = {key: how for key, how in wanted.items() if how != now.get(key, AS_SHIPPED)}
    new = [
        {"role": role, "kind": key[0], "name": key[1], "shown": how == SHOWN}
        for key, how in changes.items()
        if key not in stored and how != AS_SHIPPED
    ]
    env.create_many(RoleScreen, new)
    for key in changes.keys() & stored.keys():
        if changes[key] != AS_SHIPPED:
            env.write(stored[key], shown=changes[key] == SHOWN)
    env.delete([stored[key] for key in changes.keys() & stored.keys() if changes[key] == AS_SHIPPED])
    return len(changes)
