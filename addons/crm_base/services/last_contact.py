"""The day of the last contact with a customer, from the activities that took place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from addons.crm_base.states import CARRIED_OUT
from core.api import Env, _, func, select


def note_last_contact(env: Env, customers: Iterable[int | None]) -> None:
    """Bring `last_contact_at` of these customers up to date: one statement to read, one to write."""
    from addons.crm_base.models import Activity, Customer

    ids = sorted({key for key in customers if key is not None})
    if not ids:
        return
    system = env.sudo(_("last contact of customers"))
    activity: Any = system.info(Activity).cls
    latest = dict(
        system.rows(
            select(activity.customer_id, func.max(activity.at))
            .where(activity.customer_id.in_(ids), activity.state == CARRIED_OUT)
            .group_by(activity.customer_id)
        )
    )
    found: list[Any] = system.search(Customer, Customer.id.in_(ids), order="id", limit=len(ids))
    changed = [customer for customer in found if customer.last_contact_at != latest.get(customer.id)]
    with system.granting(changed, "write"):
        for customer in changed:
            customer.last_contact_at = latest.get(customer.id)
