"""What goes for good by itself: the bin, after as long as the company wants, and answers that nobody asks for again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from core.automation.jobs import job
from core.i18n import _
from core.orm.env import Env
from core.orm.idempotency import DAYS_KEPT, forget_before
from core.orm.removing import purge_bin
from core.orm.trust import TRUSTED


@job(_("Empty the bin of old records"), every=timedelta(days=1))
def empty_bin(env: Env, run: Any) -> dict[str, Any]:
    """As many days after its deletion as the company has set."""
    return {"removed": purge_bin(env, env.now - timedelta(days=days_in_bin(env)), run.step)}


@job(_("Forget answers to requests that are long past"), every=timedelta(days=1))
def forget_answers(env: Env, run: Any) -> dict[str, Any]:
    """Those of all companies, whichever comes first."""
    return {"forgotten": forget_before(env, env.now - timedelta(days=DAYS_KEPT))}


def days_in_bin(env: Env) -> int:
    """How long the company keeps deleted records."""
    company = env.composition.info("base.company").table
    statement = select(company.c.bin_days).where(company.c.id == env.company_id)
    return int(env.session.scalar(statement, execution_options=TRUSTED) or 0)
