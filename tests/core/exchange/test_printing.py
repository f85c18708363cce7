"""Printing: previews, counted prints, copies and refusals, and who is told about it."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from webtest import TestApp

from core.errors import UserError
from core.exchange.limits import ExportLimits, PrintLimit, Then, keep_limits
from core.exchange.printing import OPEN_FOR, print_record
from core.orm.engine import session_factory
from core.orm.trust import TRUSTED
from tests.core.exchange.office import CUSTOMER, Office
from tests.core.exchange.test_export_pages import LIST, Site, customers, site  # noqa: F401


def limit(office: Office, most: int, then: Then) -> None:
    with office.env("admin") as env:
        keep_limits(env, ExportLimits(), {CUSTOMER: PrintLimit(most, then)})
        env.commit()


def give(browser: TestApp, address: str, status: int = 303) -> Any:
    """Press the button of a preview; gives the page that prints."""
    page = browser.get(address)
    answer = page.forms[0].submit(status=status)
    return browser.get(answer.location) if status == 303 else answer


def test_a_list_is_printed_with_its_filter_in_words(site: Site, office: Office) -> None:  # noqa: F811
    customers(office, 5)
    browser = site("director")
    assert f"{LIST}/print" in browser.get(LIST)
    page = browser.get(f"{LIST}/print?f=employees:ge:2&order=-employees&cols=name,employees")
    assert (
        "is-preview" in page
        and "Employees at least 2" in page
        and "Printed on" in page
        and "by Director" in page
    )
    assert [cell.text for cell in page.html.select("tbody .is-name")] == ["C004", "C003", "C002"]
    given = browser.get(page.forms[0].submit(status=303).location)
    assert "is-preview" not in given and "data-print" in given and "North" in given
    assert [cell.text for cell in given.html.select("tbody .is-name")] == ["C004", "C003", "C002"]
    (told,) = office.audit("print")
    assert told.model == CUSTOMER and told.changes["print"]["n"]["rows"] == 3


def test_groups_and_marked_rows(site: Site, office: Office) -> None:  # noqa: F811
    ids = customers(office, 3)
    browser = site("director")
    groups = browser.get(f"{LIST}/print?group=kind")
    assert [cell.text for cell in groups.html.select("main tbody td")] == ["Company", "3"]
    token = browser.get(LIST).forms["bulk"]["csrf_token"].value
    chosen = browser.post(f"{LIST}/print", [("csrf_token", token), ("next", LIST), ("id", ids[1])])
    assert [cell.text for cell in chosen.html.select("tbody .is-name")] == ["C001"]


def test_a_record_is_printed_and_stands_in_its_history(site: Site, office: Office) -> None:  # noqa: F811
    (key,) = customers(office, 1)
    browser = site("director")
    record = browser.get(f"{LIST}/{key}")
    assert f"{LIST}/{key}/print" in record
    page = give(browser, f"{LIST}/{key}/print")
    assert "C000" in page and "12345" in page and "Copy" not in page
    (told,) = office.audit("print")
    assert (told.record_id, told.user_id) == (key, office.staff.users["director"])
    assert "Printed" in browser.get(f"{LIST}/{key}")
    assert "C000" in site("admin").get("/r/base.print")


def test_further_prints_are_copies(site: Site, office: Office) -> None:  # noqa: F811
    (key,) = customers(office, 1)
    limit(office, 1, "copy")
    browser = site("director")
    assert "Copy" not in give(browser, f"{LIST}/{key}/print").html.find("main").text
    preview = browser.get(f"{LIST}/{key}/print")
    assert "Copy 1" in preview and "Printed so far: 1." in preview
    form = preview.forms[0]
    answer = form.submit(status=303)
    assert form.submit(status=303).location == answer.location, "a double click is one print"
    assert "Copy 1" in browser.get(answer.location)
    assert "Copy 2" in give(site("admin"), f"{LIST}/{key}/print"), "counted for all people together"


def test_further_prints_are_refused(site: Site, office: Office) -> None:  # noqa: F811
    (key,) = customers(office, 1)
    limit(office, 1, "refuse")
    browser = site("director")
    late = browser.get(f"{LIST}/{key}/print")
    give(browser, f"{LIST}/{key}/print")
    refused = late.forms[0].submit(status="*")
    assert refused.status_int == 422 and "may be printed once" in refused
    assert not browser.get(f"{LIST}/{key}/print").forms, "there is no button any more"


def test_two_prints_at_once_get_two_numbers(office: Office) -> None:
    (key,) = customers(office, 1)
    limit(office, 1, "refuse")
    done: list[str] = []
    ready = threading.Barrier(2)

    def once(person: str) -> None:
        with office.env(person) as env:
            ready.wait()
            try:
                print_record(env, env.info(CUSTOMER), key, "C")
                env.commit()
                done.append("printed")
            except UserError:
                done.append("refused")

    threads = [threading.Thread(target=once, args=(person,)) for person in ("director", "admin")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == ["printed", "refused"]


def test_a_print_is_open_for_its_maker_and_not_for_long(site: Site, office: Office) -> None:  # noqa: F811
    (key,) = customers(office, 1)
    browser = site("director")
    address = browser.get(f"{LIST}/{key}/print").forms[0].submit(status=303).location
    browser.get(address, status=200)
    site("admin").get(address, status=404)
    table = office.composed.info("base.print").table
    with session_factory(office.database.owner).begin() as session:
        earlier = update(table).values(created_at=table.c.created_at - OPEN_FOR - timedelta(seconds=1))
        session.execute(earlier, execution_options=TRUSTED)
    assert "some time ago" in browser.get(address, status=404)


@pytest.mark.parametrize("person", ["stranger", "other"])
def test_without_right_there_is_nothing_to_print(site: Site, office: Office, person: str) -> None:  # noqa: F811
    (key,) = customers(office, 1)
    browser = site(person)
    expected = 403 if person == "stranger" else 404
    browser.get(f"{LIST}/{key}/print", status=expected)


def test_what_may_be_read_but_not_printed(site: Site, office: Office) -> None:  # noqa: F811
    """A customer with a task for the caller is seen, and on no paper."""
    (key,) = customers(office, 1)
    task = {"subject": "Call", "customer": key, "assignee": office.staff.users["owner"]}
    office.add("director", task, model="crm_base.task")
    browser = site("owner")
    page = browser.get(f"{LIST}/{key}", status=200)
    assert f"{LIST}/{key}/print" not in page
    browser.get(f"{LIST}/{key}/print", status=403)
    assert "C000" not in browser.get(f"{LIST}/print")
