"""The currency that a company keeps its books in."""

from __future__ import annotations

from core.api import Company, Env


def company_currency(env: Env) -> str:
    """ISO 4217 code of the company in which the caller works."""
    return env.get(Company, env.company_id).currency
