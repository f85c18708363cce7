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


def may_hand_on(env: Env, right: Right) -> bool:
    """Whether the caller may give this right to somebody else, or to a role."""
    policy = env.policy
    if not isinstance(policy, AccessPolicy):
        return env.is_system
    person = policy.identity
    if SYSTEM.code in person.granting:
        return True
    if _reaches(_own_level(policy, right), right.level):
        return True
    return ADMIN.code in person.granting and _is_companys(policy, right)


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


def _own_level(policy: AccessPolicy, right: Right) -> Rows | None:
    person = policy.identity
    held = policy.index.rights(right.info, person.granting, person.addons, person.rights).get(
        right.action, ()
    )
    return max(held, key=ORDER.index, default=None)


def _is_companys(policy: AccessPolicy, right: Right) -> bool:
    if right.action == WRITE_SHARED:
        return False
    if right.info.kind == "company" and right.info.addon != KERNEL:
        return True
    shipped = policy.index.levels(right.info, policy.identity.addons)
    return any(
        action == right.action and role != SYSTEM.code and _reaches(level, right.level)
        for role, action, level in shipped
    )


def _reaches(held: Rows | None, wanted: Rows) -> bool:
    return held is not None and ORDER.index(held) >= ORDER.index(wanted)
