"""The worker: takes jobs one after the other, each in one transaction of its company, until told to stop."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from core.auth.company_addons import enabled_addons
from core.auth.environment import make_env
from core.auth.identity import identity_of
from core.automation.jobs import JobDeclaration
from core.automation.queue import claim, settle, touch
from core.automation.schedule import enqueue_due
from core.i18n import LazyString, use_language
from core.modules.manifest import KERNEL
from core.orm.company_habits import habits_of
from core.orm.compose import composition
from core.orm.context import use_env
from core.orm.engine import Scope, session_factory, set_scope
from core.orm.env import Env
from core.orm.kernel_tables import generation
from core.orm.policy import SystemPolicy
from core.orm.trust import TRUSTED

_log = logging.getLogger("keyuan.worker")
FIRST_PAUSE: Final = timedelta(seconds=10)
IDLE_SECONDS: Final = 1.0


class JobCancelled(Exception):
    """Somebody asked for the end of the running job; everything it did is taken back."""


@dataclass
class Run:
    """What a job function is given beside its Env: progress and cancellation, in a transaction of their own."""

    job_id: int
    factory: sessionmaker[Session]
    company_id: int
    user_id: int | None = None
    _last: datetime = field(default_factory=lambda: datetime.min.replace(tzinfo=UTC))

    def step(self, progress: int, total: int | None = None) -> None:
        """Say how far the job is, at most once a second. Raises JobCancelled when the end was asked for, or who asked
        for the job may not work in the company any more.
        """
        now = datetime.now(UTC)
        if now - self._last < timedelta(seconds=1) and progress != total:
            return
        self._last = now
        self.refuse_unwanted(progress, total)

    def refuse_unwanted(self, progress: int | None = None, total: int | None = None) -> None:
        """The same question at any time; the worker asks it once more before it commits what the job did."""
        with self.factory() as session:
            _work_in(session, self.company_id)
            is_cancelled = touch(session, self.job_id, datetime.now(UTC), progress, total)
            session.commit()
            is_shut_out = (
                self.user_id is not None and identity_of(session, self.user_id, self.company_id) is None
            )
        if is_cancelled or is_shut_out:
            raise JobCancelled()


class Worker:
    """Runs the jobs of one composition, and tells when the database belongs to a newer one."""

    def __init__(
        self,
        engine: Engine,
        info: Mapping[str, Any] | None = None,
        *,
        generation: int = 0,
        newer: Callable[[int], object] | None = None,
        upkeep: Callable[[], object] | None = None,
    ) -> None:
        """`info` is for the sessions in which jobs run. `newer` is told of each generation after the composition's,
        within a second or after the running job. `upkeep` is the owner's work on the database, called between jobs.
        """
        self.factory = session_factory(engine, info)
        self._generation, self._newer, self._upkeep = generation, newer, upkeep
        self.jobs: dict[str, tuple[str, JobDeclaration]] = {
            declared.name: (addon, declared) for addon, declared in composition().collect("job")
        }

    @property
    def addons(self) -> dict[str, str]:
        """The addon of each job."""
        return {name: addon for name, (addon, _declared) in self.jobs.items()}

    def run(self, wait: Callable[[float], bool]) -> None:
        """Work until `wait(seconds)` says that it is time to stop."""
        while not wait(0):
            try:
                with self.factory() as session:
                    self._look_at_generation(session)
                    enqueue_due(session, self.jobs)
                    session.commit()
                busy = self.run_one()
            except Exception:
                _log.exception("the queue cannot be read; trying again")
                busy = False
            self._keep_up()
            if not busy and wait(IDLE_SECONDS):
                return

    def _keep_up(self) -> None:
        """Jobs go on where the owner's work fails, and it is tried again."""
        if self._upkeep is None:
            return
        try:
            self._upkeep()
        except Exception:
            _log.exception("the upkeep of the database failed; trying again")

    def _look_at_generation(self, session: Session) -> None:
        if self._newer is None:
            return
        number = session.scalar(select(generation.c.number), execution_options=TRUSTED) or 0
        if number > self._generation:
            self._generation = number
            self._newer(number)

    def run_one(self) -> bool:
        """Run the next due job; False when there is none."""
        with self.factory() as session:
            row = claim(session, datetime.now(UTC), self.addons)
            session.commit()
        if row is None:
            return False
        try:
            self._carry_out(row)
        except JobCancelled:
            self._settle(row, state="cancelled", finished_at=datetime.now(UTC))
        except Exception as error:
            self._failed(row, error)
        return True

    def _carry_out(self, row: Any) -> None:
        """The job's effects and its being done are one transaction. Switched off just now, it goes on waiting."""
        addon, declared = self.jobs[row.name]
        with self.factory() as session:
            env = self._env(session, row)
            if addon not in env.addons:
                settle(session, row.id, state="queued", attempts=row.attempts - 1)
                session.commit()
                return
            with use_env(env), use_language(env.language):
                run = Run(row.id, self.factory, row.company_id, row.user_id)
                result = declared.function(env, run, **row.arguments)
                env.flush()
                run.refuse_unwanted()
                settle(session, row.id, state="done", finished_at=datetime.now(UTC), result=result)
                env.commit()

    def _env(self, session: Session, row: Any) -> Env:
        """The Env of who asked, with the rights they have now; periodic jobs run as the system, in the company's
        language and on its day.
        """
        if row.user_id:
            identity = identity_of(session, row.user_id, row.company_id)
            if identity is None:
                raise PermissionError("who asked for this job may not work in the company any more")
            identity = replace(identity, real_user_id=row.real_user_id or row.user_id)
            return make_env(session, identity, "job", f"job-{row.id}")
        _work_in(session, row.company_id)
        addons = enabled_addons(session, row.company_id) | {KERNEL}
        return Env(session, SystemPolicy("job", addons), user_id=0, company_id=row.company_id, addons=addons,
                   channel="job", request_id=f"job-{row.id}", reason=row.name,
                   **habits_of(session, row.company_id))  # fmt: skip

    def _failed(self, row: Any, error: Exception) -> None:
        _addon, declared = self.jobs[row.name]
        _log.error("job %s (%s) failed", row.id, row.name, exc_info=error)
        message = getattr(error, "message", None)
        text = (
            str(message)
            if isinstance(message, LazyString)
            else "".join(traceback.format_exception_only(error))
        )
        if row.attempts >= declared.attempts:
            self._settle(row, state="dead", finished_at=datetime.now(UTC), error=text)
        else:
            pause = FIRST_PAUSE * 4 ** (row.attempts - 1)
            self._settle(row, state="failed", run_at=datetime.now(UTC) + pause, error=text)

    def _settle(self, row: Any, **values: Any) -> None:
        with self.factory() as session:
            _work_in(session, row.company_id)
            settle(session, row.id, **values)
            session.commit()


def _work_in(session: Session, company_id: int) -> None:
    set_scope(session, Scope(read=(company_id,), write=(company_id,)))
