"""Where works are found."""

from core.api import _, menu
from toy_works.views import WorkList

entries = [
    menu("toy_works", _("Workshop"), icon="briefcase"),
    menu("toy_works.works", _("Works"), parent="toy_works", view=WorkList, icon="checkbox"),
]
