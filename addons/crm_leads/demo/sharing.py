"""Won opportunities of the offices for the sales assistant, and a pre-sales engineer in the team of an open one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from addons.crm_base.roles import SALES_ASSISTANT
from addons.crm_leads.models import Opportunity, OpportunityMember
from addons.crm_leads.services.support import request_support
from addons.crm_leads.states import OPEN, WON
from core.api import Department, Env, Option, RoleRow, SharingRule, and_

RULES: Mapping[str, str] = {
    "EAST": "华东各办事处赢单的机会共享给业务助理",
    "SALES": "Won opportunities of the offices for the sales assistant",
}
ENGINEERS: Mapping[str, str] = {
    "shouqian": "准备产品演示和技术方案",
    "presales": "Prepare the demonstration and the technical concept",
}
KEEPERS = ("sales1", "sales8")


def share_sales(env: Env, people: Mapping[str, int]) -> None:
    """One rule and one team for each demonstration company."""
    role = env.first(RoleRow, RoleRow.code == SALES_ASSISTANT.code)
    for code, name in RULES.items():
        department = env.first(Department, Department.code == code)
        if department is not None and role is not None:
            env.create(
                SharingRule, name=name, model="crm_leads.opportunity", condition=f"f=state:eq:{WON.code}",
                owner_department=department, to_role=role,
            )  # fmt: skip
    part = env.first(Option, and_(Option.list_code == "crm_base.team_part", Option.code == "presales"))
    keeper = next((people[login] for login in KEEPERS if login in people), None)
    for login, subject in ENGINEERS.items():
        mine = and_(Opportunity.owner == keeper, Opportunity.state == OPEN)
        deal = env.first(Opportunity, mine, order="id")
        if login in people and deal is not None:
            env.create(OpportunityMember, opportunity=deal, user=people[login], part=part, may="edit")
            due = env.clock().astimezone(env.timezone).date() + timedelta(days=5)
            request_support(env, deal, subject, due, None, None)
