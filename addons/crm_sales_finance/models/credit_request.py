"""The request to let an order or a delivery go on although the credit of its customer does not suffice (FIN-08)."""

from datetime import date
from decimal import Decimal
from typing import Any

from addons.crm_base.models import Customer
from addons.crm_sales.models import Delivery, Order
from addons.crm_sales_finance.models.company import CreditCompany
from addons.crm_sales_finance.services import approving
from core.api import ApprovalRequest, CompanyOwned, Mapped, Tracked, _, current_env, field, many2one, money


class CreditRequest(
    CompanyOwned, Tracked, ApprovalRequest, label=_("Credit approval"), plural=_("Credit approvals"),
    display="title", ordered_by="-id", icon="credit-card", indexed=[("order", "state")],
    editable_in=(), undoable=False,
):  # fmt: skip
    """Figures in company currency as they were when it was asked for. Approved, it holds for this document, as long as
    the limit is not exceeded by more, nothing is overdue for longer and the document has not grown.
    """

    title: Mapped[str] = field(_("Document"), readonly=True, searchable=True, sortable=True, max_length=255)
    customer: Mapped[Customer] = many2one(_("Customer"), readonly=True)
    order: Mapped[Order] = many2one(_("Sales order"), readonly=True)
    delivery: Mapped[Delivery | None] = many2one(_("Delivery"), default=None, readonly=True)
    amount: Mapped[Decimal] = money(_("This document"), readonly=True, sortable=True)
    credit_limit: Mapped[Decimal | None] = money(_("Credit limit"), default=None, readonly=True)
    used: Mapped[Decimal] = money(_("Used before"), readonly=True)
    excess: Mapped[Decimal] = money(_("Over the limit"), readonly=True, sortable=True)
    overdue_since: Mapped[date | None] = field(_("Overdue since"), default=None, readonly=True)
    overdue_days: Mapped[int | None] = field(_("Days overdue"), default=None, readonly=True, sortable=True)
    days_allowed: Mapped[int | None] = field(_("Overdue days allowed"), default=None, readonly=True)

    def check_still_asked(self) -> None:
        """The order or delivery still waits, and has not grown."""
        approving.check_still_asked(current_env(), self)

    @classmethod
    def decides_on_own(cls, env: Any) -> bool:
        """As the company has set it."""
        return approving.own_may_be_decided(env)

    @classmethod
    def valid_days(cls, env: Any) -> int | None:
        """As the company has set it."""
        company = env.sudo(_("settings of the company")).get(CreditCompany, env.company_id)
        found: int | None = company.credit_approval_days
        return found
