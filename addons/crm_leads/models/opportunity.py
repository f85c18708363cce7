"""The opportunity and its process P2."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

from sqlalchemy import Integer

from addons.crm_base.models import Contact, Customer
from addons.crm_base.roles import GENERAL_MANAGER, SALES_DIRECTOR
from addons.crm_base.services.contacting import may_make_activities
from addons.crm_leads.services import endings, following, stages, support
from addons.crm_leads.states import LOST, OPEN, SUSPENDED, WON
from core.api import (
    CompanyOwned,
    Mapped,
    Option,
    Owned,
    State,
    Tracked,
    User,
    ValidationFailed,
    Where,
    _,
    action,
    arg,
    case,
    cast,
    computed,
    current_env,
    expression,
    field,
    func,
    literal,
    longtext,
    many2many,
    many2one,
    money,
    number,
    one2many,
    option,
    or_,
    select,
    selection,
    state_field,
    transition,
)  # fmt: skip

if TYPE_CHECKING:
    from addons.crm_base.models import Activity, Task
    from addons.crm_leads.models.lead import Lead
    from addons.crm_leads.models.opportunity_member import OpportunityMember
    from addons.crm_leads.models.stage import Process, Stage, StageStay

IMPORTANCE = [("a", _("A – key")), ("b", _("B – important")), ("c", _("C – normal"))]


def weighted(opportunity: Any) -> Decimal:
    """Amount times probability."""
    return (opportunity.amount or Decimal(0)) * (opportunity.probability or 0) / 100


def days_spent(model: Any) -> Any:
    """Whole days since the present stage was entered; the clock stops at the end and while suspended."""
    until = func.coalesce(model.ended_at, model.suspended_at, func.now())
    return cast(func.floor(func.date_part("epoch", until - model.stage_entered_at) / 86400), Integer)


def days_needed(model: Any) -> Any:
    """Days that the present stage may still take by its standard; negative when it takes too long."""
    return case((model.state == OPEN, model.stage_days - days_spent(model)), else_=None)


def criteria_of_stage(model: Any) -> Any:
    """What must be met to leave the present stage."""
    from addons.crm_leads.models.stage import Stage

    return select(Stage.criteria).where(Stage.id == model.stage_id).scalar_subquery()


def owner_or_superior(env: Any) -> Where:
    """The owner, the owner's direct superior, and the general manager."""
    if GENERAL_MANAGER.code in env.roles:
        return _everything()
    return or_(Opportunity.owner == env.user_id, Opportunity.owner.in_(env.direct_reports))


def superior(env: Any) -> Where:
    """The direct superior of the owner; directors in their departments; anybody who may, where there is no owner."""
    if {GENERAL_MANAGER.code, SALES_DIRECTOR.code} & env.roles:
        return _everything()
    return or_(Opportunity.owner.in_(env.direct_reports), Opportunity.owner.is_(None))


def _everything() -> Where:
    allowed: Where = literal(True)
    return allowed


class Opportunity(
    CompanyOwned, Owned, Tracked, label=_("Opportunity"), plural=_("Opportunities"), display="title",
    unique=[("number",)], indexed=[("owner", "state")], icon="trending-up",
):  # fmt: skip
    """A concrete chance of a sale, with amount, stage and date."""

    number: Mapped[str] = number(
        _("Number"), sequence="crm_leads.opportunity", sortable=True, searchable=True
    )
    title: Mapped[str] = field(_("Subject"), searchable=True, sortable=True, tracked=True, max_length=255)
    customer: Mapped[Customer] = many2one(_("Customer"), tracked=True)
    contacts: Mapped[list[Contact]] = many2many(_("Contacts"))
    state: Mapped[State] = state_field(OPEN)
    process: Mapped["Process"] = many2one(_("Sales process"), default=stages.default_process, required=True)
    stage: Mapped["Stage"] = many2one(_("Stage"), default=None, required=True, readonly=True, tracked=True)
    stage_entered_at: Mapped[datetime] = field(
        _("In this stage since"), default=stages.this_moment, readonly=True
    )
    stage_days: Mapped[int] = field(_("Standard duration (days)"), default=0, readonly=True)
    probability: Mapped[int] = field(
        _("Probability (%)"), default=0, minimum=0, maximum=100, sortable=True, readonly=True
    )
    days_in_stage: Mapped[int] = expression(_("Days in this stage"), sql=days_spent)
    days_left: Mapped[int] = expression(_("Days left by the standard"), sql=days_needed)
    criteria: Mapped[str] = expression(_("Promotion criteria"), sql=criteria_of_stage)
    is_abnormal: Mapped[bool] = field(_("Stepped back"), default=False, readonly=True, index=True)
    last_contact_at: Mapped[datetime | None] = field(
        _("Last contact"), default=None, readonly=True, sortable=True
    )
    reminded_on: Mapped[date | None] = field(_("Last reminder"), default=None, readonly=True)

    amount: Mapped[Decimal] = money(
        _("Expected amount"), default=Decimal(0), sortable=True, tracked=True, minimum=0
    )
    expected_value: Mapped[Decimal] = computed(
        _("Expected value"), by=weighted, depends=("amount", "probability"), money=True, sortable=True
    )
    expected_close: Mapped[date] = field(_("Expected closing date"), sortable=True, tracked=True)
    intention: Mapped[str] = longtext(
        _("Intention to buy"), help=_("What the customer has said that shows a clear wish to buy.")
    )
    description: Mapped[str | None] = longtext(_("Business description"), default=None)
    products: Mapped[str | None] = field(_("Products"), default=None, searchable=True, max_length=500)
    importance: Mapped[str] = selection(_("Importance"), choices=IMPORTANCE, default="c")
    source: Mapped[Option | None] = option(_("Source"), list="crm_base.source", default=None)
    competitor: Mapped[str | None] = field(_("Competitor"), default=None, max_length=200)
    promotion_consultant: Mapped[User | None] = many2one(_("Promotion consultant"), default=None)
    counsellor: Mapped[User | None] = many2one(_("Counsellor"), default=None)
    sales_consultant: Mapped[User | None] = many2one(_("Sales consultant"), default=None)

    engaged_on: Mapped[date | None] = field(_("Begun on"), default=stages.today, sortable=True)
    closed_on: Mapped[date | None] = field(_("Closed on"), default=None, readonly=True, sortable=True)
    ended_at: Mapped[datetime | None] = field(_("Ended"), default=None, readonly=True)
    suspended_at: Mapped[datetime | None] = field(_("Suspended since"), default=None, readonly=True)
    wake_up_on: Mapped[date | None] = field(_("Wake up on"), default=None, readonly=True, sortable=True)
    won_amount: Mapped[Decimal | None] = money(
        _("Won amount"), default=None, readonly=True, tracked=True, minimum=0
    )
    lost_reason: Mapped[Option | None] = option(
        _("Reason of losing"), list="crm_leads.lost_reason", default=None, readonly=True, tracked=True
    )
    lost_remark: Mapped[str | None] = longtext(_("Remark on losing"), default=None, readonly=True)

    activities: Mapped[list["Activity"]] = one2many(_("Activities"), back="opportunity")
    tasks: Mapped[list["Task"]] = one2many(_("Tasks"), back="opportunity")
    stays: Mapped[list["StageStay"]] = one2many(_("Times in stages"), back="opportunity")
    leads: Mapped[list["Lead"]] = one2many(_("Leads"), back="opportunity")
    team: Mapped[list["OpportunityMember"]] = one2many(_("Team"), back="opportunity")

    @transition(
        OPEN, to=OPEN, label=_("Next stage"), by=owner_or_superior, icon="arrow-right",
        confirm=_("Are the promotion criteria of the present stage met?"),
    )  # fmt: skip
    def advance(
        self,
        reason: Annotated[
            str | None,
            arg(
                _("Reason (where the superior goes on without required tasks)"), required=False, longtext=True
            ),
        ] = None,
    ) -> None:
        """On to the next stage of the process; the probability becomes that of the stage."""
        stages.advance(current_env(), self, reason)

    @transition(OPEN, to=OPEN, label=_("Step back"), by=owner_or_superior, icon="arrow-left")
    def step_back(self, reason: Annotated[str, arg(_("Reason"), longtext=True)]) -> None:
        """Back to the stage before; marked as abnormal for the director, who is told."""
        stages.step_back(current_env(), self, reason)

    @transition(OPEN, to=OPEN, label=_("Change stage"), by=owner_or_superior, icon="stairs")
    def move_to_stage(
        self,
        stage: Annotated["Stage", arg(_("Stage"))],
        reason: Annotated[
            str | None, arg(_("Reason (needed for a step back)"), required=False, longtext=True)
        ] = None,
    ) -> None:
        """To any stage of the process, under the conditions of each single step."""
        stages.move(current_env(), self, stage, reason)

    @action(label=_("Transfer"), right="assign", by=superior, icon="transfer")
    def transfer(
        self,
        to: Annotated[User, arg(_("Salesperson"))],
        reason: Annotated[str, arg(_("Reason"), longtext=True)],
    ) -> None:
        """Another salesperson goes on with it; both are told."""
        endings.transfer(current_env(), self, to, reason)

    @transition(OPEN, to=SUSPENDED, label=_("Suspend"), by=owner_or_superior, icon="player-pause")
    def suspend(self, until: Annotated[date, arg(_("Wake up on"))]) -> None:
        """Nothing happens until a day; the clock of the stage stops."""
        env = current_env()
        if until <= stages.today(env):
            raise ValidationFailed.at("until", _("The day to wake up lies in the future."))
        self.wake_up_on, self.suspended_at = until, env.now

    @transition(SUSPENDED, to=OPEN, label=_("Resume"), by=owner_or_superior, icon="player-play")
    def resume(self) -> None:
        """The clock of the stage goes on where it stopped."""
        stages.resume(current_env(), self)

    @transition(OPEN, to=WON, label=_("Win"), by=owner_or_superior, icon="trophy")
    def win(
        self, amount: Annotated[Decimal, arg(_("Won amount"), default=lambda env, record: record.amount)]
    ) -> None:
        """The sale is made. An order addon sees to the order by the event opportunity_won."""
        endings.win(current_env(), self, amount)

    @transition(OPEN, SUSPENDED, to=LOST, label=_("Lose"), by=owner_or_superior, icon="mood-sad", danger=True)
    def lose(
        self,
        reason: Annotated[Option, arg(_("Reason of losing"), list="crm_leads.lost_reason")],
        competitor: Annotated[str, arg(_("Competitor"), default=lambda env, record: record.competitor)],
        remark: Annotated[str, arg(_("Remark"), longtext=True)],
        care_on: Annotated[
            date | None, arg(_("Ask the customer again on"), required=False, default=endings.proposed_care)
        ] = None,
    ) -> None:
        """The sale is lost; open tasks are cancelled, a care task is made when a day is given for it."""
        endings.lose(current_env(), self, reason, competitor, remark, care_on)

    @action(label=_("Record an activity"), right="read", by=may_make_activities, icon="phone-check")
    def log_activity(
        self,
        kind: Annotated[Option, arg(_("Kind"), list="crm_base.activity_kind")],
        subject: Annotated[str, arg(_("Subject"), default=lambda env, record: record.title)],
        result: Annotated[str, arg(_("Result"), longtext=True)],
        at: Annotated[
            datetime | None, arg(_("Time"), required=False, default=lambda env, record: env.now)
        ] = None,
        minutes: Annotated[int | None, arg(_("Duration (minutes)"), required=False)] = None,
    ) -> None:
        """A call, mail or visit that took place."""
        following.log(current_env(), self, kind, subject, result, at, minutes)

    @action(label=_("Plan an activity"), right="read", by=may_make_activities, icon="calendar-plus")
    def plan_activity(
        self,
        kind: Annotated[Option, arg(_("Kind"), list="crm_base.activity_kind")],
        subject: Annotated[str, arg(_("Subject"), default=lambda env, record: record.title)],
        at: Annotated[datetime, arg(_("Time"))],
        description: Annotated[str | None, arg(_("Description"), required=False, longtext=True)] = None,
    ) -> None:
        """A call or visit that the caller is going to make."""
        following.plan(current_env(), self, kind, subject, at, description)

    @action(label=_("Request technical support"), icon="headset")
    def request_support(
        self,
        subject: Annotated[str, arg(_("What is needed"), default=lambda env, record: record.title)],
        due: Annotated[date, arg(_("Due"))],
        to: Annotated[
            User | None,
            arg(
                _("Person"),
                required=False,
                help=_("Without a name the task goes to the pre-sales people of the team."),
            ),
        ] = None,
        description: Annotated[str | None, arg(_("Description"), required=False, longtext=True)] = None,
    ) -> "Task":
        """A task for pre-sales, who read the opportunity with it."""
        return support.request_support(current_env(), self, subject, due, to, description)

    @action(label=_("Copy as new opportunity"), right="create", icon="copy", even_final=True)
    def copy_as_new(self) -> "Opportunity":
        """A new opportunity with the same data, from the first stage on."""
        copied: Opportunity = endings.copy_as_new(current_env(), self)
        return copied
