"""Who loses the way into the product, or into a company, loses the files that were exported there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import select

from core.auth.models import User, UserRole
from core.automation.queue import UNFINISHED, ask_cancel
from core.exchange.export_files import drop_files, kept_files, remove
from core.exchange.export_jobs import export_rows
from core.files.shelf import root_of
from core.modules.events import implements
from core.modules.hookspecs import after_delete, after_erase, after_write
from core.orm.env import Env
from core.orm.trust import TRUSTED


@implements(after_write, model=User)
def drop_exports_of_the_shut_out(
    env: Env, records: Sequence[Any], changes: Sequence[Mapping[str, tuple[Any, Any]]]
) -> None:
    """A blocked user's files go, and those made under a password that has been replaced since."""
    shut_out = [
        user.id
        for user, changed in zip(records, changes, strict=True)
        if ("blocked" in changed and user.blocked) or "password_hash" in changed
    ]
    if shut_out:
        env.after_commit(partial(drop_files, env, shut_out, everywhere=True))


@implements(after_delete, model=UserRole)
def drop_exports_of_those_who_left(env: Env, records: Sequence[Any]) -> None:
    """With a role rights go: what was exported with them goes too, in the company of the role."""
    users = [row.user_id for row in records if row.company_id == env.company_id]
    if users:
        env.after_commit(partial(drop_files, env, users, everywhere=False))


@implements(after_erase)
def drop_exports_of_the_company(env: Env) -> None:
    """An exported file may hold whoever was just erased: every one of the company goes, and those in work end."""
    table = env.composition.info("base.job").table
    in_work = select(table.c.id).where(
        table.c.company_id == env.company_id, table.c.name == export_rows.name, table.c.state.in_(UNFINISHED)
    )
    for job_id in env.session.scalars(in_work, execution_options=TRUSTED).all():
        ask_cancel(env.session, job_id)
    if root_of(env) is not None:
        env.after_commit(partial(_remove_all, env))


def _remove_all(env: Env) -> None:
    for path, _user, _export in list(kept_files(env)):
        remove(path)
