"""What becomes of a lead: a customer with its contact, an opportunity, a new lead."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from addons.crm_base.models import Activity, Contact, Customer, Task
from addons.crm_base.states import OPEN_TASK_STATES
from core.api import Env, ValidationFailed, _, key_of

if TYPE_CHECKING:
    from addons.crm_leads.models import Lead, Opportunity

_BATCH: Final = 500
_COPIED: Final = (
    "title", "company_name", "person", "phone", "email", "messenger", "province", "city", "channel_id", "campaign",
    "keyword", "promotion_consultant_id", "counsellor_id", "products", "need", "expected_revenue", "priority",
    "remarks",
)  # fmt: skip


def customer_from_lead(env: Env, lead: Lead, existing: Any = None) -> Any:
    """Link an existing customer, or make customer and contact from what the lead says. A second call changes nothing.

    It is a step of the lead, so whoever may take it needs no right to make customers.
    """
    linked = key_of(lead, "customer")
    system = env.sudo(_("customer from a lead"))
    if linked is not None and existing is None:
        return system.get(Customer, linked)
    customer = existing or _new_customer(system, lead)
    contact = _contact(system, lead, customer) if lead.person else None
    _move(system, lead, {"customer_id": customer.id})
    lead.customer, lead.contact = customer, contact
    return customer


def _new_customer(system: Env, lead: Lead) -> Any:
    if not lead.phone:
        raise ValidationFailed.at(
            "phone", _("A customer needs a telephone number: please add it to the lead first.")
        )
    return system.create(
        Customer, name=lead.company_name or lead.person or lead.title, phone=lead.phone, email=lead.email,
        kind="company" if lead.company_name or not lead.person else "person", province=lead.province, city=lead.city,
        campaign=lead.campaign, intention=lead.need, owner=key_of(lead, "owner") or system.user_id,
    )  # fmt: skip


def _contact(system: Env, lead: Lead, customer: Any) -> Any:
    known = system.first(Contact, Contact.customer == customer, Contact.name == lead.person)
    return known or system.create(
        Contact, customer=customer, name=lead.person, mobile=lead.phone, email=lead.email, messenger=lead.messenger,
        owner=key_of(lead, "owner") or system.user_id,
    )  # fmt: skip


def opportunity_from_lead(
    env: Env, lead: Lead, intention: str, expected_close: date, amount: Decimal | None, existing: Any = None
) -> Opportunity:
    """The opportunity of an upgraded lead; activities and open tasks move along."""
    from addons.crm_leads.models.opportunity import Opportunity

    customer = customer_from_lead(env, lead, existing)
    owner, contact = key_of(lead, "owner"), key_of(lead, "contact")
    system = env.sudo(_("opportunity from a lead"))
    opportunity = system.create(
        Opportunity, title=lead.title, customer=customer, contacts=[contact] if contact is not None else [],
        amount=lead.expected_revenue if amount is None else amount, expected_close=expected_close, intention=intention,
        description=lead.need, products=lead.products, owner=owner,
        promotion_consultant=key_of(lead, "promotion_consultant"), counsellor=key_of(lead, "counsellor"),
        sales_consultant=key_of(lead, "sales_consultant") or owner,
    )  # fmt: skip
    _move(system, lead, {"customer_id": customer.id, "opportunity_id": opportunity.id})
    lead.opportunity = opportunity
    return opportunity


def _move(system: Env, lead: Lead, values: dict[str, int]) -> None:
    """Activities, finished ones too, and open tasks of the lead belong to what it became as well."""
    _set(system, Activity, system.condition(Activity, "lead", "eq", str(lead.id)), values)
    open_tasks = system.condition(Task, "lead", "eq", str(lead.id)) & Task.state.in_(OPEN_TASK_STATES)
    _set(system, Task, open_tasks, values)


def _set(system: Env, model: Any, where: Any, values: dict[str, int]) -> None:
    after, is_more = 0, True
    while is_more:
        records = system.search(model, where, model.id > after, order="id", limit=_BATCH)
        with system.granting(records, "convert"):
            for record in records:
                for name, value in values.items():
                    setattr(record, name, value)
        is_more = len(records) == _BATCH
        after = records[-1].id if is_more else after


def copy_of_lead(env: Env, lead: Lead) -> Lead:
    """A new lead with the same data that nobody has yet."""
    return env.create(type(lead), **{name.removesuffix("_id"): getattr(lead, name) for name in _COPIED})
