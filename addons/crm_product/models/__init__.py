"""The records of this addon, and the mixins of priced documents."""

from addons.crm_product.models.attribute import Attribute, AttributeValue
from addons.crm_product.models.category import Category
from addons.crm_product.models.configuration import ConfigOption, ConfigRule, ConfigValue
from addons.crm_product.models.configured import ConfiguredLine
from addons.crm_product.models.price import PriceItem, PriceList
from addons.crm_product.models.priced import PricedDocument, PricedLine
from addons.crm_product.models.product import Product
from addons.crm_product.models.tax import Tax
from addons.crm_product.models.unit import Unit

__all__ = [
    "Attribute", "AttributeValue", "Category", "ConfigOption", "ConfigRule", "ConfigValue", "ConfiguredLine",
    "PriceItem", "PriceList", "PricedDocument", "PricedLine", "Product", "Tax", "Unit",
]  # fmt: skip
