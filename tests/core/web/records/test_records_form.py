"""Making and changing records: every kind of field, problems at their place, hints, conflicts, repeated requests."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from webtest import TestApp

from tests.core.web.conftest import People
from tests.core.web.records.conftest import LIST, Works, csrf, target


def form_of(page: Any) -> Any:
    return page.forms["record-form"]


def problems(page: Any) -> str:
    return str(page.html.select_one("[role=alert]").get_text(" ", strip=True))


def test_every_kind_of_field_is_typed_saved_and_shown(ann: TestApp, works: Works, people: People) -> None:
    phase = works.add("toy_works.phase", name={"en": "First"}, sequence=10)
    label = works.add("toy_works.label", name="Red")
    form = form_of(ann.get(f"{LIST}/new"))
    typed = {
        "title": "  Everything 𠮷👩‍👩‍👧  ", "phone": "+86 571 8888-1234", "mail": "a@example.com", "site": "https://example.com",
        "pieces": "1,200", "weight": "0.125", "price": "1.5万", "urgent": True, "due": "2026-11-30",
        "begun": "2026-11-21T09:30", "size": "l", "trade": str(works.option("toy_works.trade", "steel")),
        "motto.en": "Onwards", "motto.zh_CN": "前进", "pin": "1234", "notes": "One\r\nTwo",
    }  # fmt: skip
    for name, value in typed.items():
        form[name] = value
    form["phase"].force_value(str(phase))
    form["labels"].force_value([str(label)])
    answer = form.submit(status=303)
    key = int(target(answer).rpartition("/")[2])
    with works.env() as env:
        work = env.get("toy_works.work", key)
        assert (
            work.title == "Everything 𠮷👩‍👩‍👧"
            and work.notes == "One\nTwo"
            and work.motto == {"en": "Onwards", "zh_CN": "前进"}
        )
        assert (work.pieces, work.weight, work.price) == (1200, Decimal("0.125"), Decimal("15000"))
        assert work.urgent is True and work.due == date(2026, 11, 30) and work.size == "l"
        assert work.begun == datetime(2026, 11, 21, 1, 30, tzinfo=UTC), (
            "typed in the company's zone, stored in UTC"
        )
        assert work.phase_id == phase and env.linked(work, "labels") == [label] and work.pin == "1234"
        assert work.owner_id == people.ids["Ann Lee"] and work.code.startswith("W-")
    page = answer.follow()
    assert "Work was created." in page.text
    for text in (
        "CN¥15,000.00",
        "1,200",
        "0.125",
        "Nov 30, 2026",
        "Nov 21, 2026, 9:30",
        "Steel",
        "First",
        "Onwards",
        "Red",
    ):
        assert text in page.text, text
    assert "1234" not in page.html.find(class_="ky-record").text.replace("8888-1234", "")
    untouched = form_of(ann.get(f"{LIST}/{key}/edit")).submit(status=303)
    assert "Nothing was changed." in untouched.follow().text
    assert works.value(key, "version") == 1


def test_seconds_that_no_input_shows_stay(ann: TestApp, works: Works) -> None:
    begun = datetime(2026, 11, 21, 1, 30, 45, 123456, tzinfo=UTC)
    key = works.add(title="Exact", begun=begun, weight=Decimal("0.12345678"))
    form = form_of(ann.get(f"{LIST}/{key}/edit"))
    form["title"] = "Exact still"
    form.submit(status=303)
    assert works.value(key, "begun") == begun and works.value(key, "weight") == Decimal("0.12345678")


def test_required_fields_are_marked_and_each_missing_one_is_named(ann: TestApp, works: Works) -> None:
    page = ann.get(f"{LIST}/new")
    label = page.html.find("label", {"for": "f-title"})
    assert "required" in label["class"] and page.html.find(id="f-title").has_attr("required")
    form = form_of(page)
    form["title"], form["pieces"] = "  ", "12.5"
    form["due"] = "2026-02-30"
    form["mail"] = "nobody"
    page = form.submit(status=422)
    text = problems(page)
    assert (
        "Title is required." in text
        and "Pieces must be a whole number." in text
        and "There is no such day" in text
    )
    field = page.html.find(id="f-title")
    assert field["aria-invalid"] == "true" and "f-title-problem" in field["aria-describedby"]
    assert page.html.find(id="f-title-problem").text.strip() == "Title is required."
    assert page.html.find("a", href="#f-title") is not None
    assert form_of(page)["pieces"].value == "12.5" and form_of(page)["mail"].value == "nobody"
    assert works.count() == 0


def test_what_the_data_layer_refuses_stands_at_the_field_too(ann: TestApp, works: Works) -> None:
    form = form_of(ann.get(f"{LIST}/new"))
    form["title"], form["mail"], form["pieces"], form["site"] = (
        "x" * 10_000,
        "nobody",
        "-1",
        "javascript:alert(1)",
    )
    page = form.submit(status=422)
    for name, text in (
        ("title", "100 characters at most"),
        ("mail", "is not a mail address"),
        ("site", "is not a web address"),
    ):
        assert text in page.html.find(id=f"f-{name}-problem").text, name
    form = form_of(page)
    form["title"], form["mail"], form["site"] = "Short", "", ""
    page = form.submit(status=422)
    assert "Pieces must be at least 0." in page.html.find(id="f-pieces-problem").text
    assert works.count() == 0


def test_the_address_fills_in_and_leads_back(ann: TestApp, works: Works) -> None:
    key = works.add(title="Parent")
    page = ann.get(
        f"/r/toy_works.part/new?work={key}&cost=2.5&name=<i>&work_id=9&nonsense=1&next={LIST}/{key}"
    )
    form = form_of(page)
    assert (form["work"].value, form["cost"].value, form["name"].value) == (str(key), "2.5", "<i>")
    assert page.html.select_one("#f-work option[selected]").text == "Parent"
    assert target(form.submit(status=303)) == f"{LIST}/{key}"
    for nonsense in ("work=abc", "work=99999999999999999999", "cost=abc", "next=//evil.example", "work=999"):
        page = ann.get(f"/r/toy_works.part/new?{nonsense}")
        assert not form_of(page).fields.get("next")


def test_save_and_enter_another(ann: TestApp, works: Works) -> None:
    form = form_of(ann.get(f"{LIST}/new?size=l"))
    form["title"] = "First"
    answer = form.submit("again", value="1", status=303)
    assert target(answer) == f"{LIST}/new?size=l"
    assert form_of(answer.follow())["size"].value == "l" and works.count() == 1


class TestChanging:
    def test_only_what_was_touched_is_written_and_the_history_says_so(
        self, ann: TestApp, works: Works
    ) -> None:
        key = works.add(title="Old", price=5, phone="123456")
        form = form_of(ann.get(f"{LIST}/{key}/edit"))
        form["title"], form["price"] = "New", "7.25"
        page = form.submit(status=303).follow()
        assert "Saved." in page.text
        history = page.html.find(class_="ky-timeline").get_text(" ", strip=True)
        assert (
            "Ann Lee Changed" in history
            and "Title Old → New" in history
            and "Price CN¥5.00 → CN¥7.25" in history
        )
        undo = page.html.select_one(".ky-toast form")["action"]
        ann.post(undo, {"csrf_token": csrf(page)}, status=303)
        assert works.value(key, "title") == "Old" and works.value(key, "price") == 5

    def test_a_reference_out_of_sight_is_kept(self, ann: TestApp, works: Works) -> None:
        vault = works.system("toy_works.vault", name="Deep secret")
        with works.env() as env:
            key = env.sudo("test").create("toy_works.work", title="Guarded", vault=vault).id
        page = ann.get(f"{LIST}/{key}/edit")
        assert "Deep secret" not in page.text and "no access" in page.html.find(id="f-vault").text
        form = form_of(page)
        form["title"] = "Still guarded"
        form.submit(status=303)
        assert works.value(key, "vault") == vault
        assert "no access" in ann.get(f"{LIST}/{key}").text

    def test_different_fields_of_two_people_merge(self, ann: TestApp, works: Works) -> None:
        key = works.add(title="Old", price=5)
        mine = form_of(ann.get(f"{LIST}/{key}/edit"))
        theirs = form_of(ann.get(f"{LIST}/{key}/edit"))
        theirs["price"] = "9"
        theirs.submit(status=303)
        mine["title"] = "New"
        mine.submit(status=303)
        assert works.value(key, "title") == "New" and works.value(key, "price") == 9

    def test_the_same_field_asks_whose_value_it_shall_be(
        self, ann: TestApp, works: Works, people: People
    ) -> None:
        key = works.add(title="Old", price=5)
        mine = form_of(ann.get(f"{LIST}/{key}/edit"))
        with works.env() as env:
            env.write(env.get("toy_works.work", key), title="<b>Theirs</b>", price=6)
        mine["title"], mine["price"], mine["pieces"] = "Mine", "7", "3"
        page = mine.submit(status=409)
        shown = page.html.find(class_="ky-clashes")
        text = shown.get_text(" ", strip=True)
        assert (
            "Title Mine : Mine Ann Lee : <b>Theirs</b>" in text
            and "Price Mine : CN¥7.00 Ann Lee : CN¥6.00" in text
        )
        assert works.value(key, "title") == "<b>Theirs</b>"
        form = form_of(page)
        form["choose.title"] = "theirs"
        form.submit(status=303)
        assert (works.value(key, "title"), works.value(key, "price"), works.value(key, "pieces")) == (
            "<b>Theirs</b>",
            7,
            3,
        )

    def test_extra_names_and_changed_ids_are_refused(self, ann: TestApp, eve: TestApp, works: Works) -> None:
        key = works.add(title="Mine")
        phase = works.add("toy_works.phase", who="Eve", name={"en": "Of Beta"}, sequence=10)
        mood = works.option("toy_works.mood", "good")
        token = csrf(ann.get(f"{LIST}/{key}/edit"))
        names = "id company company_id state created_by code fixed inner is_admin records strict deleted_at custom"
        for extra in names.split():
            ann.post(f"{LIST}/{key}/edit", {"csrf_token": token, "version": "1", extra: "1"}, status=400)
            ann.post(f"{LIST}/new", {"csrf_token": token, "title": "X", extra: "1"}, status=400)
        for name, value in (("phase", str(phase)), ("phase", "999999"), ("phase", "9" * 30), ("trade", str(mood)),
                            ("labels", "777"), ("size", "xxl"), ("phase", "1;drop")):  # fmt: skip
            sent = {"csrf_token": token, "version": "1", name: value}
            ann.post(f"{LIST}/{key}/edit", sent, status=422)
            ann.post(f"{LIST}/new", {"csrf_token": token, "title": "X", name: value}, status=422)
        for version in ("", "x", "-1", "9" * 12):
            ann.post(
                f"{LIST}/{key}/edit", {"csrf_token": token, "version": version, "title": "Y"}, status=400
            )
        assert works.value(key, "title") == "Mine" and works.value(key, "version") == 1 and works.count() == 1

    def test_files_odd_characters_and_missing_tokens(self, ann: TestApp, works: Works) -> None:
        token = csrf(ann.get(f"{LIST}/new"))
        ann.post(f"{LIST}/new", {"csrf_token": token}, upload_files=[("title", "a.txt", b"x")], status=400)
        ann.post(f"{LIST}/new", {"title": "X"}, status=403)
        ann.post(
            f"{LIST}/new",
            {"title": "X", "csrf_token": token},
            headers={"Origin": "http://evil.example"},
            status=403,
        )
        raw = {"content_type": "application/x-www-form-urlencoded"}
        ann.post(f"{LIST}/new", f"csrf_token={token}&title=a%00b", status=400, **raw)
        ann.post(f"{LIST}/new", f"csrf_token={token}&title=%ff%fe", status=400, **raw)
        ann.get(f"{LIST}/new?title=a", status=200)
        assert works.count() == 0

    def test_somebody_else_s_record_is_not_there(self, eve: TestApp, works: Works) -> None:
        key = works.add(title="Of Acme")
        other = works.add(who="Eve", title="Of Beta")
        token = csrf(eve.get(f"{LIST}/{other}/edit"))
        for path in (f"{LIST}/{key}", f"{LIST}/{key}/edit", f"{LIST}/{key}/delete", f"{LIST}/{key}/do/shut"):
            eve.get(path, status=404)
        for path in ("edit", "delete", "move", "do/start"):
            eve.post(f"{LIST}/{key}/{path}", {"csrf_token": token, "version": "1", "value": "s"}, status=404)

    @pytest.mark.parametrize("number", ["0", "9223372036854775808", "9" * 19, "9" * 30, "1e3", "-1", "x"])
    def test_numbers_that_no_record_has(self, ann: TestApp, number: str) -> None:
        for path in ("", "/edit", "/delete", "/do/shut"):
            ann.get(f"{LIST}/{number}{path}", status=404)

    def test_a_closed_record_takes_no_changes(self, ann: TestApp, works: Works) -> None:
        key = works.add(title="Ended")
        with works.env() as env:
            env.run(
                env.composition.info("toy_works.work").methods["shut"],
                [env.get("toy_works.work", key)],
                reason="x",
            )
        page = ann.get(f"{LIST}/{key}")
        assert "It can be read, but no longer be changed." in page.text
        assert not page.html.find("a", href=f"{LIST}/{key}/edit")
        told = ann.get(f"{LIST}/{key}/edit", status=409)
        assert "no change is possible" in told.text and told.html.find("a", href=f"{LIST}/{key}")
        sent = {"csrf_token": csrf(page), "version": "2", "title": "Reopened"}
        refused = ann.post(f"{LIST}/{key}/edit", sent, status=409)
        assert "no change is possible" in refused.text and works.value(key, "title") == "Ended"

    def test_a_deleted_record_is_explained_and_not_resurrected(self, ann: TestApp, works: Works) -> None:
        key = works.add(title="Gone")
        form = form_of(ann.get(f"{LIST}/{key}/edit"))
        with works.env() as env:
            env.delete(env.get("toy_works.work", key))
        form["title"] = "Back"
        page = form.submit(status=404)
        assert "lies in the bin" in page.text and works.count() == 0
        for path in ("", "/edit", "/delete", "/do/shut"):
            assert "lies in the bin" in ann.get(f"{LIST}/{key}{path}", status=404).text
        restore = next(form for form in page.forms.values() if form.action == f"{LIST}/bin")
        assert target(restore.submit(status=303)) == f"{LIST}/{key}"
        assert works.value(key, "title") == "Gone"


class TestHints:
    def test_a_hint_is_shown_first_and_can_be_overruled(self, ann: TestApp, works: Works) -> None:
        key = works.add(title="Twin")
        form = form_of(ann.get(f"{LIST}/new"))
        form["title"] = "Twin"
        page = form.submit(status=200)
        assert "“Twin” exists already." in page.text and page.html.find("a", href=f"{LIST}/{key}") is not None
        assert works.count() == 1 and "Save anyway" in page.text
        works.add(title="Other twin")
        form = form_of(page)
        form["title"] = "Other twin"
        page = form.submit(status=200)
        assert "“Other twin” exists already." in page.text, "another hint is asked about again"
        form_of(page).submit(status=303)
        assert works.count() == 3

    def test_hints_come_while_typing(self, ann: TestApp, works: Works) -> None:
        works.add(title="Twin")
        page = ann.get(f"{LIST}/new")
        field = page.html.find(id="f-title")
        assert field["hx-post"] == f"{LIST}/hints" and field["hx-trigger"] == "change"
        sent = {"csrf_token": csrf(page), "title": "Twin", "price": "abc"}
        part = ann.post(f"{LIST}/hints", sent, headers={"HX-Request": "true"})
        assert "“Twin” exists already." in part.text and "<html" not in part.text
        assert "exists" not in ann.post(f"{LIST}/hints", {**sent, "title": "Other"}).text

    def test_an_untouched_name_asks_nothing(self, ann: TestApp, works: Works) -> None:
        works.add(title="Twin")
        key = works.add(title="Twin")
        form = form_of(ann.get(f"{LIST}/{key}/edit"))
        form["pieces"] = "4"
        form.submit(status=303)


class TestOnce:
    def test_the_same_form_twice_makes_one_record(self, ann: TestApp, works: Works) -> None:
        form = form_of(ann.get(f"{LIST}/new"))
        form["title"] = "Once"
        assert target(form.submit(status=303)) == target(form.submit(status=303))
        assert works.count() == 1

    def test_two_at_the_same_time_too(
        self, application: Any, people: People, ann: TestApp, works: Works
    ) -> None:
        page = ann.get(f"{LIST}/new")
        form = form_of(page)
        form["title"] = "Once"
        sent = form.submit_fields()

        def post(_n: int) -> str:
            browser = TestApp(application, extra_environ=dict(ann.extra_environ), cookiejar=ann.cookiejar)
            return target(browser.post(f"{LIST}/new", sent, status=303))

        with ThreadPoolExecutor(4) as pool:
            assert len(set(pool.map(post, range(4)))) == 1
        assert works.count() == 1

    def test_the_same_key_with_other_values_is_refused(self, ann: TestApp, works: Works) -> None:
        form = form_of(ann.get(f"{LIST}/new"))
        form["title"] = "Once"
        form.submit(status=303)
        form["title"] = "Twice"
        assert "sent before with other values" in form.submit(status=422).text
        assert works.count() == 1

    def test_a_refused_form_can_be_sent_again(self, ann: TestApp, works: Works) -> None:
        form = form_of(ann.get(f"{LIST}/new"))
        form["title"], form["pieces"] = "Again", "-1"
        form.submit(status=422)
        form["pieces"] = "1"
        form.submit(status=303)
        assert works.count() == 1

    @pytest.mark.parametrize("key", ["short", "x" * 65, "a b c d e f g h i j k", "ключключключключ"])
    def test_keys_that_no_page_made(self, ann: TestApp, works: Works, key: str) -> None:
        token = csrf(ann.get(f"{LIST}/new"))
        ann.post(f"{LIST}/new", {"csrf_token": token, "title": "X", "key": key}, status=400)
        assert works.count() == 0


def test_without_scripts_a_reference_is_found_by_a_search(ann: TestApp, works: Works) -> None:
    label = works.add("toy_works.label", name="Bright red")
    form = form_of(ann.get(f"{LIST}/new"))
    form["title"], form["find.labels"] = "Kept", "bright"
    page = form.submit("find", value="labels", status=200)
    assert [option["value"] for option in page.html.select("#f-labels option")] == [str(label)]
    form = form_of(page)
    assert form["title"].value == "Kept"
    form["labels"] = [str(label)]
    key = int(target(form.submit(status=303)).rpartition("/")[2])
    with works.env() as env:
        assert env.linked(env.get("toy_works.work", key), "labels") == [label]


def test_an_option_that_is_offered_no_more_stays_where_it_is(ann: TestApp, works: Works) -> None:
    wood = works.option("toy_works.trade", "wood")
    key = works.add(title="Wooden", trade=wood)
    table = works.people.composed.info("base.option").table
    with works.people.database.owner.begin() as connection:
        connection.execute(table.update().where(table.c.id == wood).values(active=False))
    try:
        page = ann.get(f"{LIST}/{key}/edit")
        assert page.html.select_one("#f-trade option[selected]").text == "Wood"
        form = form_of(page)
        form["title"] = "Wooden still"
        form.submit(status=303)
        assert works.value(key, "trade") == wood
        assert "Wood" not in ann.get(f"{LIST}/new").html.find(id="f-trade").text
        ann.post(f"{LIST}/new", {"csrf_token": csrf(page), "title": "X", "trade": str(wood)}, status=422)
    finally:
        with works.people.database.owner.begin() as connection:
            connection.execute(table.update().where(table.c.id == wood).values(active=True))
