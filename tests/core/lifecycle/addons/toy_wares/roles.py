"""Who works in the shop."""

from core.auth.grants import Role
from core.i18n import _

SELLER = Role("toy_wares.seller", _("Salesperson"))
