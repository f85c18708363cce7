"""Who sees the records of whom, for everybody of a company at once; and what a change of the organisation would do.

The same expressions that open a request, asked for all users instead of one: people below through superiors, and the
departments of those who hold a role that reaches the department.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Table, func, select, update

from core.auth.access import AccessPolicy
from core.auth.access_index import access_index
from core.auth.company_rights import SHIPPED, CompanyRights
from core.auth.grants import Rows
from core.auth.hierarchy import departments_below, own_departments, people_below
from core.auth.rights_of_roles import PLACES
from core.auth.roles import USER
from core.orm.bulk import among
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.savepoints import undoable
from core.orm.trust import TRUSTED


class Reach(StrEnum):
    """How somebody reaches the records of another person."""

    DIRECT = "direct"
    INDIRECT = "indirect"
    DEPARTMENT = "department"


Sight = frozenset[tuple[int, int, Reach]]
"""(who sees, whose records, how) as ids of users."""


@dataclass(frozen=True)
class Change:
    """What would be other for one person: ids of the users whose records are concerned."""

    viewer: int
    gained: frozenset[int]
    lost: frozenset[int]
    now_direct: frozenset[int]
    no_longer_direct: frozenset[int]


def sight(env: Env) -> Sight:
    """Who sees whose records in the company, in a few statements however many people there are."""
    held, employee, department = (_table(env, name) for name in ("user_role", "employee", "department"))
    person = employee.alias()
    here = (held.c.company_id == env.company_id) & held.c.deleted_at.is_(None)
    home = select(held.c.company_id).where(here).limit(1).cte("home")
    holders = select(held.c.user_id, held.c.company_id).where(here).distinct()
    below = people_below(holders.cte("chosen"), employee, department, home=home)
    is_other = (person.c.user_id.is_not(None)) & (person.c.user_id != below.c.viewer_id)
    superiors = (
        select(below.c.viewer_id, person.c.user_id, func.min(below.c.level))
        .join_from(below, person, below.c.id == person.c.id)
        .where(below.c.is_department.is_(False), below.c.level > 0, is_other)
        .group_by(below.c.viewer_id, person.c.user_id)
    )
    found = {
        (row[0], row[1], Reach.DIRECT if row[2] == 1 else Reach.INDIRECT) for row in _rows(env, superiors)
    }
    for level in (Rows.OWN_DEPARTMENT, Rows.DEPARTMENT):
        found |= _of_departments(env, level)
    return frozenset(found)


def _of_departments(env: Env, level: Rows) -> set[tuple[int, int, Reach]]:
    """Who sees the people of the own departments, and of those below where `level` says so."""
    held, employee, department = (_table(env, name) for name in ("user_role", "employee", "department"))
    viewers = _holders(env, level)
    if not viewers:
        return set()
    here = (held.c.company_id == env.company_id) & held.c.deleted_at.is_(None)
    chosen = select(held.c.user_id, held.c.company_id).where(here, among(held.c.user_id, viewers)).distinct()
    tree = own_departments(chosen.cte("chosen"), employee, department)
    if level is Rows.DEPARTMENT:
        tree = departments_below(tree, department)
    person = employee.alias()
    members = (
        select(tree.c.viewer_id, person.c.user_id)
        .join_from(tree, person, person.c.department_id == tree.c.id)
        .where(
            person.c.company_id == env.company_id,
            person.c.deleted_at.is_(None),
            person.c.user_id.is_not(None),
        )
        .where(person.c.user_id != tree.c.viewer_id)
        .distinct()
    )
    return {(row[0], row[1], Reach.DEPARTMENT) for row in _rows(env, members)}


def _holders(env: Env, level: Rows) -> list[int]:
    """Users of whose roles one reaches this level on some model, as the company has configured its rights."""
    rights, index = _rights(env), access_index(env.composition)
    codes = {
        code
        for info in env.composition.models.values()
        for code, _action, reached in index.levels(info, env.addons, rights) if reached is level
    }  # fmt: skip
    held, role = _table(env, "user_role"), _table(env, "role")
    given: dict[int, set[str]] = {}
    found = select(held.c.user_id, role.c.code).join_from(held, role, held.c.role_id == role.c.id)
    for user, code in _rows(env, found.where(
        held.c.company_id == env.company_id, held.c.deleted_at.is_(None), role.c.active
    )):  # fmt: skip
        given.setdefault(user, {USER.code}).add(code)
    places = rights.of(PLACES)
    return [user for user, mine in given.items() if places.with_those_below(frozenset(mine)) & codes]


def _rights(env: Env) -> CompanyRights:
    policy = env.policy
    return policy.identity.rights if isinstance(policy, AccessPolicy) else SHIPPED


def _table(env: Env, name: str) -> Table:
    return env.composition.info(f"base.{name}").table


def what_if(env: Env, info: ModelInfo, record_id: int, columns: Mapping[str, Any]) -> list[Change]:
    """What would change in who sees whose records, if that row had these values; nothing is kept of it."""
    before, table = sight(env), info.table
    changed = (
        update(table)
        .where(table.c.id == record_id, table.c.company_id == env.company_id)
        .values(dict(columns))
    )
    try:
        with undoable(env):
            env.session.execute(changed, execution_options=TRUSTED)
            after = sight(env)
            raise _Enough
    except _Enough:
        return _changes(before, after)


class _Enough(Exception):
    """The question is answered: take the change back."""


def _changes(before: Sight, after: Sight) -> list[Change]:
    then, now = _by_viewer(before), _by_viewer(after)
    found = []
    for viewer in sorted({viewer for viewer, _owner, _how in before ^ after}):
        had, has = then.get(viewer, {}), now.get(viewer, {})
        stay = had.keys() & has.keys()
        found.append(Change(
            viewer, frozenset(has.keys() - had.keys()), frozenset(had.keys() - has.keys()),
            frozenset(one for one in stay if Reach.DIRECT in has[one] and Reach.DIRECT not in had[one]),
            frozenset(one for one in stay if Reach.DIRECT in had[one] and Reach.DIRECT not in has[one]),
        ))  # fmt: skip
    return [one for one in found if one.gained or one.lost or one.now_direct or one.no_longer_direct]


def _by_viewer(found: Sight) -> dict[int, dict[int, set[Reach]]]:
    sorted_out: dict[int, dict[int, set[Reach]]] = {}
    for viewer, owner, how in found:
        sorted_out.setdefault(viewer, {}).setdefault(owner, set()).add(how)
    return sorted_out


def _rows(env: Env, statement: Any) -> list[Any]:
    return list(env.session.execute(statement, execution_options=TRUSTED))
