"""What the kernel needs to know of this addon."""

from core.api import Manifest, _

manifest = Manifest(
    name="crm_sales_leads",
    title=_("Orders from leads and opportunities"),
    version="1.0.0",
    core=">=1.0,<2.0",
    depends=["crm_base", "crm_product", "crm_leads", "crm_sales"],
    auto_install=True,
    summary=_(
        "Leads become orders or quotes; opportunities lead to quotes, and to an order when they are won."
    ),
)
