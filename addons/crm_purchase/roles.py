"""Who buys."""

from core.api import Role, _

BUYER = Role("crm_purchase.buyer", _("Buyer"))
"""采购员: keeps suppliers, writes purchase orders and books what comes in."""

PURCHASE_MANAGER = Role("crm_purchase.manager", _("Purchasing manager"))
"""采购主管: what a buyer does, and approves purchase orders."""
