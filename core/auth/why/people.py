"""The people among whom a page looks for those who reach a record: some at a time, by name, by a role, by a search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select

from core.auth.models import RoleRow, User, UserRole
from core.auth.why.reaching import Reached, reaching
from core.auth.why.subjects import Subject, subjects_of_users
from core.errors import NotFound
from core.orm.binding import seal
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.fields import TO_ONE
from core.orm.methods import Where

LOOKED_AT: Final = 60
"""People of one page: a bound for the time it takes, whatever the size of the company."""


@dataclass(frozen=True)
class People:
    """What a page found: `named` stand in the record itself, `others` follow by name; `next` goes on from there."""

    named: tuple[Reached, ...]
    others: tuple[Reached, ...]
    looked_at: int
    next: str | None


def people_reaching(
    env: Env, info: ModelInfo, record_id: int, action: str, *, search: str = "", role: str = "",
    after: str | None = None,
) -> People:  # fmt: skip
    """One page of people, each with the ways to the record that the caller sees; a search also gives who has none."""
    page = env.page(
        User,
        ["name"],
        *_holding(env, role),
        search=search or None,
        order="name",
        after=after,
        limit=LOOKED_AT,
    )
    named = named_people(env, info, record_id) if not (search or role or after) else []
    ids = [row[0] for row in page.rows if row[0] not in named]
    people = subjects_of_users(env, [*named, *ids])
    found = reaching(env, info, record_id, action, people)
    shown = [one for one in found if one.ways or search]
    first = tuple(one for one in shown if _key(one.subject) in named)
    others = tuple(one for one in shown if _key(one.subject) not in named)
    return People(first, others, len(people), page.next)


def named_people(env: Env, info: ModelInfo, record_id: int) -> list[int]:
    """The users that the record names in fields that the caller sees: its owner, whoever takes part, who made it."""
    readable = env.policy.readable(info)
    names = [
        field.name for field in info.fields_for(env.addons).values()
        if field.kind in TO_ONE and field.target_key == "base.user" and field.is_stored and field.name in readable
    ]  # fmt: skip
    cls = info.cls
    columns: list[Any] = [getattr(cls, info.fields[name].attribute) for name in names]
    rows = env.rows(select(cls.id, *columns).where(cls.id == record_id))
    if not rows:
        raise NotFound()
    if info.key == "base.user":
        return [record_id]
    visible = env.labels(User, {key for key in rows[0][1:] if key})
    return [key for key in dict.fromkeys(rows[0][1:]) if key in visible]


def _holding(env: Env, role: str) -> Sequence[Where]:
    """Who holds a role in the caller's company; everybody where none is asked for."""
    if not role:
        return ()
    held, row = env.info(UserRole).cls, env.info(RoleRow).cls
    holders = (
        select(held.user_id).join(row, row.id == held.role_id)
        .where(row.code == role, held.company_id == env.company_id, held.deleted_at.is_(None))
    )  # fmt: skip
    return (env.info(User).cls.id.in_(seal(holders)),)


def _key(subject: Subject) -> int:
    return subject.identity.user_id
