"""An expense of a lead or opportunity is one of its customer."""

from __future__ import annotations

from typing import Any

from addons.crm_finance.models import Expense
from addons.crm_leads.models import Lead, Opportunity
from core.api import Env, before_create, implements, key_of


@implements(before_create, model=Expense)
def take_the_customer(env: Env, rows: list[dict[str, Any]]) -> None:
    """Who names the lead or opportunity need not name the customer."""
    for name, model in (("lead", Lead), ("opportunity", Opportunity)):
        without = [row for row in rows if row.get(name) is not None and row.get("customer") is None]
        ids = {getattr(row[name], "id", row[name]) for row in without}
        if ids:
            found: dict[int, Any] = {
                one.id: one for one in env.search(model, model.id.in_(ids), limit=len(ids))
            }
            for row in without:
                one = found.get(getattr(row[name], "id", row[name]))
                row["customer"] = key_of(one, "customer") if one is not None else None
