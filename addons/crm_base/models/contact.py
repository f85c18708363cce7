"""People at a customer."""

from datetime import date
from typing import TYPE_CHECKING

from addons.crm_base.models.customer import Customer
from core.api import (
    CompanyOwned,
    Mapped,
    Option,
    Owned,
    Tracked,
    _,
    email,
    field,
    longtext,
    many2one,
    one2many,
    option,
    phone,
)  # fmt: skip

if TYPE_CHECKING:
    from addons.crm_base.models.activity import Activity


class Contact(CompanyOwned, Owned, Tracked, label=_("Contact"), plural=_("Contacts"), icon="address-book"):
    """A person at a customer, with the part in the decision. A contact always belongs to a customer."""

    customer: Mapped[Customer] = many2one(_("Customer"), on_delete="part_of")
    name: Mapped[str] = field(
        _("Name"), searchable=True, sortable=True, tracked=True, max_length=120, personal=True
    )
    position: Mapped[str | None] = field(_("Position"), default=None, max_length=120, personal=True)
    department: Mapped[str | None] = field(_("Department"), default=None, max_length=120)
    mobile: Mapped[str | None] = phone(_("Mobile"), default=None, searchable=True, personal=True)
    phone: Mapped[str | None] = phone(_("Phone"), default=None, searchable=True, personal=True)
    email: Mapped[str | None] = email(_("E-mail"), default=None, searchable=True, personal=True)
    messenger: Mapped[str | None] = field(
        _("Messenger (WeChat, QQ)"), default=None, searchable=True, max_length=80, personal=True
    )
    birthday: Mapped[date | None] = field(_("Birthday"), default=None, personal=True)
    decision_part: Mapped[Option | None] = option(
        _("Part in the decision"), list="crm_base.decision_part", default=None
    )
    relation_degree: Mapped[Option | None] = option(
        _("Relation degree"), list="crm_base.relation_degree", default=None
    )
    influence: Mapped[Option | None] = option(_("Influence"), list="crm_base.influence", default=None)
    is_met: Mapped[bool] = field(_("Met in person"), default=False)
    preferences: Mapped[str | None] = longtext(_("Preferences"), default=None, personal=True)
    remarks: Mapped[str | None] = longtext(_("Remarks"), default=None, personal=True)

    activities: Mapped[list["Activity"]] = one2many(_("Activities"), back="contact")
