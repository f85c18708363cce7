"""A record to read, the dialogs of its methods, what belongs to it, and the bin."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from webtest import TestApp

from tests.core.web.conftest import People
from tests.core.web.records.conftest import LIST, Works, csrf, target

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


def form_to(page: Any, path: str) -> Any:
    return next(form for form in page.forms.values() if form.action == path)


class TestReading:
    def test_state_buttons_and_what_else_is_possible(self, ann: TestApp, rae: TestApp, works: Works) -> None:
        key = works.add(title="One")
        page = ann.get(f"{LIST}/{key}")
        steps = [(step.text, step.get("aria-current")) for step in page.html.select(".ky-steps li")]
        assert steps == [("Open work", "step"), ("Running", None)]
        placed = [
            button.get_text(strip=True)
            for button in page.html.select(".ky-actions > form button, .ky-actions > a")
        ]
        assert placed == ["Start", "Shut down", "Edit"]
        further = [item.get_text(strip=True) for item in page.html.select(".is-menu .ky-item")]
        assert further == ["Change phase", "Hand over", "Copy", "Mark urgent", "Share", "Delete"]
        reading = rae.get(f"{LIST}/{key}")
        assert not reading.html.select(".ky-actions *")

    def test_the_budget_of_statements(
        self, ann: TestApp, works: Works, statements: Callable[[], Any]
    ) -> None:
        key = works.add(title="One")
        works.add_many([{"work": key, "name": f"P{n}"} for n in range(30)], "toy_works.part")
        ann.get(f"{LIST}/{key}")
        with statements() as seen:
            ann.get(f"{LIST}/{key}")
        # caller, record with rights and buttons, names, visits, history, activities; the parts wait in their tab
        assert len(seen) <= 7, seen

    def test_what_lies_in_another_tab_comes_when_it_is_opened(self, ann: TestApp, works: Works) -> None:
        key = works.add(title="One")
        works.add_many([{"work": key, "name": f"P{n}", "cost": 3} for n in range(12)], "toy_works.part")
        page = ann.get(f"{LIST}/{key}")
        later = page.html.select_one("[hx-get*='field=parts']")
        assert later["hx-trigger"] == "intersect once" and "P11" not in page.text
        part = ann.get(later["hx-get"], headers=HTMX)
        assert "P11" in part.text and "P1<" not in part.text and "10+" in part.text and "CN¥3.00" in part.text
        assert part.html.find("a", href=f"/r/toy_works.part/new?work={key}&next={LIST}/{key}") is not None
        assert ann.get(part.html.select_one(".card-footer a")["href"]).text.count("ky-open") == 12
        ann.get(f"{LIST}/{key}?part=related&field=title", status=404)

    def test_history_in_words_with_the_activities_in_between(
        self, ann: TestApp, works: Works, people: People
    ) -> None:
        key = works.add(title="<i>One</i>")
        with works.env() as env:
            work = env.get("toy_works.work", key)
            env.write(work, title="Two", owner=people.ids["Rae"], pieces=5)
        with works.env() as env:
            env.run(env.composition.info("toy_works.work").methods["start"], [env.get("toy_works.work", key)])
        works.add("toy_works.visit", work=key, subject="A <b>visit</b>", at=datetime(2020, 1, 1, tzinfo=UTC))
        lines = [
            line.get_text(" ", strip=True)
            for line in ann.get(f"{LIST}/{key}").html.select(".ky-timeline ol > li")
        ]
        assert len(lines) == 4
        assert lines[0].startswith("AL Ann Lee Start State Open work → Running")
        assert lines[1].startswith("AL Ann Lee Changed Title <i>One</i> → Two Owner Ann Lee → Rae") or (
            "Owner Ann Lee → Rae" in lines[1]
            and "Title <i>One</i> → Two" in lines[1]
            and "Pieces" not in lines[1]
        )
        assert lines[2].startswith("AL Ann Lee Created")
        assert "Visit · A <b>visit</b>" in lines[3]

    def test_hidden_fields_stay_hidden(self, ann: TestApp, works: Works) -> None:
        with works.env() as env:
            key = env.sudo("test").create("toy_works.work", title="One", inner="whispered", pin="4711").id
        for path in ("", "/edit", "?part=related&field=parts"):
            page = ann.get(f"{LIST}/{key}{path}")
            assert "whispered" not in page.text and "4711" not in page.text, path

    def test_several_lines_stay_several(self, ann: TestApp, works: Works) -> None:
        key = works.add(title="One", notes="first\n<script>second</script>")
        assert (
            '<div class="ky-text">first\n&lt;script&gt;second&lt;/script&gt;</div>'
            in ann.get(f"{LIST}/{key}").text
        )


class TestMethods:
    def test_one_click_runs_what_asks_nothing(self, ann: TestApp, works: Works) -> None:
        key = works.add(title="One")
        page = ann.get(f"{LIST}/{key}")
        form = form_to(page, f"{LIST}/{key}/do/start")
        answer = form.submit(status=303)
        assert target(answer) == f"{LIST}/{key}" and works.value(key, "state").code == "running"
        assert target(form.submit(status=303)) == f"{LIST}/{key}", "the same click again gets the same answer"
        again = form_to(page, f"{LIST}/{key}/do/start")
        again["key"] = "k" * 20
        refused = again.submit(status=409)
        assert "is not possible in the state" in refused.text

    def test_the_dialog_asks_and_refuses_at_the_argument(
        self, ann: TestApp, works: Works, people: People
    ) -> None:
        key = works.add(title="One")
        path = f"{LIST}/{key}/do/hand_over"
        page = ann.get(f"{path}?to={people.ids['Rae']}&mood={works.option('toy_works.mood', 'good')}")
        assert page.html.select_one("#f-to option[selected]").text == "Rae"
        assert [option.text for option in page.html.select("#f-mood option")] == ["", "Good mood", "Bad mood"]
        form = form_to(page, path)
        form["to"], form["on"] = "", "2026-02-30"
        page = form.submit(status=422)
        assert "Receiver is required." in page.html.find(id="f-to-problem").text
        assert "no such day" in page.html.find(id="f-on-problem").text
        form = form_to(page, path)
        form["to"].force_value(str(people.ids["Rae"]))
        form["on"] = ""
        after = form.submit(status=303).follow()
        assert "Done: Hand over." in after.text and works.value(key, "owner") == people.ids["Rae"]

    def test_as_a_dialog_over_the_page(self, ann: TestApp, works: Works) -> None:
        key = works.add(title="One")
        path = f"{LIST}/{key}/do/shut"
        part = ann.get(path, headers=HTMX)
        assert part.text.lstrip().startswith("<dialog") and "<html" not in part.text
        token = csrf(part)
        refused = ann.post(path, {"csrf_token": token, "reason": " "}, headers=HTMX, status=422)
        assert refused.text.lstrip().startswith("<dialog") and "Reason is required." in refused.text
        done = ann.post(path, {"csrf_token": token, "reason": "enough"}, headers=HTMX, status=200)
        assert done.headers["HX-Redirect"] == f"{LIST}/{key}" and works.value(key, "state").code == "shut"

    def test_what_gives_another_record_leads_to_it(self, ann: TestApp, works: Works) -> None:
        key = works.add(title="One")
        page = ann.get(f"{LIST}/{key}/do/copy_it")
        assert "Really copy?" in page.text
        answer = form_to(page, f"{LIST}/{key}/do/copy_it").submit(status=303)
        assert target(answer) != f"{LIST}/{key}" and "One again" in answer.follow().text

    def test_refusals_are_said_in_the_dialog(self, ann: TestApp, works: Works) -> None:
        key = works.add(title="Stubborn")
        page = ann.get(f"{LIST}/{key}")
        refused = form_to(page, f"{LIST}/{key}/do/start").submit(status=409)
        assert "This one never starts." in refused.html.find(class_="alert").text
        assert works.value(key, "state").code == "open"

    def test_what_is_not_possible_or_not_there(
        self, ann: TestApp, rae: TestApp, eve: TestApp, works: Works
    ) -> None:
        key = works.add(title="One")
        token, reader = csrf(ann.get(f"{LIST}/{key}")), csrf(rae.get(f"{LIST}/{key}"))
        rae.get(f"{LIST}/{key}/do/shut", status=403)
        rae.post(f"{LIST}/{key}/do/shut", {"csrf_token": reader, "reason": "x"}, status=403)
        ann.get(f"{LIST}/{key}/do/nothing", status=404)
        ann.get(f"{LIST}/{key}/do/__init__", status=404)
        ann.post(f"{LIST}/{key}/do/start", {"csrf_token": token, "state": "shut"}, status=400)
        ann.post(f"{LIST}/{key}/do/start", {}, status=403)
        mood = works.option("toy_works.trade", "wood")
        sent = {"csrf_token": token, "to": "1", "mood": str(mood)}
        assert "choose from the list" in ann.post(f"{LIST}/{key}/do/hand_over", sent, status=422).text
        ann.post(f"{LIST}/{key}/do/hand_over", {"csrf_token": token, "to": "999999"}, status=422)
        assert works.value(key, "version") == 1


class TestBin:
    def test_there_and_back(self, ann: TestApp, works: Works) -> None:
        key = works.add(title="One")
        works.add("toy_works.part", work=key, name="Of one")
        page = ann.get(f"{LIST}/{key}/delete")
        assert "Put “One” into the bin?" in page.text
        after = form_to(page, f"{LIST}/{key}/delete").submit(status=303).follow()
        assert "“One” was put into the bin." in after.text
        assert works.count() == 0 and works.count("toy_works.part") == 0
        binned = ann.get(f"{LIST}/bin")
        assert "One" in binned.html.tbody.text and not binned.html.tbody.find("a")
        form = binned.forms["bulk"]
        form["id"] = True
        form.submit(status=303)
        assert works.count() == 1 and works.count("toy_works.part") == 1
        assert "The bin is empty." in ann.get(f"{LIST}/bin").text

    def test_a_second_click_on_delete_leads_where_the_first_did(self, ann: TestApp, works: Works) -> None:
        key = works.add(title="One")
        asked = ann.get(f"{LIST}/{key}/delete").html.find("form", action=f"{LIST}/{key}/delete")
        sent = {name: asked.find("input", {"name": name})["value"] for name in ("csrf_token", "key")}
        answers = [ann.post(f"{LIST}/{key}/delete", sent, status=303).location for _time in range(2)]
        assert answers[0] == answers[1] and works.count() == 0

    def test_what_others_need_stays_and_they_are_named(self, ann: TestApp, works: Works) -> None:
        key = works.add(title="One")
        works.add("toy_works.bill", work=key, name="B1")
        token = csrf(ann.get(f"{LIST}/{key}"))
        refused = ann.post(f"{LIST}/{key}/delete", {"csrf_token": token}, status=409)
        assert "It is used by: Bills (1)" in refused.text and works.count() == 1
        bulk = ann.post(f"{LIST}/bulk-delete", {"csrf_token": token, "id": str(key)}, status=303).follow()
        assert "It is used by: Bills (1)" in bulk.text and works.count() == 1

    def test_restoring_what_is_not_there(self, ann: TestApp, rae: TestApp, works: Works) -> None:
        key = works.add(title="One")
        token = csrf(ann.get(f"{LIST}/{key}"))
        ann.post(f"{LIST}/bin", {"csrf_token": token, "id": str(key)}, status=404)
        ann.post(f"{LIST}/bin", {"csrf_token": token, "id": "x"}, status=404)
        assert "No row is marked." in ann.post(f"{LIST}/bin", {"csrf_token": token}, status=303).follow().text
        rae.post(f"{LIST}/bin", {"csrf_token": csrf(rae.get(f"{LIST}/{key}")), "id": str(key)}, status=403)
        rae.post(f"{LIST}/{key}/delete", {"csrf_token": csrf(rae.get(f"{LIST}/{key}"))}, status=403)


class TestChoices:
    def texts(self, answer: Any) -> list[str]:
        return [text for _key, text in answer.json]

    def test_proposals_are_bound_by_rights_list_and_number(
        self, ann: TestApp, rae: TestApp, works: Works
    ) -> None:
        works.add_many([{"name": f"Label {n:02}"} for n in range(30)], "toy_works.label")
        works.system("toy_works.vault", name="Deep secret")
        answer = ann.get(f"{LIST}/choices?field=labels")
        assert answer.content_type == "application/json"
        assert self.texts(answer) == [f"Label {n:02}" for n in range(20)]
        assert isinstance(answer.json[0][0], int)
        assert self.texts(ann.get(f"{LIST}/choices?field=labels&q=label%2029")) == ["Label 29"]
        assert self.texts(ann.get(f"{LIST}/choices?field=vault")) == []
        assert self.texts(rae.get(f"{LIST}/choices?field=vault&q=deep")) == ["Deep secret"]
        assert self.texts(ann.get(f"{LIST}/choices?field=trade")) == ["Wood", "Steel"]
        assert self.texts(ann.get(f"{LIST}/choices?field=trade&q=ste")) == ["Steel"]
        assert self.texts(ann.get(f"{LIST}/choices?method=hand_over&argument=mood")) == [
            "Good mood",
            "Bad mood",
        ]
        assert "Rae" in self.texts(ann.get(f"{LIST}/choices?method=hand_over&argument=to"))
        assert "Eve" not in self.texts(ann.get(f"{LIST}/choices?filter=owner"))

    @pytest.mark.parametrize(
        ("query", "status"),
        [("", 400), ("field=title", 400), ("field=nothing", 400), ("field=inner", 400), ("method=nothing", 404),
         ("method=shut&argument=reason", 400), ("field=labels&q=" + "x" * 101, 400)],
    )  # fmt: skip
    def test_what_points_to_nothing(self, ann: TestApp, query: str, status: int) -> None:
        ann.get(f"{LIST}/choices?{query}", status=status)


class TestBoard:
    @pytest.fixture
    def phases(self, works: Works) -> list[int]:
        rows = [
            {"name": {"en": name}, "sequence": n * 10}
            for n, name in enumerate(("First", "Second", "Third"), 1)
        ]
        return works.add_many(rows, "toy_works.phase")

    def lanes(self, page: Any) -> dict[str, list[str]]:
        return {
            lane.h2.text: [card.a.text for card in lane.select(".ky-card")]
            for lane in page.html.select(".ky-lane")
        }

    def test_columns_counts_totals_and_the_first_cards(
        self, ann: TestApp, works: Works, phases: list[int], statements: Callable[[], Any]
    ) -> None:
        works.add_many([{"title": f"W{n}", "phase": phases[0], "price": 1000} for n in range(5)])
        works.add(title="Loose", price=7)
        ann.get(f"{LIST}?view=board")
        with statements() as seen:
            page = ann.get(f"{LIST}?view=board")
        assert self.lanes(page) == {
            "First": ["W4", "W3", "W2"],
            "Second": [],
            "Third": [],
            "(none)": ["Loose"],
        }
        lane = page.html.select_one(".ky-lane")
        assert (
            lane.select_one(".ky-count").text == "5" and lane.select_one(".ky-lane-total").text == "CN¥5,000"
        )
        assert len(seen) == 6, (
            "caller, a preset's number, columns with counts, their names, two columns with cards"
        )
        more = ann.get(lane.select_one(".ky-lane-more")["href"])
        assert len(more.html.select("tbody .ky-open")) == 5

    def test_a_card_moves_and_can_be_taken_back(self, ann: TestApp, works: Works, phases: list[int]) -> None:
        key = works.add(title="One", phase=phases[0])
        page = ann.get(f"{LIST}?view=board")
        sent = {"csrf_token": csrf(page), "value": str(phases[1])}
        answer = ann.post(f"{LIST}/{key}/move", sent, headers=HTMX, status=200)
        assert answer.headers["X-Version"] == "2" and works.value(key, "phase") == phases[1]
        toast = json.loads(answer.headers["HX-Trigger"])["keyuan:toasts"]["toasts"][0]
        assert toast["text"] == "Moved to “Second”."
        ann.post(f"/undo/{toast['undo']}", {"csrf_token": csrf(page)}, status=303)
        assert works.value(key, "phase") == phases[0]

    def test_a_move_that_needs_more_opens_the_dialog(
        self, ann: TestApp, works: Works, phases: list[int]
    ) -> None:
        key = works.add(title="One", phase=phases[1])
        token = csrf(ann.get(f"{LIST}?view=board"))
        sent = {"csrf_token": token, "value": str(phases[0])}
        answer = ann.post(f"{LIST}/{key}/move", sent, headers=HTMX, status=422)
        assert answer.headers["X-Dialog"] == f"{LIST}/{key}/do/move?phase={phases[0]}"
        assert works.value(key, "phase") == phases[1]
        dialog = ann.get(answer.headers["X-Dialog"])
        form = form_to(dialog, f"{LIST}/{key}/do/move")
        assert form["phase"].value == str(phases[0])
        form["why"] = "A mistake"
        form.submit(status=303)
        assert works.value(key, "phase") == phases[0]
        plain = ann.post(f"{LIST}/{key}/move", {**sent, "value": str(phases[2])}, status=303)
        assert target(plain) == f"{LIST}?view=board" and works.value(key, "phase") == phases[2]

    def test_what_a_step_finds_missing_is_filled_in_in_its_dialog(
        self, ann: TestApp, works: Works, phases: list[int]
    ) -> None:
        key = works.add(title="Unpriced", phase=phases[0])
        token = csrf(ann.get(f"{LIST}?view=board"))
        sent = {"csrf_token": token, "value": str(phases[1])}
        answer = ann.post(f"{LIST}/{key}/move", sent, headers=HTMX, status=422)
        form = form_to(ann.get(answer.headers["X-Dialog"]), f"{LIST}/{key}/do/move")
        assert set(form["also"].value.split(",")) == {"price", "notes"}
        form["price"] = "12.50"
        again = form.submit(status=422)
        assert again.html.select_one("#f-notes, [name=notes]") and "It is missing." in again.text
        assert works.value(key, "price") is None and works.value(key, "phase") == phases[0]
        form = form_to(again, f"{LIST}/{key}/do/move")
        assert form["price"].value == "12.50"
        form["notes"] = "Enough"
        form.submit(status=303)
        assert (works.value(key, "notes"), works.value(key, "phase")) == ("Enough", phases[1])

    def test_a_step_asked_by_its_button_asks_for_what_is_missing_too(
        self, ann: TestApp, works: Works, phases: list[int]
    ) -> None:
        key = works.add(title="Unpriced", phase=phases[0])
        form = form_to(ann.get(f"{LIST}/{key}/do/move"), f"{LIST}/{key}/do/move")
        assert "price" not in form.fields
        form["phase"].force_value(str(phases[1]))
        form = form_to(form.submit(status=422), f"{LIST}/{key}/do/move")
        form["price"], form["notes"] = "1", "Enough"
        form.submit(status=303)
        assert works.value(key, "phase") == phases[1]

    def test_nobody_writes_fields_by_a_step_that_the_form_does_not_offer(
        self, ann: TestApp, works: Works, phases: list[int]
    ) -> None:
        key = works.add(title="One", phase=phases[0])
        sent = {"csrf_token": csrf(ann.get(LIST)), "phase": str(phases[1]), "also": "inner,fixed,owner"}
        for name in ("inner", "fixed"):
            ann.post(f"{LIST}/{key}/do/move", {**sent, name: "x"}, status=400)
        assert works.value(key, "phase") == phases[0]

    def test_the_row_that_was_refused_among_marked_ones_is_named(
        self, ann: TestApp, works: Works, phases: list[int]
    ) -> None:
        keys = [works.add(title=title, phase=phases[0]) for title in ("Good", "Unpriced")]
        sent = {"csrf_token": csrf(ann.get(LIST)), "phase": str(phases[1]), "run": "1", "key": ""}
        answer = ann.post(f"{LIST}/bulk/move", {**sent, "id": [str(one) for one in keys]}, status=422)
        assert "Refused at: Unpriced" in answer.text and "It is missing." in answer.text
        assert [works.value(one, "phase") for one in keys] == [phases[0], phases[0]]

    def test_a_refused_move_says_why(
        self, ann: TestApp, rae: TestApp, works: Works, phases: list[int]
    ) -> None:
        key = works.add(title="One", phase=phases[0])
        with works.env() as env:
            env.run(
                env.composition.info("toy_works.work").methods["shut"],
                [env.get("toy_works.work", key)],
                reason="x",
            )
        token = csrf(ann.get(f"{LIST}?view=board"))
        answer = ann.post(
            f"{LIST}/{key}/move", {"csrf_token": token, "value": str(phases[1])}, headers=HTMX, status=409
        )
        assert "is not possible in the state" in answer.headers["HX-Trigger"]
        ann.post(f"{LIST}/{key}/move", {"csrf_token": token, "value": "999"}, status=400)
        ann.post(f"{LIST}/{key}/move", {"csrf_token": token, "value": "x;y"}, status=400)
        ann.get(f"{LIST}/{key}/move", status=405)
        reader = csrf(rae.get(LIST))
        rae.post(
            f"{LIST}/{key}/move", {"csrf_token": reader, "value": str(phases[1])}, headers=HTMX, status=403
        )
        assert works.value(key, "phase") == phases[0]
        assert not rae.get(f"{LIST}?view=board").html.select(".ky-card-menu")

    def test_filters_and_presets_hold_on_the_board(
        self, ann: TestApp, works: Works, phases: list[int]
    ) -> None:
        works.add(title="Large", phase=phases[0], size="l")
        works.add(title="Small", phase=phases[0])
        assert self.lanes(ann.get(f"{LIST}?view=board&f=size:eq:l"))["First"] == ["Large"]
        page = ann.get(f"{LIST}?f=size:eq:l&q=lar")
        board = page.html.find("a", {"aria-label": "Board"})["href"]
        assert self.lanes(ann.get(board))["First"] == ["Large"]
