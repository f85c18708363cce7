"""Which addons a company has switched on."""

from datetime import datetime

from sqlalchemy.orm import Mapped

from core.auth.models.company import Company
from core.auth.models.user import User
from core.i18n import _
from core.orm.fields import field, many2one
from core.orm.model import Deployment


class CompanyAddon(
    Deployment, label=_("Addon of a company"), plural=_("Addons of companies"), display="addon",
    unique=[("company", "addon")], icon="puzzle",
):  # fmt: skip
    """The switch of one addon in one company. The kernel's own addon has none: it is always on."""

    company: Mapped[Company] = many2one(_("Company"), to="base.company", on_delete="part_of", index=True)
    addon: Mapped[str] = field(_("Addon"), readonly=True, sortable=True)
    enabled: Mapped[bool] = field(_("Enabled"), default=True, readonly=True)
    since: Mapped[datetime | None] = field(_("On since"), default=None, readonly=True)
    by: Mapped[User | None] = many2one(_("Switched by"), default=None, to="base.user", readonly=True)
