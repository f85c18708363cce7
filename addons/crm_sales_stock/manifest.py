"""What the kernel needs to know of this addon."""

from core.api import Manifest, _

manifest = Manifest(
    name="crm_sales_stock",
    title=_("Orders and stock"),
    version="1.0.0",
    core=">=1.0,<2.0",
    depends=["crm_base", "crm_product", "crm_sales", "crm_stock"],
    auto_install=True,
    summary=_(
        "Orders keep goods, deliveries take them out of stock, and lines say how far they are prepared."
    ),
)
