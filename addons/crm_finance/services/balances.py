"""What a customer owes in all, read from the rows that are open, by index."""

from __future__ import annotations

from typing import Any

from addons.crm_finance.services.standing import company_day
from core.api import func, select


def open_receivables(model: Any) -> Any:
    """All that is open, in company currency."""
    return _sum(model)


def overdue_receivables(model: Any) -> Any:
    """What should have come already."""
    from addons.crm_finance.models import Receivable

    return _sum(model, Receivable.due_on < company_day(model))


def _sum(model: Any, *further: Any) -> Any:
    from addons.crm_finance.models import Receivable

    return (
        select(func.coalesce(func.sum(Receivable.open_value), 0))
        .where(
            Receivable.company == model.company_id, Receivable.customer == model.id, Receivable.is_open.is_(True),
            Receivable.deleted_at.is_(None), *further,
        )
        .scalar_subquery()
    )  # fmt: skip


def unmatched_credit(model: Any) -> Any:
    """Advances and receipts that belong to no instalment, less refunds that belong to none."""
    from addons.crm_finance.models import Receipt

    return (
        select(func.coalesce(func.sum(Receipt.unmatched_value), 0))
        .where(
            Receipt.company == model.company_id, Receipt.customer == model.id, Receipt.is_unmatched.is_(True),
            Receipt.deleted_at.is_(None),
        )
        .scalar_subquery()
    )  # fmt: skip
