"""The preparation of goods stands with the orders' stock."""

from addons.crm_sales_stock.views import PreparedLines
from core.api import _, menu

menus = [
    menu("crm_sales_stock.preparation", _("Preparation of goods"), parent="crm_stock", view=PreparedLines, sequence=45,
         icon="packages"),
]  # fmt: skip
