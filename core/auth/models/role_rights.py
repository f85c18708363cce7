"""What a company makes of the declared rights: the tree of roles, rights of a role, what a role sees, superiors."""

from typing import Final

from sqlalchemy.orm import Mapped

from core.auth.models.company import Company
from core.auth.models.role import Role, active_company
from core.i18n import _
from core.orm.fields import field, many2one, selection
from core.orm.model import CompanyOwned, Shared, WalledDeployment

NONE: Final = "none"
LEVELS: Final = [
    (NONE, _("Nothing")), ("rule", _("By rule")), ("own", _("Own")), ("team", _("Own team")),
    ("own_department", _("Own department")), ("department", _("Department and below")), ("company", _("Company")),
]  # fmt: skip
FULL, QUERY = "full", "query"
SUPERIORS: Final = [
    (FULL, _("Everything but delete")), (QUERY, _("View, print and export")), (NONE, _("Nothing")),
]  # fmt: skip
MENU, BUTTON = "menu", "button"


class RolePlace(
    WalledDeployment, label=_("Place of a role"), plural=_("Hierarchy of roles"), icon="hierarchy",
    unique=[("company", "role")],
):  # fmt: skip
    """In one company a role stands below another, whose holders have its rights as well.

    A sign-in asks for those of all companies, before anybody is let into one.
    """

    company: Mapped[Company] = many2one(
        _("Company"), to="base.company", default=active_company, on_delete="part_of", readonly=True
    )
    role: Mapped[Role] = many2one(_("Role"), to="base.role", on_delete="part_of")
    superior: Mapped[Role] = many2one(
        _("Role above"), to="base.role", on_delete="part_of", index=True,
        help=_("Whoever holds the role above has the rights of this role as well."),
    )  # fmt: skip


class RoleRight(
    Shared, label=_("Right of a role"), plural=_("Rights of roles"), display="model", ordered_by="model",
    icon="shield-lock", unique=[("role", "model", "action")],
    names=("model",),
):  # fmt: skip
    """How far a role reaches with one action on one kind of record, instead of what is shipped."""

    role: Mapped[Role] = many2one(_("Role"), to="base.role", on_delete="part_of", index=True)
    model: Mapped[str] = field(_("Kind of record"), sortable=True, max_length=100)
    action: Mapped[str] = field(_("Action"), sortable=True, max_length=60)
    level: Mapped[str] = selection(_("Reaches"), choices=LEVELS)


class RoleScreen(
    Shared, label=_("Menu or button of a role"), plural=_("Menus and buttons of roles"), display="name",
    ordered_by="name", icon="eye", unique=[("role", "kind", "name")],
    names=("name",),
):  # fmt: skip
    """A menu or button that a role shows or hides. Shown by one role of a person counts for more than hidden by
    another.
    """

    role: Mapped[Role] = many2one(_("Role"), to="base.role", on_delete="part_of", index=True)
    kind: Mapped[str] = selection(_("Kind"), choices=[(MENU, _("Menu")), (BUTTON, _("Button"))])
    name: Mapped[str] = field(_("Name"), sortable=True, max_length=160)
    shown: Mapped[bool] = field(_("Shown"), default=False)


class HierarchyRule(
    CompanyOwned, label=_("Rule of superiors"), plural=_("Rules of superiors"), display="model", ordered_by="model",
    icon="hierarchy", unique=[("model",)],
    names=("model",),
):  # fmt: skip
    """What superiors may do with records of those below them, for one kind of record of the company."""

    model: Mapped[str] = field(_("Kind of record"), sortable=True, max_length=100)
    direct: Mapped[str] = selection(
        _("Direct superior"), choices=SUPERIORS, default=FULL,
        help=_("Whatever is chosen, superiors need the right for the action itself from a role."),
    )  # fmt: skip
    indirect: Mapped[str] = selection(_("Superiors further up"), choices=SUPERIORS, default=QUERY)
