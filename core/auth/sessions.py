"""Signing in and out. A session is a row; the browser holds a random token, the row its digest."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Table, func, insert, select, update
from sqlalchemy.orm import Session

from core.auth.demo_passwords import is_demo_password
from core.auth.identity import identity_of
from core.auth.passwords import verify_password
from core.auth.second_factor import WRONG_CODE, check_code, factors_of, is_required_of
from core.auth.steps import begin_step, forget_steps, look_at_step, take_step
from core.auth.throttle import account_counter, address_counter, count_attempt, forgive
from core.auth.tokens import hash_token, new_token
from core.errors import UserError
from core.i18n import _
from core.orm.compose import composition
from core.orm.trust import TRUSTED

LIFETIME: Final = timedelta(days=14)
"""The longest that a session lives, however much it is used; it ends sooner when nobody uses it."""
SECOND_STEP: Final = "second factor"
_AGENT_LENGTH: Final = 300
_log: Final = logging.getLogger("keyuan.sign_in")


class SignInRefused(UserError):
    """Wrong login name or password, a blocked account, a demonstration account from outside: all in the same words."""

    default = _("The login name or the password is not right.")


class WrongCode(UserError):
    """The code is none of the user's, or was used before."""

    default = WRONG_CODE


class NoCompany(UserError):
    """The account is right, but works nowhere."""

    default = _("Your account has no role in any company. Please ask your administrator.")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session. `token` goes into the cookie and is never shown again."""

    token: str
    user_id: int
    company_id: int
    must_change_password: bool


@dataclass(frozen=True, slots=True)
class HalfWay:
    """The password was right, and the account has a second factor. `token` is for a cookie that lives for minutes."""

    token: str


def sign_in(
    session: Session, login: str, password: str, *, address: str | None, agent: str | None = None,
    demo_secret: bytes | None = None,
) -> SignedIn | HalfWay:  # fmt: skip
    """Start a session for whoever knows the password, or half of one where more is asked for.

    Raises `SignInRefused`, `TooManyAttempts` or `NoCompany`. `address` is where the connection comes from, None where
    that is not known for certain. `demo_secret` is the deployment's secret; without it demonstration accounts cannot
    sign in by their derived passwords.
    """
    account, origin = account_counter(login), address_counter(address)
    count_attempt(session, [account, origin])
    user = _user_by_login(session, login)
    if not _is_right(session, user, password, address, demo_secret):
        _log.warning("sign-in refused for account %s", account.key[:12])
        raise SignInRefused()
    forgive(session, account, origin)
    return let_in(session, user.id, address=address, agent=agent)


def let_in(
    session: Session, user_id: int, *, address: str | None, agent: str | None, proved: bool = False
) -> SignedIn | HalfWay:
    """Go on with somebody who has shown who they are, `proved` by a second factor or by what is as good as two.

    Raises `NoCompany`, also for somebody who was blocked meanwhile.
    """
    identity = identity_of(session, user_id)
    if identity is None:
        raise NoCompany()
    has_one = factors_of(session, user_id).any
    if has_one and not proved:
        return HalfWay(begin_step(session, SECOND_STEP, user_id))
    must_enrol = not has_one and not proved and is_required_of(session, user_id)
    token = start_session(
        session, user_id, company_id=identity.company_id, address=address, agent=agent, must_enrol=must_enrol
    )
    return SignedIn(token, user_id, identity.company_id, identity.must_change_password)


def give_code(
    session: Session, token: str | None, code: str, *, secret: bytes, address: str | None, agent: str | None
) -> SignedIn:
    """The second half: a code of the app or of the paper. Raises `StepOver`, `WrongCode`, `TooManyAttempts`."""
    step = look_at_step(session, SECOND_STEP, token)
    assert step.user_id is not None
    if not check_code(session, secret, step.user_id, code):
        _log.warning("second factor refused for user %d", step.user_id)
        raise WrongCode()
    take_step(session, SECOND_STEP, token)
    found = let_in(session, step.user_id, address=address, agent=agent, proved=True)
    assert isinstance(found, SignedIn)
    return found


def start_session(
    session: Session, user_id: int, *, company_id: int | None, address: str | None = None, agent: str | None = None,
    real_user_id: int | None = None, must_enrol: bool = False,
) -> str:  # fmt: skip
    """A new session for somebody whose identity is established otherwise; the token for the cookie."""
    token, user, rows = new_token(), _table("base.user"), _table("base.session")
    values = {
        "token_hash": hash_token(token), "user_id": user_id, "real_user_id": real_user_id or user_id,
        "company_id": company_id, "last_seen": func.now(), "expires": func.now() + LIFETIME, "address": address,
        "agent": (agent or "")[:_AGENT_LENGTH] or None, "created_by_id": user_id, "changed_by_id": user_id,
        "must_enrol": must_enrol,
    }  # fmt: skip
    session.execute(insert(rows).values(values), execution_options=TRUSTED)
    seen = update(user).where(user.c.id == user_id).values(last_login=func.now())
    session.execute(seen, execution_options=TRUSTED)
    return token


def user_of_token(session: Session, token: str) -> int | None:
    """Whose session it is or was, for what they left behind; it lets nobody in."""
    table = _table("base.session")
    wanted = select(table.c.user_id).where(table.c.token_hash == hash_token(token))
    return session.scalar(wanted, execution_options=TRUSTED)


def sign_out(session: Session, token: str) -> None:
    """End this session; its token is dead at once."""
    table = _table("base.session")
    _end(session, table.c.token_hash == hash_token(token))


def end_session(session: Session, user_id: int, session_id: int) -> bool:
    """End one of the user's own sessions, from the page of devices; False where it is not theirs or over already."""
    table = _table("base.session")
    return bool(_end(session, table.c.id == session_id, _is_of(table, user_id)))


def end_all_sessions(session: Session, user_id: int, *, but: int | None = None) -> int:
    """End every session of a user, also those in which they act for others; `but` is the id of one to keep.

    Sign-ins of the user that are under way end too.
    """
    forget_steps(session, user_id)
    table = _table("base.session")
    others = table.c.id != but if but is not None else table.c.id.is_not(None)
    return _end(session, _is_of(table, user_id), others)


def sign_out_session(session: Session, session_id: int) -> None:
    """End a session that another one takes the place of."""
    table = _table("base.session")
    _end(session, table.c.id == session_id)


def _end(session: Session, *where: Any) -> int:
    table = _table("base.session")
    ended = (
        update(table)
        .where(table.c.ended_at.is_(None), *where)
        .values(ended_at=func.now())
        .returning(table.c.id)
    )
    return len(session.execute(ended, execution_options=TRUSTED).all())


def _is_of(table: Table, user_id: int) -> Any:
    return (table.c.user_id == user_id) | (table.c.real_user_id == user_id)


def _user_by_login(session: Session, login: str) -> Any:
    """The row of a live account, or None."""
    user = _table("base.user")
    names = ("id", "login", "password_hash", "blocked", "is_demo", "must_change_password")
    columns = [user.c[name] for name in names]
    wanted = select(*columns).where(user.c.login == folded_login(login), user.c.deleted_at.is_(None))
    return session.execute(wanted, execution_options=TRUSTED).one_or_none()


def folded_login(login: str) -> str:
    """The form in which login names are stored and compared."""
    return login.strip().casefold()


def _is_right(
    session: Session, user: Any, password: str, address: str | None, demo_secret: bytes | None
) -> bool:
    """One slow comparison in any case, so that the answer takes the same time for every login name."""
    found = verify_password(user.password_hash if user is not None else None, password)
    if user is None or user.blocked:
        return False
    if found.rehash is not None:
        _store_hash(session, user.id, found.rehash)
    by_demo = (
        user.is_demo and user.password_hash is None and demo_secret is not None
        and is_demo_password(demo_secret, user.login, password, address)
    )  # fmt: skip
    return found.ok or by_demo


def _store_hash(session: Session, user_id: int, password_hash: str) -> None:
    user = _table("base.user")
    session.execute(
        update(user).where(user.c.id == user_id).values(password_hash=password_hash),
        execution_options=TRUSTED,
    )


def _table(key: str) -> Table:
    return composition().info(key).table
