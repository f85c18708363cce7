"""Who can be given a lead or an opportunity."""

from __future__ import annotations

from typing import Any, Final

from addons.crm_base.roles import GENERAL_MANAGER, SALES_DIRECTOR, SALESPERSON
from addons.crm_leads.roles import LEAD_DESK
from core.api import Employee, Env, RoleRow, ValidationFailed, _, select

WORKING: Final = (SALESPERSON.code, SALES_DIRECTOR.code, GENERAL_MANAGER.code, LEAD_DESK.code)
"""Roles that see what they own; whoever holds none of them would lose sight of it at once."""
_WHOLE_COMPANY: Final = frozenset({GENERAL_MANAGER.code, LEAD_DESK.code})


def check_receiver(env: Env, to: Any) -> None:
    """Refuse somebody who could not work on it, and for a director somebody outside the own departments."""
    if to.blocked or not _works_here(env, to):
        raise ValidationFailed.at("to", _("{name} does not work in sales here.", name=to.name))
    if env.is_system or to.id == env.user_id or _WHOLE_COMPANY & env.roles or to.id in env.reports:
        return
    if not _is_of_my_departments(env, to):
        raise ValidationFailed.at("to", _("{name} does not belong to your department.", name=to.name))


def _works_here(env: Env, to: Any) -> bool:
    system = env.sudo(_("roles of a receiver"))
    held: Any = system.info("base.user_role").cls
    roles = select(RoleRow.id).where(RoleRow.code.in_(WORKING))
    mine = (held.user_id == to.id) & (held.company_id == env.company_id) & held.role_id.in_(roles)
    return system.count(held, mine).value > 0


def _is_of_my_departments(env: Env, to: Any) -> bool:
    here = Employee.department.in_(env.departments)
    return env.count(Employee, Employee.user == to.id, here, Employee.status == "active").value > 0
