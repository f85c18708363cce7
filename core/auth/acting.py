"""Working in somebody else's name, in one role only, or in another company.

Each of these is another identity, and so another session: the one before ends, and with it its token.

Whoever acts for somebody has exactly that person's rights, in the company where it was begun, and what they do stands
in the audit under both names. It takes the right `act_for` on accounts, and is bounded so that nobody comes by more
power over the product itself than they have: the other person works in the company, and may administer nothing (no
record type of the kernel, no right on it) that oneself may not. That is asked at the beginning and again with every
click, of both persons as they are then.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Table, and_, exists, func, insert, literal, not_, select
from sqlalchemy.orm import Session

from core.auth.access import AccessPolicy
from core.auth.another import identity_of_another
from core.auth.environment import make_env
from core.auth.grants import WRITE_SHARED
from core.auth.identity import Identity
from core.auth.models import User
from core.auth.models.employee import ACTIVE
from core.auth.sessions import sign_out_session
from core.auth.tokens import hash_token, new_token
from core.errors import AccessDenied, NotFound, ValidationFailed
from core.i18n import _
from core.modules.manifest import KERNEL
from core.orm.compose import composition
from core.orm.criteria import row_criteria
from core.orm.env import Env
from core.orm.history import Change, record_changes
from core.orm.methods import Where
from core.orm.session import ENV_KEY
from core.orm.trust import TRUSTED

ACT_FOR: Final = "act_for"
LONGEST_REASON: Final = 200
_POWERS: Final = ("create", "update", "delete", "import", "assign", WRITE_SHARED, ACT_FOR)
_KEPT: Final = ("user_id", "real_user_id", "company_id", "expires", "address", "agent", "must_enrol", "acting_reason",
                "working_role_id")  # fmt: skip


def acted_for(env: Env) -> Where:
    """Accounts of others who work in the caller's company; none while the caller acts for somebody already."""
    held, post = _table("base.user_role"), _table("base.employee")
    info = env.info(User)
    works = exists(
        select(held.c.id).where(
            held.c.user_id == info.cls.id, held.c.company_id == env.company_id, held.c.deleted_at.is_(None)
        )
    )
    posts = (
        select(post.c.id)
        .where(post.c.user_id == info.cls.id, post.c.company_id == env.company_id)
        .where(post.c.deleted_at.is_(None))
    )
    has_left = and_(exists(posts), not_(exists(posts.where(post.c.status == ACTIVE))))
    is_another = info.cls.id != env.user_id
    return and_(literal(not is_acting(env)), is_another, info.cls.blocked.is_(False), works, not_(has_left))


def is_acting(env: Env) -> bool:
    """Whether somebody else works in the name of the caller."""
    return env.user_id != env.real_user_id


def act_for(env: Env, session_id: int, user_id: int, reason: str) -> str:
    """The token of the session in which the caller works as that user; the caller's own session is over.

    The user is told. Raises `NotFound`, `AccessDenied`, or `ValidationFailed` where no reason is given.
    """
    text = reason.strip()[:LONGEST_REASON]
    if not text:
        raise ValidationFailed.at("reason", _("Please say why: it stands in the history."))
    other = identity_of_another(env.session, user_id, env.company_id)
    own = identity_of_another(env.session, env.real_user_id, env.company_id)
    if other is None or own is None or is_acting(env):
        raise NotFound()
    if not _reaches(env, user_id):
        raise AccessDenied(_("You may not act for this user."))
    if exceeds(other, own):
        raise AccessDenied(_("This user may administer more than you do, so you cannot act for them."))
    _note(env, user_id, ACT_FOR, text)
    env.notify([user_id], _("{name} works in your name: {reason}", name=own.user_name, reason=text))
    borrowed = {"user_id": user_id, "real_user_id": env.real_user_id, "acting_reason": text}
    return renew(env.session, session_id, **borrowed, working_role_id=None)


def end_acting(env: Env, session_id: int) -> str:
    """Back to oneself: the token of the next session."""
    if not is_acting(env):
        raise NotFound()
    _note(env, env.user_id, "end_acting", None)
    return renew(env.session, session_id, user_id=env.real_user_id, acting_reason=None, working_role_id=None)


def still_acts(session: Session, caller: Identity) -> bool:
    """Whether the real user may go on, by the rights that both have now."""
    own = identity_of_another(session, caller.real_user_id, caller.company_id)
    if own is None or exceeds(caller, own):
        return False
    env = make_env(session, own, "page")
    session.info.pop(ENV_KEY, None)
    return _reaches(env, caller.user_id)


def exceeds(other: Identity, own: Identity) -> bool:
    """Whether `other` may administer anything that `own` may not: some right on a record type of the kernel."""
    if other.may_write_shared and not own.may_write_shared:
        return True
    theirs, mine = AccessPolicy(other), AccessPolicy(own)
    kernels = [info for info in composition().models.values() if info.addon == KERNEL]
    return any(
        theirs.allowed(info, power) and not mine.allowed(info, power) for info in kernels for power in _POWERS
    )


def work_as(env: Env, caller: Identity, role_id: int | None) -> str:
    """Go on in one of the roles that the caller holds, or in all of them; the token of the next session."""
    if caller.session_id is None or role_id not in {None, *(role.id for role in caller.held_roles)}:
        raise AccessDenied()
    return renew(env.session, caller.session_id, working_role_id=role_id)


def enter_company(env: Env, caller: Identity, company_id: int) -> str:
    """Go on in another company of the caller, in all roles held there; the token of the next session."""
    if caller.session_id is None or company_id not in {key for key, _name in caller.companies}:
        raise AccessDenied()
    return renew(env.session, caller.session_id, company_id=company_id, working_role_id=None)


def renew(session: Session, session_id: int, **changed: Any) -> str:
    """Put another session in the place of this one: what is not `changed` stays, also the time at which it ends."""
    table, token = _table("base.session"), new_token()
    old = session.execute(
        select(*(table.c[name] for name in _KEPT)).where(
            table.c.id == session_id, table.c.ended_at.is_(None)
        ),
        execution_options=TRUSTED,
    ).one()
    values = {**old._mapping, **changed, "token_hash": hash_token(token), "last_seen": func.now()}
    who = {"created_by_id": values["real_user_id"], "changed_by_id": values["real_user_id"]}
    session.execute(insert(table).values(**values, **who), execution_options=TRUSTED)
    sign_out_session(session, session_id)
    return token


def _reaches(env: Env, user_id: int) -> bool:
    """Whether the right, and the rows it reaches, cover that account."""
    info = env.info(User)
    found = select(info.cls.id).where(
        info.cls.id == user_id, *row_criteria(env, info, info.cls, ACT_FOR), acted_for(env)
    )
    return env.session.scalar(found, execution_options=TRUSTED) is not None


def _note(env: Env, user_id: int, operation: str, reason: str | None) -> None:
    """A line in the history of the account, for the company in which it was: others are not told the reason."""
    info = env.info(User)
    writer = env.sudo(reason) if reason is not None else env
    version = env.session.scalar(
        select(info.cls.version).where(info.cls.id == user_id), execution_options=TRUSTED
    )
    record_changes(writer, info, operation, [Change(user_id, version or 0, {})], of_company=True)


def _table(key: str) -> Table:
    return composition().info(key).table
