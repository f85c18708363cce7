"""Rules by which records are shared by themselves, and shares that somebody gave by hand."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Mapped

from core.auth.models.department import Department
from core.auth.models.role import Role
from core.auth.models.user import User
from core.i18n import LazyString, _
from core.orm.fields import field, longtext, many2one, selection
from core.orm.model import CompanyOwned, Tracked

READ: Final = "read"
EDIT: Final = "edit"
MAY: Final = [(READ, _("View only")), (EDIT, _("View and edit"))]
"""What a share lets people do. Deleting, assigning and sharing on are never part of it."""


def shareable_models(composed: Any) -> tuple[tuple[str, LazyString], ...]:
    """The models whose records can be shared, as choices."""
    return tuple((info.key, info.plural) for info in composed.models.values() if is_shareable(info))


def is_shareable(info: Any) -> bool:
    """Whether records of the model belong to somebody, and to one company."""
    return bool(info.is_owned) and info.kind == "company"


class SharingRule(
    CompanyOwned, Tracked, label=_("Sharing rule"), plural=_("Sharing rules"), display="name", ordered_by="name",
    unique=[("name",)], icon="share",
    names=("model",),
):  # fmt: skip
    """Records that meet a condition and belong to people of a department or role are shared with others.

    Nothing is stored at the records: a new or changed record is shared, or no longer shared, with the next click.
    """

    name: Mapped[str] = field(_("Name"), searchable=True, sortable=True, tracked=True, max_length=200)
    active: Mapped[bool] = field(_("Active"), default=True, tracked=True)
    model: Mapped[str] = selection(_("Kind of record"), choices=shareable_models, tracked=True)
    condition: Mapped[str | None] = longtext(_("Condition"), default=None, tracked=True, max_length=4000)
    may: Mapped[str] = selection(
        _("May"), choices=MAY, default=READ, tracked=True,
        help=_("As far as the receivers' own roles let them do it with such records at all."),
    )  # fmt: skip
    owner_department: Mapped[Department | None] = many2one(
        _("Owners: department"), default=None, tracked=True,
        help=_("Without department and role the rule is about everybody's records, and those of nobody."),
    )  # fmt: skip
    owners_below: Mapped[bool] = field(_("Owners: and the departments below"), default=True, tracked=True)
    owner_role: Mapped[Role | None] = many2one(_("Owners: role"), default=None, to="base.role", tracked=True)
    to_role: Mapped[Role | None] = many2one(_("Receivers: role"), default=None, to="base.role", tracked=True)
    to_department: Mapped[Department | None] = many2one(
        _("Receivers: department"), default=None, tracked=True
    )
    receivers_below: Mapped[bool] = field(
        _("Receivers: and the departments below"), default=True, tracked=True
    )
    to_user: Mapped[User | None] = many2one(_("Receiver: one person"), default=None, tracked=True)


class Share(
    CompanyOwned, Tracked, label=_("Share"), plural=_("Shares"), display="model", ordered_by="-id",
    unique=[("user", "model", "record_id")], icon="share",
    names=("model",),
):  # fmt: skip
    """One record, shared by hand with one person, perhaps until the end of a day. What is withdrawn is deleted."""

    model: Mapped[str] = selection(_("Kind of record"), choices=shareable_models, readonly=True)
    record_id: Mapped[int] = field(_("Record"), readonly=True, index=True)
    user: Mapped[User] = many2one(_("Shared with"), on_delete="part_of", readonly=True)
    may: Mapped[str] = selection(_("May"), choices=MAY, default=READ, readonly=True, tracked=True)
    until: Mapped[date | None] = field(_("Until"), default=None, readonly=True, tracked=True)
