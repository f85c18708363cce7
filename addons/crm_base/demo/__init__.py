"""A sales organisation at work: roles, customers with contacts and addresses, activities and tasks around today."""

from __future__ import annotations

from addons.crm_base.demo.chinese import CHINESE
from addons.crm_base.demo.customers import make_customers
from addons.crm_base.demo.english import ENGLISH
from addons.crm_base.demo.sharing import share_with_assistants
from addons.crm_base.demo.work import make_activities, make_tasks
from addons.crm_base.roles import (
    GENERAL_MANAGER,
    MARKET_DIRECTOR,
    SALES_ASSISTANT,
    SALES_DIRECTOR,
    SALESPERSON,
)
from addons.crm_base.services.demo_people import demo_people, give_roles
from core.api import Env, demo

ROLES = {
    "zongjingli": [GENERAL_MANAGER],
    "manager": [GENERAL_MANAGER],
    "shichang": [MARKET_DIRECTOR],
    "market": [MARKET_DIRECTOR],
    "yewuzhuli": [SALES_ASSISTANT],
    "assistant": [SALES_ASSISTANT],
    **{
        login: [SALES_DIRECTOR, SALESPERSON]
        for login in ("director1", "director2", "director3", "director4", "lead1")
    },
    **{f"sales{n}": [SALESPERSON] for n in range(1, 10)},
}


@demo
def sales_organisation(env: Env) -> None:
    """Fills each demonstration company in its own language; other companies are left alone."""
    people = demo_people(env)
    story = next((story for story in (CHINESE, ENGLISH) if story.sellers.keys() & people.keys()), None)
    if story is None:
        return
    give_roles(env, ROLES)
    made = make_customers(env, story, people)
    make_activities(env, story, made)
    make_tasks(env, story, made, people)
    share_with_assistants(env, people)
