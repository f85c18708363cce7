"""The list: presets, search, filters, order, groups, columns, pages, counts, totals, marked rows."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from webtest import TestApp

from core.i18n import use_language
from core.orm.counting import Count
from core.views.resolve import list_for
from core.web.pages.records_counts import count_sentence, count_text
from core.web.widgets.cell import Place, writer
from core.web.widgets.table import table_for
from tests.core.web.conftest import People
from tests.core.web.records.conftest import LIST, MODEL, Works, csrf, target


def names(page: Any) -> list[str]:
    """The titles of the rows, as the list shows them."""
    return [link.get_text(strip=True) for link in page.html.select("tbody .ky-open")]


def links(page: Any) -> dict[str, str]:
    return {link.get_text(strip=True): link["href"] for link in page.html.select("a[href]")}


def test_what_people_typed_is_inert_in_a_list(ann: TestApp, works: Works) -> None:
    hostile = "<script>alert(1)</script>"
    label = works.add("toy_works.phase", name={"en": hostile, "zh_CN": hostile})
    works.add(
        title=hostile,
        phone="123456",
        site="https://example.com/?a=1&b=2",
        phase=label,
        mail="a+b@example.com",
    )
    page = ann.get(f"{LIST}?cols=title,phone,site,mail,phase")
    assert hostile not in page.text
    assert page.text.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 2
    assert page.html.find("a", href="https://example.com/?a=1&b=2")["rel"] == [
        "noopener",
        "noreferrer",
        "nofollow",
    ]
    assert page.html.find("a", href="mailto:a+b@example.com") is not None
    assert page.html.find("a", href="tel:123456") is not None


def test_values_are_written_in_the_reader_s_language(ann: TestApp, works: Works) -> None:
    trade = works.option("toy_works.trade", "wood")
    works.add(title="One", price="1234567.5", due=date(2026, 11, 21), trade=trade)
    row = [cell.get_text(strip=True) for cell in ann.get(LIST).html.select("tbody tr:first-child td")]
    assert row[2:] == [
        "One",
        "Open work",
        "Small",
        "Wood",
        "",
        "CN¥1,234,567.50",
        "Nov 21, 2026",
        "Ann Lee",
        "",
    ]


def test_one_statement_finds_the_caller_and_one_reads_the_page(
    ann: TestApp, works: Works, statements: Callable[[], Any]
) -> None:
    works.add_many([{"title": f"Work {n}", "price": n} for n in range(25)])
    address = f"{LIST}?preset=mine"
    ann.get(address)
    with statements() as seen:
        page = ann.get(address)
    kinds = [("open_request" in one, one.count("count("), "sum(" in one) for one in seen]
    assert kinds == [
        (True, 0, False),  # who calls
        (False, 0, False),  # the page
        (False, 2, True),  # how many in all with their totals, and the number beside the preset "urgent"
    ]
    assert len(names(page)) == 20
    with statements() as seen:
        ann.get(f"{LIST}?preset=mine&limit=100")
    assert len(seen) == 3, "what is on the page is neither counted nor summed by the database"


def test_pages_go_by_key_and_come_back(ann: TestApp, works: Works) -> None:
    works.add_many([{"title": f"Work {n:02}"} for n in range(45)])
    first = ann.get(f"{LIST}?order=title")
    assert names(first) == [f"Work {n:02}" for n in range(20)]
    assert "45 records" in first.text
    assert first.html.find("a", rel="prev").get("href") is None
    second = ann.get(first.html.find("a", rel="next")["href"])
    third = ann.get(second.html.find("a", rel="next")["href"])
    assert names(third) == [f"Work {n:02}" for n in range(40, 45)]
    assert third.html.find("a", rel="next").get("href") is None
    assert names(ann.get(third.html.find("a", rel="prev")["href"])) == names(second)


def test_a_click_on_the_head_orders_and_a_second_one_turns_round(ann: TestApp, works: Works) -> None:
    works.add_many([{"title": title, "price": price} for title, price in (("B", 3), ("A", 1), ("C", 2))])
    page = ann.get(LIST)
    page = ann.get(links(page)["Price"])
    assert names(page) == ["A", "C", "B"]
    head = next(th for th in page.html.select("th") if "Price" in th.text)
    assert head["aria-sort"] == "ascending"
    page = ann.get(head.a["href"])
    assert names(page) == ["B", "C", "A"]
    assert "Trade" not in links(page), "an option list has no order of its own"


def test_presets_are_tabs_with_a_count_where_asked(ann: TestApp, works: Works, people: People) -> None:
    works.add(title="Mine")
    works.add(title="Hers", owner=people.ids["Rae"], urgent=True)
    page = ann.get(LIST)
    tabs = [tab.get_text(" ", strip=True) for tab in page.html.select(".ky-tabs a")]
    assert tabs == ["My works", "Urgent ones 1", "All"]
    assert page.html.select_one(".ky-tabs a[aria-current]").text == "All"
    assert names(ann.get(links(page)["My works"])) == ["Mine"]
    assert names(ann.get(f"{LIST}?preset=urgent")) == ["Hers"]


def test_search_finds_parts_of_words_and_keeps_the_rest_of_the_state(ann: TestApp, works: Works) -> None:
    works.add_many(
        [{"title": "杭州华立科技", "size": "l"}, {"title": "Northwind", "size": "l"}, {"title": "华立二号"}]
    )
    page = ann.get(f"{LIST}?f=size:eq:l")
    form = next(form for form in page.forms.values() if "q" in form.fields and form.action == LIST)
    form["q"] = "华立"
    page = form.submit()
    assert names(page) == ["杭州华立科技"]
    chips = [chip.get_text(strip=True) for chip in page.html.select(".ky-chips span")]
    assert chips == ["“华立”", "Size is Large"]
    cleared = ann.get(page.html.select(".ky-chips li:first-child a")[0]["href"])
    assert set(names(cleared)) == {"杭州华立科技", "Northwind"}
    assert "Nothing found." in ann.get(f"{LIST}?q=zzz").text


def test_filters_of_every_kind_are_offered_and_work(ann: TestApp, works: Works) -> None:
    wood = works.option("toy_works.trade", "wood")
    phase = works.add("toy_works.phase", name={"en": "First"}, sequence=10)
    works.add(title="Wooden", trade=wood, price=5, due=date(2026, 3, 5), phase=phase)
    works.add(title="Other", price=50)
    panel = ann.get(f"{LIST}?part=filters")
    assert "<html" not in panel.text
    quick = {link.get_text(strip=True): link["href"] for link in panel.html.select(".ky-quick a")}
    assert names(ann.get(quick["Wood"])) == ["Wooden"]
    assert names(ann.get(quick["Open work"])) == ["Other", "Wooden"]
    price, due = (f"add.field={name}&add.from={low}&add.to={high}" for name, low, high in
                  (("price", "10", ""), ("due", "2026-03-01", "2026-03-31")))  # fmt: skip
    answer = ann.get(f"{LIST}?{price}", status=303)
    assert target(answer) == f"{LIST}?f=price%3Abetween%3A10.."
    assert names(answer.follow()) == ["Other"]
    assert names(ann.get(f"{LIST}?{due}").follow()) == ["Wooden"]
    assert names(ann.get(f"{LIST}?add.field=title&add.op=contains&add.value=oode").follow()) == ["Wooden"]
    assert names(ann.get(f"{LIST}?add.field=phase&add.op=eq&add.value={phase}").follow()) == ["Wooden"]
    chip = ann.get(f"{LIST}?f=phase:eq:{phase}").html.select_one(".ky-chips span")
    assert chip.text == "Phase is First"
    other = ann.get(f"{LIST}?part=filters&field=pieces").html
    assert other.select_one("details[open] summary").get_text(strip=True) == "Pieces"


def test_without_scripts_the_filters_are_a_page(ann: TestApp, works: Works) -> None:
    works.add(title="Heavy", weight="2.5")
    works.add(title="Light", weight="0.5")
    page = ann.get(f"{LIST}?filters=1&field=weight")
    assert page.html.select_one("#filters").has_attr("open")
    form = next(
        form
        for form in page.forms.values()
        if form.fields.get("add.field") and form["add.field"].value == "weight"
    )
    form["add.from"] = "1"
    assert names(form.submit().follow()) == ["Heavy"]


def test_groups_count_and_sum_and_lead_to_their_rows(ann: TestApp, works: Works) -> None:
    phase = works.add("toy_works.phase", name={"en": "First"}, sequence=10)
    works.add_many(
        [
            {"title": "A", "phase": phase, "price": 10, "due": date(2026, 3, 5)},
            {"title": "B", "phase": phase, "price": 20},
            {"title": "C", "price": 5},
        ]
    )
    page = ann.get(f"{LIST}?group=phase")
    rows = [[cell.get_text(strip=True) for cell in row.select("td")] for row in page.html.select("tbody tr")]
    assert rows == [["First", "2", "CN¥30.00"], ["(none)", "1", "CN¥5.00"]]
    assert names(ann.get(links(page)["First"])) == ["B", "A"]
    assert names(ann.get(links(page)["(none)"])) == ["C"]
    month = ann.get(f"{LIST}?group=due")
    assert names(ann.get(links(month)["Mar 2026"])) == ["A"]
    assert "3 in 2 groups" in page.text


def test_columns_are_chosen_stay_in_the_address_and_are_remembered(ann: TestApp, works: Works) -> None:
    works.add(title="One", pieces=7)
    answer = ann.get(f"{LIST}?choose=show&col=pieces&col=title&q=One", status=303)
    assert target(answer) == f"{LIST}?q=One&cols=pieces,title"
    page = answer.follow()
    heads = [head.get_text(strip=True) for head in page.html.select("thead th")][1:]
    assert heads == ["Pieces", "Title"]
    assert all("cols=pieces,title" in tab["href"] for tab in page.html.select(".ky-tabs a"))
    remembered = ann.get(LIST)
    assert [head.get_text(strip=True) for head in remembered.html.select("thead th")][1:] == heads
    ann.get(f"{LIST}?choose=reset&col=pieces").follow()
    assert len(ann.get(LIST).html.select("thead th")) == 11


def test_htmx_gets_the_region_alone_and_the_address_to_show(ann: TestApp, works: Works) -> None:
    works.add(title="One")
    part = ann.get(
        f"{LIST}?preset=&order=title&q=", headers={"HX-Request": "true", "HX-Request-Type": "partial"}
    )
    assert part.text.lstrip().startswith('<div id="list"')
    assert part.headers["HX-Push-Url"] == f"{LIST}?order=title"
    assert "HX-Request" in part.headers["Vary"]


def test_totals_are_over_all_rows_found(ann: TestApp, works: Works) -> None:
    works.add_many([{"title": f"W{n}", "price": "1.25"} for n in range(30)])
    page = ann.get(LIST)
    assert "CN¥37.50" in page.html.tfoot.text
    assert "CN¥2.50" in ann.get(f"{LIST}?q=W2&f=title:ne:W2&f=title:in:W21,W22").html.tfoot.text
    first = ann.get(f"{LIST}?q=W2&limit=4")
    for part in (first, ann.get(links(first)["Next"])):
        assert len(names(part)) == 4 and "CN¥13.75" in part.html.tfoot.text and "11 records" in part.text


def test_records_of_another_company_and_relations_out_of_reach_do_not_show(
    ann: TestApp, rae: TestApp, eve: TestApp, works: Works
) -> None:
    vault = works.system("toy_works.vault", name="Deep secret")
    with works.env() as env:
        env.sudo("test").create("toy_works.work", title="Guarded", vault=vault)
    works.add(who="Eve", title="In Beta")
    page = ann.get(LIST)
    assert names(page) == ["Guarded"]
    assert "Deep secret" not in page.text and "no access" in page.text
    assert "Deep secret" in rae.get(LIST).text
    assert names(eve.get(LIST)) == ["In Beta"]


def test_readers_are_offered_nothing_they_may_not_do(rae: TestApp, works: Works) -> None:
    key = works.add(title="One")
    page = rae.get(LIST)
    assert not page.html.find("a", href=f"{LIST}/new")
    assert not page.html.find("a", href=f"{LIST}/bin")
    rae.get(f"{LIST}/new", status=403)
    rae.get(f"{LIST}/{key}/edit", status=403)
    rae.get(f"{LIST}/bin", status=403)
    assert not rae.get(f"{LIST}/{key}").html.find("a", href=f"{LIST}/{key}/edit")


def test_the_addon_that_is_off_and_the_right_that_is_missing(
    bob: TestApp, people: People, ann: TestApp
) -> None:
    bob.get(LIST, status=403)
    ann.get("/r/toy_works.nothing", status=404)
    ann.get("/r/nowhere.work", status=404)
    ann.get("/r/base.session", status=200)
    bob.get("/r/toy_works.bill", status=403)


@pytest.mark.parametrize(
    "query",
    [
        "f=title", "f=nothing:eq:1", "f=title:like:x", "f=price:eq:abc", "f=due:eq:yesterdays", "f=inner:eq:x",
        "f=pin:eq:1", "order=nothing", "order=notes", "order=id%3Bdrop table", "order=(select 1)",
        "group=title", "group=nothing",
        "view=nothing", "view=form", "preset=nothing", "limit=0", "limit=501", "limit=x", "after=abc&before=abc",
        "after=abc", "cols=nothing", "cols=inner", "cols=pin", "cols=labels", "choose=show&col=inner", "q=" + "x" * 101,
        "q=" + "x" * 1100, "f=title:eq:" + "x" * 1100, "order=title&order=title", "add.field=nothing&add.value=1",
        "add.field=price&add.from=x", "part=filters&field=nothing", "f=phase:eq:99999999999999999999",
        "f=price:between:1", "&".join(f"f=title:ne:{n}" for n in range(41)),
    ],
)  # fmt: skip
def test_addresses_that_mean_nothing_are_400_in_words(ann: TestApp, works: Works, query: str) -> None:
    page = ann.get(f"{LIST}?{query}", status=400)
    assert "Traceback" not in page.text and page.html.find("h1").text == "The request cannot be understood"


def test_bytes_that_are_no_text_are_400(ann: TestApp) -> None:
    ann.get(f"{LIST}?q=%ff%fe", status=400)
    ann.get(f"{LIST}?q=a%00b", status=400)


def test_strangers_are_led_to_the_sign_in(browser: TestApp) -> None:
    answer = browser.get(f"{LIST}?q=x", status=303)
    assert target(answer).startswith("/login?next=")


class TestMarkedRows:
    def test_a_method_without_questions_runs_at_once(self, ann: TestApp, works: Works) -> None:
        keys = [works.add(title=f"W{n}") for n in range(3)]
        page = ann.get(LIST)
        sent = [
            ("csrf_token", csrf(page)),
            ("next", f"{LIST}?order=title"),
            *(("id", str(key)) for key in keys[:2]),
        ]
        answer = ann.post(f"{LIST}/bulk/mark_urgent", sent, status=303)
        assert target(answer) == f"{LIST}?order=title"
        assert [works.value(key, "urgent") for key in keys] == [True, True, False]
        after = answer.follow()
        assert "Mark urgent: 2 records." in after.text
        undo = after.html.select_one(".ky-toast form")["action"]
        ann.post(undo, {"csrf_token": csrf(after)}, status=303)
        assert [works.value(key, "urgent") for key in keys] == [False, False, False]

    def test_a_method_with_questions_asks_first(self, ann: TestApp, works: Works, people: People) -> None:
        keys = [works.add(title=f"W{n}") for n in range(2)]
        sent = [("csrf_token", csrf(ann.get(LIST))), *(("id", str(key)) for key in keys)]
        dialog = ann.post(f"{LIST}/bulk/hand_over", sent, status=200)
        assert "2 records: W0, W1" in dialog.text
        form = next(form for form in dialog.forms.values() if form.action.endswith("hand_over"))
        refused = form.submit(status=422)
        assert "Receiver is required." in refused.text
        form = next(form for form in refused.forms.values() if form.action.endswith("hand_over"))
        form["to"].force_value(str(people.ids["Rae"]))
        form.submit(status=303)
        assert [works.value(key, "owner") for key in keys] == [people.ids["Rae"]] * 2

    def test_all_or_nothing_with_the_reason(self, ann: TestApp, works: Works) -> None:
        keys = [works.add(title="Willing"), works.add(title="Stubborn")]
        sent = [("csrf_token", csrf(ann.get(LIST))), *(("id", str(key)) for key in keys)]
        refused = ann.post(f"{LIST}/bulk/start", sent, status=409)
        assert "This one never starts." in refused.text
        assert [works.value(key, "state").code for key in keys] == ["open", "open"]

    def test_deleting_puts_all_into_the_bin_and_undo_brings_them_back(
        self, ann: TestApp, works: Works
    ) -> None:
        keys = [works.add(title=f"W{n}") for n in range(3)]
        sent = [("csrf_token", csrf(ann.get(LIST))), *(("id", str(key)) for key in keys)]
        after = ann.post(f"{LIST}/bulk-delete", sent, status=303).follow()
        assert "3 records were put into the bin." in after.text and works.count() == 0
        ann.post(after.html.select_one(".ky-toast form")["action"], {"csrf_token": csrf(after)}, status=303)
        assert works.count() == 3

    def test_a_list_that_is_sent_twice_is_done_once(self, ann: TestApp, works: Works) -> None:
        keys = [works.add(title=f"W{n}") for n in range(3)]
        form = ann.get(LIST).forms["bulk"]
        token, once = form["csrf_token"].value, form["once"].value
        sent = [("csrf_token", token), ("once", once)]
        first = [*sent, *(("id", str(key)) for key in keys[:2])]
        for _time in range(2):
            ann.post(f"{LIST}/bulk-delete", first, status=303)
        assert works.count() == 1
        back = ann.get(f"{LIST}/bin").forms["bulk"]
        again = [("csrf_token", token), ("once", back["once"].value), ("id", str(keys[0]))]
        for _time in range(2):
            ann.post(f"{LIST}/bin", again, status=303)
        assert works.count() == 2
        ann.post(f"{LIST}/bulk-delete", [*sent, ("id", str(keys[2]))], status=303)
        assert works.count() == 1, "other rows marked on the same page are another wish"
        ann.post(
            f"{LIST}/bulk-delete", [("csrf_token", token), ("once", "x"), ("id", str(keys[0]))], status=400
        )

    @pytest.mark.parametrize(("ids", "status"), [([], 400), (["x"], 404), (["99999"], 404), (["9" * 19], 404),
                                                 ([str(n) for n in range(1, 502)], 400), (["-1"], 404)])  # fmt: skip
    def test_marks_that_mean_nothing(self, ann: TestApp, works: Works, ids: list[str], status: int) -> None:
        works.add(title="One")
        token = csrf(ann.get(LIST))
        sent = [("csrf_token", token), *(("id", one) for one in ids)]
        ann.post(f"{LIST}/bulk/mark_urgent", sent, status=status)
        ann.post(f"{LIST}/bulk-delete", sent, status=status)

    def test_other_methods_and_missing_tokens(self, ann: TestApp, rae: TestApp, works: Works) -> None:
        key = works.add(title="One")
        token = csrf(ann.get(LIST))
        ann.post(f"{LIST}/bulk/nothing", {"csrf_token": token, "id": key}, status=404)
        ann.post(f"{LIST}/bulk/mark_urgent", {"id": key}, status=403)
        ann.get(f"{LIST}/bulk/mark_urgent?id={key}", status=405)
        rae.post(f"{LIST}/bulk/mark_urgent", {"csrf_token": csrf(rae.get(LIST)), "id": key}, status=403)
        assert works.value(key, "urgent") is False


def test_a_capped_count_says_so() -> None:
    assert count_text(Count(10_000, True), "en") == "10,000+" and count_text(Count(3), "zh_CN") == "3"
    assert str(count_sentence(Count(10_000, True), "en")) == "10,000+ records"
    assert str(count_sentence(Count(1), "en")) == "1 record"


def test_a_currency_is_its_code_in_a_list(works: Works) -> None:
    """What it is called takes the room of what people look for; a form has that room."""
    field = works.people.composed.info("base.currency_rate").fields["currency"]
    row = (1, 1, "CNY")
    assert writer(field, 2, None, Place("zh_CN", "CNY"))(row) == '<span title="CNY 人民币">CNY</span>'
    assert writer(field, 2, None, Place("zh_CN", "CNY", whole=True))(row) == "CNY 人民币"


def test_rendering_a_page_is_cheap(ann: TestApp, works: Works) -> None:
    """Not a timed test: a row costs one call per cell and one string operation."""
    works.add_many([{"title": f"W{n}", "price": n} for n in range(20)])
    info = works.people.composed.info(MODEL)
    with works.env() as env, use_language("en"):
        table = table_for(info, list_for(env, MODEL).columns, Place("en", "CNY"), True)
        page = env.page(info.cls, table.names)
        calls = 0

        def count(_frame: Any, event: str, _argument: Any) -> None:
            nonlocal calls
            calls += event == "call"

        table.rows(page.rows, "en")
        sys.setprofile(count)
        try:
            table.rows(page.rows, "en")
        finally:
            sys.setprofile(None)
    assert calls / (20 * 10) < 8


def test_what_is_offered_for_marked_rows_follows_rights(ann: TestApp, rae: TestApp, works: Works) -> None:
    works.add(title="One")
    assert [button.get_text(strip=True) for button in ann.get(LIST).html.select(".ky-bulk button")] == [
        "Start", "Mark urgent", "Hand over", "Copy", "Delete",
    ]  # fmt: skip
    assert not rae.get(LIST).html.select(".ky-bulk, .ky-mark")
