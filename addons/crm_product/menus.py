"""Where this addon's screens stand in the navigation tree."""

from addons.crm_base.roles import GENERAL_MANAGER
from addons.crm_product.roles import PRODUCT_MANAGER
from addons.crm_product.views import (
    AttributeList,
    AttributeValueList,
    CategoryList,
    PriceListList,
    ProductList,
    TaxList,
    UnitList,
)
from core.api import ADMIN, _, menu

_KEEPERS = [PRODUCT_MANAGER, GENERAL_MANAGER, ADMIN]

menus = [
    menu("crm_product", _("Products"), sequence=40, icon="package"),
    menu("crm_product.products", _("Products"), parent="crm_product", view=ProductList, sequence=10, icon="package"),
    menu("crm_product.prices", _("Price lists"), parent="crm_product", view=PriceListList, sequence=20,
         icon="currency-yuan"),
    menu("crm_product.by_attribute", _("Products by attribute"), parent="crm_product", view=AttributeValueList,
         sequence=30, icon="list-check"),
    menu("crm_product.categories", _("Product categories"), parent="crm_product", view=CategoryList, sequence=70,
         icon="category", roles=_KEEPERS),
    menu("crm_product.attributes", _("Attributes"), parent="crm_product", view=AttributeList, sequence=75,
         icon="list-numbers", roles=_KEEPERS),
    menu("crm_product.units", _("Units"), parent="crm_product", view=UnitList, sequence=80, icon="columns",
         roles=_KEEPERS),
    menu("crm_product.taxes", _("Tax rates"), parent="crm_product", view=TaxList, sequence=90, icon="currency-yuan",
         roles=_KEEPERS),
]  # fmt: skip
