"""Fields of kind file: choosing, keeping, replacing, removing; hidden and fixed ones; lists, imports, undo."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from webtest import TestApp, Upload

from core.errors import ValidationFailed
from core.exchange.importing import Import, Wishes
from core.exchange.parsing import parse_mapping
from core.exchange.report import UNCHANGED, WRONG, Outcome
from core.orm.stored_file import StoredFile
from tests.core.web.conftest import token_of
from tests.core.web.files.conftest import PAPER, Papers, picture

EDIT = f"/r/{PAPER}/{{}}/edit"
NEW = f"/r/{PAPER}/new"


def record_form(page: Any) -> Any:
    return next(form for form in page.forms.values() if form.id == "record-form")


def test_choose_show_replace_remove(papers: Papers, ann: TestApp) -> None:
    form = record_form(ann.get(NEW))
    assert form.enctype == "multipart/form-data"
    form["title"], form["scan"] = "Offer", Upload("x/照片.png", picture())
    page = form.submit("save", status=303).follow()
    link = page.html.select_one("a.ky-file")
    assert link.text == "照片.png"
    assert link.img["src"] == f"{link['href']}?show=1"
    assert ann.get(link["href"]).body == picture()
    key = int(link["href"].split("/")[3])
    assert papers.value(key, "scan").type == "image/png"
    listed = ann.get(f"/r/{PAPER}").html.select_one("td.k-file a")
    assert (listed.text, listed["href"]) == ("照片.png", link["href"])

    form = record_form(ann.get(EDIT.format(key)))
    form["scan"] = Upload("second.txt", b"second")
    form.submit("save", status=303)
    assert papers.value(key, "scan").name == "second.txt"
    assert ann.get(f"{link['href']}/1").body == picture()

    form = record_form(ann.get(EDIT.format(key)))
    form["remove.scan"] = True
    page = form.submit("save", status=303).follow()
    assert papers.value(key, "scan") is None
    assert page.html.select_one("a.ky-file") is None
    ann.get(link["href"], status=404)
    assert ann.get(f"{link['href']}/2").body == b"second"
    assert "second.txt" in page.html.select_one(".ky-timeline").text


def test_an_untouched_file_stays(papers: Papers, ann: TestApp) -> None:
    stored = papers.kept()
    key = papers.add(scan=stored)
    form = record_form(ann.get(EDIT.format(key)))
    form["title"] = "Other"
    form.submit("save", status=303)
    assert papers.value(key, "scan") == stored
    assert papers.value(key, "title") == "Other"


def test_a_form_with_a_mistake_keeps_the_chosen_file(papers: Papers, ann: TestApp) -> None:
    form = record_form(ann.get(NEW))
    form["title"], form["scan"] = "", Upload("a.txt", b"kept")
    page = form.submit("save", status=422)
    assert "Chosen: a.txt" in page.html.select_one(".ky-file-entry").text
    assert papers.stored() == []
    form = record_form(page)
    form["title"] = "Now"
    form.submit("save", status=303)
    (row,) = papers.people.rows(PAPER, "title", "scan")
    assert (row.title, row.scan.name) == ("Now", "a.txt")
    assert [one.name for one in papers.stored()] == ["a.txt"]


def test_what_was_chosen_can_be_removed_again(papers: Papers, ann: TestApp) -> None:
    form = record_form(ann.get(NEW))
    form["title"], form["scan"] = "", Upload("a.txt", b"kept")
    form = record_form(form.submit("save", status=422))
    form["title"], form["remove.scan"] = "Without", True
    form.submit("save", status=303)
    (row,) = papers.people.rows(PAPER, "title", "scan")
    assert (row.title, row.scan) == ("Without", None)
    assert papers.stored() == []


def test_a_ticket_is_for_one_person(papers: Papers, ann: TestApp, eve: TestApp) -> None:
    form = record_form(ann.get(NEW))
    form["title"], form["scan"] = "", Upload("a.txt", b"kept")
    ticket = record_form(form.submit("save", status=422))["kept.scan"].value
    for browser, sent in ((eve, ticket), (ann, ticket[:-3] + "abc"), (ann, "x"), (ann, "x" * 5000)):
        values = {"csrf_token": token_of(browser), "title": "Stolen", "kept.scan": sent, "shown.scan": ""}
        answer = browser.post(NEW, values, status=422)
        assert "choose the file again" in answer.text
    assert papers.people.rows(PAPER, "id") == []


def test_what_is_not_taken_stands_at_the_field(papers: Papers, ann: TestApp) -> None:
    stored = papers.kept()
    key = papers.add(scan=stored)
    for name, content, said in (
        ("a.exe", b"MZ\0\0", "not taken"),
        ("a.txt", b"", "empty"),
    ):
        form = record_form(ann.get(EDIT.format(key)))
        form["scan"] = Upload(name, content)
        page = form.submit("save", status=422)
        assert said in page.html.find(id="f-scan-problem").text
        assert page.html.find(id="f-scan")["aria-invalid"] == "true"
    assert papers.value(key, "scan") == stored


def test_a_required_file(papers: Papers, ann: TestApp) -> None:
    form = record_form(ann.get("/r/toy_papers.receipt/new"))
    form["name"] = "Taxi"
    page = form.submit("save", status=422)
    assert "required" in page.html.find(id="f-proof-problem").text
    form = record_form(page)
    form["proof"] = Upload("taxi.txt", b"12.00")
    key = form.submit("save", status=303).headers["Location"].rpartition("/")[2]
    page = ann.get(f"/r/toy_papers.receipt/{key}/edit")
    assert page.html.find("input", {"name": "remove.proof"}) is None
    values = {
        "csrf_token": token_of(ann), "version": "1", "remove.proof": "1", "shown.proof": "x", "name": "Taxi",
    }  # fmt: skip
    ann.post(f"/r/toy_papers.receipt/{key}/edit", values, status=422)


def test_two_people_replace(papers: Papers, ann: TestApp) -> None:
    key = papers.add(scan=papers.kept(b"first", "first.txt"))
    form = record_form(ann.get(EDIT.format(key)))
    with papers.env() as env:
        env.write(env.get(PAPER, key), scan=papers.kept(b"theirs", "theirs.txt"))
    form["scan"] = Upload("mine.txt", b"mine")
    page = form.submit("save", status=409)
    clash = page.html.select_one(".ky-clashes").text
    assert "mine.txt" in clash and "theirs.txt" in clash
    record_form(page).submit("save", status=303)
    assert papers.value(key, "scan").name == "mine.txt"


def test_the_same_form_twice_is_one_record(papers: Papers, ann: TestApp) -> None:
    form = record_form(ann.get(NEW))
    form["title"], form["scan"] = "Once", Upload("a.txt", b"once")
    first, second = form.submit("save", status=303), form.submit("save", status=303)
    assert first.headers["Location"] == second.headers["Location"]
    assert len(papers.people.rows(PAPER, "id")) == 1
    form["scan"] = Upload("a.txt", b"other")
    assert "sent before with other values" in form.submit("save", status="*").text


def test_hidden_and_fixed_fields(papers: Papers, ann: TestApp) -> None:
    stored = papers.kept(b"secret")
    with papers.env() as env:
        (key,) = env.sudo("test").create_many(PAPER, [{"title": "x", "hidden": stored, "fixed": stored}])
    ann.get(f"/r/{PAPER}/{key}/file/hidden", status=404)
    ann.get(f"/r/{PAPER}/{key}/file/hidden/1", status=404)
    assert ann.get(f"/r/{PAPER}/{key}/file/fixed").body == b"secret"
    page = ann.get(EDIT.format(key))
    assert page.html.find("input", {"name": "hidden"}) is None
    assert page.html.find("input", {"name": "fixed"}) is None
    for name in ("hidden", "fixed"):
        fields = [("csrf_token", token_of(ann)), ("version", "1"), (name, Upload("b.txt", b"b"))]
        answer = ann.post(EDIT.format(key), fields, content_type="multipart/form-data", status=400)
        assert "no field" in answer.text
    assert papers.value(key, "fixed") == stored


@pytest.mark.parametrize("field", ["title", "state", "nothing", "deleted_at", "__class__"])
def test_only_files_are_given_out(papers: Papers, ann: TestApp, field: str) -> None:
    key = papers.add(scan=papers.kept())
    ann.get(f"/r/{PAPER}/{key}/file/{field}", status=404)


def test_nobody_else_reads_the_file(papers: Papers, rae: TestApp, bob: TestApp, eve: TestApp) -> None:
    key = papers.add(scan=papers.kept())
    for browser in (rae, bob, eve):
        for path in (f"/r/{PAPER}/{key}/file/scan", f"/r/{PAPER}/{key}/file/scan/1"):
            assert browser.get(path, status="*").status_int in (403, 404)


def test_another_company_has_its_own_store(papers: Papers, people: Any, ann: TestApp, eve: TestApp) -> None:
    """A value carried over by a mistake of an addon names a content that is not there."""
    stored = papers.kept(b"of Acme")
    with papers.env("Eve") as env:
        (key,) = env.create_many(PAPER, [{"title": "x", "scan": stored}])
    answer = eve.get(f"/r/{PAPER}/{key}/file/scan", status=404)
    assert "missing on the server" in answer.text


@pytest.mark.parametrize(
    "value", ["a" * 64, {"name": "x", "type": "text/plain", "size": 1, "sha256": "a" * 64}, 5]
)
def test_nobody_makes_up_a_file(papers: Papers, value: Any) -> None:
    with papers.env() as env, pytest.raises(ValidationFailed):
        env.create_many(PAPER, [{"title": "x", "scan": value}])


def test_a_refused_save_leaves_no_row(papers: Papers, ann: TestApp) -> None:
    form = record_form(ann.get(NEW))
    form["title"], form["scan"] = "x" * 1000, Upload("a.txt", b"a")
    form.submit("save", status=422)
    assert papers.stored() == papers.people.rows(PAPER, "id") == []
    assert len(papers.contents()) == 1  # for the ticket, and for the job that tidies


def test_undo_brings_the_old_file_back(papers: Papers, ann: TestApp) -> None:
    first = papers.kept(b"first", "first.txt")
    key = papers.add(scan=first)
    form = record_form(ann.get(EDIT.format(key)))
    form["scan"] = Upload("second.txt", b"second")
    page = form.submit("save", status=303).follow()
    next(form for form in page.forms.values() if "/undo/" in str(form.action)).submit(status=303)
    assert papers.value(key, "scan") == first


def test_filters_and_columns(papers: Papers, ann: TestApp) -> None:
    papers.add(scan=papers.kept())
    papers.add(title="Without")
    with papers.env() as env:
        assert env.count(PAPER, env.condition(PAPER, "scan", "empty", "1")).value == 1
        assert env.count(PAPER, env.condition(PAPER, "scan", "empty", "0")).value == 1
        with pytest.raises(Exception, match="filter operator"):
            env.condition(PAPER, "scan", "eq", "a.txt")
    ann.get(f"/r/{PAPER}?f=scan:eq:a", status=400)
    ann.get(f"/r/{PAPER}?order=scan", status=400)
    assert isinstance(papers.value(papers.people.rows(PAPER, "id")[0].id, "scan"), StoredFile)


MAPPING = """
title = "Papers"
source = "old"
[[file]]
name = "papers.csv"
[[file.record]]
model = "toy_papers.paper"
key = "{title}"
match = ["title"]
fields.title = "title"
fields.scan = "scan"
"""


def test_an_import_knows_a_file_by_its_name(papers: Papers, tmp_path: Path) -> None:
    """The own export changes nothing; another name is no file, and is said in its row."""
    for title in ("Same", "Other"):
        papers.add(title=title, scan=papers.kept(b"a", "a.txt"))
    (tmp_path / "papers.csv").write_text("title,scan\nSame,a.txt\nOther,b.txt\nNew,a.txt\n")
    outcomes: list[Outcome] = []
    with papers.env() as env:
        report = Import(env, parse_mapping(MAPPING, "test.toml"), tmp_path, Wishes()).run(outcomes.append)
    assert "Scan: please choose a file" in str([str(one) for one in report.files[0].wrong[3]])
    assert [(one.row, one.action) for one in outcomes] == [(2, UNCHANGED), (3, WRONG), (4, WRONG)]
    assert {row.scan.name for row in papers.people.rows(PAPER, "scan")} == {"a.txt"}
