"""Expenses on their way from whoever spent the money to its payment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from addons.crm_base.services.superiors import superiors_of
from addons.crm_finance.services.departments import employees_of
from addons.crm_finance.services.money import check_amounts, fill_rates
from core.api import Employee, Env, Where, _, key_of

if TYPE_CHECKING:
    from addons.crm_finance.models import Expense


def mine(env: Any) -> Where:
    """Whoever entered it."""
    from addons.crm_finance.models import Expense

    own: Where = Expense.owner == env.user_id
    return own


def of_others(env: Any) -> Where:
    """Expenses of other people: nobody decides on the own ones."""
    from addons.crm_finance.models import Expense

    others: Where = Expense.owner != env.user_id
    return others


def complete(env: Env, rows: Sequence[dict[str, Any]]) -> None:
    """Employee, department, customer of the contact and rate, where a new expense brings none."""
    people = employees_of(env, {key for row in rows if (key := _id(row.get("owner"))) is not None})
    _fill_customers(env, rows)
    for row in rows:
        employee = people.get(_id(row.get("owner")) or 0)
        if row.get("employee") is None and employee is not None:
            row["employee"] = employee.id
    _fill_departments(env, rows)
    check_amounts(rows)
    fill_rates(env, rows, "day")


def _fill_customers(env: Env, rows: Sequence[dict[str, Any]]) -> None:
    from addons.crm_base.models import Contact

    without = [row for row in rows if row.get("contact") is not None and row.get("customer") is None]
    wanted = {_id(row["contact"]) for row in without}
    if wanted:
        found = env.search(Contact, Contact.id.in_(wanted), limit=len(wanted))
        known = {one.id: key_of(one, "customer") for one in found}
        for row in without:
            row["customer"] = known.get(_id(row["contact"]) or 0)


def _fill_departments(env: Env, rows: Sequence[dict[str, Any]]) -> None:
    without = [row for row in rows if row.get("department") is None and row.get("employee") is not None]
    wanted = {_id(row["employee"]) for row in without}
    if wanted:
        system = env.sudo(_("departments of employees"))
        found = system.search(Employee, Employee.id.in_(wanted), limit=len(wanted))
        known = {one.id: key_of(one, "department") for one in found}
        for row in without:
            row["department"] = known.get(_id(row["employee"]) or 0)


def _id(value: Any) -> int | None:
    found: int | None = getattr(value, "id", value)
    return found


def submit(env: Env, expense: Expense) -> None:
    """The direct superior is told."""
    expense.decision = None
    owner = key_of(expense, "owner") or env.user_id
    told = superiors_of(env, [owner])[owner] - {env.user_id}
    if told:
        env.notify(told, _("The expense “{title}” waits for your approval.", title=expense.title), expense)


def tell(env: Env, expense: Expense, text: Any) -> None:
    """Whoever entered it is told."""
    owner = key_of(expense, "owner")
    if owner not in (None, env.user_id):
        env.notify([owner], text, expense)
