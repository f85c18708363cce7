"""The second factor of an account: set up, asked for at the sign-in, taken off again.

What the app and the paper hold is in `totp` and `recovery`; here is who has what, and who may change it. Guessing at
codes is slowed down by a counter of its own, since whoever guesses knows the password already.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Table, delete, exists, func, insert, or_, select, true, union_all, update
from sqlalchemy.orm import Session

from core.auth.demo_passwords import is_demo_password
from core.auth.models import User
from core.auth.passwords import verify_password
from core.auth.recovery import codes_left, forget_codes, new_codes, use_code
from core.auth.roles import USER
from core.auth.steps import forget_steps
from core.auth.throttle import account_counter, count_attempt, factor_counter, lift_apart
from core.auth.totp import matching_step, new_key
from core.auth.vault import seal, unseal
from core.errors import ValidationFailed
from core.i18n import LazyString, _
from core.orm.compose import composition
from core.orm.engine import across_companies
from core.orm.env import Env
from core.orm.trust import TRUSTED

WRONG_CODE = _("This code is not right, or was used already.")


@dataclass(frozen=True, slots=True)
class Factors:
    """What an account has beside the password."""

    app: bool
    passkeys: int
    codes: int

    @property
    def any(self) -> bool:
        """Whether the sign-in asks for more than the password. Codes stand in for a factor and are none."""
        return self.app or self.passkeys > 0


def factors_of(session: Session, user_id: int) -> Factors:
    """What the user can prove to be themselves with."""
    table = composition().info("base.passkey").table
    passkeys = session.scalar(
        select(func.count()).select_from(table).where(table.c.user_id == user_id), execution_options=TRUSTED
    )
    return Factors(_app(session, user_id) is not None, passkeys or 0, codes_left(session, user_id))


def is_required_of(session: Session, user_id: int) -> bool:
    """Whether a company where the user works asks it of one of the user's roles, one below these, or one copied."""
    composed = composition()
    company, held, role, place = (
        composed.info(f"base.{name}").table for name in ("company", "user_role", "role", "role_place")
    )
    asked = composed.info("base.company").link_tables["second_factor_roles"]
    mine = (
        select(held.c.company_id, held.c.role_id)
        .where(held.c.user_id == user_id, held.c.deleted_at.is_(None))
        .cte("mine", recursive=True)
    )
    is_below = (place.c.superior_id == mine.c.role_id) & (place.c.company_id == mine.c.company_id)
    copied = select(role.c.basis_id.label("role_id")).where(role.c.id == mine.c.role_id)
    further = union_all(
        select(place.c.role_id).where(is_below, place.c.deleted_at.is_(None)).correlate(mine),
        copied.where(role.c.basis_id.is_not(None)).correlate(mine),
    ).lateral("further")
    mine = mine.union(select(mine.c.company_id, further.c.role_id).select_from(mine.join(further, true())))
    found = (
        select(mine.c.role_id)
        .join_from(mine, company, mine.c.company_id == company.c.id)
        .join(asked, asked.c.left_id == company.c.id)
        .join(role, asked.c.right_id == role.c.id)
        .where(company.c.active, role.c.active, company.c.deleted_at.is_(None),
               or_(role.c.id == mine.c.role_id, role.c.code == USER.code))
    )  # fmt: skip
    with across_companies(session, place.fullname):
        return bool(session.scalar(select(exists(found)), execution_options=TRUSTED))


def check_code(session: Session, secret: bytes, user_id: int, code: str) -> bool:
    """Whether it is the app's code of this moment, or a recovery code; either works once. Raises `TooManyAttempts`."""
    counter = factor_counter(user_id)
    count_attempt(session, [counter])
    plain = "".join(code.split())
    is_right = _is_app_code(session, secret, user_id, plain) or use_code(session, secret, user_id, plain)
    if is_right:
        lift_apart(session, counter)
    return is_right


def begin_app(env: Env, secret: bytes) -> None:
    """A new key for the caller's app. It counts only when a code of it has confirmed it; one begun before is void."""
    table = _table()
    unconfirmed = delete(table).where(table.c.user_id == env.user_id, table.c.confirmed_at.is_(None))
    env.session.execute(unconfirmed, execution_options=TRUSTED)
    if _app(env.session, env.user_id) is not None:
        raise ValidationFailed.at(
            "", _("An app is set up already. Switch it off before you set up another one.")
        )
    values = {
        "user_id": env.user_id, "sealed_key": seal(secret, new_key(), _purpose(env.user_id)),
        "created_by_id": env.user_id, "changed_by_id": env.user_id,
    }  # fmt: skip
    env.session.execute(insert(table).values(values), execution_options=TRUSTED)


def key_to_confirm(session: Session, secret: bytes, user_id: int) -> bytes | None:
    """The key that was begun and not confirmed yet, for its page; None where there is none."""
    row = _app(session, user_id, confirmed=False)
    return None if row is None else unseal(secret, row.sealed_key, _purpose(user_id))


def confirm_app(env: Env, secret: bytes, code: str) -> list[str] | None:
    """The app shows the right code: from now on it is asked for. Gives recovery codes to be shown once, or None where
    the user has some. Raises `ValidationFailed` at `code`, or `TooManyAttempts`.
    """
    counter = factor_counter(env.user_id)
    count_attempt(env.session, [counter])
    row = _app(env.session, env.user_id, confirmed=False)
    step = row and _step(secret, row, "".join(code.split()))
    if row is None or not step:
        raise ValidationFailed.at("code", _("This code is not right. Is the clock of your phone set right?"))
    lift_apart(env.session, counter)
    table = _table()
    done = update(table).where(table.c.id == row.id).values(confirmed_at=func.now(), last_step=step)
    others = delete(table).where(table.c.user_id == env.user_id, table.c.id != row.id)
    for statement in (done, others):
        env.session.execute(statement, execution_options=TRUSTED)
    return factor_added(env, secret)


def factor_added(env: Env, secret: bytes) -> list[str] | None:
    """After a factor was set up: it stands in the account's history, the demand is met, and there are codes."""
    mark(env, env.user_id, has_one=True, reason=_("A second factor was set up."))
    rows = composition().info("base.session").table
    met = update(rows).where(rows.c.user_id == env.user_id).values(must_enrol=False)
    env.session.execute(met, execution_options=TRUSTED)
    return None if codes_left(env.session, env.user_id) else new_codes(env.session, secret, env.user_id)


def remove_app(env: Env) -> None:
    """The caller's app is asked for no more; who that is was proved before."""
    table = _table()
    theirs = delete(table).where(table.c.user_id == env.user_id)
    env.session.execute(theirs, execution_options=TRUSTED)
    factor_removed(env)


def factor_removed(env: Env) -> None:
    """After a factor was taken off: with the last one its recovery codes go."""
    if not factors_of(env.session, env.user_id).any:
        forget_codes(env.session, env.user_id)
        mark(env, env.user_id, has_one=False, reason=_("The second factor was switched off."))


def remove_all(env: Env, user_id: int) -> None:
    """An administrator vouches for somebody who has lost everything; sessions and sign-ins under way are not touched.

    Whether the caller may change the account was asked before.
    """
    for table in (_table(), composition().info("base.passkey").table):
        env.session.execute(delete(table).where(table.c.user_id == user_id), execution_options=TRUSTED)
    forget_codes(env.session, user_id)
    forget_steps(env.session, user_id)
    mark(env, user_id, has_one=False, reason=_("An administrator removed the second factor."))


def prove(env: Env, secret: bytes, given: str, *, address: str | None) -> None:
    """Before a factor is changed the caller shows once more who they are: by the password, or where the account has
    none by a code. Raises `ValidationFailed` at `proof`, or `TooManyAttempts`.
    """
    user = env.session.execute(_account(env.user_id), execution_options=TRUSTED).one()
    if user.password_hash is None and not user.is_demo:
        if factors_of(env.session, env.user_id).any and not check_code(
            env.session, secret, env.user_id, given
        ):
            raise ValidationFailed.at("proof", WRONG_CODE)
        return
    counter = account_counter(user.login)
    count_attempt(env.session, [counter])
    if user.password_hash is not None:
        is_right = verify_password(user.password_hash, given).ok
    else:
        is_right = is_demo_password(secret, user.login, given, address)
    if not is_right:
        raise ValidationFailed.at("proof", _("The current password is not right."))
    lift_apart(env.session, counter)


def proof_asked(session: Session, user_id: int) -> LazyString | None:
    """What `prove` wants to be given, as the label of its field; None where there is nothing to ask for."""
    user = session.execute(_account(user_id), execution_options=TRUSTED).one()
    if user.password_hash is not None or user.is_demo:
        return _("Current password")
    return _("One-time code") if factors_of(session, user_id).any else None


def mark(env: Env, user_id: int, *, has_one: bool, reason: LazyString) -> None:
    """The account says whether it has a second factor: in its history, and for those who keep accounts."""
    system = env.sudo(reason)
    user = system.get(User, user_id)
    if user.second_factor != has_one:
        system.write(user, second_factor=has_one)


def _is_app_code(session: Session, secret: bytes, user_id: int, code: str) -> bool:
    row = _app(session, user_id)
    step = row and _step(secret, row, code)
    if row is None or not step:
        return False
    table = _table()
    used = (
        update(table).where(table.c.id == row.id, table.c.last_step < step).values(last_step=step).returning(table.c.id)
    )  # fmt: skip
    return session.execute(used, execution_options=TRUSTED).first() is not None


def _step(secret: bytes, row: Any, code: str) -> int | None:
    key = unseal(secret, row.sealed_key, _purpose(row.user_id))
    return matching_step(key, code, datetime.now(UTC), after=row.last_step)


def _app(session: Session, user_id: int, *, confirmed: bool = True) -> Any:
    """The newest one; an older one can be left only by two pages at once."""
    table = _table()
    state = table.c.confirmed_at.is_not(None) if confirmed else table.c.confirmed_at.is_(None)
    wanted = select(table.c.id, table.c.user_id, table.c.sealed_key, table.c.last_step)
    newest = wanted.where(table.c.user_id == user_id, state).order_by(table.c.id.desc()).limit(1)
    return session.execute(newest, execution_options=TRUSTED).one_or_none()


def _account(user_id: int) -> Any:
    user = composition().info("base.user").table
    return select(user.c.login, user.c.password_hash, user.c.is_demo).where(user.c.id == user_id)


def _purpose(user_id: int) -> str:
    return f"totp:{user_id}"


def _table() -> Table:
    return composition().info("base.totp").table
