"""What the kernel needs to know of this addon."""

from core.api import Manifest, _

manifest = Manifest(
    name="crm_purchase",
    title=_("Purchase"),
    version="1.2.0",
    core=">=1.0,<2.0",
    depends=["crm_base", "crm_product"],
    summary=_("Suppliers with what they supply, purchase orders, receipts in parts, returns, proposals."),
    provides=["crm_purchase.buyer", "crm_purchase.manager"],
)
