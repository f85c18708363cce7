"""Money at work: instalments of the last and the next months, what was received for them, invoices and expenses."""

from __future__ import annotations

from addons.crm_base.services.demo_people import demo_people, give_roles
from addons.crm_finance.demo.collecting import make_invoices, make_to_dos
from addons.crm_finance.demo.plans import make_plans
from addons.crm_finance.demo.receipts import make_accounts, make_receipts
from addons.crm_finance.demo.spending import make_expenses
from addons.crm_finance.demo.story import STORIES
from addons.crm_finance.models import FinanceCompany
from addons.crm_finance.roles import ACCOUNTANT
from core.api import Env, demo

COLLECTION_DAYS = 5


@demo
def money_at_work(env: Env) -> None:
    """Fills each demonstration company in its own language; other companies are left alone."""
    people = demo_people(env)
    story = next((story for story in STORIES if story.accountant in people), None)
    if story is None:
        return
    give_roles(env, {story.accountant: [ACCOUNTANT]})
    env.write(env.get(FinanceCompany, env.company_id), collection_days=COLLECTION_DAYS)
    accounts = make_accounts(env, story)
    plans = make_plans(env, story, people)
    make_receipts(env, story, people, plans, accounts)
    make_to_dos(env, story, people)
    make_invoices(env, story, people)
    make_expenses(env, story, people)
