"""What follows by itself when customers' records change, and what is asked before they are saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from addons.crm_base.hookspecs import collect_duplicates
from addons.crm_base.models import Activity, Address, Contact, Customer, CustomerMember, Task
from addons.crm_base.services import (
    addresses,
    contacting,
    duplicate_check,
    duplicates,
    last_contact,
    task_notices,
)
from addons.crm_base.states import TASK_ASSIGNED
from core.api import (
    Env,
    Hint,
    after_create,
    after_delete,
    after_write,
    before_create,
    check_members,
    hint,
    implements,
    key_of,
)  # fmt: skip


@implements(before_create, model=Activity)
def take_the_customer_of_the_contact(env: Env, rows: list[dict[str, Any]]) -> None:
    """Who names the contact need not name the customer."""
    contacting.fill_customers(env, rows)


@implements(after_create, model=Activity)
@implements(after_delete, model=Activity)
def note_last_contact(env: Env, records: Sequence[Any]) -> None:
    """The customer's file knows the day of the last contact."""
    last_contact.note_last_contact(
        env, [key_of(one, "customer") for one in records if one.state.code == "done"]
    )


@implements(after_write, model=Activity)
def note_changed_contact(env: Env, records: Sequence[Any], changes: Sequence[Any]) -> None:
    """The same when an activity is carried out, moved or given to another customer."""
    customers: list[int | None] = []
    for one, changed in zip(records, changes, strict=True):
        if one.state.code == "done" and changed.keys() & {"state", "at", "customer"}:
            customers += [key_of(one, "customer"), changed.get("customer", (None, None))[0]]
    last_contact.note_last_contact(env, customers)


@implements(after_create, model=Address)
@implements(after_write, model=Address)
def keep_one_default_address(env: Env, records: Sequence[Any]) -> None:
    """Choosing a default takes the mark from the one before."""
    chosen = {addresses.group_of(one): one.id for one in records if one.is_default}
    addresses.keep_one_default(env, {addresses.group_of(one) for one in records}, chosen)


@implements(after_delete, model=Address)
def choose_another_default_address(env: Env, records: Sequence[Any]) -> None:
    """When the default goes into the bin, the oldest one left takes its place."""
    addresses.keep_one_default(env, {addresses.group_of(one) for one in records}, {})


@implements(after_create, model=CustomerMember)
@implements(after_write, model=CustomerMember)
def refuse_members_without_right(env: Env, records: Sequence[Any]) -> None:
    """Nobody joins a team for customers that no role of theirs lets them see."""
    check_members(env, records)


@implements(before_create, model=Task)
def begin_as_assigned(env: Env, rows: list[dict[str, Any]]) -> None:
    """A task that is given to somebody at once is assigned."""
    for row in rows:
        if row.get("assignee") is not None and getattr(row.get("state"), "code", row.get("state")) == "new":
            row["state"] = TASK_ASSIGNED


@implements(after_create, model=Task)
def tell_who_got_a_task(env: Env, records: Sequence[Any]) -> None:
    """Assigned work is pushed."""
    task_notices.tell_new_assignees(env, records)


@implements(after_write, model=Task)
def tell_who_got_or_lost_a_task(env: Env, records: Sequence[Any], changes: Sequence[Any]) -> None:
    """The new one is told and so is the one before."""
    task_notices.tell_changed_assignees(env, records, changes)


@implements(collect_duplicates)
def look_among_customers_and_contacts(env: Env, probe: duplicates.Probe) -> list[duplicates.Match]:
    """Companies by name, number and mail; people by these and, as names are few, only by the same name."""
    return [
        *duplicates.look(
            env, Customer, probe, companies=("name", "short_name"), phones=("phone",), emails=("email",),
            tax_numbers=("tax_number",),
        ),
        *duplicates.look(env, Contact, probe, people=("name",), phones=("mobile", "phone"), emails=("email",)),
    ]  # fmt: skip


@hint(Customer)
def customer_exists_already(env: Env, values: Mapping[str, Any]) -> list[Hint]:
    """Colleagues may know the customer that somebody is about to enter."""
    names = ("name", "short_name")
    is_person = values.get("kind") == "person"
    probe = duplicate_check.probe_of(
        values, "crm_base.customer", companies=names, people=names[:1] if is_person else (),
        phones=("phone",), emails=("email",), tax_numbers=("tax_number",),
    )  # fmt: skip
    return duplicate_check.hints_for(env, probe)


@hint(Contact)
def contact_exists_already(env: Env, values: Mapping[str, Any]) -> list[Hint]:
    """The same person may be known at this or another customer."""
    probe = duplicate_check.probe_of(
        values, "crm_base.contact", people=("name",), phones=("mobile", "phone"), emails=("email",)
    )
    return duplicate_check.hints_for(env, probe)
