"""The people who may run a step on a record: whom to tell that it waits for them.

Nothing is guessed backwards from the record: whoever holds a role that gives the right is judged by the own identity,
the same that would decide on a click. All of them together cost a handful of statements, whatever their number.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from core.auth.access import AccessPolicy
from core.auth.access_index import access_index
from core.auth.company_rights import SHIPPED, CompanyRights
from core.auth.models import RoleRow, UserRole
from core.auth.rights_of_roles import PLACES
from core.auth.why.holding import holding, owner_of
from core.auth.why.reaching import conditions_of, open_ways, opening
from core.auth.why.subjects import Subject, subjects_of_users
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.methods import Method
from core.orm.trust import TRUSTED


def who_may(env: Env, record: Any, method: Method[..., Any]) -> list[int]:
    """Ids of the users of the company who may run the step on this record, leaving its state aside."""
    env.flush()
    info = env.info(record)
    step = info.methods[method.name]
    people = [
        one for one in subjects_of_users(env, _holders(env, info, step.right))
        if one.policy.offers(info, step)
    ]  # fmt: skip
    ways = [open_ways(one, info, step.right) for one in people]
    conditions = [
        [*conditions_of(found), *([step.by(one.env)] if step.by is not None else [])]
        for one, found in zip(people, ways, strict=True)
    ]
    held = iter(holding(env, info, record.id, [where for some in conditions for where in some]))
    owner = owner_of(env, info, record.id)
    may: list[Subject] = []
    for one, found in zip(people, ways, strict=True):
        reaches = bool(opening(found, held, owner))
        if (step.by is None or next(held)) and reaches:
            may.append(one)
    return [one.identity.user_id for one in may]


def _holders(env: Env, info: ModelInfo, right: str) -> list[int]:
    """Users who hold a role that gives the right, or one that stands above such a role."""
    index, configured = access_index(env.composition), _configured(env)
    giving = set(index.granting_roles(info, right, env.addons, configured))
    places = configured.of(PLACES)
    held, row = env.info(UserRole).cls, env.info(RoleRow).cls
    statement = (
        select(row.code, held.user_id).join(row, row.id == held.role_id)
        .where(held.company_id == env.company_id, held.deleted_at.is_(None))
    )  # fmt: skip
    found: dict[str, set[int]] = {}
    for code, user in env.session.execute(statement, execution_options=TRUSTED):
        found.setdefault(code, set()).add(user)
    return sorted({
        user for code, users in found.items() if giving & places.with_those_below({code}) for user in users
    })  # fmt: skip


def _configured(env: Env) -> CompanyRights:
    policy = env.policy
    return policy.identity.rights if isinstance(policy, AccessPolicy) else SHIPPED
