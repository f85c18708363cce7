"""The people among whom a page looks for those who reach a record: some at a time, by name, by a role, by a search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

from sqlalchemy import select

from core.auth.models import RoleRow, User, UserRole
from core.auth.why.reaching import Reached, reaching
from core.auth.why.subjects import subjects_of_users
from core.errors import NotFound
from core.orm.binding import seal
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.fields import TO_ONE
from core.orm.methods import Where

LOOKED_AT: Final = 100
"""Most people of one page, whatever the size of the company."""
AT_A_TIME: Final = 20
SECONDS: Final = 1.0
"""After so long a page goes no further: rules that read much take their time, for each person."""


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
    named = named_people(env, info, record_id) if not (search or role or after) else []
    where, begun = _holding(env, role), monotonic()
    first, others, looked_at = _reached(env, info, record_id, action, named), list[Reached](), len(named)
    while True:
        page = env.page(
            User, ["name"], *where, search=search or None, order="name", after=after,
            limit=min(AT_A_TIME, max(1, LOOKED_AT - looked_at)),
        )  # fmt: skip
        ids = [row[0] for row in page.rows if row[0] not in named]
        others += _reached(env, info, record_id, action, ids)
        looked_at, after = looked_at + len(ids), page.next
        if after is None or looked_at >= LOOKED_AT or monotonic() - begun > SECONDS:
            break
    shown = [one for one in others if one.ways or search]
    return People(tuple(one for one in first if one.ways), tuple(shown), looked_at, after)


def _reached(env: Env, info: ModelInfo, record_id: int, action: str, ids: Sequence[int]) -> list[Reached]:
    return reaching(env, info, record_id, action, subjects_of_users(env, ids)) if ids else []


def named_people(env: Env, info: ModelInfo, record_id: int) -> list[int]:
    """The users that the record names in fields that the caller sees: its owner, whoever takes part, who made it."""
    readable = env.policy.readable(info) - env.policy.masks(info).keys()
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
