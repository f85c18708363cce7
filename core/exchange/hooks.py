"""Who loses the way into the product, or into a company, loses the files that were exported there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from core.auth.models import User, UserRole
from core.exchange.export_files import drop_files
from core.modules.events import implements
from core.modules.hookspecs import after_delete, after_write
from core.orm.env import Env


@implements(after_write, model=User)
def drop_exports_of_the_shut_out(
    env: Env, records: Sequence[Any], changes: Sequence[Mapping[str, tuple[Any, Any]]]
) -> None:
    """A blocked user's files go, and those made under a password that has been replaced since."""
    shut_out = [
        user.id
        for user, changed in zip(records, changes, strict=True)
        if ("blocked" in changed and user.blocked) or "password_hash" in changed
    ]
    if shut_out:
        env.after_commit(partial(drop_files, env, shut_out, everywhere=True))


@implements(after_delete, model=UserRole)
def drop_exports_of_those_who_left(env: Env, records: Sequence[Any]) -> None:
    """With a role rights go: what was exported with them goes too, in the company of the role."""
    users = [row.user_id for row in records if row.company_id == env.company_id]
    if users:
        env.after_commit(partial(drop_files, env, users, everywhere=False))
