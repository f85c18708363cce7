"""Deliveries that wait for an approval."""

from typing import TYPE_CHECKING, Annotated

from addons.crm_sales.models import Delivery
from addons.crm_sales.models.order import DELIVER
from addons.crm_sales.states import DELIVERY_DRAFT
from addons.crm_sales_finance.services import approving
from core.api import Mapped, _, arg, current_env, many2one, one2many, transition

if TYPE_CHECKING:
    from addons.crm_sales_finance.models.credit_request import CreditRequest


class CreditDelivery(Delivery, extend=True):
    """The credit of the customer is looked at once more when goods leave."""

    credit_request: Mapped["CreditRequest | None"] = many2one(
        _("Shipped by approval"), default=None, readonly=True, tracked=True
    )
    credit_requests: Mapped[list["CreditRequest"]] = one2many(_("Credit approvals"), back="delivery")

    @transition(
        DELIVERY_DRAFT, to=None, label=_("Ask for approval"), right=DELIVER, by=approving.deliveries_on_terms,
        icon="send",
    )  # fmt: skip
    def ask_for_credit(self, reason: Annotated[str, arg(_("Reason"), longtext=True)]) -> "CreditRequest":
        """Whoever may approve credit is asked to let the goods leave all the same."""
        made: CreditRequest = approving.ask_for_delivery(current_env(), self, reason)
        return made
