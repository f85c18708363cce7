"""What purchase does by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from addons.crm_purchase.services.proposing import propose_needs
from core.api import Env, _, job


@job(_("Propose purchases"), every=timedelta(days=1))
def propose_purchases(env: Env, run: Any) -> dict[str, Any]:
    """What is missing this morning."""
    return {"needs": propose_needs(env)}
