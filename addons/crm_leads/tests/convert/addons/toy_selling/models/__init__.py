"""Orders, and the step that makes one of a lead."""

from toy_selling.models.lead import OrderLead
from toy_selling.models.order import Order

__all__ = ["Order", "OrderLead"]
