"""Orders, on top of the shop: tables, links across the border both ways, and columns on the shop's table."""

from core.i18n import _
from core.modules.manifest import Manifest

manifest = Manifest(name="toy_orders", title=_("Orders"), version="1.0.0", depends=["toy_wares"], provides=["toy_orders.clerk"],
                    outbound_hosts=["api.example.com"], keeps_data=_("Orders stay for ten years, as the law asks."))  # fmt: skip
