"""What follows by itself when the kernel's own records change."""

from __future__ import annotations

from collections.abc import Sequence

from core.api import Company, Env, after_create, implements
from core.lifecycle.activation import prepare_company


@implements(after_create, model=Company)
def give_companies_their_first_data(env: Env, records: Sequence[Company]) -> None:
    """A new company can number its documents from the first one on."""
    for company in records:
        prepare_company(env, company.id)
