"""A company: the wall between data that never meet."""

from typing import TYPE_CHECKING, Optional

from sqlalchemy.orm import Mapped

from core.auth.models.currency_rate import currency_choices
from core.i18n import _
from core.orm.fields import field, many2many, many2one, selection
from core.orm.model import Deployment

if TYPE_CHECKING:
    from core.auth.models.role import Role

LANGUAGE_CHOICES = [("zh_CN", _("Chinese")), ("en", _("English"))]


class Company(
    Deployment, label=_("Company"), plural=_("Companies"), display="name", ordered_by="name", unique=[("code",)],
    icon="building",
):  # fmt: skip
    """A company or legal entity that works in this deployment; its records are its own."""

    name: Mapped[str] = field(_("Name"), searchable=True, sortable=True, tracked=True, max_length=200)
    code: Mapped[str] = field(_("Code"), searchable=True, sortable=True, max_length=40)
    parent: Mapped[Optional["Company"]] = many2one(_("Parent company"), default=None, to="base.company")
    language: Mapped[str] = selection(_("Language"), choices=LANGUAGE_CHOICES, default="zh_CN")
    timezone: Mapped[str] = field(
        _("Time zone"),
        default="Asia/Shanghai",
        help=_("Decides which day it is, in filters, numbers and reports."),
    )
    currency: Mapped[str] = selection(_("Currency"), choices=currency_choices, default="CNY")
    bin_days: Mapped[int] = field(
        _("Days in the bin"), default=180, minimum=1, maximum=36_500,
        help=_("Deleted records can be restored for so long; then they are removed for good."),
    )  # fmt: skip
    second_factor_roles: Mapped[list["Role"]] = many2many(
        _("Second factor required of"), to="base.role",
        help=_("Who holds one of these roles here sets one up at the next sign-in. “Employee” means everybody."),
    )  # fmt: skip
    active: Mapped[bool] = field(_("Active"), default=True, tracked=True)
