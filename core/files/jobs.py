"""Tidying the file store: what no row names, because the request that brought it failed, goes after a grace time."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from core.automation.jobs import job
from core.files.models import File
from core.files.shelf import GRACE, shelf_of
from core.i18n import _
from core.orm.env import Env
from core.orm.trust import TRUSTED


@job(_("Remove contents that no record names"), every=timedelta(days=1))
def tidy_files(env: Env, run: Any) -> dict[str, Any]:
    """Each company's own contents. A content counts as named also by a row in the bin."""
    shelf, since, removed = shelf_of(env), time.time() - GRACE.total_seconds(), 0
    shelf.remove_unfinished(since)
    for looked_at, batch in enumerate(shelf.untouched(since), 1):
        removed += shelf.remove(set(batch) - _named(env, batch), since)
        run.step(looked_at)
    return {"removed": removed}


def _named(env: Env, hashes: list[str]) -> set[str]:
    cls = env.info(File).cls
    statement = select(cls.sha256).where(cls.company_id == env.company_id, cls.sha256.in_(hashes)).distinct()
    return set(env.session.scalars(statement, execution_options=TRUSTED))
