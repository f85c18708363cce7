"""The unit of work under an `Env`: what was changed, by which right, and what waits for the commit.

Addons use `Env`; the files of this room use what stands here.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.orm import flushing
from core.orm.binding import sealed
from core.orm.bulk import listed
from core.orm.compose import Composition, ModelInfo, composition
from core.orm.methods import Where
from core.orm.pending import discard
from core.orm.policy import Policy, SystemPolicy
from core.orm.session import ENV_KEY
from core.orm.trust import TRUSTED
from core.orm.unit import Unit

if TYPE_CHECKING:
    from core.orm.env import Env

_log = logging.getLogger("keyuan.env")


class EnvWork:
    """The part of an `Env` that is not the callers' business: see `core.orm.env`."""

    def __init__(
        self,
        session: Session,
        policy: Policy,
        *,
        user_id: int,
        company_id: int,
        addons: frozenset[str],
        companies: tuple[int, ...] = (),
        real_user_id: int | None = None,
        roles: frozenset[str] = frozenset(),
        direct_reports: tuple[int, ...] = (),
        reports: tuple[int, ...] = (),
        departments: tuple[int, ...] = (),
        shared: frozenset[str] = frozenset(),
        language: str = "zh_CN",
        timezone: ZoneInfo | None = None,
        clock: Callable[[], datetime] | None = None,
        channel: str = "system",
        request_id: str | None = None,
        reason: str | None = None,
    ) -> None:
        self.moments = 0
        """How often the clock was asked, or the database: what was found out meanwhile holds for this Env only."""
        self.days = 0
        """How often it was asked which day it is: what was found out meanwhile holds until midnight."""
        self._session = session
        self.policy = policy
        self.user_id, self.real_user_id = user_id, real_user_id or user_id
        self.company_id, self.companies = company_id, companies or (company_id,)
        self.addons, self.roles = addons, roles
        self.direct_reports, self.reports, self.departments = direct_reports, reports, departments
        self.shared = shared
        """Models of which the caller has records by hand or in a team, so that rules ask for these only then."""
        self.language, self.channel = language, channel
        self.timezone = timezone or ZoneInfo("Asia/Shanghai")
        self._clock: Callable[[], datetime] = clock or (lambda: datetime.now(UTC))
        self.request_id = request_id or uuid.uuid4().hex
        self.reason = reason
        self.composition: Composition = composition()
        self.unit = Unit()
        self._operation = "write"
        self._origin: EnvWork | None = None
        self._own_writes = 0
        session.info.setdefault(ENV_KEY, self)

    @property
    def session(self) -> Session:
        """The database session; its statements are bound by the policy."""
        self.moments += 1
        return self._session

    @property
    def clock(self) -> Callable[[], datetime]:
        """Tells the time; tests and demonstrations set it."""
        self.moments += 1
        return self._clock

    @clock.setter
    def clock(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self.__dict__.pop("now", None)

    @property
    def today(self) -> date:
        """The company's day, whatever the day is where the server or the reader is."""
        self.days += 1
        return self._clock().astimezone(self.timezone).date()

    @property
    def is_system(self) -> bool:
        """Whether this is the kernel's own work (`sudo`)."""
        return isinstance(self.policy, SystemPolicy)

    @cached_property
    def now(self) -> datetime:
        """One moment for everything this Env writes."""
        return self.clock()

    def with_policy(self, policy: Policy, reason: str | None = None) -> Env:
        """The same caller, moment and unit of work under other rights: for the kernel's own narrower or wider looks."""
        env = cast("type[Env]", type(self))(
            self.session, policy, user_id=self.user_id, company_id=self.company_id,
            addons=self.addons, companies=self.companies, real_user_id=self.real_user_id, roles=self.roles,
            direct_reports=self.direct_reports, reports=self.reports, departments=self.departments,
            shared=self.shared, language=self.language, timezone=self.timezone, clock=self.clock,
            channel=self.channel, request_id=self.request_id, reason=reason,
        )  # fmt: skip
        env.unit = self.unit
        env.__dict__["now"] = self.now
        return env

    def info(self, model: Any) -> ModelInfo:
        """The model of a key, class or record, if its addon is on in this company."""
        found = self.composition.info(model)
        if found.addon not in self.addons:
            raise NotFound()
        return found

    def flush(self, operation: str | None = None) -> None:
        """Write what changed on loaded records; what a caller of `sudo` changed goes by the caller's own rights."""
        if self._origin is not None and not self._own_writes:
            self._origin.flush()
        elif self.session.dirty or self.unit.links:
            flushing.flush_records(cast("Env", self), operation or self._operation)

    def after_commit(self, action: Callable[[], None]) -> None:
        """Run `action` once the transaction is committed; it is dropped with a rollback."""
        self.unit.after_commit.append(action)

    def commit(self) -> None:
        """Write and commit, then run what waits for the commit."""
        self.flush()
        self.session.commit()
        waiting, self.unit.after_commit[:] = list(self.unit.after_commit), []
        for action in waiting:
            try:
                action()
            except Exception:
                _log.exception("what had to wait for the commit failed; the change itself is saved")

    def load(self, info: ModelInfo, ids: Sequence[int]) -> list[Any]:
        """Records by id without the policy's rows: for what this Env has just made or been given."""
        statement = self._by_id(info)
        given = self.session.scalars(statement, {"ids": list(ids)}, execution_options=TRUSTED)
        found = {one.id: one for one in given}
        return [found[key] for key in ids if key in found]

    def refresh(self, info: ModelInfo, records: Sequence[Any]) -> None:
        """Read the rows of records again, as they are now."""
        anew = TRUSTED | {"populate_existing": True}
        ids = [record.id for record in records]
        self.session.scalars(self._by_id(info), {"ids": ids}, execution_options=anew).all()

    def _by_id(self, info: ModelInfo) -> Any:
        """Kept, as to build it and to find its compiled form costs more than to run it."""
        return self.policy.remembered(
            ("by id", info.key), lambda: select(info.cls).where(listed(info.cls.id))
        )

    def reach(self, info: ModelInfo, action: str, *, live: bool = False) -> Where | None:
        """The policy's rows for an action, `live` ones only; its subqueries are the rule's own."""
        where = self.policy.where(info, action, live=live)
        if where is None:
            return None
        found: Where = self.policy.remembered(("reach", info.key, action, live), lambda: sealed(where))
        return found

    def announce(self, event: str, info: ModelInfo, **arguments: Any) -> None:
        """Announce a kernel event to the enabled addons."""
        if self.listens(event, info):
            self.composition.hooks.model_event(
                event, info.key, self.addons, env=self, model=info.definition, **arguments
            )

    def listens(self, event: str, info: ModelInfo) -> bool:
        """Whether any enabled addon wants this event of this model."""
        return self.composition.hooks.listens(event, info.key, self.addons)

    @contextmanager
    def granting(self, records: Iterable[Any], operation: str) -> Iterator[None]:
        """While a transition runs, its records may be changed by virtue of the transition's own right.

        When it breaks off, what it has changed and not written is taken back from the records.
        """
        added = {id(record): record for record in records if id(record) not in self.unit.granted}
        before = self._operation
        with self._writing_itself():
            self.unit.granted.update(added)
            self._operation = operation
            try:
                yield
                self.flush()
            except BaseException:
                discard(cast("Env", self))
                raise
            finally:
                self._operation = before
                for key in added:
                    del self.unit.granted[key]

    def is_granted(self, record: Any) -> bool:
        """Whether a running transition covers the record."""
        return id(record) in self.unit.granted

    def queue_links(self, record: Any, name: str, ids: Sequence[int]) -> None:
        """Remember wanted many2many links until the next flush."""
        self.unit.links.setdefault(id(record), (record, {}))[1][name] = list(ids)

    def take_links(self) -> None:
        """Forget the queued links."""
        self.unit.links.clear()

    def write_company(self, info: ModelInfo) -> int:
        """The company that new rows belong to."""
        return self.company_id

    @contextmanager
    def _writing_itself(self) -> Iterator[None]:
        """What was changed before is written first, by the rights it was changed with."""
        self.flush()
        self._own_writes += 1
        try:
            yield
        finally:
            self._own_writes -= 1
