"""Who may do what with orders."""

from addons.crm_base.roles import SALESPERSON
from core.api import OWN, grant
from toy_selling.models import Order

grants = [grant(SALESPERSON, Order, "read create update", rows=OWN)]
