"""Rows in the form of their whole: typed, proposed, worked out, refused at the cell, merged; with and without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from webtest import TestApp

from tests.core.lines.forms.conftest import Bills

BILL = "toy_bills.bill"
NEW = f"/r/{BILL}/new"


@pytest.fixture
def nut(bills: Bills) -> int:
    return bills.add("article", name="Nut", price=Decimal(10), unit="box")


def the_form(page: Any) -> Any:
    """The form as a browser has it: what stands in a template is not part of it."""
    page.text = re.sub(r"<template data-pattern.*?</template>", "", page.text, flags=re.DOTALL)
    page._forms_indexed = None
    return page.forms["record-form"]


def pressed(form: Any, value: str) -> Any:
    """The page after a button of the rows, without scripts."""
    return form.submit("lines", value=value)


def bill_with(bills: Bills, count: int = 3, **values: Any) -> int:
    rows = [{"text": f"T{n}", "quantity": n, "price": 10, "sequence": n * 10} for n in range(1, count + 1)]
    return bills.add("bill", title="B", lines=rows, **values)


def id_in(answer: Any) -> int:
    assert answer.status_int == 303, answer.text
    return int(answer.headers["Location"].rpartition("/")[2])


def set_reference(form: Any, name: str, key: int) -> None:
    form[name].force_value(str(key))


def headings(page: Any) -> list[str]:
    return [one.get_text(strip=True) for one in page.html.select("table.ky-lines-table th")]


def test_columns_that_only_steps_write_come_with_the_record(ann: TestApp, bills: Bills) -> None:
    assert "Net" in headings(ann.get(NEW)) and "Checked" not in headings(ann.get(NEW))
    assert "Checked" in headings(ann.get(f"/r/{BILL}/{bill_with(bills)}/edit"))


class TestTyping:
    def test_a_new_record_with_rows(self, ann: TestApp, bills: Bills, nut: int) -> None:
        form = the_form(ann.get(NEW))
        form["title"] = "First"
        set_reference(form, "lines.0.article", nut)
        form["lines.0.quantity"] = "3"
        form = the_form(pressed(form, "add.lines"))
        form["lines.1.text"], form["lines.1.price"] = "Work", "7.50"
        key = id_in(form.submit("save"))
        assert bills.lines(key, "article", "text", "quantity", "unit", "price", "sequence") == [
            (nut, None, 3, "box", 10, 10), (None, "Work", 1, None, Decimal("7.5"), 20)]  # fmt: skip
        assert bills.value("bill", key, "net") == Decimal("37.5")

    def test_rows_that_nobody_touched_are_none(self, ann: TestApp, bills: Bills) -> None:
        form = the_form(pressed(the_form(ann.get(NEW)), "add.lines"))
        form["title"] = "Empty"
        assert bills.lines(id_in(form.submit("save")), "text") == []

    def test_only_what_was_touched_is_written(self, ann: TestApp, bills: Bills) -> None:
        key = bill_with(bills)
        form = the_form(ann.get(f"/r/{BILL}/{key}/edit"))
        assert form["lines.1.quantity"].value == "2"
        form["lines.1.quantity"] = "5"
        form["remove.lines.2"] = True
        id_in(form.submit("save"))
        assert bills.lines(key, "text", "quantity", "version") == [("T1", 1, 1), ("T2", 5, 2)]

    def test_rows_change_places(self, ann: TestApp, bills: Bills) -> None:
        key = bill_with(bills)
        form = the_form(ann.get(f"/r/{BILL}/{key}/edit"))
        form = the_form(pressed(form, "up.lines.2"))
        id_in(form.submit("save"))
        assert [row[0] for row in bills.lines(key, "text")] == ["T1", "T3", "T2"]

    def test_the_same_form_twice_is_one_record(self, ann: TestApp, bills: Bills) -> None:
        form = the_form(ann.get(NEW))
        form["title"], form["lines.0.text"] = "Once", "a"
        first, second = form.submit("save"), form.submit("save")
        assert id_in(first) == id_in(second)
        assert len(bills.lines(id_in(first), "text")) == 1

    def test_undo_takes_the_rows_back(self, ann: TestApp, bills: Bills) -> None:
        key = bill_with(bills)
        form = the_form(ann.get(f"/r/{BILL}/{key}/edit"))
        form["lines.0.quantity"], form["remove.lines.1"] = "9", True
        page = form.submit("save").follow()
        undo = next(one for one in page.forms.values() if str(one.action).startswith("/undo/"))
        undo.submit()
        assert bills.lines(key, "quantity") == [(1,), (2,), (3,)]


class TestRefusing:
    def test_what_is_wrong_stands_at_the_cell(self, ann: TestApp, bills: Bills) -> None:
        form = the_form(ann.get(NEW))
        form["title"], form["lines.0.text"], form["lines.0.quantity"], form["lines.0.price"] = (
            "B",
            "a",
            "many",
            "7",
        )
        page = form.submit("save", expect_errors=True)
        assert page.status_int == 422
        assert "Quantity is not a number" in page.html.find(id="f-lines.0.quantity-problem").text
        assert page.html.find("a", href="#f-lines.0.quantity") is not None, "the summary leads there"
        assert the_form(page)["lines.0.quantity"].value == "many"

    def test_what_the_kernel_refuses_stands_at_the_cell(self, ann: TestApp, bills: Bills) -> None:
        key = bill_with(bills)
        form = the_form(ann.get(f"/r/{BILL}/{key}/edit"))
        form["lines.2.quantity"] = "-4"
        page = form.submit("save", expect_errors=True)
        assert (page.status_int, "at least 0" in page.html.find(id="f-lines.2.quantity-problem").text) == (
            422,
            True,
        )
        assert bills.lines(key, "quantity") == [(1,), (2,), (3,)]

    def test_a_row_that_somebody_removed(self, ann: TestApp, bills: Bills) -> None:
        key = bill_with(bills)
        form = the_form(ann.get(f"/r/{BILL}/{key}/edit"))
        with bills.env() as env:
            (line, *_rest) = env.search("toy_bills.line", order="sequence")
            env.delete([line])
        form["lines.0.quantity"] = "9"
        page = form.submit("save", expect_errors=True)
        assert page.status_int == 422
        assert "removed this row" in page.html.find(id="row-lines.0").text
        form = the_form(page)
        form["remove.lines.0"], form["lines.1.quantity"] = True, "8"
        id_in(form.submit("save"))
        assert bills.lines(key, "quantity") == [(8,), (3,)]

    @pytest.mark.parametrize(("choice", "expected"), [("mine", 9), ("theirs", 5)])
    def test_two_people_change_one_cell(self, ann: TestApp, bills: Bills, choice: str, expected: int) -> None:
        key = bill_with(bills)
        form = the_form(ann.get(f"/r/{BILL}/{key}/edit"))
        with bills.env() as env:
            (line, *_rest) = env.search("toy_bills.line", order="sequence")
            env.write(line, quantity=5, text="theirs")
        form["lines.0.quantity"], form["lines.1.price"] = "9", "77"
        page = form.submit("save", expect_errors=True)
        assert page.status_int == 409
        assert "row 1: Quantity" in page.html.find(class_="ky-clashes").text
        form = the_form(page)
        form["choose.lines.0.quantity"] = choice
        id_in(form.submit("save"))
        assert bills.lines(key, "text", "quantity", "price") == [
            ("theirs", expected, 10), ("T2", 2, 77), ("T3", 3, 10)]  # fmt: skip

    def test_no_other_names_and_no_other_rows(self, ann: TestApp, bills: Bills) -> None:
        key, other = bill_with(bills), bill_with(bills)
        with bills.env() as env:
            info = env.info("toy_bills.line")
            theirs = env.search(info.cls, info.cls.bill_id == other, order="sequence")[0]
        page = ann.get(f"/r/{BILL}/{key}/edit")
        sent = dict(the_form(page).submit_fields())
        for more, status in (
            ({"lines.0.net": "5"}, 400), ({"lines.0.bill": str(other)}, 400), ({"row.lines.0": "x:y"}, 400),
            ({"row.lines.0": f"{theirs.id}:1", "lines.0.quantity": "99"}, 422),
        ):  # fmt: skip
            assert (
                ann.post(f"/r/{BILL}/{key}/edit", {**sent, **more}, expect_errors=True).status_int == status
            ), more
        assert bills.lines(other, "quantity") == [(1,), (2,), (3,)]

    def test_hidden_columns_are_neither_shown_nor_taken(
        self, ann: TestApp, bob: TestApp, bills: Bills
    ) -> None:
        assert "lines.0.cost" in the_form(ann.get(NEW)).fields
        form = the_form(bob.get(NEW))
        assert "lines.0.cost" not in form.fields
        form["title"], form["lines.0.text"] = "B", "a"
        sent = {**dict(form.submit_fields()), "lines.0.cost": "5"}
        assert bob.post(NEW, sent, expect_errors=True).status_int == 400

    def test_who_only_reads_gets_the_rows_on_the_page(self, rae: TestApp, bills: Bills) -> None:
        key = bill_with(bills)
        page = rae.get(f"/r/{BILL}/{key}")
        assert [cell.text for cell in page.html.select(".ky-related td.is-name")] == ["T1", "T2", "T3"]
        assert "60" in page.html.find(class_="ky-totals").text
        assert rae.get(f"/r/{BILL}/{key}/edit", expect_errors=True).status_int == 403
        assert rae.post(f"/r/{BILL}/{key}/live", {}, expect_errors=True).status_int == 403


class TestFollowing:
    def live(self, browser: TestApp, page: Any, path: str, **typed: Any) -> Any:
        sent = [(name, value) for name, value in the_form(page).submit_fields() if name not in typed]
        return browser.post(path, [*sent, *typed.items()]).json

    def test_proposals_and_totals_while_typing(self, ann: TestApp, bills: Bills, nut: int) -> None:
        page = ann.get(NEW)
        found = self.live(
            ann,
            page,
            f"{NEW}/live",
            **{"lines.0.article": str(nut), "lines.0.quantity": "3", "discount": "10"},
        )
        assert found["cells"]["lines.0.price"] == {"value": "10"}
        assert found["cells"]["lines.0.unit"] == {"value": "box"}
        assert found["cells"]["terms"] == {"value": "at once"}
        assert (
            "27" in found["outs"]["lines.0.net"]
            and "27" in found["outs"]["net"]
            and "54" in found["outs"]["amount"]
        )
        assert found["outs"]["count"] == "1"
        assert "price:" in found["proposed"]["proposed.lines.0"]

    def test_what_is_proposed_follows_and_what_is_typed_stays(
        self, ann: TestApp, bills: Bills, nut: int
    ) -> None:
        page = ann.get(NEW)
        typed = {"lines.0.article": str(nut), "lines.0.quantity": "3"}
        found = self.live(ann, page, f"{NEW}/live", **typed)
        kept = {**typed, "lines.0.quantity": "10", "proposed.lines.0": found["proposed"]["proposed.lines.0"]}
        asked = self.live(ann, page, f"{NEW}/live", **kept, **{"lines.0.price": "10", "lines.0.unit": "box"})
        assert asked["cells"] == {"lines.0.price": {"value": "9"}}
        typing = self.live(ann, page, f"{NEW}/live", **kept, **{"lines.0.price": "12", "lines.0.unit": "box"})
        assert typing["cells"] == {}, "somebody has typed 12"
        assert "120" in typing["outs"]["net"]

    def test_a_stored_row_follows_only_what_it_depends_on(self, ann: TestApp, bills: Bills, nut: int) -> None:
        rows = [{"article": nut, "quantity": 2}, {"article": nut, "quantity": 2, "price": 8}]
        key = bills.add("bill", title="B", lines=rows)
        page = ann.get(f"/r/{BILL}/{key}/edit")
        path = f"/r/{BILL}/{key}/live"
        bills_price = {"lines.0.text": "x"}
        with bills.env() as env:
            env.write(env.get("toy_bills.article", nut), price=50)
        assert self.live(ann, page, path, **bills_price)["cells"] == {}, "the price of today is not asked for"
        found = self.live(ann, page, path, **{"lines.0.quantity": "20", "lines.1.quantity": "20"})
        assert found["cells"] == {"lines.0.price": {"value": "45"}}, "8 was typed by somebody"

    def test_unfinished_values_do_no_harm(self, ann: TestApp, bills: Bills) -> None:
        page = ann.get(NEW)
        found = self.live(
            ann, page, f"{NEW}/live", **{"lines.0.quantity": "1.", "lines.0.price": "abc", "discount": ""}
        )
        assert found["outs"]["count"] == "1"
        assert "0" in found["outs"]["net"]

    def test_nothing_is_written_by_asking(self, ann: TestApp, bills: Bills, nut: int) -> None:
        key = bill_with(bills)
        page = ann.get(f"/r/{BILL}/{key}/edit")
        self.live(ann, page, f"/r/{BILL}/{key}/live", **{"lines.0.quantity": "9", "remove.lines.1": "1"})
        assert bills.lines(key, "quantity") == [(1,), (2,), (3,)]

    def test_rows_of_imports_and_services_get_proposals(self, bills: Bills, nut: int) -> None:
        key = bills.add(
            "bill", title="B", lines=[{"article": nut, "quantity": 10}, {"article": nut, "price": 1}]
        )
        assert bills.lines(key, "price", "unit") == [(9, "box"), (1, "box")]
        assert bills.value("bill", key, "terms") == "30 days"

    def test_statements_do_not_grow_with_the_rows(
        self, ann: TestApp, bills: Bills, nut: int, statements: Callable[[], Any]
    ) -> None:
        def shown(count: int) -> int:
            key = bills.add("bill", title="B", lines=[{"article": nut, "text": str(n)} for n in range(count)])
            with statements() as seen:
                ann.get(f"/r/{BILL}/{key}/edit")
            return len(seen)

        shown(1)
        assert shown(40) == shown(2)


class TestFitting:
    @pytest.fixture
    def sorts(self, bills: Bills, nut: int) -> dict[str, int]:
        bolt = bills.add("article", name="Bolt")
        made = {
            name: bills.add("sort", name=name, article=key)
            for name, key in (("steel nut", nut), ("steel bolt", bolt))
        }
        return {**made, "Bolt": bolt}

    def test_pickers_offer_what_fits_what_is_typed(
        self, ann: TestApp, nut: int, sorts: dict[str, int]
    ) -> None:
        path = "/r/toy_bills.line/choices?field=sort&q="
        assert len(ann.get(path).json) == 2
        assert ann.get(f"{path}&with.article={nut}").json == [[sorts["steel nut"], "steel nut"]]
        assert ann.get(f"{path}&with.article=x").json == ann.get(path).json
        cell = ann.get(NEW).html.find("select", {"name": "lines.0.sort"})
        assert cell["data-with"] == "article=lines.0.article"

    def test_without_scripts_the_search_finds_what_fits(
        self, ann: TestApp, nut: int, sorts: dict[str, int]
    ) -> None:
        form = the_form(ann.get(NEW))
        set_reference(form, "lines.0.article", nut)
        form["find.lines.0.sort"] = "steel"
        page = form.submit("find", value="lines.0.sort")
        offered = [one.text for one in page.html.find("select", {"name": "lines.0.sort"}).find_all("option")]
        assert offered == ["", "steel nut"]

    def test_dialogs_offer_what_fits_their_record(
        self, ann: TestApp, bills: Bills, sorts: dict[str, int]
    ) -> None:
        key = bills.add("bill", title="bolt")
        page = ann.get(f"/r/{BILL}/{key}/do/prefer")
        source = page.html.find("select", {"name": "sort"})["data-src"]
        assert [row[1] for row in ann.get(f"{source}&q=").json] == ["steel bolt"]
        assert ann.get(f"{source.replace(str(key), '99999')}&q=", expect_errors=True).status_int == 404

    def test_what_does_not_fit_is_told_at_the_cell(
        self, ann: TestApp, nut: int, sorts: dict[str, int]
    ) -> None:
        form = the_form(ann.get(NEW))
        form["title"] = "B"
        set_reference(form, "lines.0.article", nut)
        set_reference(form, "lines.0.sort", sorts["steel bolt"])
        page = form.submit("save", expect_errors=True)
        assert (page.status_int, "does not fit" in page.html.find(id="f-lines.0.sort-problem").text) == (
            422,
            True,
        )
