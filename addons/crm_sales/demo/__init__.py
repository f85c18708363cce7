"""Quotes, contracts and orders of the last half year, for the people, customers and products of the demonstration."""

from __future__ import annotations

from addons.crm_base.roles import SALES_ASSISTANT
from addons.crm_base.services.demo_people import demo_people
from addons.crm_sales.demo.orders import begin_some_tasks, make_orders
from addons.crm_sales.demo.quotes import make_contracts, make_quotes
from addons.crm_sales.demo.stage import Stage, stage_of
from addons.crm_sales.demo.words import CHINESE, ENGLISH
from addons.crm_sales.models import Contract, Order, Quote
from core.api import Department, Env, RoleRow, SharingRule, company_language, demo


@demo
def orders_at_work(env: Env) -> None:
    """Fills each demonstration company in its own language; other companies are left alone."""
    words = CHINESE if company_language(env) == "zh_CN" else ENGLISH
    stage = stage_of(env, words, demo_people(env))
    if stage is None:
        return
    _serve(stage)
    make_quotes(stage)
    make_contracts(stage)
    make_orders(stage)
    begin_some_tasks(stage)


def _serve(stage: Stage) -> None:
    """The order desk processes what the offices sell: one sharing rule for each kind of document."""
    env = stage.env
    role = env.first(RoleRow, RoleRow.code == SALES_ASSISTANT.code)
    department = env.first(Department, Department.code == stage.words.department)
    if role is None or department is None:
        return
    for model in (Order, Quote, Contract):
        info = env.info(model)
        env.create(
            SharingRule, name=stage.words.rule.format(plural=info.plural.translate(stage.language)), model=info.key,
            may="edit", owner_department=department, to_role=role,
        )  # fmt: skip
