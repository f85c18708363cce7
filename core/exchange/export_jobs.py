"""Large exports as jobs, and the files that nobody fetches in time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from core.auth.environment import make_env
from core.auth.identity import Identity, identity_of
from core.auth.models import UserRole
from core.automation.jobs import job
from core.automation.worker import JobCancelled, Run
from core.exchange.export_files import kept_files, remove
from core.exchange.exporting import carry_out
from core.exchange.models import Export
from core.i18n import _
from core.orm.env import Env


@job(_("Export"), attempts=1)
def export_rows(env: Env, run: Run, *, export: int) -> dict[str, Any]:
    """Write the file with the rights of who asked, then tell them. A restart after a crash begins anew."""
    written = carry_out(env, export, caller_now(env, run), run.step)
    record: Any = env.sudo(_("export")).get(Export, export)
    text = _("Your export “{name}” is ready: {rows} rows.", name=record.name, rows=f"{written.rows:,}")
    env.notify([env.user_id], text, record)
    return {"rows": written.rows, "cut": written.cut}


def caller_now(env: Env, run: Run) -> Callable[[], Env]:
    """Who asked for a job, with the rights of the moment; the same Env as long as they stay the same.

    Raises `JobCancelled` where that is nobody any more: blocked, or without a role in the company.
    """
    known: Identity | None = None
    current = env

    def now() -> Env:
        nonlocal known, current
        with run.factory() as session:
            found = identity_of(session, env.user_id, env.company_id)
        if found is None:
            raise JobCancelled()
        if found != known:
            known = found
            current = make_env(env.session, found, env.channel, env.request_id, language=env.language)
        return current

    return now


@job(_("Remove exported files that have expired"), every=timedelta(hours=1))
def tidy_exports(env: Env, run: Run) -> dict[str, Any]:
    """Also those of exports that were never finished, and of people who work in the company no more."""
    removed = 0
    for path, user_id, export_id in list(kept_files(env)):
        if not _is_kept(env, user_id, export_id):
            remove(path)
            removed += 1
    return {"removed": removed}


def _is_kept(env: Env, user_id: int, export_id: int) -> bool:
    found: Any = env.first(Export, Export.id == export_id, Export.user == user_id)
    if found is None or found.expires_at <= env.now:
        return False
    works_here = UserRole.user == user_id, UserRole.company == env.company_id
    return env.first(UserRole, *works_here) is not None
