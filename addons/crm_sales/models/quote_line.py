"""The products of a quote."""

from addons.crm_product.models import ConfiguredLine
from addons.crm_sales.models.quote import Quote
from core.api import Mapped, _, many2one


class QuoteLine(
    ConfiguredLine, label=_("Quote line"), plural=_("Quote lines"), display="product",
    ordered_by="sequence", icon="package", part_of="document",
):  # fmt: skip
    """A product with quantity and price."""

    document: Mapped[Quote] = many2one(_("Quote"), on_delete="part_of")
