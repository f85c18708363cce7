"""Who works with cases."""

from core.api import Role, _

CASE_USER = Role("toy_base.user", _("Case user"))
CASE_CHIEF = Role("toy_base.chief", _("Chief of cases"))
