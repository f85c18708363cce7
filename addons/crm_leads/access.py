"""Who may do what with leads and opportunities (features 5.2 and 5.4).

The steps of a lead have a right of their own, "track": who gave a lead out may take it back or close it, and yet not
rewrite it. Which steps are whose stands with the steps. The rule of superiors is the kernel's. Activities, tasks and
times in stages are seen with what they belong to. Whoever may share an opportunity makes its team; pre-sales engineers
have those in whose team they are.
"""

from addons.crm_base.models import Activity, Contact, Customer, Task
from addons.crm_base.models.task import assigned_to_me
from addons.crm_base.roles import (
    GENERAL_MANAGER,
    MARKET_DIRECTOR,
    SALES_ASSISTANT,
    SALES_DIRECTOR,
    SALES_PARTNER,
    SALESPERSON,
)
from addons.crm_base.states import TASK_CANCELLED, TASK_CONFIRMED
from addons.crm_leads.models import (
    Channel,
    Lead,
    Opportunity,
    OpportunityMember,
    Process,
    Stage,
    StageField,
    StageStay,
    StageTask,
)
from addons.crm_leads.roles import CONSULTANT, LEAD_DESK, PRESALES
from core.api import (
    ADMIN,
    BY_RULE,
    DEPARTMENT,
    OWN,
    USER,
    Env,
    Where,
    and_,
    false,
    func,
    grant,
    or_,
    record_rule,
    select,
)  # fmt: skip

_EVERYTHING = "read create update delete export import print"
_ENDED = (TASK_CONFIRMED, TASK_CANCELLED)
_SELLERS = (SALESPERSON, SALES_DIRECTOR)
_ALL = (*_SELLERS, GENERAL_MANAGER, MARKET_DIRECTOR, LEAD_DESK, CONSULTANT, PRESALES, SALES_ASSISTANT)
_SETTINGS = (Channel, Process, Stage, StageTask, StageField)

leads = [
    grant(SALESPERSON, Lead, "read create update track print", rows=OWN),
    grant(LEAD_DESK, Lead, "read create update track assign import export print"),
    grant(CONSULTANT, Lead, "read create update", rows=BY_RULE),
    grant(SALES_DIRECTOR, Lead, "read assign export print", rows=DEPARTMENT),
    grant(SALES_DIRECTOR, Lead, "create update track", rows=OWN),
    grant(GENERAL_MANAGER, Lead, f"{_EVERYTHING} track assign share erase"),
    *(grant(role, Lead, "share", rows=OWN) for role in _SELLERS),
    grant(MARKET_DIRECTOR, Lead, "read export print"),
]

opportunities = [
    grant(SALESPERSON, Opportunity, "read create update assign print", rows=OWN),
    grant(SALES_DIRECTOR, Opportunity, "read assign export print", rows=DEPARTMENT),
    grant(SALES_DIRECTOR, Opportunity, "create update", rows=OWN),
    grant(GENERAL_MANAGER, Opportunity, f"{_EVERYTHING} assign share"),
    *(grant(role, Opportunity, "share", rows=OWN) for role in _SELLERS),
    grant(MARKET_DIRECTOR, Opportunity, "read export print"),
    grant(CONSULTANT, Opportunity, "read", rows=BY_RULE),
    grant(PRESALES, Opportunity, "read update export print", rows=BY_RULE),
    grant(SALES_ASSISTANT, Opportunity, "read export print", rows=BY_RULE),
    grant(SALES_PARTNER, Opportunity, "read create update print", rows=OWN),
    *(
        grant(role, OpportunityMember, "read create update delete export print", rows=BY_RULE)
        for role in (*_SELLERS, GENERAL_MANAGER)
    ),
    grant(USER, OpportunityMember, "read", rows=BY_RULE),
]

settings = [
    *(grant(role, model, "read") for role in (*_ALL, SALES_PARTNER) for model in _SETTINGS),
    *(grant(role, model, _EVERYTHING) for role in (ADMIN, GENERAL_MANAGER) for model in _SETTINGS),
    grant(USER, StageStay, "read", rows=BY_RULE),
]

of_others = [
    grant(LEAD_DESK, Customer, "read"),
    grant(LEAD_DESK, Contact, "read"),
    *(
        grant(role, model, "read create update", rows=OWN)
        for role in (LEAD_DESK, CONSULTANT, PRESALES)
        for model in (Activity, Task)
    ),
    *(grant(PRESALES, model, "read", rows=BY_RULE) for model in (Customer, Contact)),
]


def entered_by_me(env: Env) -> Where:
    """A lead that nobody has yet, for the one who entered it."""
    return and_(Lead.created_by == env.user_id, Lead.owner.is_(None))


def given_out_by_me(env: Env) -> Where:
    """Who gave a lead out goes on seeing it, and takes the steps that are the assigner's."""
    return Lead.assigner == env.user_id


def nobodys_leads(env: Env) -> Where:
    """Leads that wait for somebody to have them."""
    return Lead.owner.is_(None)


def my_part_in_leads(env: Env) -> Where:
    """Leads in which the caller is promotion consultant, counsellor or sales consultant, and new ones of the own."""
    return or_(
        Lead.promotion_consultant == env.user_id, Lead.counsellor == env.user_id,
        Lead.sales_consultant == env.user_id, entered_by_me(env),
    )  # fmt: skip


def my_part_in_opportunities(env: Env) -> Where:
    """Opportunities in which the caller is promotion consultant, counsellor or sales consultant."""
    return or_(
        Opportunity.promotion_consultant == env.user_id, Opportunity.counsellor == env.user_id,
        Opportunity.sales_consultant == env.user_id,
    )  # fmt: skip


def leads_with_my_tasks(env: Env) -> Where:
    """Whoever has an open task on a lead sees that lead."""
    task = env.info(Task).cls
    mine = select(task.lead_id).where(
        assigned_to_me(env), Task.state.not_in(_ENDED), task.lead_id.is_not(None), Task.deleted_at.is_(None)
    )
    return Lead.id == func.any(func.array(mine.scalar_subquery()))


def opportunities_with_my_tasks(env: Env) -> Where:
    """Whoever has an open task on an opportunity sees that opportunity."""
    task = env.info(Task).cls
    mine = select(task.opportunity_id).where(
        assigned_to_me(env),
        Task.state.not_in(_ENDED),
        task.opportunity_id.is_not(None),
        Task.deleted_at.is_(None),
    )
    return Opportunity.id == func.any(func.array(mine.scalar_subquery()))


def activities_of_visible_records(env: Env) -> Where:
    """One timeline: whoever sees the lead or opportunity sees what was done for it."""
    activity = env.info(Activity).cls
    return or_(
        activity.lead_id.in_(env.within_reach(Lead)),
        activity.opportunity_id.in_(env.within_reach(Opportunity)),
    )


def tasks_of_visible_records(env: Env) -> Where:
    """Whoever sees the lead or opportunity sees what is to be done for it."""
    task = env.info(Task).cls
    return or_(
        task.lead_id.in_(env.within_reach(Lead)), task.opportunity_id.in_(env.within_reach(Opportunity))
    )


@record_rule(Customer, role=SALESPERSON, actions="read")
def customers_of_my_opportunities(env: Env) -> Where:
    """Whoever works on an opportunity, or leads those who do, sees whom it is for."""
    opportunity = env.info(Opportunity).cls
    mine = select(opportunity.customer_id).where(
        Opportunity.owner.in_([env.user_id, *env.reports]), Opportunity.deleted_at.is_(None)
    )
    return Customer.id == func.any(func.array(mine.scalar_subquery()))


def customers_of_my_teams(env: Env) -> Where:
    """Whoever is in the team of an opportunity sees whom it is for."""
    if env.info(Opportunity).key not in env.shared:
        return false()
    opportunity, member = env.info(Opportunity).cls, env.info(OpportunityMember).cls
    mine = (
        select(opportunity.customer_id)
        .join(member, member.opportunity_id == opportunity.id)
        .where(member.user_id == env.user_id, member.deleted_at.is_(None), opportunity.deleted_at.is_(None))
    )
    return Customer.id == func.any(func.array(mine.scalar_subquery()))


def contacts_of_visible_customers(env: Env) -> Where:
    """A contact is seen with its customer."""
    return Contact.customer.in_(env.within_reach(Customer))


def teams_of_visible_opportunities(env: Env) -> Where:
    """Whoever sees an opportunity sees who works on it."""
    return OpportunityMember.opportunity.in_(env.within_reach(Opportunity))


def teams_that_are_mine_to_make(env: Env) -> Where:
    """The owner of an opportunity, and the owner's direct superior, say who is in its team."""
    return OpportunityMember.opportunity.in_(env.within_reach(Opportunity, "share"))


@record_rule(StageStay, role=USER)
def stays_of_visible_opportunities(env: Env) -> Where:
    """Times in stages are seen with the opportunity."""
    return StageStay.opportunity.in_(env.within_reach(Opportunity))


rules = [
    record_rule(Lead, role=CONSULTANT, actions="read create update")(my_part_in_leads),
    record_rule(Lead, role=SALES_DIRECTOR, actions="read assign track print")(nobodys_leads),
    record_rule(Opportunity, role=CONSULTANT, actions="read")(my_part_in_opportunities),
    *(
        record_rule(model, role=role, actions=actions)(rule)
        for role in _SELLERS
        for model, actions, rule in (
            (Lead, "read create update track", entered_by_me),
            (Lead, "read track", given_out_by_me),
        )
    ),
    record_rule(Lead, role=USER)(leads_with_my_tasks),
    record_rule(Opportunity, role=USER)(opportunities_with_my_tasks),
    record_rule(OpportunityMember, role=USER, actions="read export print")(teams_of_visible_opportunities),
    record_rule(OpportunityMember, role=USER, actions="create update delete")(teams_that_are_mine_to_make),
    *(record_rule(Customer, role=role)(customers_of_my_teams) for role in (SALESPERSON, PRESALES)),
    record_rule(Contact, role=PRESALES)(contacts_of_visible_customers),
    *(
        record_rule(model, role=role, actions="read")(rule)
        for role in (*_SELLERS, LEAD_DESK, CONSULTANT, PRESALES)
        for model, rule in ((Activity, activities_of_visible_records), (Task, tasks_of_visible_records))
    ),
]
