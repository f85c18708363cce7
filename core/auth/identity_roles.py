"""The roles of a caller, for the statement that opens a request: which are held, and in which the session works."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ARRAY, CTE, ColumnElement, Text, any_, bindparam, exists, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by

from core.auth.grants import DEPARTMENT, OWN_DEPARTMENT
from core.auth.hierarchy import live
from core.auth.roles import USER


def works_in(held: Any, who: CTE) -> ColumnElement[bool]:
    """A session may work in one of the roles only. One that has been taken away meanwhile leaves none."""
    found: ColumnElement[bool] = who.c.working_role_id.is_(None) | (held.c.role_id == who.c.working_role_id)
    return found


def roles_held(tables: Any, chosen: CTE) -> Any:
    """Codes, the primary role first: the one marked so, else the one given first beside the kernel's."""
    held, role = tables.user_role.alias(), tables.role.alias()
    mine = (held.c.user_id == chosen.c.user_id) & (held.c.company_id == chosen.c.company_id)
    is_here = role.c.company_id.is_(None) | (role.c.company_id == chosen.c.company_id)
    first = (held.c.primary.desc(), role.c.code == USER.code, held.c.id)
    return (
        select(func.array_agg(aggregate_order_by(role.c.code, *first)))
        .join_from(held, role, held.c.role_id == role.c.id)
        .where(mine, live(held), live(role), role.c.active, is_here, works_in(held, chosen))
        .correlate(chosen).scalar_subquery()
    )  # fmt: skip


def choices_of_roles(tables: Any, chosen: CTE) -> Any:
    """[[id, code, title], …] of the roles held in the company, also of those in which the session does not work."""
    held, role = tables.user_role.alias(), tables.role.alias()
    one = func.jsonb_build_array(role.c.id, role.c.code, role.c.title)
    mine = (held.c.user_id == chosen.c.user_id) & (held.c.company_id == chosen.c.company_id)
    is_here = role.c.company_id.is_(None) | (role.c.company_id == chosen.c.company_id)
    return (
        select(func.jsonb_agg(aggregate_order_by(one, role.c.code), type_=JSONB))
        .join_from(held, role, held.c.role_id == role.c.id)
        .where(mine, live(held), live(role), role.c.active, is_here).correlate(chosen).scalar_subquery()
    )  # fmt: skip


def may_reach_departments(tables: Any, chosen: CTE) -> ColumnElement[bool]:
    """Whether the user holds a role that is declared or configured to reach departments, or one with others below it,
    which may. Each way begins at the user's few roles.
    """
    held, role, basis, right, place = (
        table.alias() for table in (tables.user_role, tables.role, tables.role, tables.right, tables.place)
    )
    wanted = any_(bindparam("department_roles", type_=ARRAY(Text)))
    is_here = (held.c.user_id == chosen.c.user_id) & (held.c.company_id == chosen.c.company_id)
    mine = is_here & live(held) & works_in(held, chosen)
    declared = (
        select(held.c.id).join_from(held, role, held.c.role_id == role.c.id)
        .outerjoin(basis, role.c.basis_id == basis.c.id)
        .where(mine, (role.c.code == wanted) | (basis.c.code == wanted))
    )  # fmt: skip
    configured = (
        select(held.c.id).join_from(held, right, held.c.role_id == right.c.role_id)
        .where(mine, right.c.company_id.in_([0, chosen.c.company_id]), live(right),
               right.c.level.in_([OWN_DEPARTMENT.value, DEPARTMENT.value]))
    )  # fmt: skip
    above = (
        select(held.c.id).join_from(held, place, held.c.role_id == place.c.superior_id)
        .where(mine, place.c.company_id == chosen.c.company_id, live(place))
    )  # fmt: skip
    return or_(*(exists(way.correlate(chosen)) for way in (declared, configured, above)))
