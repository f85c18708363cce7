"""Credit that waits for a decision, on the page after signing in."""

from addons.crm_sales_finance.models import CreditRequest
from addons.crm_sales_finance.views.credit_request import CreditRequestList
from core.api import _, card, figure

WAITING = card(
    "crm_sales_finance.credit", _("Credit approvals waiting"), view=CreditRequestList, preset="waiting",
    columns=[CreditRequest.customer, CreditRequest.excess], order="id", sequence=58,
    empty=_("No credit approval is waiting."),
)  # fmt: skip
TO_DECIDE = figure(
    "crm_sales_finance.to_decide", _("Credit to be approved"), view=CreditRequestList, preset="to_decide",
    sequence=75,
)  # fmt: skip
