"""Opportunities: lists, the ranking by success rate, the board, and the page of one opportunity."""

from datetime import timedelta

from addons.crm_base.models import Activity, Task
from addons.crm_leads.models import Lead, Opportunity, OpportunityMember, StageStay
from addons.crm_leads.services import watch
from addons.crm_leads.services.stages import today
from addons.crm_leads.states import LOST, OPEN, SUSPENDED, WON
from core.api import (
    BoardView,
    Env,
    FormView,
    ListView,
    Where,
    _,
    and_,
    button,
    group,
    header,
    month,
    notebook,
    or_,
    page,
    preset,
    quarter,
    related,
    show,
    statusbar,
)  # fmt: skip


def is_open(env: Env) -> Where:
    """What is going on."""
    return Opportunity.state == OPEN


def mine(env: Env) -> Where:
    """What the caller is after."""
    return and_(Opportunity.owner == env.user_id, is_open(env))


def of_my_team(env: Env) -> Where:
    """What the caller and everybody below is after."""
    return and_(Opportunity.owner.in_([env.user_id, *env.reports]), is_open(env))


def closing_this_month(env: Env) -> Where:
    """To be decided this month."""
    return and_(is_open(env), env.condition(Opportunity, "expected_close", "eq", "this_month"))


def closing_this_quarter(env: Env) -> Where:
    """To be decided this quarter."""
    return and_(is_open(env), env.condition(Opportunity, "expected_close", "eq", "this_quarter"))


def my_closing_soon(env: Env) -> Where:
    """The caller's that should be decided within two weeks, or should have been."""
    return and_(mine(env), Opportunity.expected_close <= today(env) + timedelta(days=14))


def overdue(env: Env) -> Where:
    """The expected closing date has passed."""
    return and_(is_open(env), Opportunity.expected_close < today(env))


def over_standard(env: Env) -> Where:
    """Longer in the present stage than the standard says."""
    return and_(is_open(env), Opportunity.days_left < 0)


def abnormal(env: Env) -> Where:
    """Stepped back, over the standard of the stage, or over the closing date."""
    return and_(is_open(env), or_(Opportunity.is_abnormal.is_(True), overdue(env), over_standard(env)))


def neglected(env: Env) -> Where:
    """Nobody has been in touch for longer than the importance allows."""
    return and_(is_open(env), watch.neglected(Opportunity))


def won(env: Env) -> Where:
    """What was sold."""
    return Opportunity.state == WON


def lost(env: Env) -> Where:
    """What others sold, or nobody."""
    return Opportunity.state == LOST


def suspended(env: Env) -> Where:
    """What waits for its day."""
    return Opportunity.state == SUSPENDED


class OpportunityList(ListView[Opportunity]):
    columns = [
        Opportunity.number, Opportunity.title, Opportunity.customer, Opportunity.stage, Opportunity.state,
        Opportunity.amount, Opportunity.expected_close, Opportunity.owner, Opportunity.probability,
        Opportunity.expected_value,
    ]  # fmt: skip
    order = "-id"
    presets = [
        preset("open", _("Open opportunities"), is_open, default=True),
        preset("mine", _("My opportunities"), mine, count=True),
        preset("team", _("My team's opportunities"), of_my_team),
        preset("month", _("Closing this month"), closing_this_month, count=True),
        preset("soon", _("Mine, closing soon"), my_closing_soon),
        preset("overdue", _("Overdue"), overdue, count=True),
        preset("abnormal", _("Abnormal"), abnormal, count=True),
        preset("neglected", _("Without contact for long"), neglected),
        preset("suspended", _("Suspended"), suspended),
        preset("won", _("Won"), won),
        preset("lost", _("Lost"), lost),
        preset("all", _("All opportunities")),
    ]
    filters = [
        Opportunity.state, Opportunity.stage, Opportunity.owner, Opportunity.customer, Opportunity.importance,
        Opportunity.expected_close, Opportunity.closed_on, Opportunity.amount, Opportunity.probability,
        Opportunity.source,
        Opportunity.process, Opportunity.lost_reason, Opportunity.sales_consultant, Opportunity.created_at,
    ]  # fmt: skip
    groups = [
        Opportunity.stage, Opportunity.owner, month(Opportunity.expected_close), Opportunity.state,
        Opportunity.importance,
        Opportunity.customer, Opportunity.process, Opportunity.source, month(Opportunity.closed_on),
        Opportunity.lost_reason,
    ]  # fmt: skip
    totals = [Opportunity.amount, Opportunity.expected_value, Opportunity.won_amount]
    actions = [Opportunity.transfer, Opportunity.advance, Opportunity.suspend, Opportunity.lose]


class OpportunityPipeline(ListView[Opportunity]):
    """Everything open by success rate: the expected sales of a period."""

    name = "pipeline"
    label = _("Pipeline")
    icon = "list-numbers"
    columns = [
        Opportunity.probability, Opportunity.stage, Opportunity.title, Opportunity.customer, Opportunity.amount,
        Opportunity.expected_value, Opportunity.expected_close, Opportunity.owner,
    ]  # fmt: skip
    order = "-probability"
    presets = [
        preset("open", _("Open opportunities"), is_open, default=True),
        preset("mine", _("My opportunities"), mine),
        preset("team", _("My team's opportunities"), of_my_team),
        preset("month", _("Closing this month"), closing_this_month),
        preset("quarter", _("Closing this quarter"), closing_this_quarter),
    ]
    filters = [
        Opportunity.stage, Opportunity.owner, Opportunity.expected_close, Opportunity.importance, Opportunity.customer,
    ]  # fmt: skip
    groups = [
        Opportunity.stage, Opportunity.owner, month(Opportunity.expected_close), quarter(Opportunity.expected_close),
    ]  # fmt: skip
    totals = [Opportunity.amount, Opportunity.expected_value]
    actions = [Opportunity.advance, Opportunity.transfer]


class OpportunityBoard(BoardView[Opportunity]):
    column = Opportunity.stage
    card = [
        Opportunity.title, Opportunity.customer, Opportunity.amount, Opportunity.expected_close, Opportunity.owner,
    ]  # fmt: skip
    move = Opportunity.move_to_stage
    total = Opportunity.amount
    order = "expected_close"
    presets = [
        preset("open", _("Open opportunities"), is_open, default=True),
        preset("mine", _("My opportunities"), mine),
        preset("team", _("My team's opportunities"), of_my_team),
        preset("month", _("Closing this month"), closing_this_month),
        preset("abnormal", _("Abnormal"), abnormal),
    ]


class OpportunityForm(FormView[Opportunity]):
    layout = [
        header(
            button(Opportunity.advance, style="primary"), button(Opportunity.win, style="primary"),
            button(Opportunity.log_activity, style="primary"), button(Opportunity.plan_activity),
            button(Opportunity.move_to_stage, style="secondary"), button(Opportunity.step_back, style="secondary"),
            button(Opportunity.suspend, style="secondary"), button(Opportunity.resume), button(Opportunity.transfer),
            button(Opportunity.request_support),
            button(Opportunity.lose), button(Opportunity.copy_as_new), statusbar(Opportunity.state),
        ),
        group(
            _("Opportunity"), show(Opportunity.title, wide=True), Opportunity.customer, Opportunity.contacts,
            Opportunity.amount, Opportunity.expected_close, Opportunity.importance,
            show(Opportunity.owner, readonly=True),
        ),
        group(
            _("Stage report"), Opportunity.stage, Opportunity.probability, Opportunity.days_in_stage,
            Opportunity.days_left,
            Opportunity.expected_value, Opportunity.last_contact_at, show(Opportunity.criteria, wide=True),
            Opportunity.is_abnormal, Opportunity.wake_up_on, key="stage",
        ),
        group(_("Business"), Opportunity.intention, Opportunity.description, Opportunity.products,
        Opportunity.competitor),
        notebook(
            page(
                _("Activities"),
                related(
                    Opportunity.activities, order="-at",
                    columns=[Activity.at, Activity.kind, Activity.subject, Activity.state, Activity.owner],
                ),
            ),
            page(
                _("Tasks"),
                related(
                    Opportunity.tasks, order="due",
                    columns=[Task.subject, Task.assignee, Task.due, Task.priority, Task.state],
                ),
            ),
            page(
                _("Team"),
                related(
                    Opportunity.team, columns=[OpportunityMember.user, OpportunityMember.part, OpportunityMember.may]
                ),
            ),
            page(
                _("Times in stages"),
                related(
                    Opportunity.stays, order="-entered_at", add=False,
                    columns=[
                        StageStay.stage_name, StageStay.entered_at, StageStay.left_at, StageStay.moved_by,
                        StageStay.is_step_back, StageStay.reason,
                    ],
                ),
            ),
            page(
                _("Source"), Opportunity.source, Opportunity.promotion_consultant, Opportunity.counsellor,
                Opportunity.sales_consultant,
                related(Opportunity.leads, add=False, columns=[Lead.number, Lead.title, Lead.channel, Lead.state]),
            ),
            page(
                _("Result"), Opportunity.closed_on, Opportunity.won_amount, Opportunity.lost_reason,
                Opportunity.lost_remark,
            ),
            page(
                _("Info"), Opportunity.number, Opportunity.process, Opportunity.engaged_on,
                Opportunity.stage_entered_at,
                Opportunity.stage_days, Opportunity.created_at, Opportunity.created_by, Opportunity.changed_at,
                Opportunity.changed_by,
            ),
        ),
    ]  # fmt: skip
