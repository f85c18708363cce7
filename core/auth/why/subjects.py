"""Those whose rights are asked about: a user of the company, or a role without anything of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, cast

from core.auth.access import AccessPolicy
from core.auth.environment import make_env
from core.auth.grants import WRITE_SHARED
from core.auth.identity import Identity
from core.auth.rights_of_roles import PLACES, ROLES
from core.auth.roles import ADMIN, SYSTEM
from core.auth.shared_records import NOTHING
from core.auth.why.identities import identities_of
from core.errors import AccessDenied, NotFound
from core.i18n import LazyString
from core.orm.dormant import require_awake
from core.orm.env import Env

KEEPERS: Final = frozenset({ADMIN.code, SYSTEM.code})
NOBODY: Final = 0
"""The user id of a role's holder who owns nothing, leads nobody and takes part in nothing."""


@dataclass(frozen=True)
class Subject:
    """Somebody as the policy sees them. The Env is for asking, never for reading or writing in their name."""

    name: LazyString | str
    policy: AccessPolicy
    env: Env

    @property
    def identity(self) -> Identity:
        return self.policy.identity


def may_ask_about_others(env: Env) -> bool:
    """Administrators explain to others what they may do; everybody else asks about oneself."""
    return not KEEPERS.isdisjoint(env.roles)


def oneself(env: Env) -> Subject:
    """The caller."""
    policy = cast(AccessPolicy, env.policy)
    return Subject(policy.identity.user_name, policy, env)


def subject_of_user(env: Env, user_id: int) -> Subject:
    """A user of the company, for administrators and for the user. Raises AccessDenied for others, and NotFound for
    whom the caller does not see and who does not work here.
    """
    if user_id == env.user_id:
        return oneself(env)
    if not may_ask_about_others(env):
        raise AccessDenied()
    env.read("base.user", user_id, [])
    found = subjects_of_users(env, [user_id])
    if not found:
        raise NotFound()
    return found[0]


def subjects_of_users(env: Env, user_ids: Sequence[int]) -> list[Subject]:
    """Those of the users who work in the caller's company, in the given order."""
    found = identities_of(env.session, user_ids, env.company_id)
    return [_subject(env, found[one], found[one].user_name) for one in user_ids if one in found]


def subject_of_role(env: Env, code: str) -> Subject:
    """A holder of one role and of nothing else, for administrators and for who holds it. Raises AccessDenied for
    others, and NotFound for a role that does not exist here, with the reason where its addon is off or gone.
    """
    if code not in env.roles and not may_ask_about_others(env):
        raise AccessDenied()
    name = roles_known(env).get(code)
    if name is None:
        require_awake(env, code)
        raise NotFound()
    policy = cast(AccessPolicy, env.policy)
    person, granting = policy.identity, policy.identity.rights.of(PLACES).with_those_below({code})
    holder = replace(
        person, user_id=NOBODY, real_user_id=NOBODY, user_name=name, held=frozenset({code}), granting=granting,
        roles=person.rights.of(ROLES).with_bases(granting), primary=code, direct_reports=(), reports=(),
        departments=(), members=(), own_departments=(), own_members=(), shared=NOTHING, held_roles=(),
        may_write_shared=code in policy.index.roles_with_right(WRITE_SHARED), session_id=None,
    )  # fmt: skip
    return _subject(env, holder, name)


def roles_known(env: Env) -> dict[str, str]:
    """The roles that can be held in the company, code -> title: declared ones of addons that are on, and its own."""
    policy = cast(AccessPolicy, env.policy)
    index, rights = policy.index, policy.identity.rights
    declared = [code for code, (addon, _role) in index.roles.items() if addon in env.addons]
    own = [code for code, role in rights.of(ROLES).by_code.items() if role.is_own]
    return {code: index.title_of(code, rights, env.language) for code in (*declared, *own)}


def _subject(env: Env, identity: Identity, name: LazyString | str) -> Subject:
    asking = make_env(
        env.session, identity, env.channel, env.request_id, language=env.language, clock=env.clock, kept=False
    )
    return Subject(name, cast(AccessPolicy, asking.policy), asking)
