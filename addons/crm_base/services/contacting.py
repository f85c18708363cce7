"""Writing down contacts with a customer: what took place, and what is planned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from addons.crm_base.states import CARRIED_OUT
from core.api import Env, Option, ValidationFailed, Where, _, key_of, literal

if TYPE_CHECKING:
    from addons.crm_base.models import Activity, Contact, Customer


def may_make_activities(env: Any) -> Where:
    """Whoever sees the customer may write down a contact with it, if the role makes activities at all."""
    from addons.crm_base.models import Activity

    allowed: Where = literal(env.can("create", Activity))
    return allowed


def log_contact(
    env: Env, customer: Customer, kind: Option, subject: str, result: str, at: datetime | None,
    contact: Contact | None, minutes: int | None,
) -> Activity:  # fmt: skip
    """An activity that took place, done at once."""
    from addons.crm_base.models import Activity

    moment = at or env.now
    if moment > env.now:
        raise ValidationFailed.at("at", _("This time lies in the future: plan the activity instead."))
    _refuse_strangers(customer, contact)
    return env.create(
        Activity, customer=customer, contact=contact, kind=kind, subject=subject, result=result, at=moment,
        minutes=minutes, state=CARRIED_OUT,
    )  # fmt: skip


def plan_contact(
    env: Env, customer: Customer, kind: Option, subject: str, at: datetime, contact: Contact | None,
    description: str | None,
) -> Activity:  # fmt: skip
    """An activity that somebody is going to do."""
    from addons.crm_base.models import Activity

    _refuse_strangers(customer, contact)
    return env.create(
        Activity,
        customer=customer,
        contact=contact,
        kind=kind,
        subject=subject,
        at=at,
        description=description,
    )


def fill_customers(env: Env, rows: Sequence[dict[str, Any]]) -> None:
    """An activity with a contact is one with the contact's customer."""
    from addons.crm_base.models import Contact

    without = [row for row in rows if row.get("contact") is not None and row.get("customer") is None]
    ids = {getattr(row["contact"], "id", row["contact"]) for row in without}
    if ids:
        found = {
            one.id: key_of(one, "customer")
            for one in env.search(Contact, Contact.id.in_(ids), limit=len(ids))
        }
        for row in without:
            row["customer"] = found.get(getattr(row["contact"], "id", row["contact"]))


def _refuse_strangers(customer: Customer, contact: Contact | None) -> None:
    if contact is not None and key_of(contact, "customer") != customer.id:
        raise ValidationFailed.at(
            "contact", _("{name} is not a contact of this customer.", name=contact.name)
        )
