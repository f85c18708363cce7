"""The opportunity and its process P2."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

from core.api import (
    CompanyOwned, Mapped, Option, Owned, State, Tracked, User, Where, _, action, arg, case, cast, computed, current_env,
    expression, field, func, longtext, many2many, many2one, money, number, one2many, option, or_, selection,
    state_field, transition,
)  # fmt: skip
from sqlalchemy import Integer

from addons.crm_base.models import Contact, Customer
from addons.crm_leads.hookspecs import opportunity_lost, opportunity_won
from addons.crm_leads.services import stages
from addons.crm_leads.states import LOST, OPEN, SUSPENDED, WON

if TYPE_CHECKING:
    from addons.crm_base.models import Activity, Task
    from addons.crm_leads.models.lead import Lead
    from addons.crm_leads.models.stage import Process, Stage, StageStay

IMPORTANCE = [("a", _("A – key")), ("b", _("B – important")), ("c", _("C – normal"))]


def weighted(opportunity: Any) -> Decimal:
    """Amount times probability."""
    return (opportunity.amount or Decimal(0)) * (opportunity.probability or 0) / 100


def days_spent(model: Any) -> Any:
    """Whole days since the present stage was entered; the clock stops at the end and while suspended."""
    until = func.coalesce(model.ended_at, model.suspended_at, func.now())
    return cast(func.floor(func.extract("epoch", until - model.stage_entered_at) / 86400), Integer)


def days_needed(model: Any) -> Any:
    """Days that the present stage may still take by its standard; negative when it takes too long."""
    return case((model.state == OPEN, model.stage_days - days_spent(model)), else_=None)


def owner_or_superior(env: Any) -> Where:
    """The owner, or the owner's direct superior."""
    return or_(Opportunity.owner == env.user_id, Opportunity.owner.in_(env.direct_reports))


def superior(env: Any) -> Where:
    """The direct superior of the owner, or the owner of what nobody else is responsible for."""
    return or_(Opportunity.owner.in_(env.direct_reports), Opportunity.owner.is_(None), Opportunity.owner == env.user_id)


class Opportunity(
    CompanyOwned, Owned, Tracked, label=_("Opportunity"), plural=_("Opportunities"), display="title",
    unique=[("number",)], icon="trending-up",
):  # fmt: skip
    """A concrete chance of a sale, with amount, stage and date."""

    number: Mapped[str] = number(_("Number"), sequence="crm_leads.opportunity", sortable=True, searchable=True)
    title: Mapped[str] = field(_("Subject"), searchable=True, sortable=True, tracked=True, max_length=255)
    customer: Mapped[Customer] = many2one(_("Customer"), tracked=True)
    contacts: Mapped[list[Contact]] = many2many(_("Contacts"))
    state: Mapped[State] = state_field(OPEN)
    process: Mapped["Process"] = many2one(_("Sales process"), default=None, required=True)
    stage: Mapped["Stage"] = many2one(_("Stage"), default=None, required=True, readonly=True, tracked=True)
    stage_entered_at: Mapped[datetime] = field(_("In this stage since"), default=stages.this_moment, readonly=True)
    stage_days: Mapped[int] = field(_("Standard duration (days)"), default=0, readonly=True)
    probability: Mapped[int] = field(_("Probability (%)"), default=0, minimum=0, maximum=100, sortable=True, readonly=True)
    days_in_stage: Mapped[int] = expression(_("Days in this stage"), sql=days_spent)
    days_left: Mapped[int] = expression(_("Days left by the standard"), sql=days_needed)

    amount: Mapped[Decimal] = money(_("Expected amount"), default=Decimal(0), sortable=True, tracked=True, minimum=0)
    expected_value: Mapped[Decimal] = computed(_("Expected value"), by=weighted, depends=("amount", "probability"), sortable=True)
    expected_close: Mapped[date] = field(_("Expected closing date"), sortable=True, tracked=True)
    intention: Mapped[str] = longtext(_("Intention to buy"), help=_("What the customer has said that shows a clear wish to buy."))
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
    won_amount: Mapped[Decimal | None] = money(_("Won amount"), default=None, readonly=True, tracked=True)
    lost_reason: Mapped[Option | None] = option(_("Reason of losing"), list="crm_leads.lost_reason", default=None, readonly=True, tracked=True)
    lost_remark: Mapped[str | None] = longtext(_("Remark on losing"), default=None, readonly=True)

    activities: Mapped[list["Activity"]] = one2many(_("Activities"), back="opportunity")
    tasks: Mapped[list["Task"]] = one2many(_("Tasks"), back="opportunity")
    stays: Mapped[list["StageStay"]] = one2many(_("Times in stages"), back="opportunity")
    leads: Mapped[list["Lead"]] = one2many(_("Leads"), back="opportunity")

    @transition(OPEN, to=OPEN, label=_("Next stage"), by=owner_or_superior, icon="arrow-right")
    def advance(self) -> None:
        """On to the next stage of the process; the probability becomes that of the stage."""
        stages.advance(current_env(), self)

    @transition(OPEN, to=OPEN, label=_("Change stage"), by=owner_or_superior, icon="stairs")
    def move_to_stage(
        self,
        stage: Annotated["Stage", arg(_("Stage"))],
        reason: Annotated[str | None, arg(_("Reason (needed for a step back)"), required=False, longtext=True)] = None,
    ) -> None:
        """To any stage of the process. A step back needs a reason, which the director sees."""
        stages.move(current_env(), self, stage, reason)

    @action(label=_("Transfer"), right="assign", by=superior, icon="transfer")
    def transfer(
        self,
        to: Annotated[User, arg(_("Salesperson"))],
        reason: Annotated[str, arg(_("Reason"), longtext=True)],
    ) -> None:
        """Another salesperson goes on with it; both are told."""
        env, before = current_env(), self.owner
        self.owner = to
        text = _("The opportunity “{title}” went to {name}: {reason}", title=self.title, name=to.name, reason=reason)
        env.notify([to, *([before] if before is not None else [])], text, self)

    @transition(OPEN, to=SUSPENDED, label=_("Suspend"), by=owner_or_superior, icon="player-pause")
    def suspend(self, until: Annotated[date, arg(_("Wake up on"))]) -> None:
        """Nothing happens until a day; the clock of the stage stops."""
        self.wake_up_on, self.suspended_at = until, current_env().now

    @transition(SUSPENDED, to=OPEN, label=_("Resume"), by=owner_or_superior, icon="player-play")
    def resume(self) -> None:
        """The clock of the stage goes on where it stopped."""
        if self.suspended_at is not None:
            self.stage_entered_at += current_env().now - self.suspended_at
        self.wake_up_on = self.suspended_at = None

    @transition(OPEN, to=WON, label=_("Win"), by=owner_or_superior, icon="trophy")
    def win(self, amount: Annotated[Decimal, arg(_("Won amount"), default=lambda env, record: record.amount)]) -> None:
        """The sale is made. An order addon sees to the order by the event opportunity_won."""
        env = current_env()
        self.won_amount, self.probability = amount, 100
        stages.end(env, self)
        opportunity_won(env=env, opportunity=self)

    @transition(OPEN, SUSPENDED, to=LOST, label=_("Lose"), by=owner_or_superior, icon="mood-sad", danger=True)
    def lose(
        self,
        reason: Annotated[Option, arg(_("Reason of losing"), list="crm_leads.lost_reason")],
        competitor: Annotated[str, arg(_("Competitor"), default=lambda env, record: record.competitor)],
        remark: Annotated[str, arg(_("Remark"), longtext=True)],
    ) -> None:
        """The sale is lost; open tasks are cancelled."""
        env = current_env()
        self.lost_reason, self.competitor, self.lost_remark, self.probability = reason, competitor, remark, 0
        stages.end(env, self)
        opportunity_lost(env=env, opportunity=self)

    @action(label=_("Reopen as new opportunity"), right="create", icon="copy", even_final=True)
    def copy_as_new(self) -> "Opportunity":
        """A new opportunity with the same data, from the first stage on."""
        copied: Opportunity = stages.copy_as_new(current_env(), self)
        return copied
