"""Who loses the way into the product loses what is being done in their name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import or_, select

from core.auth.models import User
from core.automation.queue import UNFINISHED, ask_cancel, ask_cancel_of
from core.i18n import _
from core.modules.events import implements
from core.modules.hookspecs import after_erase, after_write
from core.orm.env import Env
from core.orm.erasing import forget
from core.orm.removing import remove_rows, telling
from core.orm.trust import TRUSTED


@implements(after_write, model=User)
def cancel_jobs_of_the_shut_out(
    env: Env, records: Sequence[Any], changes: Sequence[Mapping[str, tuple[Any, Any]]]
) -> None:
    """A blocked user's jobs end, and those begun under a password that has been replaced since."""
    for user, changed in zip(records, changes, strict=True):
        if ("blocked" in changed and user.blocked) or "password_hash" in changed:
            ask_cancel_of(env.session, user.id)


@implements(after_erase)
def remove_jobs_that_tell(env: Env, words: Sequence[str]) -> None:
    """Jobs that name somebody whose data were erased, or that hold files of anybody, end, and are forgotten."""
    info = env.composition.info("base.job")
    table = info.table
    holding = {
        one.name: one.forget for _addon, one in env.composition.collect("job") if one.forget is not None
    }
    texts = (table.c.arguments, table.c.result, table.c.error, table.c.title)
    statement = select(table.c.id, table.c.state, table.c.name, table.c.arguments).where(
        table.c.company_id == env.company_id, or_(table.c.name.in_(list(holding)), telling(texts, words))
    )
    found = env.session.execute(statement, execution_options=TRUSTED).all()
    for row in found:
        if row.state in UNFINISHED:
            ask_cancel(env.session, row.id)
        if row.name in holding:
            env.after_commit(partial(holding[row.name], row.arguments))
    if found:
        reason = str(_("jobs that may hold erased personal data"))
        remove_rows(env.sudo(reason), info, {row.id for row in found if row.state != "running"})
        forget(env, info, {row.id for row in found}, ["arguments", "result", "error", "title"], reason)
