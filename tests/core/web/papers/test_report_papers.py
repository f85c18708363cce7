"""Reports that go to somebody outside: letterhead, sides, rows and sums on paper and as PDF; what never stands there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from webtest import TestApp

from core.i18n import LazyString
from core.orm.narrowing import narrowed
from core.views.registry import registry_of
from core.views.report import Report, column
from core.views.report_change import change_report, changed
from core.views.report_rows import ReportRows
from tests.core.web.conftest import People
from tests.core.web.papers.conftest import DEAL
from tests.core.web.papers.test_papers import give, words

KEY = "toy_deals.account"


@pytest.fixture
def address(people: People, deal: int) -> str:
    """The report of the buyer of the deal."""
    with people.env("Ann Lee") as env:
        found: Any = env.get(DEAL, deal)
        env.create("toy_deals.parcel", deal=found, name="One")
        buyer = found.buyer_id
    return f"/report/{KEY}?buyer={buyer}&day=2026-03-01"


def on_paper(address: str, **more: str) -> str:
    return address.replace(KEY, f"{KEY}/paper") + "".join(f"&{name}={text}" for name, text in more.items())


def report(people: People) -> Report:
    return registry_of(people.composed).reports[KEY][1]


def test_its_page_leads_to_records_and_to_the_paper(
    ann: TestApp, rae: TestApp, address: str, deal: int
) -> None:
    page = ann.get(address)
    assert page.html.find("a", href=f"/r/{DEAL}/{deal}").text == "D-1 <b>"
    assert [one.text for one in page.html.select("thead th")] == [
        "Deal", "Kind of deal", "Grand total", "Parcels",
    ], "every row is of the buyer; the currency is with the amounts"  # fmt: skip
    assert len(page.html.select("tbody tr.is-strong")) == 1
    assert f"/report/{KEY}/paper" in page.text and f"/report/{KEY}/paper" not in rae.get(address).text
    rae.get(on_paper(address), status=403)


def test_it_says_what_is_for_outside(ann: TestApp, dan: TestApp, people: People, address: str) -> None:
    with people.env("Ann Lee") as env:
        env.create("base.paper_text", document=f"{KEY}/report", language="en", letterhead="1 Acme Street",
                   closing="Dear {buyer}")  # fmt: skip
    page = dan.get(on_paper(address, language="en"))
    main = page.html.find("main").get_text(" ", strip=True)
    for said in (
        "Deals",
        "Mar 1, 2026",
        "1 Acme Street",
        "1 Wall Road, Peking",
        "D-1 <b>",
        "$1,130.00",
        "Dear 长城机械",
    ):
        assert said in main, said
    assert "Margin" not in main and "Currency" not in main
    pdf = give(dan, on_paper(address, language="zh_CN"), "pdf")
    text = words(pdf.body).replace(" ", "")
    for said in ("2026年3月1日", "买方", "长城机械", "租赁", "US$1,130.00", "总计", "1/1"):
        assert said in text, said
    assert "%E9%95%BF%E5%9F%8E" in pdf.headers["Content-Disposition"], "the file says whose it is"
    last = people.rows("base.print", "name", "rows", "asked")[-1]
    assert (last.rows, last.asked["report"], last.asked["language"]) == (1, KEY, "zh_CN")
    assert "data-print" in give(ann, on_paper(address), "print")


def test_who_asks_wrongly_is_told(ann: TestApp, eve: TestApp, address: str) -> None:
    assert ann.get(f"/report/{KEY}/paper", status="*").status_int == 422
    assert eve.get(on_paper(address), status="*").status_int == 422, "the buyer of another company"
    ann.get(on_paper(address, language="fr"), status=400)
    ann.get("/report/toy_deals.nothing/paper", status=404)


def test_rows_of_further_models_are_those_that_may_leave(people: People, address: str) -> None:
    buyer = int(address.split("buyer=")[1].split("&")[0])
    with people.env("Ann Lee") as env:
        rows = ReportRows(env, report(people), {"buyer": buyer})
        assert rows.page(5)[0][-2] == 1
        kept = narrowed(env, env.info(DEAL), "print", [env.info("toy_deals.parcel")])
        assert kept is env, "everything may be printed"
        allowed = type(env.policy).allowed
        env.policy.allowed = lambda info, action: (  # type: ignore[method-assign]
            not (info.key == "toy_deals.parcel" and action == "export") and allowed(env.policy, info, action)
        )
        kept = narrowed(env, env.info(DEAL), "export", [env.info("toy_deals.parcel")])
        assert ReportRows(kept, report(people), {"buyer": buyer}).page(5)[0][-2] == 0


def test_another_addon_brings_columns_and_words(people: People) -> None:
    own, label = report(people), LazyString("core", "Weight")
    change = change_report(own, columns=[column("weight", label, int)], before="currency",
                           choices={"kind": [("gift", label)]})  # fmt: skip
    found = changed(own, [change])
    assert [one.key for one in found.columns] == [
        "buyer", "deal", "kind", "total", "margin", "parcels", "weight", "currency",
    ]  # fmt: skip
    assert dict(found.columns[2].choices)["gift"] is label
    registry = registry_of(people.composed)
    assert registry.report(own, frozenset(registry.addons)) is own
    registry.report_changes[KEY] = [("toy_deals", change)]
    try:
        assert len(registry.report(own, frozenset(registry.addons)).columns) == 8
        assert registry.report(own, frozenset()) is own, "where its addon is off"
        assert registry.report(replace(own), frozenset(registry.addons)).columns == own.columns
    finally:
        del registry.report_changes[KEY]
