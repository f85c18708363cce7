"""Who loses the way into the product loses what is being done in their name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.auth.models import User
from core.automation.queue import ask_cancel_of
from core.modules.events import implements
from core.modules.hookspecs import after_write
from core.orm.env import Env


@implements(after_write, model=User)
def cancel_jobs_of_the_shut_out(
    env: Env, records: Sequence[Any], changes: Sequence[Mapping[str, tuple[Any, Any]]]
) -> None:
    """A blocked user's jobs end, and those begun under a password that has been replaced since."""
    for user, changed in zip(records, changes, strict=True):
        if ("blocked" in changed and user.blocked) or "password_hash" in changed:
            ask_cancel_of(env.session, user.id)
