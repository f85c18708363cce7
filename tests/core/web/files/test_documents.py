"""Documents by kind, in versions, and found: by name, remark, kind and record, by those alone who may read the record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import func
from webtest import TestApp, Upload

from core.auth.access import AccessPolicy
from core.auth.models import Option
from core.files.document_kinds import DOCUMENT_KINDS, document_kinds
from core.files.models import Attachment
from core.orm.compose import ModelInfo
from tests.core.web.conftest import token_of
from tests.core.web.files.conftest import ATTACHMENT, PAPER, Papers
from tests.core.web.files.test_attachments import PDF, hung, panel_of, send

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


def kind_of(papers: Papers, code: str) -> int:
    rows = papers.people.rows("base.option", "id", "list_code", "code")
    return next(int(row.id) for row in rows if (row.list_code, row.code) == (DOCUMENT_KINDS, code))


def put(papers: Papers, browser: TestApp, key: int, name: str, *, kind: str = "", remark: str = "") -> int:
    """The id of a new document."""
    chosen = [("kind", str(kind_of(papers, kind)))] if kind else []
    fields = [("csrf_token", token_of(browser)), *chosen, ("files", Upload(name, PDF))]
    browser.post(panel_of(key), fields, content_type="multipart/form-data", status=303)
    number = int(papers.attachments()[-1].id)
    if remark:
        with papers.env() as env:
            env.write(env.get(ATTACHMENT, number), remark=remark)
    return number


def renew(browser: TestApp, number: int, name: str, content: bytes, **options: Any) -> Any:
    return send(browser, f"/r/{ATTACHMENT}/{number}", Upload(name, content), field="file", **options)


def titles(page: Any) -> list[str]:
    return [one.text for one in page.html.select(".ky-file-title")]


def found_by(browser: TestApp, **asked: Any) -> list[str]:
    return titles(browser.get(f"/p/base.attachments?{urlencode(asked)}"))


def test_files_are_kept_by_kind(papers: Papers, ann: TestApp) -> None:
    key = papers.add()
    offered = [one.text for one in ann.get(panel_of(key)).html.select("select[name=kind] option")]
    assert offered[0] == "Document kind" and {"Drawing", "Minutes", "Acceptance paper"} <= set(offered)
    put(papers, ann, key, "bracket.pdf", kind="drawing")
    put(papers, ann, key, "frame.pdf", kind="drawing")
    put(papers, ann, key, "kick-off.pdf", kind="minutes")
    put(papers, ann, key, "any.pdf")
    page = ann.get(panel_of(key))
    chips = [" ".join(one.text.split()) for one in page.html.select(".ky-file-kinds a")]
    assert chips == ["All 4", "Drawing 2", "Minutes 1", "Without a kind 1"]
    for label, expected in (("Drawing", ["frame.pdf", "bracket.pdf"]), ("Without a kind", ["any.pdf"])):
        chip = next(one for one in page.html.select(".ky-file-kinds a") if label in one.text)
        assert titles(ann.get(chip["href"])) == expected
    fields = [("csrf_token", token_of(ann)), ("kind", "999999"), ("files", Upload("x.pdf", PDF))]
    answer = ann.post(panel_of(key), fields, content_type="multipart/form-data", status="4*")
    assert "kinds of documents" in answer.text
    assert len(papers.attachments()) == 4


def test_kind_and_remark_are_changed_on_a_form(papers: Papers, ann: TestApp, rae: TestApp) -> None:
    key = papers.add()
    number = put(papers, ann, key, "scan.pdf")
    form = next(one for one in ann.get(f"/r/{ATTACHMENT}/{number}/edit?next=/r/{PAPER}/{key}").forms.values()
                if "remark" in one.fields)  # fmt: skip
    form["kind"], form["remark"] = str(kind_of(papers, "acceptance")), "signed by both"
    assert form.submit("save", status=303).headers["Location"].endswith(f"/r/{PAPER}/{key}")
    panel = ann.get(panel_of(key))
    assert [one.text for one in panel.html.select("#attachments .ky-tag")] == ["Acceptance paper"]
    assert "signed by both" in panel.html.select_one(".ky-file-remark").text
    assert "Version 1" in panel.html.select_one("#attachments .ky-files small").text
    assert rae.get(f"/r/{ATTACHMENT}/{number}/edit", status="*").status_int in (403, 404)
    with papers.env() as env:
        env.get(PAPER, key).shut()
    assert ann.get(f"/r/{ATTACHMENT}/{number}/edit", status="*").status_int in (403, 404)


def test_a_company_has_kinds_of_its_own(papers: Papers, ann: TestApp) -> None:
    with papers.env() as env:
        system = env.sudo("test")
        own: Any = system.create(Option, list_code=DOCUMENT_KINDS, name={"en": "Test report"})
        key = own.id
        assert own.company_id == env.company_id
        assert "Test report" in {one.name("en") for one in document_kinds(env)}
    with papers.env("Eve") as env:
        assert "Test report" not in {one.name("en") for one in document_kinds(env)}
    paper = papers.add()
    fields = [("csrf_token", token_of(ann)), ("kind", str(key)), ("files", Upload("x.pdf", PDF))]
    ann.post(panel_of(paper), fields, content_type="multipart/form-data", status=303)
    with papers.env() as env:
        system = env.sudo("test")
        system.write(system.get(Option, key), active=False)
    page = ann.get(panel_of(paper))
    assert "Test report" not in page.html.select_one("select[name=kind]").text
    assert page.html.select_one("#attachments .ky-tag").text == "Test report"
    assert found_by(ann, q="test report") == ["x.pdf"]


def test_versions_are_numbered_and_none_is_lost(papers: Papers, ann: TestApp, rae: TestApp) -> None:
    key = papers.add()
    number = hung(papers, ann, key, "first.pdf")
    with papers.env() as env:
        env.write(env.get(ATTACHMENT, number), remark="a version of the record, not of the document")
    panel = renew(ann, number, "second.txt", b"second", headers=PART)
    assert panel.html.find(id="attachments") and "Version 2" in panel.html.select_one("#attachments li").text
    assert "new version of" in panel.headers["HX-Trigger"]
    renew(ann, number, "second.txt", b"second", status=303)
    refused = renew(ann, number, "bad.exe", b"MZ\0\0", headers=PART, status=422)
    assert "not taken" in refused.html.select_one("#attachments .alert-danger").text

    page = ann.get(f"/r/{ATTACHMENT}/{number}")
    told = [(one.text, one.parent.b.text) for one in page.html.select(".ky-record-side .ky-file-title")]
    assert told == [("second.txt", "Version 2"), ("first.pdf", "Version 1")]
    back = next(one for one in page.forms.values() if "/versions/" in str(one.action))
    rae.post(back.action, {"csrf_token": token_of(rae)}, status=404)
    page = back.submit(status=303).follow()
    assert [one.b.text for one in page.html.select(".ky-record-side li small")] == [
        "Version 3", "Version 2", "Version 1",
    ]  # fmt: skip
    assert ann.get(f"/r/{ATTACHMENT}/{number}/file/content").body == PDF
    assert ann.get(page.html.select(".ky-record-side .ky-file-title")[1]["href"]).body == b"second"
    history = ann.get(f"/r/{ATTACHMENT}/{number}/history").text
    assert "first.pdf" in history and "second.txt" in history and "a version of the record" in history
    ann.post(f"/r/{ATTACHMENT}/{number}/versions/99", {"csrf_token": token_of(ann)}, status=404)
    with papers.env() as env:
        env.get(PAPER, key).shut()
    ann.post(back.action, {"csrf_token": token_of(ann)}, status=403)


def test_undoing_a_new_version_brings_the_old_one_back(papers: Papers, ann: TestApp) -> None:
    number = hung(papers, ann, papers.add(), "first.pdf")
    page = renew(ann, number, "second.txt", b"second", status=303).follow()
    next(form for form in page.forms.values() if "/undo/" in str(form.action)).submit(status=303)
    assert ann.get(f"/r/{ATTACHMENT}/{number}/file/content").body == PDF
    assert "Version 3" in ann.get(f"/r/{ATTACHMENT}/{number}").html.select_one(".ky-record-side li").text


QUERIES = {"name": "总装图", "sound": "zzt", "remark": "支座", "kind": "drawing", "kind in Chinese": "图纸",
           "kind by its sound": "tuzhi", "record": "Bridge"}  # fmt: skip


def test_documents_are_found_by_who_may_read_the_record(
    papers: Papers, ann: TestApp, rae: TestApp, bob: TestApp, eve: TestApp
) -> None:
    with papers.env() as env:
        hers: int = env.create(PAPER, title="Bridge of Rae", owner=papers.people.ids["Rae"]).id
    other, apart = papers.add(title="Bridge of Ann"), papers.add(title="Tunnel")
    for key in (hers, other):
        put(papers, ann, key, f"总装图 {key}.pdf", kind="drawing", remark="改了支座")
    put(papers, ann, apart, "apart.pdf", kind="minutes")
    gone = put(papers, ann, other, "总装图 gone.pdf", kind="drawing", remark="改了支座")
    with papers.env() as env:
        env.delete(env.get(ATTACHMENT, gone))
    for way, text in QUERIES.items():
        assert found_by(ann, q=text) == [f"总装图 {other}.pdf", f"总装图 {hers}.pdf"], way
        assert found_by(rae, q=text) == [f"总装图 {hers}.pdf"], way
        assert found_by(bob, q=text) == found_by(eve, q=text) == [], way
    for way in ("name", "sound", "remark"):
        query = urlencode({"q": QUERIES[way]})
        seen = [browser.get(f"/search?{query}").text for browser in (ann, rae, bob, eve)]
        assert f"总装图 {other}.pdf" in seen[0] and "Bridge of Ann" in seen[0], way
        assert f"总装图 {hers}.pdf" in seen[1] and f"总装图 {other}.pdf" not in seen[1], way
        assert ".pdf" not in seen[2] + seen[3], way
        assert "gone.pdf" not in "".join(seen) and "apart.pdf" not in "".join(seen), way


def test_narrowed_by_kind_and_type(papers: Papers, ann: TestApp) -> None:
    key = papers.add(title="Bridge")
    put(papers, ann, key, "a.pdf", kind="drawing")
    put(papers, ann, key, "b.pdf", kind="minutes")
    put(papers, ann, key, "c.pdf")
    drawing = kind_of(papers, "drawing")
    assert found_by(ann, kind=drawing) == ["a.pdf"]
    assert found_by(ann, kind=0) == ["c.pdf"]
    assert found_by(ann, kind=drawing, q="bridge", model=PAPER) == ["a.pdf"]
    assert found_by(ann, kind=drawing, model="toy_papers.receipt") == []
    assert found_by(ann, kind="nonsense") == ["c.pdf", "b.pdf", "a.pdf"]
    assert ann.get(f"/r/{ATTACHMENT}?q=a.pdf", status=303).headers["Location"].endswith("attachments?q=a.pdf")


def test_what_a_mask_keeps_back_is_not_there(
    papers: Papers, ann: TestApp, rae: TestApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An addon keeps contents of some documents from Rae: no list, search, page or version gives them out."""
    with papers.env() as env:
        hers: int = env.create(PAPER, title="Bridge", owner=papers.people.ids["Rae"]).id
    put(papers, ann, hers, "open.pdf")
    secret = put(papers, ann, hers, "secret.pdf", kind="contract", remark="secret")
    paths = [panel_of(hers), "/p/base.attachments?q=pdf", "/p/base.attachments", "/search?q=pdf"]
    content = f"/r/{ATTACHMENT}/{secret}/file/content"
    single = [f"/r/{ATTACHMENT}/{secret}", content, f"{content}/1"]
    assert all("secret.pdf" in rae.get(path).text for path in paths)
    assert [rae.get(path).status_int for path in single] == [200, 200, 200]
    kept = {"content": func.coalesce(Attachment.remark == "secret", False)}
    her = papers.people.ids["Rae"]

    def masks(policy: AccessPolicy, info: ModelInfo) -> dict[str, Any]:
        return kept if (policy.identity.user_id, info.key) == (her, ATTACHMENT) else {}

    monkeypatch.setattr(AccessPolicy, "masks", masks)
    assert all("secret.pdf" not in rae.get(path).text and "open.pdf" in rae.get(path).text for path in paths)
    assert "Contract scan" not in "".join(one.text for one in rae.get(paths[0]).html.select(".ky-file-kinds"))
    assert [rae.get(path, status="*").status_int for path in single] == [404, 404, 404]
    assert all("secret.pdf" in ann.get(path).text for path in paths)


def test_the_number_of_statements_does_not_grow(
    papers: Papers, ann: TestApp, statements: Callable[[], Any]
) -> None:
    key = papers.add(title="Bridge")
    counts = []
    for more in (1, 12):
        for n in range(more):
            put(papers, ann, key, f"drawing {n}.pdf", kind="drawing")
        seen = []
        for path in (panel_of(key), "/p/base.attachments?q=bridge", "/search?q=drawing"):
            ann.get(path)
            with statements() as sent:
                ann.get(path)
            seen.append(len(sent))
        counts.append(seen)
    assert counts[0] == counts[1]
