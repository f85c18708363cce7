"""How many statements a screen takes with all addons on, whatever number of rows it shows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event
from webtest import TestApp

from core.web.csrf import FIELD
from tests.system.site import Site, token_of

pytestmark = pytest.mark.xdist_group("budgets")
ORDER, REPORT = "crm_sales.order", "/report/crm_leads.by_salesperson"
CUSTOMER, LEAD, OPPORTUNITY, TASK = (
    "crm_base.customer",
    "crm_leads.lead",
    "crm_leads.opportunity",
    "crm_base.task",
)


@contextmanager
def statements(site: Site) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(" ".join(statement.split())[:160])

    event.listen(site.database.app, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(site.database.app, "before_cursor_execute", note)


@pytest.fixture(scope="module")
def work(site: Site) -> dict[str, int]:
    """A customer, an opportunity and a lead, each among a hundred others of the same salesperson."""
    with site.env("owner") as env:
        customers = env.create_many(
            CUSTOMER, [{"name": f"Mill {n}", "phone": f"138{n:08}"} for n in range(100)]
        )
        wish = {"expected_close": date(2030, 1, 1), "intention": "wants a mill"}
        deals = env.create_many(
            OPPORTUNITY, [{"title": f"Deal {n}", "customer": customers[n], **wish} for n in range(100)]
        )
        leads = env.create_many(LEAD, [{"title": f"Lead {n}", "phone": f"139{n:08}"} for n in range(100)])
    return {CUSTOMER: customers[0], OPPORTUNITY: deals[0], LEAD: leads[0]}


@pytest.fixture
def seller(site: Site, work: dict[str, int]) -> TestApp:
    return site.visitor("owner")


def taken(site: Site, browser: TestApp, path: str) -> list[str]:
    """The statements of a page that this caller sees for the second time."""
    browser.get(path)
    with statements(site) as seen:
        browser.get(path)
    return seen


@pytest.mark.parametrize("query", ["preset=", "preset=&order=-created_at", "preset=&limit=20", ""])
@pytest.mark.parametrize("model", [CUSTOMER, LEAD, OPPORTUNITY, TASK])
def test_a_list_asks_who_which_rows_and_how_many(site: Site, seller: TestApp, model: str, query: str) -> None:
    seen = taken(site, seller, f"/r/{model}?{query}")
    assert len(seen) <= 4, seen
    assert len([one for one in seen if "sum(" not in one or "open_request" in one]) <= 3, seen


@pytest.mark.parametrize("model", [CUSTOMER, LEAD, OPPORTUNITY])
def test_a_page_of_a_record(site: Site, seller: TestApp, work: dict[str, int], model: str) -> None:
    seen = taken(site, seller, f"/r/{model}/{work[model]}")
    assert len(seen) <= 7, "\n".join(seen)


@pytest.mark.parametrize(
    ("path", "most"),
    [
        (f"/r/{LEAD}?preset=&q=Lead", 4), (f"/r/{LEAD}?preset=&group=state", 3), (f"/r/{OPPORTUNITY}?view=board", 13),
        (f"/r/{CUSTOMER}/new", 4), ("/notices", 3), ("/search?q=Mill", 4), ("/", 24),
    ],
)  # fmt: skip
def test_other_screens(site: Site, seller: TestApp, path: str, most: int) -> None:
    """The search asks all kinds of records at once; the workbench once for each card, and once for all numbers of a kind."""
    seen = taken(site, seller, path)
    assert len(seen) <= most, "\n".join(seen)


def test_to_open_a_form_and_to_save_it(site: Site, seller: TestApp, work: dict[str, int]) -> None:
    path = f"/r/{CUSTOMER}/{work[CUSTOMER]}/edit"
    seen = taken(site, seller, path)
    assert len(seen) <= 8, "\n".join(seen)
    form = seller.get(path).forms
    found = next(one for one in form.values() if "name" in one.fields and FIELD in one.fields)
    found["name"] = "Mill with a new name"
    with statements(site) as seen:
        found.submit().follow()
    assert len(seen) <= 26, "\n".join(seen)


def test_many_at_once_take_no_more_than_one(site: Site, seller: TestApp, work: dict[str, int]) -> None:
    with site.env("owner") as env:
        keys = [row[0] for row in env.page(CUSTOMER, [], limit=60).rows if row[0] != work[CUSTOMER]]
    token, counts = token_of(seller), []
    for ids in (keys[:2], keys[2:52]):
        with statements(site) as seen:
            seller.post(f"/r/{CUSTOMER}/bulk-delete", [(FIELD, token), *(("id", str(one)) for one in ids)])
        counts.append(len(seen))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("query", "most"), [("", 5), ("?order=-won", 5), ("?since=2020-01-01&until=2030-01-01", 5)]
)
def test_a_report(site: Site, seller: TestApp, query: str, most: int) -> None:
    """Who is calling, the rows, their sums, the names in them."""
    seen = taken(site, seller, f"{REPORT}{query}")
    assert len(seen) <= most, "\n".join(seen)


def drafts(env: Any, lines: int, count: int = 1) -> list[Any]:
    """Orders that can be confirmed."""
    unit, tax = (env.first(one, order="id") for one in ("crm_product.unit", "crm_product.tax"))
    system, customer = env.sudo("goods"), env.first(CUSTOMER)
    goods = system.create("crm_product.product", name=f"Mill of {lines}", unit=unit, tax=tax, list_price=100)
    orders = [env.create(ORDER, customer=customer) for _n in range(count)]
    env.create_many("crm_sales.order_line", [
        {"document": one, "product": goods.id, "quantity": 2, "unit": unit, "tax": tax, "unit_price": 100}
        for one in orders for _n in range(lines)
    ])  # fmt: skip
    return env.get_many(ORDER, [one.id for one in orders])


@pytest.mark.parametrize(("lines", "count"), [(40, 1), (3, 20)])
def test_confirming_takes_no_more_for_many_lines_or_orders(
    site: Site, work: dict[str, int], lines: int, count: int
) -> None:
    counts = []
    for size, number in ((2, 1), (2, 1), (lines, count)):
        with site.env("owner") as env:
            orders = drafts(env, size, number)
            with statements(site) as seen:
                env.run(type(orders[0]).confirm, orders)
        counts.append(len([one for one in seen if "savepoint" not in one]))
    assert counts[2] <= counts[1] <= 60, counts
