"""To-dos for what is due, what customers said, and invoices."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from addons.crm_base.models import Activity, Task
from addons.crm_base.states import CARRIED_OUT, TASK_ASSIGNED
from addons.crm_finance.demo.story import Story
from addons.crm_finance.models import Invoice, Receivable
from addons.crm_finance.services.money import shown
from addons.crm_finance.states import ISSUED
from core.api import Env, LazyString, Option, _, key_of

REMINDED: Final = 6
PROMISED: Final = 3


def make_to_dos(env: Env, story: Story, people: Mapping[str, int]) -> None:
    """The accountant has asked the salespeople to collect what is most overdue; some have called."""
    late = env.search(
        Receivable,
        Receivable.is_open.is_(True),
        Receivable.due_on < env.today,
        order="due_on",
        limit=REMINDED,
    )
    kind = env.first(Option, Option.list_code == "crm_base.task_kind", Option.code == "collection")
    phone = env.first(Option, Option.list_code == "crm_base.activity_kind", Option.code == "phone")
    text: LazyString = _("Collect {amount}: {title}")
    env.create_many(Task, [
        {"subject": str(text.format(amount=shown(one.open_amount, one.currency), title=one.title))[:255], "kind": kind,
         "assignee": key_of(one, "owner"), "owner": people[story.accountant],
         "due": env.today + timedelta(days=place % 4), "customer": key_of(one, "customer"), "receivable": one.id,
         "state": TASK_ASSIGNED}
        for place, one in enumerate(late)
    ])  # fmt: skip
    called = late[:PROMISED]
    env.create_many(Activity, [
        {"subject": one.title, "kind": phone, "customer": key_of(one, "customer"), "receivable": one.id,
         "owner": key_of(one, "owner"), "result": story.said, "collection_result": "promised", "state": CARRIED_OUT}
        for one in called
    ])  # fmt: skip
    env.write(late, reminded_on=env.today)
    env.write(called, collection_result="promised", promised_on=env.today + timedelta(days=4))


def make_invoices(env: Env, story: Story, people: Mapping[str, int]) -> None:
    """Invoices for the oldest instalments, and some that wait for accounting."""
    found: list[Any] = env.search(Receivable, order="booked_on", limit=24)
    rows = []
    for place, one in enumerate(found):
        row = {"customer": key_of(one, "customer"), "receivable": one.id, "currency": one.currency,
               "amount": one.amount, "owner": key_of(one, "owner"),
               "wanted_on": one.due_on - timedelta(days=10)}  # fmt: skip
        if place % 4 != 3:
            row |= {"state": ISSUED, "invoice_number": f"{26_310_000 + place:08}", "issued_on": one.booked_on}
        rows.append(row)
    env.create_many(Invoice, rows)
