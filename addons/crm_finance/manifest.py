"""What the kernel needs to know of this addon."""

from core.api import Manifest, _

manifest = Manifest(
    name="crm_finance",
    title=_("Receivables and expenses"),
    version="1.0.0",
    core=">=1.0,<2.0",
    depends=["crm_base"],
    summary=_(
        "Receivable plans, receipts and refunds, collection, invoices, credit limits, statements, expenses."
    ),
    provides=["crm_finance.accountant"],
)
