"""Departments and employees."""

from core.api import (
    Department,
    Employee,
    Env,
    FormView,
    ListView,
    Where,
    _,
    button,
    group,
    header,
    notebook,
    page,
    preset,
    related,
)
from core.base.models import BaseDepartment, BaseEmployee


def at_work(env: Env) -> Where:
    """Who has not left."""
    return Employee.status == "active"


def left(env: Env) -> Where:
    """Former employees; their files stay."""
    return Employee.status == "left"


def without_account(env: Env) -> Where:
    """People at work who cannot sign in."""
    return Employee.user.is_(None) & at_work(env)


class DepartmentList(ListView[Department]):
    columns = [Department.code, Department.name, Department.parent, Department.manager]
    order = "code"
    filters = [Department.parent, Department.manager]
    groups = [Department.parent]


class DepartmentForm(FormView[Department]):
    layout = [
        group(_("Department"), Department.name, Department.code, Department.parent, Department.manager),
        notebook(
            page(
                _("Employees"),
                related(
                    BaseDepartment.employees,
                    columns=[
                        Employee.code,
                        Employee.name,
                        Employee.position,
                        Employee.superior,
                        Employee.status,
                    ],
                ),
            ),
            page(
                _("Departments in it"),
                related(
                    BaseDepartment.departments, columns=[Department.code, Department.name, Department.manager]
                ),
            ),
        ),
    ]


class EmployeeList(ListView[Employee]):
    columns = [
        Employee.code, Employee.name, Employee.department, Employee.position, Employee.superior, Employee.mobile,
        Employee.user, Employee.status,
    ]  # fmt: skip
    order = "code"
    presets = [
        preset("at_work", _("At work"), at_work, default=True),
        preset("without_account", _("Without an account"), without_account),
        preset("left", _("Left"), left),
        preset("all", _("All employees")),
    ]
    filters = [Employee.department, Employee.superior, Employee.status, Employee.entry_date]
    groups = [Employee.department, Employee.superior, Employee.status]
    actions = ()


class EmployeeForm(FormView[Employee]):
    layout = [
        header(button(BaseEmployee.create_account), button(BaseEmployee.leave), button(BaseEmployee.add_post)),
        group(_("Employee"), Employee.name, Employee.code, Employee.status, Employee.entry_date),
        group(_("Post"), Employee.department, Employee.position, Employee.superior, Employee.user),
        group(_("Reached by"), Employee.mobile, Employee.email),
        notebook(
            page(_("Skills"), Employee.skills),
            page(
                _("Reports of this post"),
                related(BaseEmployee.reports, columns=[Employee.code, Employee.name, Employee.position,
                    Employee.department]),
            ),
        ),
    ]  # fmt: skip
