"""An employee's file: the post that somebody holds in a company."""

from datetime import date
from typing import Optional

from sqlalchemy.orm import Mapped

from core.auth.models.department import Department
from core.auth.models.user import User
from core.i18n import _
from core.orm.fields import email, field, longtext, many2one, number, phone, selection
from core.orm.model import CompanyOwned, Tracked

ACTIVE = "active"
LEFT = "left"


class Employee(
    CompanyOwned, Tracked, label=_("Employee"), plural=_("Employees"), display="name", ordered_by="code",
    unique=[("code",)], icon="id-badge-2",
):  # fmt: skip
    """One post of one person. Somebody with two posts has two files with the same user, and counts in both.

    The user's rights over other people's records follow from the direct superior, and where none is set from the
    manager of the department.
    """

    code: Mapped[str] = number(
        _("Code"), sequence="base.employee", readonly=False, searchable=True, sortable=True, max_length=40
    )
    name: Mapped[str] = field(
        _("Name"), searchable=True, sortable=True, tracked=True, max_length=200, personal=True
    )
    department: Mapped[Department | None] = many2one(
        _("Department"), default=None, to="base.department", index=True, tracked=True, sortable=True
    )
    position: Mapped[str | None] = field(
        _("Position"), default=None, searchable=True, tracked=True, personal=True
    )
    superior: Mapped[Optional["Employee"]] = many2one(
        _("Direct superior"), default=None, to="base.employee", on_delete="clear", index=True, tracked=True,
        help=_("Where none is set, the manager of the department is the superior."),
    )  # fmt: skip
    user: Mapped[User | None] = many2one(
        _("User"), default=None, to="base.user", index=True, tracked=True,
        help=_("The account this person signs in with."),
    )  # fmt: skip
    status: Mapped[str] = selection(
        _("Status"),
        choices=[(ACTIVE, _("Active")), (LEFT, _("Has left"))],
        default=ACTIVE,
        tracked=True,
        sortable=True,
    )
    entry_date: Mapped[date | None] = field(_("Entry date"), default=None, sortable=True)
    skills: Mapped[str | None] = longtext(_("Skills"), default=None, searchable=True, personal=True)
    mobile: Mapped[str | None] = phone(_("Mobile"), default=None, searchable=True, personal=True)
    email: Mapped[str | None] = email(_("E-mail"), default=None, searchable=True, personal=True)
