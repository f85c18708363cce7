"""The language of a company: what is kept as words for everybody there is written in it, whoever's step it was."""

from __future__ import annotations

from sqlalchemy import select

from core.auth.models import Company
from core.orm.env import Env
from core.orm.trust import TRUSTED


def company_language(env: Env) -> str:
    """Code of the language that the company works in ("zh_CN", "en"), for names and reasons that are kept as text.

    What is only shown is put into words in the reader's, `env.language`. The kernel's own work for a company, such as
    jobs of the night, has the company's as its own.
    """
    person = getattr(env.policy, "identity", None)
    if person is not None:
        return str(person.company_language)
    found: str = env.policy.remembered(("company language",), lambda: _of_company(env))
    return found


def _of_company(env: Env) -> str:
    company = env.composition.info(Company).cls
    statement = select(company.language).where(company.id == env.company_id)
    return str(env.session.scalars(statement, execution_options=TRUSTED).one())
