"""Who may do what with orders."""

from core.api import OWN, grant

from addons.crm_base.roles import SALESPERSON
from toy_orders.models import Order

grants = [grant(SALESPERSON, Order, "read create update", rows=OWN)]
