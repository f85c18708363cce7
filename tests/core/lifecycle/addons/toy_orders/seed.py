"""What comes with orders."""

from core.i18n import _
from core.orm.declared import options

PRIORITIES = options("toy_orders.priority", [("high", _("High")), ("low", _("Low"))])
