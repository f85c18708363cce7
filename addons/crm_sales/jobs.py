"""Work that the worker does day by day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from addons.crm_sales.services import contracting, quoting
from core.api import Env, _, job


@job(_("Look at the terms of quotes and contracts"), every=timedelta(days=1))
def look_at_terms(env: Env, run: Any) -> dict[str, Any]:
    """Quotes and contracts whose last day has passed end; owners are asked to renew what ends soon."""
    return {
        "quotes": quoting.expire(env), "contracts": contracting.expire(env), "renewals": contracting.remind(env),
    }  # fmt: skip
