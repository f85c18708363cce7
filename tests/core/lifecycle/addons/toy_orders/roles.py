"""Who takes orders."""

from core.auth.grants import Role
from core.i18n import _

CLERK = Role("toy_orders.clerk", _("Clerk"))
"""What the clerks may do."""
