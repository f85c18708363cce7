"""The addons of the deployment, as administrators of a company and of the system see them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.api import CompanyAddon, Env, Page, _
from core.lifecycle.addon_overview import STATES, company_count, overview
from core.lifecycle.operations_now import KINDS, operation_now
from core.lifecycle.wishes import may_wish, wishes_about


def addons(env: Env, params: Mapping[str, str]) -> dict[str, Any]:
    """Every addon with its state, its neighbours and where it is on; what is going on with the deployment."""
    found = overview(env)
    keeps_all = may_wish(env)
    return {
        "addons": list(found.values()),
        "titles": {name: one.title for name, one in found.items()},
        "states": STATES,
        "kinds": KINDS,
        "keeps_all": keeps_all,
        "companies": company_count(env),
        "now": operation_now(env),
        "wishes": wishes_about(env) if keeps_all else [],
    }


ADDONS = Page("base.addons", _("Addons"), "addons.pt", addons, right=("read", CompanyAddon))
