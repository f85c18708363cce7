"""Who stands below whom, as SQL: the tree of superiors and the tree of departments.

An employee's superior is the direct superior, and where none is set the manager of the department. A department
without a manager is led from above; who manages a department is led by the next manager above who is somebody else.
Somebody with several posts counts in each of them.

The tree is walked down from the caller's own posts, so that it costs a salesperson next to nothing. Its nodes are
employees and the departments they manage:

    employee  -> employees who name it as their superior                             one level down
    employee  -> departments it manages                                              same level
    department -> its departments without a manager                                  same level
    department -> its employees without a superior who manage nothing                one level down
    department -> managers of departments below, as `_bosses` finds by going up      one level down

Levels are counted to two, direct and indirect. With that and UNION even a circle of superiors ends.
Everything hangs on `chosen`, the row that has let the caller into the company: see identity_query.py.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import CTE, ColumnElement, Table, exists, false, func, literal, select, true, union_all

from core.auth.models.employee import ACTIVE

INDIRECT = 2


def people_below(chosen: CTE, employee: Table, department: Table, *, home: CTE | None = None) -> CTE:
    """Nodes (viewer_id, company_id, is_department, id, level) from the caller, at level 0, down; level 2 is all
    further down. `chosen` may hold many callers of one company, which is then given as `home`.
    """
    mine = _of_company(chosen, employee, *_works_at(employee, chosen))
    start = select(chosen.c.user_id.label("viewer_id"), chosen.c.company_id, false().label("is_department"), mine.c.id,
                   literal(0).label("level"))  # fmt: skip
    below = start.select_from(chosen.join(mine, true())).cte("below", recursive=True)
    bosses = _bosses(chosen if home is None else home, employee, department)
    edges = _edges(below, bosses, employee.alias("person"), department)
    found = select(below.c.viewer_id, below.c.company_id, edges.c.is_department, edges.c.id, edges.c.level)
    return below.union(found.select_from(below.join(edges, true())))


def _edges(below: CTE, bosses: CTE, person: Any, department: Table) -> Any:
    led = department.alias("led")
    further = func.least(below.c.level + 1, INDIRECT)
    is_person, is_department = below.c.is_department.is_(False), below.c.is_department

    def edge(node: Any, kind: ColumnElement[bool], level: Any, *where: ColumnElement[bool]) -> Any:
        found = select(kind.label("is_department"), node.label("id"), level.label("level"))
        return found.where(*where).correlate(below)

    people = [person.c.company_id == below.c.company_id, live(person)]
    departments = [led.c.company_id == below.c.company_id, live(led)]
    in_it = [
        person.c.department_id == below.c.id,
        person.c.superior_id.is_(None),
        ~_manages(person, department),
    ]
    return union_all(
        edge(person.c.id, false(), further, is_person, person.c.superior_id == below.c.id, *people),
        edge(led.c.id, true(), below.c.level, is_person, led.c.manager_id == below.c.id, *departments),
        edge(led.c.id, true(), below.c.level, is_department, led.c.parent_id == below.c.id, led.c.manager_id.is_(None),
             *departments),
        edge(person.c.id, false(), further, is_department, *in_it, *people),
        edge(bosses.c.employee_id, false(), further, is_department, bosses.c.at_department_id == below.c.id),
    ).lateral("edges")  # fmt: skip


def _bosses(chosen: CTE, employee: Table, department: Table) -> CTE:
    """For each manager without a superior, the department above whose manager is somebody else."""
    own, above = department.alias("own"), department.alias("above")
    managers = _of_company(chosen, employee, employee.c.superior_id.is_(None), _manages(employee, department))
    here = select(own.c.id, own.c.manager_id, own.c.parent_id).where(
        own.c.id == managers.c.department_id, live(own)
    )
    first = here.correlate(managers).lateral("here")
    climb = (
        select(managers.c.id.label("employee_id"), first.c.id, first.c.manager_id, first.c.parent_id)
        .select_from(chosen.join(managers, true()).join(first, true()))
        .cte("climb", recursive=True)
    )
    goes_on = climb.c.manager_id.is_(None) | (climb.c.manager_id == climb.c.employee_id)
    climb = climb.union(
        select(climb.c.employee_id, above.c.id, above.c.manager_id, above.c.parent_id)
        .join_from(climb, above, (above.c.id == climb.c.parent_id) & live(above))
        .where(goes_on)
    )
    return (
        select(climb.c.employee_id, climb.c.id.label("at_department_id"))
        .where(climb.c.manager_id.is_not(None), climb.c.manager_id != climb.c.employee_id)
        .cte("bosses")
    )


def own_departments(chosen: CTE, employee: Table, department: Table) -> CTE:
    """(viewer_id, company_id, id) of the departments where the caller has a post or is the manager."""
    posts = _of_company(chosen, employee, *_works_at(employee, chosen))
    own = department.alias("own")
    is_mine = (own.c.id == posts.c.department_id) | (own.c.manager_id == posts.c.id)
    mine = select(own.c.id).where(own.c.company_id == chosen.c.company_id, is_mine, live(own))
    first = mine.correlate(posts, chosen).lateral("mine")
    found = select(chosen.c.user_id.label("viewer_id"), chosen.c.company_id, first.c.id).distinct()
    return found.select_from(chosen.join(posts, true()).join(first, true())).cte("own_departments")


def departments_below(own: CTE, department: Table) -> CTE:
    """The same of these departments and of all below them."""
    child = department.alias("child")
    tree = select(own.c.viewer_id, own.c.company_id, own.c.id).cte("tree", recursive=True)
    is_child = (child.c.company_id == tree.c.company_id) & (child.c.parent_id == tree.c.id) & live(child)
    found = select(tree.c.viewer_id, tree.c.company_id, child.c.id)
    return tree.union(found.join_from(tree, child, is_child))


def _works_at(employee: Table, chosen: CTE) -> list[ColumnElement[bool]]:
    """The caller's posts. One that the caller has left gives no rights any more, though others name it yet."""
    return [employee.c.user_id == chosen.c.user_id, employee.c.status == ACTIVE]


def live(table: Any) -> ColumnElement[bool]:
    """Rows that are not in the bin."""
    condition: ColumnElement[bool] = table.c.deleted_at.is_(None)
    return condition


def _manages(person: Any, department: Table) -> ColumnElement[bool]:
    managed = department.alias("managed")
    is_theirs = (managed.c.company_id == person.c.company_id) & (managed.c.manager_id == person.c.id)
    return exists(select(managed.c.id).where(is_theirs, live(managed)).correlate(person))


def _of_company(chosen: CTE, table: Table, *where: ColumnElement[bool]) -> Any:
    """Live rows of the chosen company."""
    is_here = table.c.company_id == chosen.c.company_id
    rows = select(table.c.id, table.c.department_id).where(is_here, live(table), *where)
    return rows.correlate(chosen).lateral()
