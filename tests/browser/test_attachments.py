"""Files on a record: chosen, dropped, looked at, replaced, deleted; on a desktop, on a phone, and without scripts."""

from __future__ import annotations

import re
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.acting import save, serious_findings, toast, widest
from tests.browser.conftest import Open, sign_in
from tests.system.served import Served

FIRST_CUSTOMER = "tbody a[href^='/r/crm_base.customer/']"
DROP = """([name, text, times = 1]) => {
  const data = new DataTransfer();
  data.items.add(new File([text.repeat(times)], name, { type: "application/x-msdownload" }));
  const panel = document.querySelector("#attachments");
  for (const type of ["dragover", "drop"])
    panel.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
}"""


def picture() -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = b"".join(b"\0" + bytes((y, 90, 160)) * 60 for y in range(60))
    head = struct.pack(">IIBBBBB", 60, 60, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def payload(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def new_customer(page: Page, name: str) -> None:
    page.goto("/r/crm_base.customer/new")
    page.locator("#f-name").fill(name)
    page.locator("#f-phone").fill(f"+65 6200 {zlib.crc32(name.encode()) % 10_000:04}")
    save(page)
    expect(page.locator("h1")).to_have_text(name)


def look_at_panel(page: Page) -> Any:
    """The panel comes when it is scrolled into view."""
    page.locator("[hx-get$='/attachments'], #attachments").first.scroll_into_view_if_needed()
    panel = page.locator("#attachments")
    expect(panel).to_be_visible()
    return panel


@pytest.mark.parametrize(
    ("width", "language", "name"), [(1280, "en", "Harbour Cranes"), (390, "zh_CN", "Lotus Garden Papers")]
)
def test_choose_look_replace_delete(open_page: Open, width: int, language: str, name: str) -> None:
    page = open_page("/", "sales8", width=width, language=language)
    new_customer(page, name)
    record = page.url
    panel = look_at_panel(page)
    page.set_input_files("#attachments-files", [
        payload("照片.png", picture()), payload("memo.txt", "合同 <b>A</b>".encode("gbk")),
        payload("bad.exe", b"MZ\0\0"),
    ])  # fmt: skip
    expect(panel.locator(".ky-file-title")).to_have_text(["memo.txt", "照片.png"])
    expect(panel.get_by_role("alert")).to_contain_text("bad.exe")
    toast(page, re.compile("2"))
    expect(panel.locator(".ky-thumb")).to_have_js_property("naturalWidth", 60)
    assert widest(page) <= width
    assert serious_findings(page) == []

    line = panel.locator("li", has_text="memo.txt")
    line.locator("input[type=file]").set_input_files([payload("memo.txt", "合同 <b>A</b> 1".encode("gbk"))])
    expect(line.locator("small a")).to_have_text({"en": "Version 2", "zh_CN": "第 2 版"}[language])
    line.locator("[href*='/edit']").click()
    page.locator("[name=kind]").select_option(index=1)
    page.locator("[name=remark]").fill("two pages")
    save(page)
    assert page.url == record
    panel = look_at_panel(page)
    expect(panel.locator(".ky-file-kinds a")).to_have_count(3)
    panel.locator(".ky-file-kinds a").nth(1).click()
    expect(panel.locator(".ky-file-title")).to_have_text(["memo.txt"])
    expect(panel.locator(".ky-file-remark")).to_have_text("two pages")
    assert widest(page) <= width
    assert serious_findings(page) == []

    panel.get_by_text("memo.txt").click()
    expect(page.locator(".ky-look pre")).to_have_text("合同 <b>A</b> 1")
    assert widest(page) <= width
    assert serious_findings(page) == []
    page.set_input_files("#replace-file", [payload("memo 2.txt", b"second")])
    page.locator("form:has(#replace-file) button").click()
    expect(page.locator("h1")).to_have_text("memo 2.txt")
    expect(page.locator(".ky-record-side .ky-file-title")).to_have_text(
        ["memo 2.txt", "memo.txt", "memo.txt"]
    )
    with page.expect_download() as download:
        page.locator(".ky-record-side .ky-file-title").last.click()
    assert Path(download.value.path()).read_bytes() == "合同 <b>A</b>".encode("gbk")
    assert download.value.suggested_filename == "memo.txt"

    page.goto(record)
    panel = look_at_panel(page)
    panel.locator("li", has_text="memo 2.txt").locator("[hx-get*='/delete']").click()
    page.locator("dialog[open] .btn-danger").click()
    toast(page, "memo 2.txt")
    assert page.url == record
    panel = look_at_panel(page)
    expect(panel.locator(".ky-file-title")).to_have_text(["照片.png"])

    page.goto("/p/base.attachments?q=" + name)
    line = page.locator(".ky-files li", has_text="照片.png").filter(has_text=name)
    expect(line).to_have_count(1)
    assert widest(page) <= width
    assert serious_findings(page) == []


def test_a_pdf_is_shown_in_its_page(open_page: Open) -> None:
    """By the browser's own viewer, within the sandbox of the answer and the strict policy of the page."""
    page = open_page("/", "sales8")
    new_customer(page, "Printed Goods")
    panel = look_at_panel(page)
    page.set_input_files("#attachments-files", [payload("offer.pdf", b"%PDF-1.4\n%%EOF")])
    panel.get_by_text("offer.pdf").click()
    with page.expect_response(re.compile(r"/file/content\?show=1")) as answer:
        page.reload()
    assert answer.value.headers["content-type"] == "application/pdf"
    expect(page.locator(".ky-look iframe")).to_be_visible()


def test_files_can_be_dropped(open_page: Open) -> None:
    page = open_page("/", "sales8")
    new_customer(page, "Dropped Goods")
    panel = look_at_panel(page)
    page.evaluate(DROP, ["report.csv", "a;b\n1;2"])
    expect(panel.locator(".ky-file-title")).to_have_text(["report.csv"])
    page.evaluate(DROP, ["second.csv", "c"])
    expect(panel.locator(".ky-file-title")).to_have_text(["second.csv", "report.csv"])


def test_what_is_too_large_does_not_travel(open_page: Open) -> None:
    page = open_page("/", "sales8")
    new_customer(page, "Large Goods")
    panel = look_at_panel(page)
    page.evaluate(DROP, ["large.txt", "x", 65 << 20])
    toast(page, "at most 64 MB")
    expect(panel.locator(".ky-file-title")).to_have_count(0)


def test_a_svg_with_script_is_never_run(open_page: Open) -> None:
    page = open_page("/", "sales8")
    new_customer(page, "Scripted Goods")
    panel = look_at_panel(page)
    content = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    page.set_input_files("#attachments-files", [payload("logo.svg", content)])
    expect(panel.locator(".ky-file-title")).to_have_text(["logo.svg"])
    href = panel.locator("a[href$='/file/content']").get_attribute("href")
    page.on("dialog", lambda dialog: pytest.fail("a script ran"))
    for query in ("", "?show=1"):
        with page.expect_download():
            page.evaluate("href => { location.href = href; }", f"{href}{query}")


def test_without_scripts(open_page: Open, keyuan: Served) -> None:
    page = open_page("/login", java_script_enabled=False)
    sign_in(page, "sales9", keyuan.accounts["sales9"])
    page.goto("/r/crm_base.customer?preset=mine")
    page.locator(FIRST_CUSTOMER).first.click()
    page.locator(".ky-record-main").get_by_role("link", name="Attachments").click()
    page.set_input_files("#attachments-files", [payload("plain.txt", b"without a script")])
    page.locator("#attachments form button").click()
    expect(page.locator("#attachments .ky-file-title").first).to_have_text("plain.txt")
    page.get_by_role("link", name="Delete: plain.txt").first.click()
    page.locator("footer .btn-danger").click()
    toast(page, "put into the bin")
