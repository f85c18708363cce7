"""Leads: the work queues and the page of one lead."""

from addons.crm_base.models import Activity, Task
from addons.crm_leads.models import Lead
from addons.crm_leads.services.stages import today
from addons.crm_leads.states import CLOSED, CONVERTED, NEW, OPEN_LEAD_STATES, RETURNED, UPGRADED
from core.api import (
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
    related,
    show,
    statusbar,
)  # fmt: skip


def is_open(env: Env) -> Where:
    """Neither upgraded nor converted nor closed."""
    return Lead.state.in_(OPEN_LEAD_STATES)


def mine(env: Env) -> Where:
    """What the caller tracks."""
    return and_(Lead.owner == env.user_id, is_open(env))


def new(env: Env) -> Where:
    """What waits for somebody to have it."""
    return Lead.state == NEW


def returned_to_me(env: Env) -> Where:
    """What the caller gave out and got back."""
    return and_(Lead.state == RETURNED, Lead.assigner == env.user_id)


def due_today(env: Env) -> Where:
    """To be followed up today."""
    return and_(is_open(env), Lead.follow_up_on == today(env))


def overdue(env: Env) -> Where:
    """To be followed up before today."""
    return and_(is_open(env), Lead.follow_up_on < today(env))


def my_due(env: Env) -> Where:
    """What the caller has to follow up today, or should have."""
    return and_(mine(env), Lead.follow_up_on <= today(env))


def my_part(env: Env) -> Where:
    """Where the caller is promotion consultant, counsellor or sales consultant."""
    me = env.user_id
    return or_(Lead.promotion_consultant == me, Lead.counsellor == me, Lead.sales_consultant == me)


def converted(env: Env) -> Where:
    """What became an opportunity or an order."""
    return Lead.state.in_((UPGRADED, CONVERTED))


def closed(env: Env) -> Where:
    """What came to nothing."""
    return Lead.state == CLOSED


class LeadList(ListView[Lead]):
    columns = [
        Lead.number, Lead.title, Lead.company_name, Lead.state, Lead.person, Lead.phone, Lead.owner, Lead.follow_up_on,
    ]  # fmt: skip
    order = "-id"
    presets = [
        preset("open", _("Open leads"), is_open, default=True),
        preset("mine", _("My leads"), mine, count=True),
        preset("new", _("New, unassigned"), new, count=True),
        preset("returned", _("Returned to me"), returned_to_me, count=True),
        preset("today", _("Due today"), due_today, count=True),
        preset("overdue", _("Overdue"), overdue, count=True),
        preset("due", _("My leads due"), my_due),
        preset("part", _("With my part"), my_part),
        preset("converted", _("Converted"), converted),
        preset("closed", _("Closed"), closed),
        preset("all", _("All leads")),
    ]
    filters = [
        Lead.state, Lead.owner, Lead.channel, Lead.priority, Lead.campaign, Lead.keyword, Lead.province, Lead.assigner,
        Lead.promotion_consultant, Lead.counsellor, Lead.sales_consultant, Lead.close_reason, Lead.follow_up_on,
        Lead.created_at,
    ]  # fmt: skip
    groups = [
        Lead.state, Lead.owner, Lead.channel, month(Lead.created_at), Lead.priority, Lead.assigner,
        Lead.promotion_consultant, Lead.counsellor, Lead.sales_consultant, Lead.close_reason,
    ]  # fmt: skip
    totals = [Lead.expected_revenue]
    actions = [Lead.assign, Lead.reclaim, Lead.give_back, Lead.close]


class LeadForm(FormView[Lead]):
    layout = [
        header(
            button(Lead.assign, style="primary"), button(Lead.take, style="primary"),
            button(Lead.log_activity, style="primary"), button(Lead.upgrade, style="primary"),
            button(Lead.plan_activity, style="secondary"), button(Lead.save_as_customer),
            button(Lead.give_back, style="secondary"), button(Lead.reclaim, style="secondary"), button(Lead.close),
            button(Lead.copy_as_new), statusbar(Lead.state),
        ),
        group(_("Lead"), show(Lead.title, wide=True), Lead.owner, Lead.follow_up_on, Lead.priority,
        Lead.expected_revenue),
        group(
            _("Contact"), Lead.company_name, Lead.person, Lead.phone, Lead.email, Lead.messenger, Lead.province,
            Lead.city,
        ),
        group(
            _("Source and attribution"), Lead.channel, Lead.campaign, Lead.keyword, Lead.promotion_consultant,
            Lead.counsellor, Lead.sales_consultant,
        ),
        group(_("Need"), show(Lead.products, wide=True), Lead.need, Lead.remarks, key="need"),
        notebook(
            page(
                _("Activities"),
                related(
                    Lead.activities, order="-at",
                    columns=[Activity.at, Activity.kind, Activity.subject, Activity.state, Activity.owner],
                ),
            ),
            page(
                _("Tasks"),
                related(Lead.tasks, order="due", columns=[Task.subject, Task.assignee, Task.due, Task.priority,
                Task.state]),
            ),
            page(
                _("Result"), Lead.customer, Lead.contact, Lead.opportunity, Lead.return_reason, Lead.close_reason,
                Lead.close_remark,
            ),
            page(
                _("Info"), Lead.number, Lead.assigner, Lead.assigned_at, Lead.first_response_at, Lead.created_at,
                Lead.created_by, Lead.changed_at, Lead.changed_by,
            ),
        ),
    ]  # fmt: skip
