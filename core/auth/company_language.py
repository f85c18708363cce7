"""The language of a company: what is kept as words for everybody there is written in it, whoever's step it was."""

from __future__ import annotations

from core.auth.company_values import company_value
from core.orm.env import Env


def company_language(env: Env) -> str:
    """Code of the language that the company works in ("zh_CN", "en"), for names and reasons that are kept as text.

    What is only shown is put into words in the reader's, `env.language`. The kernel's own work for a company, such as
    jobs of the night, has the company's as its own.
    """
    return company_value(env, "language", "company_language")
