"""Orders, and the step that makes one of a lead."""

from toy_orders.models.lead import OrderLead
from toy_orders.models.order import Order

__all__ = ["Order", "OrderLead"]
