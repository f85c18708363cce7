"""A department: a tree of any depth, from headquarters to the store."""

from typing import TYPE_CHECKING, Optional

from sqlalchemy.orm import Mapped

from core.i18n import _
from core.orm.fields import field, many2one, number
from core.orm.model import CompanyOwned, Tracked

if TYPE_CHECKING:
    from core.auth.models.employee import Employee


class Department(
    CompanyOwned, Tracked, label=_("Department"), plural=_("Departments"), display="name", ordered_by="code",
    unique=[("code",)], icon="hierarchy",
):  # fmt: skip
    """Part of a company. Its manager leads everybody in it who has no direct superior of their own."""

    code: Mapped[str] = number(
        _("Code"), sequence="base.department", readonly=False, searchable=True, sortable=True, max_length=40
    )
    name: Mapped[str] = field(_("Name"), searchable=True, sortable=True, tracked=True, max_length=200)
    parent: Mapped[Optional["Department"]] = many2one(
        _("Parent department"), default=None, to="base.department", index=True, tracked=True
    )
    manager: Mapped[Optional["Employee"]] = many2one(
        _("Manager"), default=None, to="base.employee", on_delete="clear", index=True, tracked=True
    )
