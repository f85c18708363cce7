"""Who loses the way into the product, or into a company, loses the files that were exported there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import false, select

from core.auth.models import User, UserRole
from core.automation.queue import UNFINISHED, ask_cancel
from core.exchange.export_files import drop_files, kept_files, remove
from core.exchange.export_jobs import export_rows
from core.exchange.models import Export, Print
from core.files.shelf import root_of
from core.i18n import _
from core.modules.events import implements
from core.modules.hookspecs import after_delete, after_erase, after_write
from core.orm.audit_tables import audit
from core.orm.env import Env
from core.orm.erasing import forget, rewrite
from core.orm.erasing_words import MASK
from core.orm.history import TAKEN_OUT
from core.orm.removing import remove_rows, telling
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


@implements(after_erase)
def forget_what_was_given_out(env: Env, model: type[Any], ids: Sequence[int], words: Sequence[str]) -> None:
    """Exports and printed lists that name the person go; prints of the records are counted on, without the name."""
    own, reason = env.composition.info(model), str(_("exports and prints that name erased persons"))
    system = env.sudo(reason)
    for info in (env.composition.info(Export), env.composition.info(Print)):
        table = info.table
        of_record = table.c.record_id.is_not(None) if "record_id" in table.c else false()
        theirs = telling((table.c.name, table.c.conditions, table.c.asked), words)
        if "record_id" in table.c:
            theirs |= (table.c.model == own.key) & table.c.record_id.in_(list(ids))
        found = select(table.c.id, of_record).where(table.c.company_id == env.company_id, theirs)
        rows = env.session.execute(found, execution_options=TRUSTED).all()
        counted = {row[0] for row in rows if row[1]}
        rewrite(system, info, {key: {"name": MASK} for key in counted})
        remove_rows(system, info, {row[0] for row in rows} - counted)
        if rows:
            forget(env, info, {row[0] for row in rows}, ["name", "conditions", "asked"], reason)
    _forget_what_lists_were_of(env, words, reason)


def _forget_what_lists_were_of(env: Env, words: Sequence[str], reason: str) -> None:
    """The audit says of lists that were taken out by which words they were found. Where it names the person, all that
    it says of lists of the model goes; who took one out and when stays.
    """
    naming = select(audit.c.model).distinct().where(
        audit.c.company_id == env.company_id, audit.c.record_id == 0, audit.c.operation.in_(TAKEN_OUT),
        telling([audit.c.changes], words),
    )  # fmt: skip
    for key in env.session.scalars(naming, execution_options=TRUSTED).all():
        if key in env.composition.models:
            forget(env, env.composition.models[key], [0], ["export", "print"], reason)
