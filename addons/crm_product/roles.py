"""Who keeps products and prices, and who knows what they cost."""

from addons.crm_base.roles import GENERAL_MANAGER
from core.api import Role, _

PRODUCT_MANAGER = Role("crm_product.product_manager", _("Product manager"))
"""产品经理: keeps products, categories, units, price lists and configurations."""

COST_READER = Role("crm_product.cost_reader", _("Reader of costs and margins"))
"""Given beside another role: purchase prices, costs and margins of what that role sees anyway."""

COST_ROLES = (PRODUCT_MANAGER, COST_READER, GENERAL_MANAGER)
"""`visible_to` of every cost, purchase price, margin and stock value."""
