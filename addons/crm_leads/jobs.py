"""Work that the worker does day by day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from addons.crm_leads.services import watch
from core.api import Env, _, job


@job(_("Look at the opportunities of the day"), every=timedelta(days=1))
def look_at_opportunities(env: Env, run: Any) -> dict[str, Any]:
    """The timers of opportunities: too long in a stage, overdue, neglected, to be woken up."""
    return {"slow": watch.report_slow_stages(env), "reminded": watch.remind(env)}
