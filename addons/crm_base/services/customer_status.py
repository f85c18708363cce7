"""The status that follows from the last contact."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from core.api import Env, select

if TYPE_CHECKING:
    from addons.crm_base.models import Customer


def apply_proposals(env: Env, customers: Sequence[Customer]) -> None:
    """Give each customer its proposed status; one statement reads them all."""
    from addons.crm_base.models import Customer

    proposed: dict[int, Any] = dict(
        env.rows(select(Customer.id, Customer.proposed).where(Customer.id.in_([one.id for one in customers])))
    )
    for customer in customers:
        customer.status = proposed.get(customer.id, customer.status)
