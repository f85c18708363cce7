"""What a company has set for all who work there, as an Env knows it."""

from __future__ import annotations

from sqlalchemy import select

from core.auth.models import Company
from core.orm.env import Env
from core.orm.trust import TRUSTED


def company_value(env: Env, name: str, of_person: str) -> str:
    """The field `name` of the company: who signed in brought it along as `of_person`, others ask for it once."""
    person = getattr(env.policy, "identity", None)
    if person is not None:
        return str(getattr(person, of_person))
    found: str = env.policy.remembered(("company", name), lambda: _asked(env, name))
    return found


def _asked(env: Env, name: str) -> str:
    company = env.composition.info(Company).cls
    statement = select(getattr(company, name)).where(company.id == env.company_id)
    return str(env.session.scalars(statement, execution_options=TRUSTED).one())
