"""What a sharing rule reaches at this moment: how many records, and how many people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from sqlalchemy import func, select

from core.auth.conditions import owned_by
from core.auth.rights_of_roles import PLACES
from core.auth.rights_of_sharing import SHARING, People
from core.auth.sharing_condition import rule_condition
from core.i18n import _
from core.orm.counting import Count
from core.orm.methods import Where
from core.orm.trust import TRUSTED

if TYPE_CHECKING:
    from core.auth.access import AccessPolicy
    from core.auth.company_rights import CompanyRights
    from core.orm.compose import ModelInfo
    from core.orm.env import Env

MOST_COUNTED: Final = 10_000


@dataclass(frozen=True, slots=True)
class Reach:
    """Records are counted up to 10,000; people are those with an account."""

    records: Count
    people: int


def reach_of(env: Env, info: ModelInfo, rule: Any, condition: str | None) -> Reach:
    """What the stored rule, whether active or not, reaches with this condition. Raises BadRequest for a wrong one.

    The numbers are the rule's and not the caller's: an administrator sees how many, and not which.
    """
    rights = cast("AccessPolicy", env.policy).identity.rights
    people = rights.of(SHARING).people
    where: list[Where] = []
    if (asked := rule_condition(env, info, condition)) is not None:
        where.append(asked)
    if rule.owner_department_id is not None:
        members = people.owners_of(rule.owner_department_id, and_below=rule.owners_below)
        where.append(owned_by(info, members))
    elif rule.owner_role_id is not None:
        where.append(owned_by(info, people.holders.get(rule.owner_role.code, ())))
    records = env.sudo(_("How many records a sharing rule reaches.")).count(info, *where, cap=MOST_COUNTED)
    return Reach(records, _receivers(env, rule, people, rights))


def _receivers(env: Env, rule: Any, people: People, rights: CompanyRights) -> int:
    if rule.to_user_id is not None:
        return 1
    if rule.to_department_id is not None:
        return len(people.receivers_of(rule.to_department_id, and_below=rule.receivers_below))
    held, role = (env.composition.info(key).table for key in ("base.user_role", "base.role"))
    wanted = rule.to_role.code if rule.to_role_id is not None else ""
    rows = env.session.execute(
        select(role.c.code, func.array_agg(held.c.user_id))
        .join_from(held, role, held.c.role_id == role.c.id)
        .where(held.c.company_id == env.company_id, held.c.deleted_at.is_(None), role.c.active)
        .group_by(role.c.code),
        execution_options=TRUSTED,
    )
    places = rights.of(PLACES)
    found = [users for code, users in rows if wanted in places.with_those_below([code])]
    return len(frozenset[int]().union(*found))
