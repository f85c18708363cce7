"""Operations of a company: what one request, job or command has changed, counted from the audit.

The newest operations are found by stepping down the audit from row to row: each step passes by the rows of operations
that were seen already, so that an import of a million rows costs one line like any other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from core.orm.trust import TRUSTED
from core.orm.undoing import NEVER

if TYPE_CHECKING:
    from core.orm.env import Env

MOST_COUNTED: Final = 20_000
"""Rows of one operation that are counted for a line; of more it is said that there are more."""
_STEPS: Final = 3
"""Times the number of lines that are looked for: operations that began on an earlier page are stepped over."""
_NEWEST: Final = 2**63 - 1

_FOUND: Final = text("""
    with recursive seen (id, request_id, n, known) as (
        (select id, request_id, 1, array[request_id] from core.audit
         where company_id = :company and id < :before and operation <> 'link' and model <> all(:never)
           and (cast(:person as bigint) is null or :person in (user_id, real_user_id))
         order by id desc limit 1)
        union all
        select other.id, other.request_id, seen.n + 1, seen.known || other.request_id from seen, lateral (
            select id, request_id from core.audit
            where company_id = :company and id < seen.id and operation <> 'link' and model <> all(:never)
              and (cast(:person as bigint) is null or :person in (user_id, real_user_id))
              and request_id <> all(seen.known)
            order by id desc limit 1) other
        where seen.n < :steps)
    select id, request_id from seen where not exists (
        select from core.audit later where later.request_id = seen.request_id and later.company_id = :company
            and later.id >= :before and later.operation <> 'link' and model <> all(:never))
    order by n limit :most
""").bindparams(bindparam("never", type_=ARRAY(Text)))  # fmt: skip

_COUNTED: Final = text("""
    select asked.id, a.model, a.operation, count(distinct a.record_id), min(a.at), max(a.user_id), max(a.real_user_id),
           max(a.channel), count(*), max(a.record_id), max(a.reason)
    from unnest(cast(:ids as text[])) asked (id), lateral (
        select model, operation, record_id, at, user_id, real_user_id, channel, reason from core.audit
        where request_id = asked.id and company_id = :company and operation <> 'link' and model <> all(:never)
        limit :most) a
    group by asked.id, a.model, a.operation
""").bindparams(bindparam("ids", type_=ARRAY(Text)), bindparam("never", type_=ARRAY(Text)))  # fmt: skip


@dataclass(frozen=True)
class Doing:
    """What happened to the records of one model within an operation; `record_id` is one of them."""

    model: str
    operation: str
    count: int
    record_id: int
    reason: str | None


@dataclass
class Operation:
    """One request, job or command."""

    request_id: str
    at: datetime
    user_id: int
    real_user_id: int
    channel: str
    doings: list[Doing] = field(default_factory=list)
    is_cut: bool = False
    """There are more rows than were counted."""
    last_id: int = 0

    @property
    def count(self) -> int:
        return sum(one.count for one in self.doings)


def operations_of(
    env: Env, *, before: int | None = None, person: int | None = None, limit: int = 50
) -> list[Operation]:
    """The newest operations of the company, the newest change first. Whether the caller may see them is the caller's
    business to ask: nothing of any record's content is in them.
    """
    asked = {"company": env.company_id, "before": before or _NEWEST, "person": person, "never": _passed_by(env),
             "steps": _STEPS * limit, "most": limit}  # fmt: skip
    found = env.session.execute(_FOUND, asked, execution_options=TRUSTED).all()
    known = {one.request_id: one for one in counted(env, [row.request_id for row in found])}
    for row in found:
        known[row.request_id].last_id = row.id
    return [known[row.request_id] for row in found]


def _passed_by(env: Env) -> list[str]:
    """Models whose changes make no line: to ask for a job is no operation, what the job does is one."""
    queues = (one.key for one in env.composition.models.values() if one.is_worked_off)
    return sorted(NEVER.union(queues))


def operation_of(env: Env, request_id: str) -> Operation | None:
    """One operation; None where nothing of the company was changed under this name."""
    return next(iter(counted(env, [request_id])), None)


def counted(env: Env, ids: list[str]) -> list[Operation]:
    """Operations by their names, with what they did."""
    if not ids:
        return []
    asked: dict[str, Any] = {
        "ids": ids,
        "company": env.company_id,
        "never": _passed_by(env),
        "most": MOST_COUNTED,
    }
    found: dict[str, Operation] = {}
    rows: dict[str, int] = {}
    for key, model, operation, count, at, user, real, channel, number, one, reason in env.session.execute(
        _COUNTED, asked, execution_options=TRUSTED
    ):
        made = found.setdefault(key, Operation(key, at, user, real, channel))
        made.at = min(made.at, at)
        made.doings.append(Doing(model, operation, count, one, reason))
        rows[key] = rows.get(key, 0) + number
    for key, made in found.items():
        made.is_cut = rows[key] >= MOST_COUNTED
        made.doings.sort(key=lambda one: (-one.count, one.model, one.operation))
    return list(found.values())
