"""The kernel's own Env: work on the deployment, or on a company before anybody works in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core.i18n import LazyString
from core.orm.company_habits import habits_of
from core.orm.context import use_env
from core.orm.engine import Scope, scope_of, session_factory, set_scope
from core.orm.env import Env
from core.orm.pending import discard
from core.orm.policy import SystemPolicy

SYSTEM_USER = 0
"""In the audit: nobody's account, the kernel itself."""

Source = Connection | Session | Env


@contextmanager
def system_env(
    source: Source, company_id: int, addons: frozenset[str], reason: LazyString | str
) -> Iterator[Env]:
    """An Env of the kernel in the transaction of `source`; company 0 means what all companies share.

    Its wall is open for this company only and is put back afterwards. The audit names the reason, and the
    user of `source` where it is an Env. It speaks the language of the company, as what it writes is read there.
    """
    caller = source if isinstance(source, Env) else None
    session = _session_of(source)
    before = scope_of(session)
    if caller is not None:
        caller.flush()
    set_scope(session, Scope(read=(company_id,), write=(company_id,)))
    env = Env(
        session,
        SystemPolicy(str(reason), addons),
        user_id=caller.user_id if caller else SYSTEM_USER,
        real_user_id=caller.real_user_id if caller else None,
        company_id=company_id,
        addons=addons,
        channel=caller.channel if caller else "system",
        request_id=caller.request_id if caller else None,
        clock=caller.clock if caller else None,
        reason=str(reason),
        **habits_of(session, company_id),
    )
    try:
        with use_env(env):
            yield env
            env.flush()
    except BaseException:
        discard(env)
        raise
    else:
        if isinstance(source, Connection):
            session.commit()
    finally:
        _leave(session, before, is_own=isinstance(source, Connection))


def _session_of(source: Source) -> Session:
    if isinstance(source, Connection):
        return session_factory(source)()
    return source if isinstance(source, Session) else source.session


def _leave(session: Session, before: Scope | None, *, is_own: bool) -> None:
    """Also after an error the caller's wall stands where it stood."""
    if is_own:
        session.close()
    elif before is not None:
        with suppress(
            DBAPIError
        ):  # in a transaction that is lost nothing can be read; the next one begins with it
            set_scope(session, before)
