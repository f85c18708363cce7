"""What the kernel needs to know of this addon."""

from core.api import Manifest, _

manifest = Manifest(
    name="crm_purchase_stock",
    title=_("Purchase and stock"),
    version="1.0.0",
    core=">=1.0,<2.0",
    depends=["crm_base", "crm_product", "crm_purchase", "crm_stock"],
    auto_install=True,
    summary=_(
        "Receipts come into stock, returns leave it, sent orders are on order, minimum stock is proposed."
    ),
)
