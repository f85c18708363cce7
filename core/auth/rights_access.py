"""Who may configure rights: administrators, each in the company where they work; for all companies the system's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.auth.grants import BY_RULE, WRITE_SHARED, grant, record_rule
from core.auth.models import FieldRight, HierarchyRule, RolePlace, RoleRight, RoleRow, RoleScreen, ValueLimit
from core.auth.roles import ADMIN, SYSTEM
from core.orm.compose import composition
from core.orm.methods import Where

if TYPE_CHECKING:
    from core.orm.env import Env

_CHANGES = "create update delete"
_KEEPERS = (ADMIN, SYSTEM)

grants = [
    *(
        grant(role, model, f"read {_CHANGES} export", rows=BY_RULE)
        for role in _KEEPERS
        for model in (RoleRow, RolePlace)
    ),
    *(
        grant(role, model, f"read {_CHANGES} export")
        for role in _KEEPERS
        for model in (RoleRight, RoleScreen, HierarchyRule, FieldRight, ValueLimit)
    ),
    *(grant(SYSTEM, model, WRITE_SHARED) for model in (RoleRight, RoleScreen, FieldRight, ValueLimit)),
]


def roles_my_company_made(env: Env) -> Where:
    """Administrators make and change the roles of their own company; shipped roles stay what they are."""
    return _is_here(RoleRow, env)


def places_in_my_company(env: Env) -> Where:
    """Administrators order the roles of their own company."""
    return _is_here(RolePlace, env)


rules = [
    *(record_rule(RoleRow, role=role, actions=_CHANGES)(roles_my_company_made) for role in _KEEPERS),
    *(
        record_rule(RolePlace, role=role, actions=f"read {_CHANGES} export")(places_in_my_company)
        for role in _KEEPERS
    ),
]


def _is_here(model: Any, env: Env) -> Where:
    condition: Where = composition().info(model).cls.company_id == env.company_id
    return condition
