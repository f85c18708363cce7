"""What the kernel needs to know of this addon."""

from core.api import Manifest, _

manifest = Manifest(
    name="crm_stock",
    title=_("Stock"),
    version="1.1.0",
    core=">=1.0,<2.0",
    depends=["crm_base", "crm_product"],
    summary=_(
        "Warehouses, stock-in and stock-out, reservations, production requests, and the stock of any day."
    ),
    provides=["crm_stock.stock_keeper"],
)
