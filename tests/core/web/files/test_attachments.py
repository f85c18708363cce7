"""Attachments of a record: adding, looking, replacing, deleting; and everybody who may not."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from webtest import TestApp, Upload

from core.testing.browser import browser_of
from tests.core.web.conftest import make_browser, token_of
from tests.core.web.files.conftest import ATTACHMENT, PAPER, Papers, picture

PDF = b"%PDF-1.4\n%%EOF"


def send(browser: TestApp, path: str, *files: Upload, field: str = "files", **options: Any) -> Any:
    fields = [("csrf_token", token_of(browser)), *((field, file) for file in files)]
    return browser.post(path, fields, content_type="multipart/form-data", **options)


def panel_of(key: int, model: str = PAPER) -> str:
    return f"/r/{model}/{key}/attachments"


def hung(papers: Papers, browser: TestApp, key: int, name: str = "a.pdf", content: bytes = PDF) -> int:
    """The id of a new attachment."""
    send(browser, panel_of(key), Upload(name, content), status=303)
    return int(papers.attachments()[-1].id)


def test_several_files_at_once(papers: Papers, ann: TestApp) -> None:
    key = papers.add()
    files = [Upload("a.pdf", PDF), Upload("图 1.png", picture()), Upload("note.txt", "合同".encode("gbk"))]
    page = send(ann, panel_of(key), *files, status=303).follow()
    assert [(row.name, row.model, row.record_id) for row in papers.attachments()] == [
        ("a.pdf", PAPER, key), ("图 1.png", PAPER, key), ("note.txt", PAPER, key),
    ]  # fmt: skip
    assert [row.type for row in papers.stored()] == [
        "application/pdf",
        "image/png",
        "text/plain;charset=gb18030",
    ]
    assert [one.text for one in page.html.select(".ky-file-title")] == ["note.txt", "图 1.png", "a.pdf"]
    assert len(papers.contents()) == 3
    assert papers.unfinished() == []


def test_the_record_page_fetches_the_panel_later(
    papers: Papers, ann: TestApp, statements: Callable[[], Any]
) -> None:
    key = papers.add()
    hung(papers, ann, key)
    ann.get(f"/r/{PAPER}/{key}")
    with statements() as seen:
        page = ann.get(f"/r/{PAPER}/{key}")
    assert not [one for one in seen if "base.attachment" in one]
    section = page.html.find(attrs={"hx-trigger": "intersect once", "hx-get": panel_of(key)})
    assert section.a["href"] == panel_of(key)
    with statements() as seen:
        part = ann.get(panel_of(key), headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert part.html.find(id="attachments") and not part.html.find("html")
    assert len([one for one in seen if one.lstrip().lower().startswith("select")]) <= 8


def test_a_part_is_answered_with_the_new_panel(papers: Papers, ann: TestApp) -> None:
    key = papers.add()
    asked = {"HX-Request": "true", "HX-Request-Type": "partial"}
    answer = send(ann, panel_of(key), Upload("a.pdf", PDF), headers=asked)
    assert answer.html.select_one(".ky-file-title").text == "a.pdf"
    assert "1 file was added" in answer.headers["HX-Trigger"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("virus.exe", b"MZ\x90\0" + b"\0" * 50, "kind of file is not taken"),
        ("empty.pdf", b"", "the file is empty"),
        ("image.png", b"\x7fELF" + b"\0" * 50, "kind of file is not taken"),
    ],
)
def test_what_is_not_taken_is_said(
    papers: Papers, ann: TestApp, name: str, content: bytes, said: str
) -> None:
    key = papers.add()
    answer = send(ann, panel_of(key), Upload(name, content), status=422)
    assert said in answer.html.select_one(".alert-danger").text
    assert name in answer.html.select_one(".alert-danger").text
    assert papers.attachments() == papers.stored() == papers.contents() == []


def test_good_files_are_kept_beside_a_bad_one(papers: Papers, ann: TestApp) -> None:
    key = papers.add()
    answer = send(ann, panel_of(key), Upload("a.pdf", PDF), Upload("b.exe", b"MZ\0\0"))
    assert "b.exe" in answer.html.select_one(".alert-danger").text
    assert [row.name for row in papers.attachments()] == ["a.pdf"]


def test_nothing_chosen(papers: Papers, ann: TestApp) -> None:
    answer = send(ann, panel_of(papers.add()), status=422)
    assert "Please choose one file or more" in answer.text
    assert papers.attachments() == []


def test_too_much_is_refused_before_it_is_read(papers: Papers, ann: TestApp) -> None:
    class Untouched:
        def read(self, *_size: int) -> bytes:
            raise AssertionError("the body was read")

        readline = readlines = __iter__ = read

    environ = {
        "wsgi.input": Untouched(), "CONTENT_LENGTH": str(65 << 20), "CONTENT_TYPE": "multipart/form-data; boundary=x",
    }  # fmt: skip
    answer = ann.request(panel_of(papers.add()), method="POST", environ=environ, status=413)
    assert "At most 64 MB" in answer.text


def test_a_body_of_unknown_length_is_refused(papers: Papers, ann: TestApp) -> None:
    environ = {"HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_TYPE": "multipart/form-data; boundary=x"}
    request = ann.RequestClass.blank(panel_of(papers.add()), environ=environ, method="POST")
    request.environ.pop("CONTENT_LENGTH", None)
    assert ann.do_request(request, status=411)


def test_half_a_file_is_no_file(papers: Papers, ann: TestApp) -> None:
    """The connection broke: the last boundary never came."""
    key = papers.add()
    body = (
        b'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n' + token_of(ann).encode() + b"\r\n"
        b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\nhalf of it'
    )
    environ = {"CONTENT_TYPE": "multipart/form-data; boundary=x"}
    answer = ann.request(panel_of(key), method="POST", body=body, environ=environ, status=400)
    assert "interrupted" in answer.text
    assert papers.attachments() == papers.stored() == papers.contents() == []


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../../etc/passwd", "passwd.pdf"),
        ("C:\\boot\\con.pdf", "_con.pdf"),
        ("x" * 300 + ".pdf", "x" * 146 + ".pdf"),
        ("fdp\u202egpj.exe", "fdpgpj.exe.pdf"),
        ("<script>alert(1)</script>.pdf", "script_.pdf"),
    ],
)
def test_names_are_harmless(papers: Papers, ann: TestApp, given: str, kept: str) -> None:
    key = papers.add()
    number = hung(papers, ann, key, given)
    assert papers.attachments()[0].name == kept
    answer = ann.get(f"/r/{ATTACHMENT}/{number}/file/content")
    assert answer.headers["Content-Disposition"].endswith(f"filename*=UTF-8''{quote(kept, safe='')}")
    assert re.fullmatch(r"[0-9a-f]{64}", papers.contents()[0].name)


def test_a_download_cannot_do_harm(papers: Papers, ann: TestApp) -> None:
    number = hung(papers, ann, papers.add(), "报价\r\nX: 1.svg", b"<svg onload='alert(1)'/>")
    for query in ("", "?show=1"):
        answer = ann.get(f"/r/{ATTACHMENT}/{number}/file/content{query}")
        assert answer.body == b"<svg onload='alert(1)'/>"
        assert answer.content_type == "application/octet-stream"
        assert answer.headers["Content-Disposition"].startswith("attachment; ")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
        assert "no-cache" in answer.headers["Cache-Control"] and "private" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("content", "kind"),
    [(picture(), "image/png"), (PDF, "application/pdf"), ("合同".encode("gbk"), "text/plain")],
)
def test_what_can_be_shown(papers: Papers, ann: TestApp, content: bytes, kind: str) -> None:
    number = hung(papers, ann, papers.add(), "a", content)
    url = f"/r/{ATTACHMENT}/{number}/file/content"
    saved, shown = ann.get(url), ann.get(f"{url}?show=1")
    assert saved.content_type == "application/octet-stream"
    assert shown.content_type == kind
    assert shown.headers["Content-Disposition"].startswith("inline; ")
    assert shown.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.charset == ("gb18030" if kind == "text/plain" else None)
    again = ann.get(f"{url}?show=1", headers={"If-None-Match": shown.headers["ETag"]}, status=304)
    assert again.body == b""
    part = ann.get(f"{url}?show=1", headers={"Range": "bytes=1-3"}, status=206)
    assert part.body == content[1:4]


def test_markup_in_a_text_is_shown_as_text(papers: Papers, ann: TestApp) -> None:
    number = hung(papers, ann, papers.add(), "a.txt", b"one &amp; <b>two</b>")
    assert "one &amp;amp; &lt;b&gt;two" in ann.get(f"/r/{ATTACHMENT}/{number}").text


def test_replacing_keeps_what_was(papers: Papers, ann: TestApp) -> None:
    key = papers.add()
    number = hung(papers, ann, key, "first.pdf")
    page = send(
        ann, f"/r/{ATTACHMENT}/{number}", Upload("second.txt", b"new"), field="file", status=303
    ).follow()
    assert page.html.h1.text == "second.txt"
    titles = [(one.text, one["href"]) for one in page.html.select(".ky-record-side .ky-file-title")]
    url = f"/r/{ATTACHMENT}/{number}/file/content"
    assert titles == [("second.txt", f"{url}/2"), ("first.pdf", f"{url}/1")]
    assert ann.get(titles[0][1]).body == b"new"
    old = ann.get(titles[1][1])
    assert old.body == PDF
    assert "first.pdf" in old.headers["Content-Disposition"]
    assert ann.get(url).body == b"new"
    ann.get(f"{url}/3", status=404)
    ann.get(f"{url}/0", status=404)
    assert len(papers.stored()) == 2


def test_replacing_by_nothing_good(papers: Papers, ann: TestApp) -> None:
    number = hung(papers, ann, papers.add())
    assert "Please choose a file" in send(ann, f"/r/{ATTACHMENT}/{number}", field="file", status=422).text
    bad = Upload("b.exe", b"MZ\0\0")
    assert "not taken" in send(ann, f"/r/{ATTACHMENT}/{number}", bad, field="file", status=422).text
    assert papers.value(number, "name", ATTACHMENT) == "a.pdf"


def test_deleting_and_back(papers: Papers, ann: TestApp) -> None:
    key = papers.add()
    number = hung(papers, ann, key)
    question = ann.get(f"/r/{ATTACHMENT}/{number}/delete?next={panel_of(key)}")
    answer = next(form for form in question.forms.values() if form.action.endswith("/delete")).submit()
    assert answer.headers["Location"].endswith(panel_of(key))
    assert papers.attachments()[0].deleted_at is not None
    ann.get(f"/r/{ATTACHMENT}/{number}/file/content", status=404)
    assert "a.pdf" not in ann.get(panel_of(key)).text
    assert len(papers.contents()) == 1
    page = ann.get(f"/r/{ATTACHMENT}/bin")
    form = next(form for form in page.forms.values() if form.id == "bulk")
    form.set("id", True, index=0)
    form.submit("", status=303)
    assert ann.get(f"/r/{ATTACHMENT}/{number}/file/content").body == PDF


def test_adding_can_be_undone(papers: Papers, ann: TestApp) -> None:
    key = papers.add()
    page = send(ann, panel_of(key), Upload("a.pdf", PDF)).follow()
    undo = next(form for form in page.forms.values() if "/undo/" in str(form.action))
    undo.submit(status=303)
    assert papers.attachments()[0].deleted_at is not None


def test_a_record_in_the_bin_takes_its_files_along(papers: Papers, ann: TestApp) -> None:
    key = papers.add()
    number = hung(papers, ann, key)
    with papers.env() as env:
        env.delete(env.get(PAPER, key))
    for path in (
        f"/r/{ATTACHMENT}/{number}/file/content", f"/r/{ATTACHMENT}/{number}/file/content/1",
        f"/r/{ATTACHMENT}/{number}", panel_of(key),
    ):  # fmt: skip
        ann.get(path, status=404)
    send(ann, panel_of(key), Upload("b.pdf", PDF), status=404)
    assert "a.pdf" not in ann.get("/p/base.attachments").text
    with papers.env() as env:
        env.restore(PAPER, [key])
    assert ann.get(f"/r/{ATTACHMENT}/{number}/file/content").body == PDF


def test_a_closed_record_takes_no_more(papers: Papers, ann: TestApp) -> None:
    key = papers.add()
    number = hung(papers, ann, key)
    with papers.env() as env:
        env.get(PAPER, key).shut()
    assert not ann.get(panel_of(key)).html.find("input", {"type": "file"})
    send(ann, panel_of(key), Upload("b.pdf", PDF), status=403)
    send(ann, f"/r/{ATTACHMENT}/{number}", Upload("b.pdf", PDF), field="file", status=403)
    assert ann.get(f"/r/{ATTACHMENT}/{number}/file/content").body == PDF
    assert len(papers.attachments()) == 1


def test_who_may_read_may_look_and_no_more(papers: Papers, ann: TestApp, rae: TestApp) -> None:
    with papers.env() as env:
        hers = env.create(PAPER, title="Rae's", owner=papers.people.ids["Rae"]).id
    number = hung(papers, ann, hers)
    page = rae.get(panel_of(hers))
    assert "a.pdf" in page.text
    assert not page.html.find("input", {"type": "file"})
    assert rae.get(f"/r/{ATTACHMENT}/{number}/file/content").body == PDF
    assert not rae.get(f"/r/{ATTACHMENT}/{number}").html.find("input", {"type": "file"})
    send(rae, panel_of(hers), Upload("b.pdf", PDF), status=403)
    send(rae, f"/r/{ATTACHMENT}/{number}", Upload("b.pdf", PDF), field="file", status=403)
    assert rae.post(
        f"/r/{ATTACHMENT}/{number}/delete", {"csrf_token": token_of(rae)}, status="*"
    ).status_int in (403, 404)
    assert [row.name for row in papers.attachments() if row.deleted_at is None] == ["a.pdf"]


def test_nobody_else_gets_anything(
    papers: Papers, ann: TestApp, rae: TestApp, bob: TestApp, eve: TestApp, application: Any
) -> None:
    """Another company, no right, not the own record, nobody: the same answer as for what does not exist."""
    key = papers.add()
    number = hung(papers, ann, key)
    paths = [
        f"/r/{ATTACHMENT}/{number}/file/content", f"/r/{ATTACHMENT}/{number}/file/content?show=1",
        f"/r/{ATTACHMENT}/{number}/file/content/1", f"/r/{ATTACHMENT}/{number}",
        f"/r/{ATTACHMENT}/{number}/delete",
    ]  # fmt: skip
    for browser in (rae, bob, eve):
        for path in paths:
            assert (
                browser.get(path, status="*").status_int
                == browser.get(path.replace(str(number), "999999"), status="*").status_int
            ), path
            assert browser.get(path, status="*").status_int in (403, 404)
        assert browser.get(panel_of(key), status="*").status_int in (403, 404)
        send(browser, panel_of(key), Upload("b.pdf", PDF), status="4*")
        send(browser, f"/r/{ATTACHMENT}/{number}", Upload("b.pdf", PDF), field="file", status=404)
        page = browser.get("/p/base.attachments")
        assert "a.pdf" not in page.text
        assert "a.pdf" not in browser.get(f"/r/{ATTACHMENT}/bin", status="*").text
    for path in (*paths, panel_of(key)):
        assert (
            make_browser(application)
            .get(path, status=303)
            .headers["Location"]
            .startswith("http://localhost/login")
        )
    assert len(papers.attachments()) == 1


def test_records_of_the_machinery_take_no_files(papers: Papers, ann: TestApp) -> None:
    number = hung(papers, ann, papers.add())
    ann.get(panel_of(number, ATTACHMENT), status=404)
    with pytest.raises(Exception) as refused, papers.env() as env:
        env.create_many(
            ATTACHMENT, [{"model": "base.file", "record_id": 1, "name": "x", "content": papers.kept()}]
        )
    assert type(refused.value).__name__ in ("AccessDenied", "NotFound")


def test_the_door_itself_refuses(papers: Papers) -> None:
    """Not only the pages: whoever may not change the record makes no attachment by any way."""
    key = papers.add()
    stored = papers.kept()
    row = {"model": PAPER, "record_id": key, "name": "x", "content": stored}
    for who in ("Rae", "Bob"):
        with pytest.raises(Exception) as refused, papers.env(who) as env:
            env.create_many(ATTACHMENT, [row])
        assert type(refused.value).__name__ in ("AccessDenied", "NotFound"), who
    assert papers.attachments() == []


def test_the_page_of_all(papers: Papers, ann: TestApp, statements: Callable[[], Any]) -> None:
    first, second = papers.add(title="Contract of Li"), papers.add(title="Contract of Wang")
    for n in range(30):
        send(ann, panel_of(first), Upload(f"one {n}.pdf", PDF), Upload(f"two {n}.pdf", PDF), status=303)
    hung(papers, ann, second, "报价单.pdf")
    with statements() as seen:
        page = ann.get("/p/base.attachments")
    few = len(seen)
    names = [one.text for one in page.html.select(".ky-file-title")]
    assert names[:2] == ["报价单.pdf", "two 29.pdf"] and len(names) == 50
    assert "Contract of Wang" in page.text and f"/r/{PAPER}/{second}" in page.text
    rest = page.click("Next")
    assert len(rest.html.select(".ky-file-title")) == 11
    assert "报价单" in rest.click("Previous").text
    with statements() as seen:
        found = ann.get("/p/base.attachments?q=bjd")
    assert [one.text for one in found.html.select(".ky-file-title")] == ["报价单.pdf"]
    assert len(seen) <= few + 1 <= 7
    assert len(ann.get(f"/p/base.attachments?model={PAPER}").html.select(".ky-file-title")) == 50
    assert "Nothing found" in ann.get("/p/base.attachments?model=base.user").text
    assert ann.get("/p/base.attachments?model=nonsense&q=%00", status="*").status_int == 400
    ann.get("/p/base.attachments?after=nonsense", status=400)


def test_the_plain_list_leads_to_the_page(papers: Papers, ann: TestApp) -> None:
    for path in (f"/r/{ATTACHMENT}", f"/r/{ATTACHMENT}/new"):
        assert ann.get(path, status=303).headers["Location"].endswith("/p/base.attachments")


def test_two_uploads_at_once(papers: Papers, application: Any, people: Any) -> None:
    """The same content from two browsers at the same time: two attachments, one content."""
    key = papers.add()
    browsers = [
        browser_of(application, people.database, people.ids["Ann Lee"], people.ids["Acme"]) for _n in range(2)
    ]
    content = picture() + b"\0" * (2 << 20)
    said: list[int] = []

    def add(browser: TestApp, n: int) -> None:
        said.append(send(browser, panel_of(key), Upload(f"{n}.png", content)).status_int)

    threads = [threading.Thread(target=add, args=(browser, n)) for n, browser in enumerate(browsers)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert said == [303, 303]
    assert sorted(row.name for row in papers.attachments()) == ["0.png", "1.png"]
    assert len(papers.contents()) == 1
