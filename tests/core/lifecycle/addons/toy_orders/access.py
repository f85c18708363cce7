from core.auth.grants import grant
from toy_orders.models.order import Order, OrderLine
from toy_orders.roles import CLERK

grants = [grant(CLERK, Order, "read create update"), grant(CLERK, OrderLine, "read create update")]
