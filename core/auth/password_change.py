"""Setting passwords: by somebody who knows the old one, or by a link that works once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Row, Table, func, insert, select, update
from sqlalchemy.orm import Session

from core.auth.environment import make_env
from core.auth.identity import identity_of
from core.auth.models import User
from core.auth.models.one_time_token import INVITE, RESET
from core.auth.passwords import hash_password, problems, verify_password
from core.auth.sessions import end_all_sessions
from core.auth.throttle import account_counter, count_attempt
from core.auth.tokens import hash_token, new_token
from core.errors import AccessDenied, NotFound, UserError, ValidationFailed
from core.i18n import _
from core.orm.compose import composition
from core.orm.env import Env
from core.orm.trust import TRUSTED

LIFETIMES: Final = {INVITE: timedelta(days=7), RESET: timedelta(hours=1)}


class LinkExpired(UserError):
    """A one-time link that was used, replaced by a newer one, or is too old."""

    default = _("This link is no longer valid. Please ask for a new one.")


def one_time_link(session: Session, user_id: int, kind: str = RESET, *, by: int | None = None) -> str:
    """A token to set a password with; earlier ones of the user die. The address is made from the configuration.

    Asks for no right: for commands on the server. In a request use `link_for`.
    """
    if kind not in LIFETIMES:
        raise ValueError(f"unknown kind of link {kind!r}")
    rows, token = _table("base.one_time_token"), new_token()
    _use_up(session, user_id)
    values = {
        "kind": kind, "token_hash": hash_token(token), "user_id": user_id, "expires": func.now() + LIFETIMES[kind],
        "created_by_id": by, "changed_by_id": by,
    }  # fmt: skip
    session.execute(insert(rows).values(values), execution_options=TRUSTED)
    return token


def link_for(env: Env, user_id: int, kind: str = RESET) -> str:
    """The same for an administrator who may change that account. Raises `AccessDenied` or `NotFound`."""
    _require_keeper(env, user_id)
    return one_time_link(env.session, user_id, kind, by=env.user_id)


def user_of_link(session: Session, token: str) -> Row[Any]:
    """(id, login, name, email, language) behind a valid link, for its page. Raises `LinkExpired`."""
    return _behind(session, token, lock=False)


def redeem(session: Session, token: str, password: str) -> int:
    """Set the password by a link, end all sessions of the user, and give the user's id.

    Raises `LinkExpired`, or `ValidationFailed` at the field `password`; the link then still works.
    """
    user = _behind(session, token, lock=True)
    _refuse_bad(user, password)
    identity = identity_of(session, user.id)
    if identity is not None:
        _write(make_env(session, identity, "page"), user.id, password, must_change=False)
    else:
        _store(session, user.id, password)
    _use_up(session, user.id)
    end_all_sessions(session, user.id)
    return int(user.id)


def change_password(env: Env, old: str, new: str, *, session_id: int | None = None) -> None:
    """The caller changes the own password; all other sessions end. Raises `ValidationFailed` at `old` or `new`.

    Guessing at the old password is slowed down like guessing at sign-in. An account without a password, such as a
    demonstration account, has none to ask for.
    """
    session, user = env.session, _user(env.session, env.user_id)
    count_attempt(session, [account_counter(user.login)])
    if user.password_hash is not None and not verify_password(user.password_hash, old).ok:
        raise ValidationFailed.at("old", _("The current password is not right."))
    if old == new:
        raise ValidationFailed.at("new", _("The new password is the same as the current one."))
    _refuse_bad(user, new, field="new")
    _write(env, user.id, new, must_change=False)
    _use_up(session, user.id)
    end_all_sessions(session, user.id, but=session_id)


def set_password(env: Env, user_id: int, password: str, *, must_change: bool = True) -> None:
    """An administrator who may change the account sets its password; every session of the user ends."""
    _require_keeper(env, user_id)
    _refuse_bad(_user(env.session, user_id), password)
    _write(env, user_id, password, must_change=must_change)
    _use_up(env.session, user_id)
    end_all_sessions(env.session, user_id)


def _require_keeper(env: Env, user_id: int) -> None:
    """Changing the own language is everybody's right and not enough: the login must be the caller's to change."""
    user = env.get(User, user_id)
    if "login" not in env.policy.editable(env.info(User)) or not env.can("update", user):
        raise AccessDenied()


def _refuse_bad(user: Row[Any], password: str, field: str = "password") -> None:
    if found := problems(password, login=user.login, names=[user.name, user.email or ""]):
        raise ValidationFailed({field: found})


def _columns(user: Table) -> tuple[Any, ...]:
    return user.c.id, user.c.login, user.c.name, user.c.email, user.c.language, user.c.password_hash


def _user(session: Session, user_id: int) -> Row[Any]:
    user = _table("base.user")
    wanted = (
        select(*_columns(user)).where(user.c.id == user_id, user.c.deleted_at.is_(None)).with_for_update()
    )
    found = session.execute(wanted, execution_options=TRUSTED).one_or_none()
    if found is None:
        raise NotFound()
    return found


def _behind(session: Session, token: str, *, lock: bool) -> Row[Any]:
    user, rows = _table("base.user"), _table("base.one_time_token")
    wanted = (
        select(*_columns(user))
        .join_from(rows, user, rows.c.user_id == user.c.id)
        .where(rows.c.token_hash == hash_token(token), rows.c.used_at.is_(None), rows.c.expires > func.now(),
               rows.c.deleted_at.is_(None), user.c.blocked.is_(False), user.c.deleted_at.is_(None))
    )  # fmt: skip
    found = session.execute(
        wanted.with_for_update() if lock else wanted, execution_options=TRUSTED
    ).one_or_none()
    if found is None:
        raise LinkExpired()
    return found


def _use_up(session: Session, user_id: int) -> None:
    rows = _table("base.one_time_token")
    unused = rows.c.used_at.is_(None) & (rows.c.user_id == user_id)
    session.execute(update(rows).where(unused).values(used_at=func.now()), execution_options=TRUSTED)


def _write(env: Env, user_id: int, password: str, *, must_change: bool) -> None:
    """Through the Env, so that the audit tells who set a password and when; never the password."""
    system = env.sudo(_("A password was set."))
    system.write(
        system.get(User, user_id), password_hash=hash_password(password), must_change_password=must_change
    )


def _store(session: Session, user_id: int, password: str) -> None:
    """For an account that works in no company yet, and so has no Env."""
    user = _table("base.user")
    values = {
        "password_hash": hash_password(password), "must_change_password": False, "version": user.c.version + 1,
        "changed_at": func.now(), "changed_by_id": user_id,
    }  # fmt: skip
    session.execute(update(user).where(user.c.id == user_id).values(values), execution_options=TRUSTED)


def _table(key: str) -> Table:
    return composition().info(key).table
