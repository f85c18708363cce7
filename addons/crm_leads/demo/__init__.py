"""Leads and opportunities of the last half year, for the people and customers that crm_base's demonstration made."""

from __future__ import annotations

from addons.crm_base.services.demo_people import demo_people, give_roles
from addons.crm_leads.demo.chinese import CHINESE
from addons.crm_leads.demo.deals import make_deals
from addons.crm_leads.demo.english import ENGLISH
from addons.crm_leads.demo.leads import make_leads
from addons.crm_leads.demo.sharing import share_sales
from addons.crm_leads.roles import CONSULTANT, LEAD_DESK, PRESALES
from core.api import Env, demo

ROLES = {
    "zhuli": [LEAD_DESK, CONSULTANT],
    "director4": [LEAD_DESK],
    "shouqian": [PRESALES],
    "presales": [PRESALES],
}


@demo
def sales_process_at_work(env: Env) -> None:
    """Fills each demonstration company in its own language; other companies are left alone."""
    people = demo_people(env)
    story = next((story for story in (CHINESE, ENGLISH) if story.desk in people), None)
    if story is None:
        return
    give_roles(env, ROLES)
    upgraded = make_leads(env, story, people)
    make_deals(env, story, people, upgraded)
    share_sales(env, people)
