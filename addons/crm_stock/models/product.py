"""What this addon adds to the product file."""

from addons.crm_product.models import Product
from core.api import Mapped, _, field


class StockedProduct(Product, extend=True):
    """Goods are counted in stock unless somebody says otherwise; services never are."""

    is_stocked: Mapped[bool] = field(
        _("Kept in stock"), default=True, help=_("Off for goods that go from the maker to the customer.")
    )
