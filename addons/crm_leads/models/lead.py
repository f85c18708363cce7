"""The lead and its process P1."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

from addons.crm_base.models import Contact, Customer
from addons.crm_base.roles import GENERAL_MANAGER
from addons.crm_base.services.contacting import may_make_activities
from addons.crm_leads.hookspecs import lead_closed, lead_upgraded
from addons.crm_leads.models.channel import Channel
from addons.crm_leads.models.opportunity import Opportunity
from addons.crm_leads.roles import LEAD_DESK
from addons.crm_leads.services import following, tracking
from addons.crm_leads.services.conversion import copy_of_lead, customer_from_lead, opportunity_from_lead
from addons.crm_leads.states import (
    ASSIGNED,
    CLOSED,
    IN_PROGRESS,
    NEW,
    OPEN_LEAD_STATES,
    RETURNED,
    TRACKED_STATES,
    UPGRADED,
)
from core.api import (
    CompanyOwned,
    Mapped,
    Option,
    State,
    Tracked,
    User,
    Where,
    _,
    action,
    and_,
    arg,
    current_env,
    email,
    field,
    literal,
    longtext,
    many2one,
    money,
    number,
    one2many,
    option,
    or_,
    phone,
    selection,
    state_field,
    transition,
)  # fmt: skip

if TYPE_CHECKING:
    from addons.crm_base.models import Activity, Task

PRIORITIES = [("low", _("Low")), ("normal", _("Normal")), ("high", _("High"))]
TRACK = "track"
"""The function right for the steps of the process, beside that of editing what the lead says."""


def owner_or_superior(env: Any) -> Where:
    """Who has the lead, the direct superior of who has it, and the general manager."""
    if GENERAL_MANAGER.code in env.roles:
        return Lead.owner.is_not(None)
    return or_(Lead.owner == env.user_id, Lead.owner.in_(env.direct_reports))


def assigner_or_superior(env: Any) -> Where:
    """Who gave the lead out, or the direct superior of who has it. The lead desk gives out as one."""
    if {GENERAL_MANAGER.code, LEAD_DESK.code} & env.roles:
        allowed: Where = literal(True)
        return allowed
    return or_(Lead.assigner == env.user_id, Lead.owner.in_(env.direct_reports))


def owner_or_assigner(env: Any) -> Where:
    """Who has the lead or gave it out. Whoever could give out a lead that nobody has, or has entered it, counts."""
    return or_(owner_or_superior(env), assigner_or_superior(env), Lead.owner.is_(None))


def who_entered_it(env: Any) -> Where:
    """A lead that nobody has, for the one who entered it."""
    return and_(Lead.owner.is_(None), Lead.created_by == env.user_id)


class Lead(
    CompanyOwned,
    Tracked,
    label=_("Lead"),
    plural=_("Leads"),
    display="title",
    unique=[("number",)],
    # what a record rule asks for, presets of the own, rules that share a department's records of a province: these
    # with all that the numbers above the list ask of each lead, which are then counted from the index alone
    indexed=[
        ("created_by",),
        ("owner", "state"),
        ("owner", "province", "state", "assigner", "follow_up_on", "expected_revenue"),
    ],
    icon="target-arrow",
):
    """A possible sale, before anyone has checked that the need is real."""

    number: Mapped[str] = number(_("Number"), sequence="crm_leads.lead", sortable=True, searchable=True)
    title: Mapped[str] = field(
        _("Subject"), searchable=True, sortable=True, tracked=True, max_length=255, personal=True
    )
    state: Mapped[State] = state_field(NEW)
    owner: Mapped[User | None] = many2one(_("Owner"), default=None, readonly=True, tracked=True)
    assigner: Mapped[User | None] = many2one(_("Assigned by"), default=None, readonly=True, tracked=True)
    assigned_at: Mapped[datetime | None] = field(_("Assigned at"), default=None, readonly=True, sortable=True)
    first_response_at: Mapped[datetime | None] = field(_("First response"), default=None, readonly=True)
    follow_up_on: Mapped[date | None] = field(_("Follow up by"), default=None, sortable=True)

    company_name: Mapped[str | None] = field(
        _("Company name"), default=None, searchable=True, sortable=True, max_length=255, personal=True
    )
    person: Mapped[str | None] = field(
        _("Contact person"), default=None, searchable=True, max_length=120, personal=True
    )
    phone: Mapped[str | None] = phone(_("Phone"), default=None, searchable=True, personal=True)
    email: Mapped[str | None] = email(_("E-mail"), default=None, searchable=True, personal=True)
    messenger: Mapped[str | None] = field(
        _("Messenger (WeChat, QQ)"), default=None, searchable=True, max_length=80, personal=True
    )
    province: Mapped[str | None] = field(
        _("Province"), default=None, sortable=True, index=True, max_length=60
    )
    city: Mapped[str | None] = field(_("City"), default=None, max_length=60)

    channel: Mapped[Channel | None] = many2one(_("Source channel"), default=None)
    campaign: Mapped[str | None] = field(_("Campaign"), default=None, max_length=120)
    keyword: Mapped[str | None] = field(_("Keyword"), default=None, max_length=120)
    promotion_consultant: Mapped[User | None] = many2one(
        _("Promotion consultant"), default=None, tracked=True
    )
    counsellor: Mapped[User | None] = many2one(_("Counsellor"), default=None, tracked=True)
    sales_consultant: Mapped[User | None] = many2one(_("Sales consultant"), default=None, tracked=True)

    products: Mapped[str | None] = field(_("Products of interest"), default=None, max_length=500)
    need: Mapped[str | None] = longtext(_("Need"), default=None, personal=True)
    expected_revenue: Mapped[Decimal] = money(
        _("Expected revenue"), default=Decimal(0), sortable=True, minimum=0
    )
    priority: Mapped[str] = selection(_("Priority"), choices=PRIORITIES, default="normal")
    remarks: Mapped[str | None] = longtext(_("Remarks"), default=None, personal=True)

    customer: Mapped[Customer | None] = many2one(_("Customer"), default=None, readonly=True, personal=True)
    contact: Mapped[Contact | None] = many2one(
        _("Contact"), default=None, readonly=True, on_delete="clear", personal=True
    )
    opportunity: Mapped[Opportunity | None] = many2one(_("Opportunity"), default=None, readonly=True)
    return_reason: Mapped[str | None] = longtext(
        _("Reason of return"), default=None, readonly=True, tracked=True
    )
    close_reason: Mapped[Option | None] = option(
        _("Reason of closing"), list="crm_leads.close_reason", default=None, readonly=True, tracked=True
    )
    close_remark: Mapped[str | None] = longtext(_("Remark on closing"), default=None, readonly=True)

    activities: Mapped[list["Activity"]] = one2many(_("Activities"), back="lead")
    tasks: Mapped[list["Task"]] = one2many(_("Tasks"), back="lead")

    @transition(ASSIGNED, to=IN_PROGRESS, label=_("Start tracking"), automatic=True)
    def start_tracking(self) -> None:
        """The first activity stops the clock of the first response."""
        self.first_response_at = current_env().now

    @transition(NEW, RETURNED, to=ASSIGNED, label=_("Assign"), right="assign", icon="user-check")
    def assign(
        self,
        to: Annotated[User, arg(_("Salesperson"))],
        due: Annotated[date | None, arg(_("Follow up by"), required=False)] = None,
    ) -> None:
        """The assigner hands the lead to a salesperson, who is told and gets a tracking task."""
        tracking.hand_over(current_env(), self, to, due)

    @transition(
        NEW,
        RETURNED,
        to=ASSIGNED,
        label=_("Track it myself"),
        right=TRACK,
        by=who_entered_it,
        icon="user-plus",
    )
    def take(self, due: Annotated[date | None, arg(_("Follow up by"), required=False)] = None) -> None:
        """Who entered a lead that nobody has yet tracks it: assigned to oneself."""
        env = current_env()
        tracking.hand_over(env, self, env.user, due)

    @transition(
        *TRACKED_STATES, to=NEW, label=_("Reclaim"), right=TRACK, by=assigner_or_superior, icon="arrow-back"
    )
    def reclaim(self) -> None:
        """The assigner takes the lead back and can give it to somebody else; who had it is told."""
        tracking.take_back(current_env(), self)

    @transition(
        *TRACKED_STATES,
        to=RETURNED,
        label=_("Return"),
        right=TRACK,
        by=owner_or_superior,
        icon="arrow-back-up",
    )
    def give_back(self, reason: Annotated[str, arg(_("Reason"), longtext=True)]) -> None:
        """The receiver does not want to track the lead; it goes to the queue of the assigner, who is told."""
        tracking.give_back(current_env(), self, reason)

    @action(label=_("Save as customer"), right=TRACK, by=owner_or_assigner, icon="building-plus")
    def save_as_customer(
        self, existing: Annotated[Customer | None, arg(_("Existing customer"), required=False)] = None
    ) -> Customer:
        """Customer and contact are made from the lead, or an existing customer is linked; the state stays."""
        customer: Customer = customer_from_lead(current_env(), self, existing)
        return customer

    @transition(
        *TRACKED_STATES,
        to=UPGRADED,
        label=_("Upgrade to opportunity"),
        right=TRACK,
        by=owner_or_superior,
        icon="trending-up",
    )
    def upgrade(
        self,
        intention: Annotated[
            str, arg(_("Intention to buy"), longtext=True, default=lambda env, lead: lead.need)
        ],
        expected_close: Annotated[date, arg(_("Expected closing date"))],
        amount: Annotated[
            Decimal | None,
            arg(_("Expected amount"), required=False, default=lambda env, lead: lead.expected_revenue),
        ] = None,
        existing: Annotated[Customer | None, arg(_("Existing customer"), required=False)] = None,
    ) -> Opportunity:
        """The lead ends as an opportunity with its data, activities, open tasks and consultants; both are linked."""
        env = current_env()
        opportunity = opportunity_from_lead(env, self, intention, expected_close, amount, existing)
        lead_upgraded(env=env, lead=self, opportunity=opportunity)
        return opportunity

    @transition(
        *OPEN_LEAD_STATES,
        to=CLOSED,
        label=_("Close"),
        right=TRACK,
        by=owner_or_assigner,
        icon="archive",
        danger=True,
    )
    def close(
        self,
        reason: Annotated[Option, arg(_("Reason of closing"), list="crm_leads.close_reason")],
        remark: Annotated[str | None, arg(_("Remark"), required=False, longtext=True)] = None,
    ) -> None:
        """Ends the lead for good; open tasks are cancelled. A closed lead can be copied as new."""
        env = current_env()
        tracking.cancel_open_tasks(env, self)
        self.close_reason, self.close_remark = reason, remark
        lead_closed(env=env, lead=self)

    @action(label=_("Record an activity"), right="read", by=may_make_activities, icon="phone-check")
    def log_activity(
        self,
        kind: Annotated[Option, arg(_("Kind"), list="crm_base.activity_kind")],
        subject: Annotated[str, arg(_("Subject"), default=lambda env, lead: lead.title)],
        result: Annotated[str, arg(_("Result"), longtext=True)],
        at: Annotated[
            datetime | None, arg(_("Time"), required=False, default=lambda env, lead: env.now)
        ] = None,
        minutes: Annotated[int | None, arg(_("Duration (minutes)"), required=False)] = None,
        follow_up: Annotated[date | None, arg(_("Next follow-up by"), required=False)] = None,
    ) -> None:
        """A call or mail that took place. The first one puts an assigned lead in progress."""
        following.log(current_env(), self, kind, subject, result, at, minutes)
        self.follow_up_on = follow_up or self.follow_up_on

    @action(label=_("Plan an activity"), right="read", by=may_make_activities, icon="calendar-plus")
    def plan_activity(
        self,
        kind: Annotated[Option, arg(_("Kind"), list="crm_base.activity_kind")],
        subject: Annotated[str, arg(_("Subject"), default=lambda env, lead: lead.title)],
        at: Annotated[datetime, arg(_("Time"))],
        description: Annotated[str | None, arg(_("Description"), required=False, longtext=True)] = None,
    ) -> None:
        """A call or visit that the caller is going to make."""
        following.plan(current_env(), self, kind, subject, at, description)

    @action(label=_("Copy as new lead"), right="create", icon="copy", even_final=True)
    def copy_as_new(self) -> "Lead":
        """A new lead with the same data, unassigned: the way on from a closed one."""
        return copy_of_lead(current_env(), self)
