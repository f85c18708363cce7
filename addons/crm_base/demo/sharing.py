"""The sales assistant of a branch: all customers of its offices are shared with the role, new ones by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from addons.crm_base.models import Customer, CustomerMember
from addons.crm_base.roles import SALES_ASSISTANT
from core.api import Department, Env, Option, RoleRow, Share, SharingRule, and_

SERVED: Mapping[str, tuple[str, str]] = {
    "EAST": ("华东各办事处的客户共享给业务助理", "sales3"),
    "SALES": ("Customers of the offices for the sales assistant", "sales9"),
}
"""By department: the name of the rule, and who helps a colleague with one customer."""
KEEPERS = ("sales1", "sales8")
DAYS = 30


def share_with_assistants(env: Env, people: Mapping[str, int]) -> None:
    """One rule for each company that has such a department, a team and a share by hand."""
    role = env.first(RoleRow, RoleRow.code == SALES_ASSISTANT.code)
    for code, (name, helper) in SERVED.items():
        department = env.first(Department, Department.code == code)
        keeper = next((people[login] for login in KEEPERS if login in people), None)
        if department is None or role is None or keeper is None:
            continue
        env.create(
            SharingRule, name=name, model="crm_base.customer", owner_department=department, to_role=role
        )
        served = env.search(
            Customer, and_(Customer.owner == keeper, Customer.status != "sealed"), order="id", limit=2
        )
        part = env.first(Option, and_(Option.list_code == "crm_base.team_part", Option.code == "planner"))
        if len(served) == 2 and helper in people:
            env.create(CustomerMember, customer=served[0], user=people[helper], part=part, may="edit")
            until = env.clock().astimezone(env.timezone).date() + timedelta(days=DAYS)
            env.create(
                Share,
                model="crm_base.customer",
                record_id=served[1].id,
                user=people[helper],
                may="read",
                until=until,
            )
