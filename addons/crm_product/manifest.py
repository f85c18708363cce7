"""What the kernel needs to know of this addon."""

from core.api import Manifest, _

manifest = Manifest(
    name="crm_product",
    title=_("Products and prices"),
    version="1.0.0",
    core=">=1.0,<2.0",
    depends=["crm_base"],
    summary=_("Product file, units, taxes, price lists, configurator, and the lines of priced documents."),
    provides=["crm_product.product_manager", "crm_product.cost_reader"],
)
