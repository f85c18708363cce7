"""The transactional queue: a job exists exactly if the change that asked for it was committed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Table, and_, false, func, or_, select, update
from sqlalchemy.orm import Session

from core.automation.jobs import JobDeclaration
from core.modules.manifest import KERNEL
from core.orm.compose import composition
from core.orm.engine import across_companies
from core.orm.env import Env
from core.orm.trust import TRUSTED

CHANNEL: Final = "keyuan_jobs"
QUEUE: Final = "base.job"
"""The table; the same name opens the wall around it for workers."""
LEASE: Final = timedelta(minutes=10)
"""A worker that has not been heard of for this long has died; its job is taken up again."""

UNFINISHED: Final = ("queued", "failed", "running")
"""States of a job that is not over."""


def enqueue(
    env: Env,
    job: JobDeclaration,
    *,
    at: datetime | None = None,
    unique_key: str | None = None,
    **arguments: Any,
) -> int:
    """Ask for a job in this transaction; gives its id. With a `unique_key` a waiting one is not asked for twice."""
    table = _table()
    if unique_key is not None:
        waiting = select(table.c.id).where(
            table.c.company_id == env.company_id, table.c.unique_key == unique_key,
            table.c.state.in_(UNFINISHED),
        )  # fmt: skip
        found = env.session.scalar(waiting.limit(1), execution_options=TRUSTED)
        if found is not None:
            return int(found)
    (key,) = env.sudo("queue").create_many(
        QUEUE,
        [{
            "title": str(job.title), "name": job.name, "company": env.company_id, "user": env.user_id or None,
            "real_user": env.real_user_id if env.real_user_id != env.user_id else None,
            "arguments": arguments, "unique_key": unique_key, "run_at": at or env.now,
        }],
    )  # fmt: skip
    env.session.execute(select(func.pg_notify(CHANNEL, "")), execution_options=TRUSTED)
    return key


def claim(session: Session, now: datetime, jobs: Mapping[str, str]) -> Any:
    """Take the next due job; other workers pass it by. None when there is nothing.

    `jobs` gives the addon of each that this composition knows. Jobs of others wait, and those of an addon that is off
    in their company do too: both are there again with their addon.
    """
    table = _table()
    due = and_(table.c.state.in_(["queued", "failed"]), table.c.run_at <= now)
    lost = and_(table.c.state == "running", table.c.lease_until < now)
    next_one = (
        select(table.c.id)
        .where(or_(due, lost), runnable(table, jobs), table.c.deleted_at.is_(None))
        .order_by(table.c.run_at, table.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    taken = (
        update(table)
        .where(table.c.id == next_one)
        .values(
            state="running",
            lease_until=now + LEASE,
            attempts=table.c.attempts + 1,
            started_at=now,
            error=None,
        )
        .returning(*table.c)
    )
    with across_companies(session, QUEUE):
        return session.execute(taken, execution_options=TRUSTED).one_or_none()


def runnable(table: Table, jobs: Mapping[str, str]) -> ColumnElement[bool]:
    """Rows that name one of these jobs, in the companies where its addon is on."""
    by_addon: dict[str, list[str]] = {}
    for name, addon in jobs.items():
        by_addon.setdefault(addon, []).append(name)
    return or_(false(), *(
        table.c.name.in_(names) if addon == KERNEL
        else and_(table.c.name.in_(names), table.c.company_id.in_(companies_with(addon)))
        for addon, names in by_addon.items()
    ))  # fmt: skip


def companies_with(addon: str) -> Select[tuple[int]]:
    """The companies that have an addon switched on."""
    switches = composition().info("base.company_addon").table
    return select(switches.c.company_id).where(
        switches.c.addon == addon, switches.c.enabled, switches.c.deleted_at.is_(None)
    )


def settle(session: Session, job_id: int, **values: Any) -> None:
    """Note how a job of the company at work ended; its lease ends."""
    table = _table()
    session.execute(
        update(table).where(table.c.id == job_id).values(lease_until=None, changed_at=func.now(), **values),
        execution_options=TRUSTED,
    )


def touch(session: Session, job_id: int, now: datetime, progress: int | None, total: int | None) -> bool:
    """Renew the lease and note the progress; True when somebody asked to cancel."""
    table = _table()
    values: dict[str, Any] = {"lease_until": now + LEASE}
    if progress is not None:
        values["progress"] = progress
    if total is not None:
        values["total"] = total
    statement = update(table).where(table.c.id == job_id).values(values).returning(table.c.cancel_asked)
    return bool(session.scalar(statement, execution_options=TRUSTED))


def ask_cancel(session: Session, job_id: int) -> None:
    """Ask for the end of a job of the company at work: a waiting one ends at once, a running one at its next step."""
    table = _table()
    waiting = table.c.state.in_(["queued", "failed"])
    session.execute(
        update(table).where(table.c.id == job_id, waiting).values(state="cancelled", finished_at=func.now()),
        execution_options=TRUSTED,
    )
    session.execute(
        update(table).where(table.c.id == job_id).values(cancel_asked=True), execution_options=TRUSTED
    )


def ask_cancel_of(session: Session, user_id: int) -> None:
    """Ask for the end of everything that a user has asked for and that is not over, in every company."""
    table = _table()
    is_theirs = or_(table.c.user_id == user_id, table.c.real_user_id == user_id)
    theirs = select(table.c.id).where(is_theirs, table.c.state.in_(UNFINISHED))
    with across_companies(session, QUEUE):
        for job_id in session.scalars(theirs, execution_options=TRUSTED).all():
            ask_cancel(session, job_id)


def _table() -> Table:
    return composition().info(QUEUE).table
