"""The screens of this addon."""

from addons.crm_product.views.attribute import (
    AttributeForm,
    AttributeList,
    AttributeValueForm,
    AttributeValueList,
)
from addons.crm_product.views.configuration import (
    ConfigOptionForm,
    ConfigOptionList,
    ConfigRuleForm,
    ConfigRuleList,
    ConfigValueForm,
    ConfigValueList,
)  # fmt: skip
from addons.crm_product.views.price import PriceItemForm, PriceItemList, PriceListForm, PriceListList
from addons.crm_product.views.product import ProductForm, ProductList
from addons.crm_product.views.settings import (
    CategoryForm,
    CategoryList,
    TaxForm,
    TaxList,
    UnitForm,
    UnitList,
)

__all__ = [
    "AttributeForm", "AttributeList", "AttributeValueForm", "AttributeValueList", "CategoryForm", "CategoryList",
    "ConfigOptionForm", "ConfigOptionList", "ConfigRuleForm", "ConfigRuleList", "ConfigValueForm", "ConfigValueList",
    "PriceItemForm", "PriceItemList", "PriceListForm", "PriceListList", "ProductForm", "ProductList", "TaxForm",
    "TaxList", "UnitForm", "UnitList",
]  # fmt: skip
