"""What follows by itself when customers are created."""

from typing import Any

from addons.crm_base.models import Customer
from core.api import Env, before_create, implements

FIRST_TIER = "Bronze"


@implements(before_create, model=Customer)
def referred_customers_have_a_tier(env: Env, rows: list[dict[str, Any]]) -> None:
    """Who comes through another customer begins with a tier."""
    for row in rows:
        if row.get("referrer") is not None and row.get("loyalty_tier") is None:
            row["loyalty_tier"] = FIRST_TIER
