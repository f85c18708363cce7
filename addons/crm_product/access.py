"""Who may do what with products and what describes them: everybody looks, product managers keep them."""

from addons.crm_base.roles import GENERAL_MANAGER
from addons.crm_product.models import Category, Product, Tax, Unit
from addons.crm_product.roles import PRODUCT_MANAGER
from core.api import ADMIN, USER, grant

_EVERYTHING = "read create update delete export import print"
_MODELS = (Category, Product, Tax, Unit)

grants = [
    *(grant(USER, model, "read") for model in _MODELS),
    *(grant(role, model, _EVERYTHING) for role in (PRODUCT_MANAGER, GENERAL_MANAGER) for model in _MODELS),
    *(grant(ADMIN, model, _EVERYTHING) for model in (Category, Tax, Unit)),
]
