"""What becomes of a lead: a customer with its contact, an opportunity."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from core.api import Env, ValidationFailed, _, key_of

from addons.crm_base.models import Activity, Contact, Customer, Task
from addons.crm_base.states import OPEN_TASK_STATES

if TYPE_CHECKING:
    from addons.crm_leads.models import Lead, Opportunity


def customer_from_lead(env: Env, lead: "Lead", existing: Any = None) -> Any:
    """Link an existing customer, or make customer and contact from what the lead says. A second call changes nothing."""
    linked = key_of(lead, "customer")
    if linked is not None and existing is None:
        return env.get(Customer, linked)
    customer = existing or env.create(
        Customer,
        name=lead.company_name or lead.person or lead.title, phone=_phone(lead), email=lead.email,
        kind="company" if lead.company_name else "person", province=lead.province, city=lead.city,
        campaign=lead.campaign, intention=lead.need, owner=key_of(lead, "owner") or env.user_id,
    )  # fmt: skip
    lead.customer = customer
    if lead.person and key_of(lead, "contact") is None:
        lead.contact = _contact(env, lead, customer)
    _move(env, lead, {"customer": customer.id})
    return customer


def _phone(lead: "Lead") -> str:
    if not lead.phone:
        raise ValidationFailed({"phone": [_("A customer needs a telephone number: please add it to the lead first.")]})
    return lead.phone


def _contact(env: Env, lead: "Lead", customer: Any) -> Any:
    known = env.first(Contact, Contact.customer == customer, Contact.name == lead.person)
    return known or env.create(
        Contact, customer=customer, name=lead.person, mobile=lead.phone, email=lead.email, messenger=lead.messenger,
        owner=key_of(lead, "owner") or env.user_id,
    )  # fmt: skip


def opportunity_from_lead(
    env: Env, lead: "Lead", intention: str, expected_close: date, amount: Decimal | None, existing: Any = None
) -> "Opportunity":
    """The opportunity of an upgraded lead; activities and open tasks move along."""
    from addons.crm_leads.models.opportunity import Opportunity

    customer = customer_from_lead(env, lead, existing)
    opportunity = env.create(
        Opportunity,
        title=lead.title, customer=customer, contacts=[lead.contact] if lead.contact else [],
        amount=amount or lead.expected_revenue, expected_close=expected_close, intention=intention,
        description=lead.need, products=lead.products, owner=key_of(lead, "owner") or env.user_id,
        promotion_consultant=key_of(lead, "promotion_consultant"), counsellor=key_of(lead, "counsellor"),
        sales_consultant=key_of(lead, "sales_consultant") or key_of(lead, "owner"),
    )  # fmt: skip
    lead.opportunity = opportunity
    _move(env, lead, {"customer": customer.id, "opportunity": opportunity.id})
    return opportunity


def _move(env: Env, lead: "Lead", values: dict[str, int]) -> None:
    """Activities and open tasks of the lead belong to what it became, finished activities too."""
    system = env.sudo(_("records of a converted lead"))
    activities: list[Any] = system.search(Activity, Activity.lead == lead.id, limit=2000)  # type: ignore[attr-defined]
    open_states = [state.code for state in OPEN_TASK_STATES]
    tasks: list[Any] = system.search(Task, Task.lead == lead.id, Task.state.in_(open_states), limit=500)  # type: ignore[attr-defined]
    with system.granting(activities, "upgrade"):
        for record in (*activities, *tasks):
            for name, value in values.items():
                setattr(record, f"{name}_id", value)
        system.flush("upgrade")
