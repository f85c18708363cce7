"""How people get into a deployment and out of it: a link to set a password once, ended sessions, a lifted pause."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from core.auth.acting import acted_for, is_acting
from core.auth.api_keys_kept import end_keys_of, remind_of_keys
from core.auth.api_keys_kept import revoke as revoke_keys
from core.auth.models.one_time_token import INVITE, RESET
from core.auth.password_change import LIFETIMES, one_time_link
from core.auth.second_factor import remove_all
from core.auth.sessions import end_all_sessions, end_session
from core.auth.throttle import account_counter, factor_counter, is_paused, lift
from core.automation.queue import ask_cancel_of
from core.orm.criteria import row_criteria
from core.orm.env import Env
from core.orm.history import Change, record_changes
from core.orm.methods import Where

__all__ = ["acted_for", "is_acting", "remind_of_keys", "revoke_keys"]


@dataclass(frozen=True, slots=True)
class ActFor:
    """Somebody wants to go on as another user. The page carries it out, since the browser gets another token."""

    user_id: int
    reason: str


def password_link(env: Env, user: Any) -> str:
    """The address, below this deployment's own, at which `user` sets a password once; earlier ones stop working.

    Whoever calls has asked whether the caller may change the account.
    """
    kind = RESET if user.password_hash else INVITE
    return f"/set-password/{one_time_link(env.session, user.id, kind, by=env.user_id)}"


def link_hours(user: Any) -> int:
    """For how many hours such a link works."""
    return int(LIFETIMES[RESET if user.password_hash else INVITE].total_seconds() // 3600)


def note(env: Env, user: Any, operation: str) -> None:
    """A line in the account's history for what leaves no trace in its fields; `operation` is the action's name."""
    record_changes(env, env.info("base.user"), operation, [Change(user.id, user.version, {})])


def sign_out_everywhere(env: Env, user: Any) -> int:
    """End all sessions and keys of `user` and what runs in their name; gives the number of sessions."""
    ended = end_all_sessions(env.session, user.id)
    end_keys_of(env, user.id)
    ask_cancel_of(env.session, user.id)
    note(env, user, "sign_out_everywhere")
    return ended


def sign_out_there(env: Env, user_id: int, session_id: int) -> None:
    """End one session of somebody."""
    end_session(env.session, user_id, session_id)


def remove_second_factor(env: Env, user: Any) -> None:
    """What `user` has beside the password works no more, and all sessions of `user` end."""
    remove_all(env, user.id)
    end_all_sessions(env.session, user.id)


def unlock(env: Env, user: Any) -> None:
    """Lift the pause after too many wrong passwords or codes; what was counted for addresses stays."""
    lift(env.session, account_counter(user.login), factor_counter(user.id))
    note(env, user, "unlock")


def kept_accounts(env: Env, user_id: Any) -> Where:
    """Whether the account with this id is one that the caller may change."""
    info = env.info("base.user")
    return user_id.in_(select(info.cls.id).where(*row_criteria(env, info, info.cls, "update")))  # type: ignore[no-any-return]


def locked_out(user: Any) -> Where:
    """Accounts for which a pause is running after too many failed sign-ins; `user` is the model."""
    return is_paused(user.login, user.id)
