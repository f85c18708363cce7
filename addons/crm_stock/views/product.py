"""What this addon adds to the page of a product."""

from addons.crm_product.models import Product
from addons.crm_product.views import ProductForm
from addons.crm_stock.models import Level, StockedProduct
from core.api import _, after, page, related


class StockedProductForm(ProductForm, extend=True):
    changes = [
        after(Product.warranty_months, StockedProduct.is_stocked),
        after(
            "Description",
            page(
                _("Stock"),
                related(
                    StockedProduct.levels,
                    columns=[
                        Level.warehouse, Level.on_hand, Level.reserved, Level.available, Level.on_order, Level.minimum,
                    ],
                ),
                key="stock",
            ),
        ),
    ]  # fmt: skip
