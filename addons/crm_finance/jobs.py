"""Work that the worker does day by day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from addons.crm_finance.services import collecting
from core.api import Env, _, job


@job(_("Collection to-dos of the day"), every=timedelta(days=1))
def ask_for_payment(env: Env, run: Any) -> dict[str, Any]:
    """Salespeople are told of what falls due, as many days before as their company says."""
    return {"tasks": collecting.remind_before_due(env)}
