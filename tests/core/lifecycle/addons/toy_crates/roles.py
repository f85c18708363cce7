"""Who handles crates."""

from core.auth.grants import Role
from core.i18n import _

PACKER = Role("toy_crates.packer", _("Packer"))
