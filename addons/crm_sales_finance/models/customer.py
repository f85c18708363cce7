"""How a customer usually pays."""

from decimal import Decimal

from addons.crm_base.models import Customer
from addons.crm_sales_finance.services.terms import SETTLEMENTS
from core.api import Mapped, _, field, selection


class SalesCustomer(Customer, extend=True):
    """Terms of payment for documents that say nothing else."""

    settlement: Mapped[str | None] = selection(
        _("Settlement"), choices=SETTLEMENTS, default=None, tracked=True
    )
    payment_days: Mapped[int | None] = field(_("Days until payment"), default=None, minimum=0, maximum=3650)
    advance_percent: Mapped[Decimal | None] = field(_("Advance (%)"), default=None, minimum=0, maximum=100)
    payment_parts: Mapped[int | None] = field(_("Number of parts"), default=None, minimum=1, maximum=120)
