"""The pages that are measured, as addresses of the product."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from benchmarks.plain import SORTS
from benchmarks.subjects import Subjects
from core.orm.compose import composition
from core.views.filters import orderable

LEAD: Final = "/r/crm_leads.lead"
COLUMNS: Final = (
    "number", "title", "state", "company_name", "follow_up_on", "expected_revenue", "priority", "created_at",
    "customer", "owner",
)  # fmt: skip
"""Ten columns, two of them relations with a name to show."""
LIST: Final = "list"
FORM: Final = "form"
OWN: Final = "own"
FLOOR_LIST: Final = "/leads"

SORTED: Final = {
    "number": "number",
    "title": "text in Chinese order",
    "company_name": "text that may be empty",
    "state": "state",
    "follow_up_on": "date",
    "created_at": "point in time",
    "expected_revenue": "money",
    "customer": "relation to 1/10 as many records",
    "owner": "relation to few records",
}
"""Columns by which the list is ordered, where it offers that, and what kind each stands for."""


@dataclass(frozen=True)
class Case:
    """One page. `floor` is the address of the floor's page with the same work, where it has one."""

    key: str
    name: str
    path: str
    floor: str | None = None
    by_salesperson: bool = False


def cases(subjects: Subjects) -> Iterator[Case]:
    """All pages, the plain list first."""
    yield Case(LIST, "list, 80 rows × 10 columns", list_of(), FLOOR_LIST)
    fields = composition().info("crm_leads.lead").fields
    for name, kind in SORTED.items():
        for sign in ("", "-") if orderable(fields[name]) else ():
            floor = f"{FLOOR_LIST}?order={sign}{name}" if name in SORTS else None
            direction = "largest first" if sign else "smallest first"
            yield Case(
                f"list by {sign}{name}",
                f"list by {name} ({kind}), {direction}",
                list_of(order=f"{sign}{name}"),
                floor,
            )
    yield Case("after", "list after 8,000 rows", list_of(after=subjects.after))
    yield Case(
        "after by amount", "list by expected_revenue after 8,000 rows",
        list_of(order="-expected_revenue", after=subjects.after_by_amount),
    )  # fmt: skip
    for key, words in subjects.searches.items():
        yield Case(f"search {key}", f"search by {key} (“{words}”), with count", list_of(q=words))
    yield Case("filter", "state + owner, with count",
               list_of(("f", "state:eq:in_progress"), ("f", f"owner:eq:{subjects.owner}")))  # fmt: skip
    yield Case("open", "list of open leads, as the menu opens it", LEAD)
    yield Case("group state", "groups by state, count and sum", f"{LEAD}?preset=all&group=state")
    yield Case(
        "group month owner",
        "groups by month × owner, count and sum",
        f"{LEAD}?preset=all&group=created_at:month,owner",
    )
    yield Case(FORM, "a lead with its timeline", f"{LEAD}/{subjects.lead}")
    yield Case("edit", "form to change a lead", f"{LEAD}/{subjects.lead}/edit")
    yield Case(
        OWN, "list of a salesperson who sees own rows only", list_of(), FLOOR_LIST, by_salesperson=True
    )


def list_of(*pairs: tuple[str, str], **more: str) -> str:
    """The list of all leads in the ten columns."""
    named = [("preset", "all"), ("cols", ",".join(COLUMNS)), *pairs, *more.items()]
    return f"{LEAD}?{urlencode(named)}"
