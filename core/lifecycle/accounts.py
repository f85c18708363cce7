"""How people get into a deployment: an account, and a link with which they set its password once."""

from __future__ import annotations

from typing import Any

from core.auth.models.one_time_token import INVITE, RESET
from core.auth.password_change import LIFETIMES, one_time_link
from core.orm.env import Env


def password_link(env: Env, user: Any) -> str:
    """The address, below this deployment's own, at which `user` sets a password once; earlier ones stop working.

    Whoever calls has asked whether the caller may change the account.
    """
    kind = RESET if user.password_hash else INVITE
    return f"/set-password/{one_time_link(env.session, user.id, kind, by=env.user_id)}"


def link_hours(user: Any) -> int:
    """For how many hours such a link works."""
    return int(LIFETIMES[RESET if user.password_hash else INVITE].total_seconds() // 3600)
