"""Nobody hands on what they do not have: the one place that is asked before rights reach somebody else.

    who gives                          what may be given
    system administrator               everything
    company administrator              what roles of the company hold as shipped, but the system administrator's;
                                       with the company's own records of addons everything
    anybody else                       what they may do themselves, no further than they reach themselves

Roles, rights of roles, their hierarchy, shares, field rights and acting for others ask here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from core.auth.access import AccessPolicy
from core.auth.grants import WRITE_SHARED, Rows
from core.auth.rights_of_actions import ORDER
from core.auth.rights_of_roles import PLACES
from core.auth.roles import ADMIN, SYSTEM
from core.errors import AccessDenied
from core.i18n import _
from core.orm.compose import ModelInfo
from core.orm.policy import action_label

if TYPE_CHECKING:
    from core.orm.env import Env

KERNEL = "base"


class Right(NamedTuple):
    """An action on a model, as far as the level reaches."""

    info: ModelInfo
    action: str
    level: Rows


def furthest(env: Env, info: ModelInfo, action: str) -> Rows | None:
    """How far a right may reach that the caller gives to somebody else, or to a role; None for not at all."""
    policy = env.policy
    if not isinstance(policy, AccessPolicy):
        return Rows.COMPANY if env.is_system else None
    found: dict[str, Rows] = policy.remembered(("furthest", info.key), lambda: _limits(policy, info))
    granting = policy.identity.granting
    if SYSTEM.code in granting:
        return Rows.COMPANY
    if ADMIN.code in granting and info.kind == "company" and info.addon != KERNEL and action != WRITE_SHARED:
        return Rows.COMPANY
    return found.get(action)


def may_hand_on(env: Env, right: Right) -> bool:
    """Whether the caller may give this right to somebody else, or to a role."""
    limit = furthest(env, right.info, right.action)
    return limit is not None and ORDER.index(limit) >= ORDER.index(right.level)


def refuse_more_than_own(env: Env, rights: Iterable[Right]) -> None:
    """Raise `AccessDenied`, naming the first right that the caller may not hand on."""
    for right in rights:
        if not may_hand_on(env, right):
            raise AccessDenied(
                _(
                    "You cannot give what you do not have: the right to {action}: {model}.",
                    action=action_label(right.action, right.info), model=right.info.label,
                )
            )  # fmt: skip


def rights_of_role(env: Env, code: str) -> Iterator[Right]:
    """Everything that a holder of the role may do in the caller's company, by it and by the roles below it."""
    policy = env.policy
    if not isinstance(policy, AccessPolicy):
        return
    person = policy.identity
    roles = person.rights.of(PLACES).with_those_below([code])
    for info in env.composition.models.values():
        for role, action, level in policy.index.levels(info, person.addons, person.rights):
            if role in roles:
                yield Right(info, action, level)


def _limits(policy: AccessPolicy, info: ModelInfo) -> dict[str, Rows]:
    """By action: the own levels, for a company administrator also those of shipped roles."""
    person, index = policy.identity, policy.index
    held = index.rights(info, person.granting, person.addons, person.rights)
    levels = [(action, level) for action, found in held.items() for level in found]
    if ADMIN.code in person.granting:
        shipped = index.levels(info, person.addons)
        levels += [(action, level) for role, action, level in shipped if role != SYSTEM.code]
    limits: dict[str, Rows] = {}
    for action, level in levels:
        limits[action] = max(limits.get(action, level), level, key=ORDER.index)
    limits.pop(WRITE_SHARED, None)
    return limits
