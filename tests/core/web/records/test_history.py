"""The history of a record, and undo from there and from the page of operations, with what has changed since."""

from __future__ import annotations

from typing import Any

import pytest
from webtest import TestApp

from core.automation.undoing import AT_ONCE, undo_operation
from core.automation.worker import Worker
from tests.core.web.conftest import People
from tests.core.web.records.conftest import LIST, MODEL, Works, csrf, target


def entries(works: Works, key: int) -> list[Any]:
    from core.orm.history import entries_of

    with works.env() as env:
        return entries_of(env, env.info(MODEL), key)


def change(works: Works, key: int, who: str = "Ann Lee", **values: Any) -> str:
    with works.env(who) as env:
        env.write(env.get(MODEL, key), **values)
        return env.request_id


def undo_form(page: Any) -> Any:
    return next(form for form in page.forms.values() if "key" in form.fields and "csrf_token" in form.fields)


class TestHistory:
    def test_every_change_in_words(self, ann: TestApp, works: Works) -> None:
        key = works.add(title="One", pieces=1)
        change(works, key, title="Two", pieces=2)
        page = ann.get(f"{LIST}/{key}/history")
        newest, oldest = page.html.select(".ky-history ol > li")
        words = newest.get_text(" ", strip=True)
        assert "Ann Lee" in words and "Changed" in words and "in the page" in words
        assert [line.get_text(" ", strip=True) for line in newest.select("ul li")] == [
            "Title One → Two", "Pieces 1 → 2",
        ]  # fmt: skip
        assert "Created" in oldest.get_text()
        assert page.html.select_one(f'a[href="{LIST}/{key}"]') is not None
        assert ann.get(f"{LIST}/{key}").html.select_one(f'a[href="{LIST}/{key}/history"]') is not None

    def test_pages(self, ann: TestApp, works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("core.web.pages.records_history.PAGE", 2)
        key = works.add(title="0")
        for number in range(1, 5):
            change(works, key, title=str(number))
        first = ann.get(f"{LIST}/{key}/history")
        second = first.click("Older")
        assert (
            len(first.html.select(".ky-history ol > li"))
            == len(second.html.select(".ky-history ol > li"))
            == 2
        )
        third = second.click("Older")
        assert "Created" in third.text and "Older" not in third.text

    def test_who_may_not_see_the_record_sees_no_history(
        self, bob: TestApp, eve: TestApp, works: Works
    ) -> None:
        key = works.add(title="Mine")
        for browser in (bob, eve):
            browser.get(f"{LIST}/{key}/history", status=(403, 404))
            browser.get(f"{LIST}/{key}/history/{entries(works, key)[0].id}/undo", status=(403, 404))

    def test_of_a_record_in_the_bin(self, ann: TestApp, works: Works) -> None:
        key = works.add(title="Gone")
        with works.env() as env:
            env.delete(env.get(MODEL, key))
        assert "Put into the bin" in ann.get(f"{LIST}/{key}/history").text

    def test_a_job_says_which(self, ann: TestApp, works: Works) -> None:
        with works.env() as env:
            from core.automation.queue import enqueue

            job = enqueue(env, undo_operation, request_id="x", skip=False, total=1)
        with works.env(channel="job") as env:
            env.request_id = f"job-{job}"
            (key,) = env.create_many(MODEL, [{"title": "By a job"}])
        assert "by a job: Undo an operation" in ann.get(f"{LIST}/{key}/history").text


class TestUndoOfOneChange:
    def test_what_nobody_touched_since_comes_back(self, ann: TestApp, works: Works) -> None:
        key = works.add(title="One", pieces=1)
        change(works, key, title="Two")
        change(works, key, pieces=2)
        entry = entries(works, key)[1]
        page = ann.get(f"{LIST}/{key}/history/{entry.id}/undo")
        assert [one.get_text() for one in page.html.select("dd del, dd ins")] == ["Two", "One"]
        assert target(undo_form(page).submit(status=303)) == f"{LIST}/{key}/history"
        assert (works.value(key, "title"), works.value(key, "pieces")) == ("One", 2)
        assert entries(works, key)[0].operation == "undo"

    def test_what_was_changed_again_is_a_choice(self, ann: TestApp, works: Works) -> None:
        key = works.add(title="One", pieces=1)
        change(works, key, title="Two", pieces=2)
        entry = entries(works, key)[0]
        change(works, key, title="Three")
        page = ann.get(f"{LIST}/{key}/history/{entry.id}/undo")
        fieldset = page.html.find("fieldset").get_text(" ", strip=True)
        assert "Changed again since by Ann Lee" in fieldset
        assert "leave: Three" in fieldset and "overwrite with: One" in fieldset
        undo_form(page).submit(status=303)
        assert (works.value(key, "title"), works.value(key, "pieces")) == ("Three", 1)
        change(works, key, pieces=2)
        form = undo_form(ann.get(f"{LIST}/{key}/history/{entry.id}/undo"))
        form[f"choice.{MODEL}.{key}.title"] = "overwrite"
        form.submit(status=303)
        assert (works.value(key, "title"), works.value(key, "pieces")) == ("One", 1)

    def test_what_changes_between_looking_and_agreeing_is_told(self, ann: TestApp, works: Works) -> None:
        key = works.add(title="One")
        change(works, key, title="Two")
        form = undo_form(ann.get(f"{LIST}/{key}/history/{entries(works, key)[0].id}/undo"))
        change(works, key, title="Three")
        assert "changed again" in form.submit(status=409).text
        assert works.value(key, "title") == "Three"

    def test_twice_is_once(self, ann: TestApp, works: Works) -> None:
        key = works.add(title="One")
        change(works, key, title="Two")
        form = undo_form(ann.get(f"{LIST}/{key}/history/{entries(works, key)[0].id}/undo"))
        assert target(form.submit(status=303)) == target(form.submit(status=303))
        assert [one.operation for one in entries(works, key)] == ["undo", "write", "create"]

    def test_who_may_only_read_sees_no_button(self, rae: TestApp, works: Works) -> None:
        key = works.add(title="One")
        change(works, key, title="Two")
        assert not rae.get(f"{LIST}/{key}/history").html.select('a[href$="/undo"]')
        rae.get(f"{LIST}/{key}/history/{entries(works, key)[0].id}/undo", status=404)

    def test_an_entry_of_another_record(self, ann: TestApp, works: Works) -> None:
        one, two = works.add(title="One"), works.add(title="Two")
        ann.get(f"{LIST}/{one}/history/{entries(works, two)[0].id}/undo", status=404)
        ann.get(f"{LIST}/{one}/history/999999999/undo", status=404)


class TestOperations:
    def test_one_line_for_each(self, ann: TestApp, works: Works) -> None:
        keys = works.add_many([{"title": f"Work {n}"} for n in range(3)])
        request = change(works, keys[0], title="Other")
        page = ann.get("/p/base.operations")
        lines = page.html.select(".ky-rows > li")
        assert lines[0].a["href"] == f"/operations/{request}"
        assert "Works: Changed (1)" in lines[0].get_text(" ", strip=True)
        assert "Works: Created (3)" in lines[1].get_text(" ", strip=True)

    def test_pages_and_one_person(self, ann: TestApp, works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("core.views.operations.PAGE", 2)
        key = works.add(title="0")
        requests = [change(works, key, title=str(number)) for number in range(1, 6)]
        seen: list[str] = []
        page = ann.get("/p/base.operations")
        for _page in range(3):
            seen += [line.a["href"].rpartition("/")[2] for line in page.html.select(".ky-rows > li")]
            page = page.click("Older")
        assert seen[:5] == requests[::-1]
        rae = works.people.ids["Rae"]
        assert "Nothing has happened yet" in ann.get(f"/p/base.operations?person={rae}").text

    def test_for_administrators_only(self, rae: TestApp, ann: TestApp, works: Works) -> None:
        request = change(works, works.add(title="One"), title="Two")
        rae.get("/p/base.operations", status=403)
        rae.get(f"/operations/{request}", status=404)
        ann.get("/operations/no-such-operation", status=404)

    def test_a_bulk_change_is_undone_but_for_what_changed_since(self, ann: TestApp, works: Works) -> None:
        keys = works.add_many([{"title": f"Work {n}", "pieces": 1} for n in range(3)])
        with works.env() as env:
            env.write_many(MODEL, keys, pieces=5)
            request = env.request_id
        change(works, keys[1], pieces=7)
        page = ann.get(f"/operations/{request}")
        assert len(page.html.select(".ky-undo-record")) == 3
        undo_form(page).submit(status=303)
        assert [works.value(key, "pieces") for key in keys] == [1, 7, 1]

    def test_a_creation_goes_into_the_bin_and_the_undo_can_be_undone(
        self, ann: TestApp, works: Works
    ) -> None:
        with works.env() as env:
            env.create_many(MODEL, [{"title": "A"}, {"title": "B"}])
            request = env.request_id
        undo_form(ann.get(f"/operations/{request}")).submit(status=303)
        assert works.count() == 0
        latest = ann.get("/p/base.operations").html.select_one(".ky-rows > li a")["href"]
        undo_form(ann.get(latest)).submit(status=303)
        assert works.count() == 2

    def test_a_large_one_becomes_a_job(self, ann: TestApp, works: Works, people: People) -> None:
        with works.env() as env:
            env.create_many(MODEL, [{"title": f"Work {n}"} for n in range(AT_ONCE + 20)])
            request = env.request_id
        page = undo_form(ann.get(f"/operations/{request}")).submit(status=303).follow()
        assert "Waiting" in page.text
        worker = Worker(people.database.app)
        while worker.run_one():
            pass
        assert f"Undone: {AT_ONCE + 20} records" in ann.get(page.request.path).text
        assert works.count() == 0


class TestBin:
    def test_a_taken_value_is_shown_beside_the_live_one(self, ann: TestApp, works: Works) -> None:
        label, path = "toy_works.label", "/r/toy_works.label"
        old = works.add(label, name="Old", stamp="K-1")
        with works.env() as env:
            env.delete(env.get(label, old))
        live = works.add(label, name="Live", stamp="K-1")
        page = ann.get(f"{path}/bin")
        assert "180 days" in page.text
        answer = ann.post(f"{path}/bin", {"csrf_token": csrf(page), "id": str(old)}, status=409)
        text = answer.html.find("table").get_text(" ", strip=True)
        assert "Old" in text and "Live" in text and text.count("K-1") == 2
        assert answer.html.select_one(f'a[href="{path}/{live}"]') is not None
        assert works.count(label) == 1


class TestBoard:
    def test_a_card_that_somebody_else_has_moved_is_not_moved_again(self, ann: TestApp, works: Works) -> None:
        first, second, third = (works.add("toy_works.phase", name={"en": n}) for n in ("A", "B", "C"))
        key = works.add(title="Card", phase=first)
        page = ann.get(f"{LIST}?view=board")
        card = page.html.select_one(f'.ky-card[data-id="{key}"]')
        sent = {"csrf_token": csrf(page), "version": card["data-version"], "value": str(third)}
        change(works, key, phase=second)
        answer = ann.post(f"{LIST}/{key}/move", sent, headers={"HX-Request": "true"}, status=409)
        assert "Ann Lee has moved this card in the meantime" in answer.headers["HX-Trigger"]
        assert works.value(key, "phase") == second

    def test_a_change_of_another_field_stands_in_nobodys_way(self, ann: TestApp, works: Works) -> None:
        first, second = (works.add("toy_works.phase", name={"en": n}) for n in "AB")
        key = works.add(title="Card", phase=first)
        page = ann.get(f"{LIST}?view=board")
        card = page.html.select_one(f'.ky-card[data-id="{key}"]')
        sent = {"csrf_token": csrf(page), "version": card["data-version"], "value": str(second)}
        change(works, key, title="Other")
        answer = ann.post(f"{LIST}/{key}/move", sent, headers={"HX-Request": "true"}, status=422)
        assert answer.headers["X-Dialog"].startswith(
            f"{LIST}/{key}/do/"
        )  # the step goes on and asks for more
