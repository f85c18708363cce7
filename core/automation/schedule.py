"""Periodic jobs: each runs once a period and company, whatever the number of workers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.automation.jobs import JobDeclaration
from core.automation.queue import QUEUE, companies_with, runnable
from core.modules.manifest import KERNEL
from core.orm.compose import composition
from core.orm.engine import across_companies
from core.orm.trust import TRUSTED

SCHEDULES: Final = "base.schedule"


def enqueue_due(session: Session, jobs: Mapping[str, tuple[str, JobDeclaration]]) -> int:
    """Put the periodic jobs that are due into the queue; gives how many. Rows locked by another worker are left."""
    periodic = {name: found for name, found in jobs.items() if found[1].every is not None}
    if not periodic:
        return 0
    with across_companies(session, SCHEDULES, QUEUE):
        _make_rows(session, periodic)
        return _enqueue(session, periodic)


def _enqueue(session: Session, periodic: Mapping[str, tuple[str, JobDeclaration]]) -> int:
    now = datetime.now(UTC)
    table, queue = composition().info(SCHEDULES).table, composition().info(QUEUE).table
    due = (
        select(table.c.id, table.c.name, table.c.company_id)
        .where(table.c.next_run <= now, table.c.deleted_at.is_(None))
        .where(runnable(table, {name: addon for name, (addon, _declared) in periodic.items()}))
        .limit(100)
        .with_for_update(skip_locked=True)
    )
    rows = session.execute(due, execution_options=TRUSTED).all()
    for row in rows:
        declared = periodic[row.name][1]
        assert declared.every is not None
        session.execute(
            insert(queue).values(
                title=str(declared.title), name=row.name, company_id=row.company_id, arguments={}, run_at=now
            ),
            execution_options=TRUSTED,
        )
        session.execute(
            update(table).where(table.c.id == row.id).values(next_run=now + declared.every, last_run=now),
            execution_options=TRUSTED,
        )
    return len(rows)


def _make_rows(session: Session, periodic: Mapping[str, tuple[str, JobDeclaration]]) -> None:
    """A schedule for each company in which the job's addon is on and has none yet."""
    table = composition().info(SCHEDULES).table
    company = composition().info("base.company").table
    for name, (addon, _declared) in periodic.items():
        companies = select(company.c.id).where(company.c.deleted_at.is_(None))
        if addon != KERNEL:
            companies = companies.where(company.c.id.in_(companies_with(addon)))
        known = select(table.c.company_id).where(table.c.name == name)
        wanted = session.scalars(companies.where(company.c.id.not_in(known)), execution_options=TRUSTED).all()
        if wanted:
            rows = [{"name": name, "company_id": one, "next_run": func.now()} for one in wanted]
            session.execute(insert(table).values(rows).on_conflict_do_nothing(), execution_options=TRUSTED)
