"""Who may do what with products and what describes them: everybody looks, product managers keep them.

Prices are seen with their list. A role that a company limits to kinds of price sees, and sells at, those alone.
"""

from addons.crm_base.roles import GENERAL_MANAGER
from addons.crm_product.models import (
    Attribute,
    AttributeValue,
    Category,
    ConfigOption,
    ConfigRule,
    ConfigValue,
    PriceItem,
    PriceList,
    Product,
    Tax,
    Unit,
)
from addons.crm_product.roles import PRODUCT_MANAGER
from core.api import ADMIN, BY_RULE, USER, Env, Where, grant, record_rule

_EVERYTHING = "read create update delete export import print"
_SETTINGS = (Category, Tax, Unit)
_MODELS = (*_SETTINGS, Product, PriceList, Attribute, AttributeValue, ConfigOption, ConfigValue, ConfigRule)
_KEEPERS = (PRODUCT_MANAGER, GENERAL_MANAGER)

grants = [
    *(grant(USER, model, "read") for model in _MODELS),
    *(grant(role, model, _EVERYTHING) for role in _KEEPERS for model in _MODELS),
    *(grant(ADMIN, model, _EVERYTHING) for model in _SETTINGS),
    grant(USER, PriceItem, "read", rows=BY_RULE),
    *(grant(role, PriceItem, _EVERYTHING, rows=BY_RULE) for role in _KEEPERS),
]


@record_rule(PriceItem, role=USER, actions="read export print")
def prices_of_visible_lists(env: Env) -> Where:
    """Prices are seen with their list."""
    return PriceItem.price_list.in_(env.within_reach(PriceList))


def prices_of_lists_that_i_keep(env: Env) -> Where:
    """Who keeps a list keeps its prices."""
    return PriceItem.price_list.in_(env.within_reach(PriceList, "update"))


rules = [
    record_rule(PriceItem, role=role, actions="create update delete import")(prices_of_lists_that_i_keep)
    for role in _KEEPERS
]
