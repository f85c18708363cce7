"""What the kernel needs to know of this addon."""

from core.api import Manifest, _

manifest = Manifest(
    name="crm_sales_purchase",
    title=_("Purchase for sales orders"),
    version="1.0.0",
    core=">=1.0,<2.0",
    depends=["crm_base", "crm_product", "crm_purchase", "crm_sales", "crm_stock", "crm_sales_stock"],
    auto_install=True,
    summary=_("Goods that sales orders lack are proposed for purchase."),
)
