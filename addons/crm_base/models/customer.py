"""The customer file."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

from addons.crm_base.models.category import Category
from addons.crm_base.services.confidential import may_confide, may_open
from addons.crm_base.services.contacting import log_contact, may_make_activities, plan_contact
from addons.crm_base.services.customer_status import apply_proposals
from core.api import (
    CompanyOwned,
    Department,
    Mapped,
    Option,
    Owned,
    Tracked,
    User,
    _,
    action,
    arg,
    case,
    computed,
    current_env,
    email,
    expression,
    field,
    func,
    longtext,
    many2one,
    number,
    one2many,
    option,
    phone,
    selection,
    url,
)  # fmt: skip

if TYPE_CHECKING:
    from addons.crm_base.models.activity import Activity
    from addons.crm_base.models.address import Address
    from addons.crm_base.models.contact import Contact
    from addons.crm_base.models.customer_member import CustomerMember
    from addons.crm_base.models.task import Task

STATUS = [("active", _("Active")), ("normal", _("Normal")), ("sealed", _("Sealed"))]
ACTIVE_DAYS = 90
NORMAL_DAYS = 365


def place(customer: Any) -> str | None:
    """Province, city and district as one text, the way addresses are read aloud."""
    parts = [part for part in (customer.province, customer.city, customer.district) if part]
    return " ".join(parts) or None


def proposed_status(model: Any) -> Any:
    """Active within 90 days of the last contact, normal within a year, else a case for sealing."""
    last = func.coalesce(model.last_contact_at, model.created_at)
    return case(
        (last >= func.now() - timedelta(days=ACTIVE_DAYS), "active"),
        (last >= func.now() - timedelta(days=NORMAL_DAYS), "normal"),
        else_="sealed",
    )


class Customer(
    CompanyOwned,
    Owned,
    Tracked,
    label=_("Customer"),
    plural=_("Customers"),
    unique=[("code",)],
    indexed=[("owner", "province")],  # rules share a department's customers of a province
    icon="building",
):
    """A company or person we sell to or want to sell to."""

    code: Mapped[str] = number(_("Code"), sequence="crm_base.customer", sortable=True, searchable=True)
    name: Mapped[str] = field(
        _("Customer name"), searchable=True, sortable=True, tracked=True, max_length=255, personal=True
    )
    phone: Mapped[str] = phone(_("Phone"), searchable=True, personal=True)
    kind: Mapped[str] = selection(
        _("Company or person"),
        choices=[("company", _("Company")), ("person", _("Person"))],
        default="company",
    )
    short_name: Mapped[str | None] = field(
        _("Short name"), default=None, searchable=True, max_length=60, personal=True
    )
    email: Mapped[str | None] = email(_("E-mail"), default=None, searchable=True, personal=True)
    website: Mapped[str | None] = url(_("Website"), default=None, personal=True)
    status: Mapped[str] = selection(_("Status"), choices=STATUS, default="normal", tracked=True, index=True)
    proposed: Mapped[str] = expression(_("Proposed status"), sql=proposed_status, choices=STATUS)

    relation: Mapped[Option | None] = option(_("Kind of relation"), list="crm_base.relation", default=None)
    industry: Mapped[Option | None] = option(_("Industry"), list="crm_base.industry", default=None)
    level: Mapped[Option | None] = option(
        _("Customer level"), list="crm_base.level", default=None, tracked=True
    )
    grade: Mapped[Option | None] = option(_("Relation grade"), list="crm_base.grade", default=None)
    value: Mapped[Option | None] = option(_("Value"), list="crm_base.value", default=None)
    customer_type: Mapped[Option | None] = option(
        _("Customer type"), list="crm_base.customer_type", default=None
    )
    size: Mapped[Option | None] = option(_("Size or income"), list="crm_base.size", default=None)
    category: Mapped[Category | None] = many2one(_("Category"), default=None)

    source: Mapped[Option | None] = option(_("Source"), list="crm_base.source", default=None)
    campaign: Mapped[str | None] = field(_("Campaign"), default=None, max_length=120)
    referrer: Mapped["Customer | None"] = many2one(_("Referred by"), default=None, on_delete="clear")
    parent: Mapped["Customer | None"] = many2one(_("Parent company"), default=None)

    province: Mapped[str | None] = field(
        _("Province"), default=None, sortable=True, index=True, max_length=60
    )
    city: Mapped[str | None] = field(_("City"), default=None, max_length=60)
    district: Mapped[str | None] = field(_("District"), default=None, max_length=60)
    postcode: Mapped[str | None] = field(_("Postcode"), default=None, max_length=20, personal=True)
    region: Mapped[str | None] = computed(_("Region"), by=place, depends=("province", "city", "district"))

    tax_number: Mapped[str | None] = field(
        _("Tax number"), default=None, searchable=True, max_length=40, personal=True
    )
    invoice_title: Mapped[str | None] = field(_("Invoice title"), default=None, max_length=200, personal=True)
    bank: Mapped[str | None] = field(_("Bank"), default=None, max_length=120, personal=True)
    bank_account: Mapped[str | None] = field(_("Bank account"), default=None, max_length=60, personal=True)

    department: Mapped[Department | None] = many2one(_("Department"), default=None, on_delete="clear")
    founded: Mapped[int | None] = field(
        _("Founded in"), default=None, minimum=1000, maximum=2999, grouped=False
    )
    employees: Mapped[int | None] = field(_("Employees"), default=None, minimum=0)
    business: Mapped[str | None] = longtext(_("Business description"), default=None)
    intention: Mapped[str | None] = longtext(_("Purchase intention"), default=None, personal=True)
    remarks: Mapped[str | None] = longtext(_("Remarks"), default=None, personal=True)
    is_confidential: Mapped[bool] = field(
        _("Contact data confidential"), default=False, readonly=True, tracked=True,
        help=_("Telephone, mail, addresses and contacts are for the owner, the direct superior and administrators."),
    )  # fmt: skip
    last_contact_at: Mapped[datetime | None] = field(
        _("Last contact"), default=None, readonly=True, sortable=True
    )

    subsidiaries: Mapped[list["Customer"]] = one2many(_("Subsidiaries"), back="parent")
    contacts: Mapped[list["Contact"]] = one2many(_("Contacts"), back="customer")
    addresses: Mapped[list["Address"]] = one2many(_("Addresses"), back="customer")
    activities: Mapped[list["Activity"]] = one2many(_("Activities"), back="customer")
    tasks: Mapped[list["Task"]] = one2many(_("Tasks"), back="customer")
    team: Mapped[list["CustomerMember"]] = one2many(_("Team"), back="customer")

    @action(label=_("Record an activity"), right="read", by=may_make_activities, icon="phone-check")
    def log_activity(
        self,
        kind: Annotated[Option, arg(_("Kind"), list="crm_base.activity_kind")],
        subject: Annotated[str, arg(_("Subject"))],
        result: Annotated[str, arg(_("Result"), longtext=True)],
        at: Annotated[
            datetime | None, arg(_("Time"), required=False, default=lambda env, record: env.now)
        ] = None,
        contact: Annotated["Contact | None", arg(_("Contact"), required=False)] = None,
        minutes: Annotated[int | None, arg(_("Duration (minutes)"), required=False)] = None,
    ) -> None:
        """A call or visit that took place, written down in one step."""
        log_contact(current_env(), self, kind, subject, result, at, contact, minutes)

    @action(label=_("Plan an activity"), right="read", by=may_make_activities, icon="calendar-plus")
    def plan_activity(
        self,
        kind: Annotated[Option, arg(_("Kind"), list="crm_base.activity_kind")],
        subject: Annotated[str, arg(_("Subject"))],
        at: Annotated[datetime, arg(_("Time"))],
        contact: Annotated["Contact | None", arg(_("Contact"), required=False)] = None,
        description: Annotated[str | None, arg(_("Description"), required=False, longtext=True)] = None,
    ) -> None:
        """A call or visit that the caller is going to make."""
        plan_contact(current_env(), self, kind, subject, at, contact, description)

    @action(label=_("Transfer"), right="assign", icon="user-share")
    def transfer(self, to: Annotated[User, arg(_("New owner"))]) -> None:
        """The customer gets another owner, who is told; the change stays in the history."""
        self.owner = to
        current_env().notify([to], _("The customer “{name}” is yours now.", name=self.name), self)

    @action(
        label=_("Keep contact data confidential"), right="confide", by=may_confide, icon="lock",
        confirm=_("Only you, your direct superior and administrators will see how this customer is reached."),
    )  # fmt: skip
    def confide(self) -> None:
        """Others go on seeing that the customer exists and who owns it."""
        self.is_confidential = True

    @action(label=_("Open contact data"), right="confide", by=may_open, icon="eye")
    def open_contact_data(self) -> None:
        """Everybody who sees the customer sees again how it is reached."""
        self.is_confidential = False

    @action(
        label=_("Apply proposed status"), icon="refresh-dot", many=True,
        confirm=_("Set the status to what follows from the last contact?"),
    )  # fmt: skip
    def apply_proposed_status(records: Sequence["Customer"]) -> None:
        """The status follows the date of the last contact; whoever wants another one sets it by hand."""
        apply_proposals(current_env(), records)
