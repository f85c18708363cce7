"""Departments with what belongs to them."""

from typing import TYPE_CHECKING

from core.api import Department, Mapped, _, one2many

if TYPE_CHECKING:
    from core.api import Employee


class BaseDepartment(Department, extend=True):
    """A department shows the departments in it and the people of it."""

    departments: Mapped[list["Department"]] = one2many(_("Departments in it"), back="parent")
    employees: Mapped[list["Employee"]] = one2many(_("Employees"), back="department")
