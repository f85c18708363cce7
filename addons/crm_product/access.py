"""Who may do what with products and what describes them: everybody looks, product managers keep them.

Prices, attributes and options are parts: seen and kept with their list or product. A role that a company limits to
kinds of price sees, and sells at, those alone.
"""

from addons.crm_base.roles import GENERAL_MANAGER
from addons.crm_product.models import Attribute, Category, PriceList, Product, Tax, Unit
from addons.crm_product.roles import PRODUCT_MANAGER
from core.api import ADMIN, USER, grant

_EVERYTHING = "read create update delete export import print"
_SETTINGS = (Category, Tax, Unit)
_MODELS = (*_SETTINGS, Product, PriceList, Attribute)

grants = [
    *(grant(USER, model, "read") for model in _MODELS),
    *(grant(role, model, _EVERYTHING) for role in (PRODUCT_MANAGER, GENERAL_MANAGER) for model in _MODELS),
    *(grant(ADMIN, model, _EVERYTHING) for model in _SETTINGS),
]
