"""What is looked after when a company switches the addon on, for the first time or again."""

from __future__ import annotations

from addons.crm_sales_finance.services import approving
from core.api import Env, seed


@seed
def end_requests_of_documents_that_went_on(env: Env) -> None:
    """Orders were confirmed, goods shipped while nobody looked at credit here: nothing is to be approved for these."""
    approving.end_outdated(env)
