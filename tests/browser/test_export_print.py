"""Taking a list out: exported with its filter, printed from a preview; on a desktop and on a phone, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acting import serious_findings, widest
from tests.browser.conftest import Open

LEADS = "/r/crm_leads.lead"


def overflow(page: Page) -> int:
    """How far the sheet of a preview scrolls sideways."""
    return int(page.locator(".ky-sheet").evaluate("sheet => sheet.scrollWidth - sheet.clientWidth"))


def test_a_filtered_list_becomes_a_file(open_page: Open, tmp_path: Path) -> None:
    page = open_page(f"{LEADS}?preset=&f=state:eq:new", "manager")
    rows = page.locator("#bulk tbody tr").count()
    page.get_by_role("link", name="Export", exact=True).click()
    expect(page.locator("h1")).to_have_text("Export: Leads")
    assert serious_findings(page) == []
    page.get_by_label("CSV for spreadsheets").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    saved = tmp_path / download.value.suggested_filename
    download.value.save_as(saved)
    assert saved.suffix == ".csv" and len(saved.read_text("utf-8-sig").strip().splitlines()) == rows + 1
    expect(page.get_by_role("link", name="Download")).to_be_visible()
    assert serious_findings(page) == []


def test_marked_rows_are_printed_from_their_preview(open_page: Open) -> None:
    page = open_page(LEADS, "manager")
    boxes = page.locator("#bulk tbody input[name=id]")
    boxes.nth(0).check()
    boxes.nth(1).check()
    page.locator(".ky-bulk").get_by_role("button", name="Print").click()
    expect(page.locator(".ky-sheet tbody tr")).to_have_count(2)
    assert serious_findings(page) == []
    page.emulate_media(media="print")
    expect(page.locator(".ky-sheet")).to_be_hidden()
    expect(page.locator(".ky-print-not")).to_be_visible()
    page.emulate_media(media="screen")
    page.get_by_role("button", name="Print").click()
    expect(page).to_have_url(re.compile(r"/prints/\d+$"))
    page.emulate_media(media="print")
    expect(page.locator(".ky-sheet")).to_be_visible()
    expect(page.locator(".ky-print-bar")).to_be_hidden()
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_on_a_phone(open_page: Open, language: str) -> None:
    page = open_page(LEADS, "manager", width=390, height=844, language=language)
    assert widest(page) <= 390
    expect(page.locator(".ky-out a")).to_have_count(2)
    for address in (f"{LEADS}/export", f"{LEADS}/print"):
        page.goto(address)
        assert widest(page) <= 390, address
    assert overflow(page) == 0, "the rows stand below each other on the sheet"
    page.goto(LEADS)
    page.locator("a.ky-open").first.click()
    page.goto(f"{page.url}/print")
    assert widest(page) <= 390 and overflow(page) == 0
    expect(page.locator(".ky-sheet-foot")).to_contain_text("打印于" if language == "zh_CN" else "Printed on")
