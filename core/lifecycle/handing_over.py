"""What somebody is responsible for, counted, given to others, and taken back, whatever addon it belongs to.

A model with an owner is handed over by its owner; one that names other fields says so itself (`handed_over` among its
settings). Closed records keep the name of who closed them, and records in the bin stay as they are.

Everything goes in batches of ids, each with a statement that reads what decides and one that writes rows and audit;
memory does not grow with the number of records. What was moved is not noted a second time: the audit knows it, by the
request that did it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, not_, or_, select, union_all

from core.auth.access import AccessPolicy
from core.auth.another import identity_of_another
from core.i18n import LazyString, _
from core.orm.audit_tables import audit
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.fields import Field
from core.orm.trust import TRUSTED

BATCH: Final = 1000
_SPAN: Final = timedelta(days=2)
Step = Callable[[int], None]


@dataclass(frozen=True)
class Kind:
    """One kind of responsibility: a record type, and the field that names the person."""

    info: ModelInfo
    field: Field

    @property
    def key(self) -> str:
        return f"{self.info.key}.{self.field.name}"

    @property
    def label(self) -> LazyString:
        """Customers; for any field but the owner with its name: Tasks (Assignee)."""
        if self.field.name == "owner":
            return self.info.plural
        return _("{kind} ({field})", kind=self.info.plural, field=self.field.label)

    @property
    def column(self) -> ColumnElement[Any]:
        found: ColumnElement[Any] = getattr(self.info.cls, self.field.attribute)
        return found

    @property
    def is_closed(self) -> ColumnElement[bool]:
        """Closed means closed for everyone: such a record is not changed by a hand-over either."""
        state = self.info.state_field
        if state is None or not self.info.final_states:
            return literal(False)
        found: ColumnElement[bool] = getattr(self.info.cls, state.name).in_(self.info.final_states)
        return found


@dataclass(frozen=True)
class Tally:
    """How many records of one kind go, and how many stay since they are closed."""

    kind: Kind
    open: int
    closed: int


def kinds(env: Env) -> list[Kind]:
    """All kinds of responsibility in the addons of this company, in the order of the addons."""
    found = []
    for info in env.composition.models.values():
        if info.kind != "company" or info.addon not in env.addons:
            continue
        fields = info.fields_for(env.addons)
        names = info.options.get("handed_over", ("owner",) if info.is_owned else ())
        found += [Kind(info, fields[name]) for name in names if name in fields]
    return found


def kind_of(env: Env, key: str) -> Kind | None:
    """The kind of that key; None where its addon is off or gone by now."""
    return next((kind for kind in kinds(env) if kind.key == key), None)


def tallies(env: Env, user_id: int) -> list[Tally]:
    """What somebody is responsible for, in one statement; kinds of which there is nothing are left out."""
    asked = {kind.key: kind for kind in kinds(env)}
    if not asked:
        return []
    parts = [
        select(
            literal(key).label("key"),
            func.count(case((not_(kind.is_closed), 1))).label("open"),
            func.count(case((kind.is_closed, 1))).label("closed"),
        ).where(*_responsible(env, kind, user_id))
        for key, kind in asked.items()
    ]
    rows = env.session.execute(union_all(*parts), execution_options=TRUSTED)
    return [Tally(asked[row.key], row.open, row.closed) for row in rows if row.open or row.closed]


def refused(env: Env, user_id: int, wanted: Sequence[Kind]) -> list[Kind] | None:
    """Those kinds that the successor could not work with; None for somebody who does not work in the company."""
    found = identity_of_another(env.session, user_id, env.company_id)
    if found is None:
        return None
    policy = AccessPolicy(found)
    return [
        kind
        for kind in wanted
        if not policy.allowed(kind.info, "update" if kind.field.name == "owner" else "read")
    ]


def hand_over(env: Env, kind: Kind, giver: int, successor: int, step: Step | None = None) -> int:
    """Give everything open of one kind to the successor; `env` works with the kernel's right. Gives the number."""
    where = [*_responsible(env, kind, giver), not_(kind.is_closed)]
    return _assign(env, kind, select(kind.info.cls.id).where(*where), successor, step)


def open_ones(env: Env, kind: Kind, user_id: int, *, after: int = 0, limit: int = BATCH) -> list[int]:
    """Ids of what would go, above `after`."""
    cls = kind.info.cls
    where = [*_responsible(env, kind, user_id), not_(kind.is_closed), cls.id > after]
    asked = select(cls.id).where(*where).order_by(cls.id).limit(limit)
    return list(env.session.scalars(asked, execution_options=TRUSTED))


def moved(
    env: Env, kind: Kind, request_id: str, at: datetime, successor: int, *, after: int = 0, limit: int = BATCH
) -> list[int]:
    """Ids of what went to the successor in that request, above `after`."""
    found = _moved(env, kind, request_id, at, successor).where(audit.c.record_id > after)
    ordered = found.order_by(audit.c.record_id).limit(limit)
    return list(env.session.scalars(ordered, execution_options=TRUSTED))


def obstacles(
    env: Env, kind: Kind, request_id: str, at: datetime, successor: int, *, limit: int
) -> tuple[int, list[int]]:
    """How many records cannot go back, since they went on, were closed or deleted, and the ids of the first ones."""
    cls = kind.info.cls
    went = _moved(env, kind, request_id, at, successor).subquery()
    changed = or_(kind.column.is_distinct_from(successor), cls.deleted_at.is_not(None), kind.is_closed)
    found = (
        select(cls.id).join(went, went.c.record_id == cls.id).where(cls.company_id == env.company_id, changed)
    )
    number = (
        env.session.scalar(select(func.count()).select_from(found.subquery()), execution_options=TRUSTED) or 0
    )
    first = found.order_by(cls.id).limit(limit) if number else None
    return number, list(env.session.scalars(first, execution_options=TRUSTED)) if first is not None else []


def take_back(
    env: Env, kind: Kind, request_id: str, at: datetime, successor: int, giver: int, step: Step | None = None
) -> int:  # fmt: skip
    """Give back what went to the successor in that request, as far as it is still theirs and open."""
    cls = kind.info.cls
    went = _moved(env, kind, request_id, at, successor)
    where = [*_responsible(env, kind, successor), not_(kind.is_closed), cls.id.in_(went)]
    return _assign(env, kind, select(cls.id).where(*where), giver, step)


def _responsible(env: Env, kind: Kind, user_id: int) -> list[ColumnElement[bool]]:
    cls = kind.info.cls
    return [cls.company_id == env.company_id, cls.deleted_at.is_(None), kind.column == user_id]


def _moved(env: Env, kind: Kind, request_id: str, at: datetime, successor: int) -> Select[Any]:
    """From the audit of that request; the time finds the month in which it is kept."""
    to = audit.c.changes[kind.field.name]["n"].as_integer()
    return select(audit.c.record_id).where(
        and_(audit.c.request_id == request_id, audit.c.company_id == env.company_id),
        and_(audit.c.at >= at - _SPAN, audit.c.at <= at + _SPAN),
        and_(audit.c.model == kind.info.key, to == successor),
    )


def _assign(env: Env, kind: Kind, ids: Select[Any], user_id: int, step: Step | None) -> int:
    number = 0
    for batch in _batches(env, kind, ids):
        env.write_many(kind.info.key, batch, **{kind.field.name: user_id})
        number += len(batch)
        if step is not None:
            step(len(batch))
    return number


def _batches(env: Env, kind: Kind, ids: Select[Any]) -> Iterator[list[int]]:
    """By ascending id, each asked for after the one before has been written."""
    last = 0
    while True:
        asked = ids.where(kind.info.cls.id > last).order_by(kind.info.cls.id).limit(BATCH)
        found = list(env.session.scalars(asked, execution_options=TRUSTED))
        if not found:
            return
        yield found
        last = found[-1]
