"""What the kernel needs to know of this addon."""

from core.api import Manifest, _

manifest = Manifest(
    name="crm_sales_finance",
    title=_("Receivables of orders"),
    version="1.0.0",
    core=">=1.0,<2.0",
    depends=["crm_base", "crm_product", "crm_sales", "crm_finance"],
    auto_install=True,
    summary=_(
        "Orders and contracts plan their receivables, are checked for credit, and know invoices and receipts."
    ),
)
