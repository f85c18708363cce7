"""The roles that addons declare, as rows, and who holds which in which company."""

import secrets
from typing import Any, Optional

from sqlalchemy.orm import Mapped

from core.auth.models.company import Company
from core.auth.models.user import User
from core.i18n import _
from core.orm.fields import field, longtext, many2one, translated
from core.orm.model import Deployment


def own_code(env: Any) -> str:
    """Roles that companies make need no code of people's thinking; no declared role begins like this."""
    return f"own.{secrets.token_hex(6)}"


def active_company(env: Any) -> int:
    """Roles are made and given in the company where one is working."""
    company_id: int = env.company_id
    return company_id


class Role(
    Deployment,
    label=_("Role"),
    plural=_("Roles"),
    display="title",
    ordered_by="code",
    unique=[("code",)],
    icon="shield",
    names=("code",),
):
    """A role that people hold: of a declaration, in every company, or made by one company for itself.

    What a declared role may do stands in the code of its addon, as far as the company has not changed it. Kernel code
    imports the model as `RoleRow`, since `core.auth.access.Role` is the declaration.
    """

    code: Mapped[str] = field(_("Code"), default=own_code, searchable=True, sortable=True, readonly=True)
    title: Mapped[dict[str, str]] = translated(_("Title"))
    description: Mapped[str | None] = longtext(_("Description"), default=None)
    company: Mapped[Company | None] = many2one(
        _("Company"), to="base.company", default=active_company, readonly=True, on_delete="part_of", index=True,
        help=_("Empty for roles that are shipped: they are there in every company."),
    )  # fmt: skip
    basis: Mapped[Optional["Role"]] = many2one(
        _("Copy of"), to="base.role", default=None, readonly=True, index=True,
        help=_("What rules and fields say of that role holds for this one too; its rights are changed apart."),
    )  # fmt: skip
    active: Mapped[bool] = field(_("Active"), default=True)


class UserRole(
    Deployment, label=_("Role of a user"), plural=_("Roles of users"), unique=[("user", "company", "role")],
    icon="user-shield",
):  # fmt: skip
    """A user holds a role in one company. Only where a user holds some role does the user work at all.

    The table is the deployment's because it is read before anybody is let into a company.
    """

    user: Mapped[User] = many2one(_("User"), to="base.user", on_delete="part_of", index=True)
    company: Mapped[Company] = many2one(
        _("Company"), to="base.company", default=active_company, on_delete="part_of", index=True
    )
    role: Mapped[Role] = many2one(_("Role"), to="base.role", on_delete="part_of")
    primary: Mapped[bool] = field(
        _("Primary role"), default=False, readonly=True,
        help=_("What a person mainly is in the company. Without a choice it is the role given first."),
    )  # fmt: skip
