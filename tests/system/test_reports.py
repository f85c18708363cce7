"""Reports by HTTP: what is asked stands in the address, rights hold in every column, pages and sums are of one kind."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from addons.crm_leads.reports import BY_SALESPERSON
from core.auth.field_rights_rows import set_field_rights
from core.testing.reports import unnamed_fields
from tests.system.site import Site

pytestmark = pytest.mark.xdist_group("reports")
OPPORTUNITY = "crm_leads.opportunity"
BY_MONTH, BY_PERSON = "/report/crm_leads.by_month", "/report/crm_leads.by_salesperson"


def close(site: Site, person: str, title: str, amount: int, won: int | None) -> None:
    with site.env(person) as env:
        customer = env.create_many("crm_base.customer", [{"name": title, "phone": f"138{amount:08}"}])[0]
        deal: Any = env.create(OPPORTUNITY, title=title, customer=customer, amount=amount, intention="wants it",
                               expected_close=date(2030, 1, 1))  # fmt: skip
        if won is not None:
            deal.win(Decimal(won))
            return
        reason = env.first(
            "base.option", env.condition("base.option", "list_code", "eq", "crm_leads.lost_reason")
        )
        deal.lose(reason, "somebody", "dear")


@pytest.fixture(scope="module", autouse=True)
def results(site: Site) -> None:
    close(site, "owner", "A mill", 1000, 987_654)
    close(site, "owner", "A saw", 5432, None)
    close(site, "colleague", "A press", 7000, 123_321)


def words(answer: Any) -> str:
    return str(answer.html.find("main").get_text(" ", strip=True))


def test_a_report_with_its_sums_and_chart(site: Site) -> None:
    answer = site.visitor("director").get(BY_PERSON)
    text = words(answer)
    assert "987,654" in text and "123,321" in text and "1,110,975" in text
    assert len(answer.html.select(".ky-bars rect")) == 4
    assert [row.select_one("td").get_text() for row in answer.html.select("tbody tr")] == [
        "Owner",
        "Colleague",
    ]


def test_everybody_sees_the_own(site: Site) -> None:
    text = words(site.visitor("owner").get(BY_PERSON))
    assert "987,654" in text and "123,321" not in text
    assert words(site.visitor("other").get(BY_PERSON)).endswith("Nothing found.")


def test_it_is_ordered_by_its_heads(site: Site) -> None:
    browser = site.visitor("director")
    head = next(
        one for one in browser.get(BY_PERSON).html.select("th a") if one.get_text(strip=True) == "Won amount"
    )
    turned = head["href"]
    answer = browser.get(turned)
    assert [row.select_one("td").get_text() for row in answer.html.select("tbody tr")] == [
        "Colleague",
        "Owner",
    ]
    assert browser.get(f"{BY_PERSON}?order=salesperson", status="*").status_int == 400
    assert browser.get(f"{BY_PERSON}?order=nothing", status="*").status_int == 400


def test_wrong_answers_are_told_at_their_fields(site: Site) -> None:
    browser = site.visitor("director")
    for query, place in (
        ("since=", "f-since"),
        ("since=yesterday", "f-since"),
        ("salesperson=4711", "f-salesperson"),
    ):
        answer = browser.get(f"{BY_MONTH}?{query}", status=422)
        assert answer.html.find(id=f"{place}-problem") is not None and not answer.html.select("tbody tr")
    assert browser.get(f"{BY_MONTH}?page=2", status="*").status_int == 404
    assert browser.get(f"{BY_MONTH}?page=x", status="*").status_int == 404


def test_what_is_asked_chooses_the_rows(site: Site) -> None:
    browser = site.visitor("director")
    assert "Nothing found." in words(browser.get(f"{BY_MONTH}?since=2000-01-01&until=2000-02-01"))
    form = next(one for one in browser.get(BY_MONTH).forms.values() if one.action == BY_MONTH)
    assert "1,110,975" in words(form.submit())


def test_a_hidden_column_is_nowhere(site: Site) -> None:
    with site.env("admin") as env:
        role: Any = env.first(
            "base.role", env.condition("base.role", "code", "eq", "crm_base.general_manager")
        )
        role_id = role.id
    hide(site, role_id, {"won_amount": "hidden"})
    try:
        browser = site.visitor("director")
        answer = browser.get(BY_PERSON)
        assert "987,654" not in answer.text and "Won amount" not in answer.text and "5,432" in answer.text
        assert browser.get(f"{BY_PERSON}?order=-won_amount", status="*").status_int == 400
        assert "987654" not in export(browser, f"{BY_PERSON}/export", "csv").text
        assert "987,654" not in browser.get(f"{BY_PERSON}/print").text
        hide(site, role_id, {"owner": "hidden"})
        assert browser.get(BY_PERSON, status="*").status_int == 403
        assert BY_PERSON not in browser.get("/").text
        assert browser.get(BY_MONTH).html.find(id="f-salesperson") is None
    finally:
        hide(site, role_id, {"won_amount": None, "owner": None})


def hide(site: Site, role: int, how: dict[str, str | None]) -> None:
    with site.env("admin") as env:
        system = env.sudo("test")
        set_field_rights(system, role, system.info(OPPORTUNITY), how)
        system.commit()


def export(browser: Any, address: str, form: str) -> Any:
    asking = browser.get(address)
    chosen = next(one for one in asking.forms.values() if one.action.endswith("/export"))
    chosen["format"] = form
    watched = chosen.submit().follow()
    return browser.get(watched.html.find("a", {"download": True})["href"])


def test_a_report_is_exported_with_its_rights(site: Site) -> None:
    browser = site.visitor("director")
    link = browser.get(BY_PERSON).html.select_one(".ky-actions a[aria-label=Export]")["href"]
    text = export(browser, link, "csv").body.decode("utf-8-sig").splitlines()
    assert text[0] == "Salesperson,Won,Won amount,Lost,Lost amount (expected),Won of all closed (%)"
    assert text[1:] == ["Owner,1,987654,1,5432,50", "Colleague,1,123321,0,,100"]
    assert export(browser, link, "xlsx").body[:2] == b"PK"
    assert '"Won amount": 987654' in export(browser, link, "jsonl").text
    assert site.visitor("owner").get(link, status="*").status_int == 403
    assert not site.visitor("owner").get(BY_PERSON).html.select(".ky-actions a[aria-label=Export]")


def test_a_report_is_printed_and_counted(site: Site) -> None:
    browser = site.visitor("director")
    preview = browser.get(f"{BY_PERSON}/print?order=won_amount")
    assert (
        "987,654" in preview.text
        and "1,110,975" in preview.text
        and "Won and lost by salesperson" in preview.text
    )
    paper = next(one for one in preview.forms.values() if one.action.endswith("/print")).submit().follow()
    assert paper.text.index("123,321") < paper.text.index("987,654")
    with site.env("director") as env:
        found: Any = env.first("base.print", order="-id")
        assert (found.name, found.rows) == ("Won and lost by salesperson", 2)


def test_nobody_without_the_right_gets_it(site: Site) -> None:
    assert site.visitor("stranger").get(BY_MONTH, status="*").status_int == 403
    assert site.visitor("director").get("/report/crm_leads.nothing", status="*").status_int == 404


def test_records_are_proposed(site: Site) -> None:
    browser = site.visitor("director")
    assert "Owner" in browser.get(f"{BY_MONTH}/choices?field=salesperson&q=Own").text
    assert browser.get(f"{BY_MONTH}/choices?field=since", status="*").status_int == 400


def test_a_report_that_does_not_name_what_it_reads_is_found(site: Site) -> None:
    with site.env("admin") as env:
        system = env.sudo("test")
        assert [*unnamed_fields(system, BY_SALESPERSON)] == []
        hushed = [
            replace(one, field=None) if one.key == "won_amount" else one for one in BY_SALESPERSON.columns
        ]
        found = [*unnamed_fields(system, replace(BY_SALESPERSON, needs=(), columns=hushed))]
    assert len(found) == 4 and all(
        any(word in problem for problem in found)
        for word in (
            "column won_amount reads",
            "grouped by crm_leads.opportunity.owner",
            "opportunity.closed_on",
        )
    ), found
