"""The kernel's own Env: work on the deployment, or on a company before anybody works in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from core.i18n import LazyString
from core.orm.context import use_env
from core.orm.engine import Scope, scope_of, session_factory, set_scope
from core.orm.env import Env
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
    user of `source` where it is an Env.
    """
    caller = source if isinstance(source, Env) else None
    own = isinstance(source, Connection)
    if isinstance(source, Connection):
        session = session_factory(source)()
    else:
        session = source if isinstance(source, Session) else source.session
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
    )
    try:
        with use_env(env):
            yield env
            env.flush()
        if own:
            session.commit()
        elif before is not None:
            set_scope(session, before)
    finally:
        if own:
            session.close()
