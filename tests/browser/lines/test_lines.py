"""Rows of a form in a browser: add, choose, change, paste, move, remove; amounts follow; as table and as cards."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acting import save, toast
from tests.browser.conftest import Open

NEW = "/r/toy_bills.bill/new"
WHO = "director3"
WORDS = {"en": "Add a row", "zh_CN": "添加一行"}


def look(page: Page, name: str) -> None:
    """Keep a picture, where somebody wants to see it."""
    if folder := os.environ.get("KEYUAN_PICTURES"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def cell(page: Page, place: int, name: str) -> str:
    return f'[name="lines.{place}.{name}"]'


def choose(page: Page, place: int, text: str) -> None:
    article = page.locator(f'tr[data-row="lines.{place}"] td:has(select{cell(page, place, "article")})')
    if article.locator(".ts-wrapper").count() == 0:
        article.locator("select[data-select-late]").focus()
    article.locator(".ts-control").click()
    article.locator(".ts-control input").press_sequentially(text)
    article.locator(".ts-dropdown .option", has_text=text).first.click()


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("width", [1280, 390])
def test_rows_with_live_totals(open_page: Open, language: str, width: int) -> None:
    page = open_page(NEW, WHO, width=width, height=900, language=language)
    page.locator("#f-title").fill(f"Bill {language} {width}")
    choose(page, 0, "Nut")
    expect(page.locator(cell(page, 0, "price"))).to_have_value("10")
    expect(page.locator(cell(page, 0, "unit"))).to_have_value("box")
    page.locator(cell(page, 0, "quantity")).fill("3")
    expect(page.locator('[data-out="net"]')).to_contain_text("30")
    page.get_by_role("button", name=WORDS[language]).click()
    page.locator(cell(page, 1, "text")).fill("by hand")
    page.locator(cell(page, 1, "price")).fill("7.5")
    expect(page.locator('[data-out="lines.1.net"]')).to_contain_text("7.5")
    expect(page.locator('[data-out="amount"]')).to_contain_text("75")
    expect(page.locator('[data-out="count"]')).to_have_text("2")
    look(page, f"typing-{language}-{width}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out"
    save(page)
    expect(page.locator("h1")).to_have_text(f"Bill {language} {width}")
    expect(page.locator(".ky-totals")).to_contain_text("37.5")
    look(page, f"saved-{language}-{width}")
    page.goto(f"{page.url}/edit")
    page.locator(cell(page, 0, "quantity")).fill("10")
    expect(page.locator(cell(page, 0, "price"))).to_have_value("9")
    page.locator('tr[data-row="lines.1"] .ky-remove').click()
    expect(page.locator('[data-out="net"]')).to_contain_text("90")
    look(page, f"changing-{language}-{width}")
    save(page)
    expect(page.locator(".ky-totals")).to_contain_text("90")
    expect(page.locator(".ky-related tbody tr")).to_have_count(1)


def test_what_is_typed_stays_and_problems_stand_at_the_cell(open_page: Open, watch: object) -> None:
    watch.expect_status(422)  # type: ignore[attr-defined]
    page = open_page(NEW, WHO)
    page.locator("#f-title").fill("Typed")
    page.locator(cell(page, 0, "price")).fill("12")
    choose(page, 0, "Nut")
    expect(page.locator(cell(page, 0, "unit"))).to_have_value("box")
    expect(page.locator(cell(page, 0, "price"))).to_have_value("12")
    page.locator(cell(page, 0, "quantity")).fill("-2")
    save(page)
    expect(page.locator('[id="f-lines.0.quantity-problem"]')).to_contain_text("at least 0")
    expect(page.locator(cell(page, 0, "price"))).to_have_value("12")
    look(page, "refused-en-1280")
    page.locator(cell(page, 0, "quantity")).fill("2")
    save(page)
    expect(page.locator("h1")).to_have_text("Typed")
    expect(page.locator(".ky-totals")).to_contain_text("24")


def test_a_session_that_is_over_is_told_once_while_typing(open_page: Open, watch: object) -> None:
    watch.expect_status(401)  # type: ignore[attr-defined]
    page = open_page(NEW, WHO)
    page.locator(cell(page, 0, "price")).fill("12")
    expect(page.locator('[data-out="net"]')).to_contain_text("12")
    page.context.clear_cookies()
    for price in ("13", "14", "15"):
        with page.expect_response(lambda answer: answer.url.endswith("/live")):
            page.locator(cell(page, 0, "price")).fill(price)
    toast(page, "Your session is over.")
    expect(page.locator("#toasts .ky-toast")).to_have_count(1)
    expect(page.locator(cell(page, 0, "price"))).to_have_value("15")


def test_rows_from_a_sheet_with_the_keyboard_and_in_another_order(open_page: Open) -> None:
    page = open_page(NEW, WHO)
    page.locator("#f-title").fill("Sheet")
    page.locator(cell(page, 0, "text")).focus()
    page.evaluate("""() => {
      const data = new DataTransfer();
      data.setData("text/plain", "one\\t2\\tpc\\t5\\ntwo\\t3\\tpc\\t7\\nthree\\t1\\tpc\\t1\\n");
      document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    }""")
    expect(page.locator('[data-out="net"]')).to_contain_text("32")
    page.locator('tr[data-row="lines.2"] [data-move-row="-1"]').click()
    page.locator(cell(page, 1, "text")).press("Enter")
    expect(page.locator("tr[data-row]")).to_have_count(4)
    expect(page.locator(cell(page, 3, "text"))).to_be_focused()
    page.locator('tr[data-row="lines.3"] .ky-remove').click()
    expect(page.locator("tr[data-row]")).to_have_count(3)
    save(page)
    expect(page.locator(".ky-related td.is-name")).to_have_text(["one", "three", "two"])


def test_without_scripts(open_page: Open) -> None:
    page = open_page(NEW, WHO, java_script_enabled=False)
    page.locator("#f-title").fill("Plain")
    page.locator(cell(page, 0, "text")).fill("a")
    page.locator(cell(page, 0, "price")).fill("4")
    page.locator('[name="find.lines.0.article"]').fill("Bolt")
    page.locator('button[name=find][value="lines.0.article"]').click()
    page.locator(cell(page, 0, "article")).select_option(label="Bolt")
    page.locator("[data-add-row]").click()
    expect(page.locator(cell(page, 0, "unit"))).to_have_value("pc")
    expect(page.locator('[data-out="net"]')).to_contain_text("4")
    page.locator(cell(page, 1, "text")).fill("b")
    look(page, "plain-en-1280")
    save(page)
    expect(page.locator(".ky-related td.is-name")).to_have_text(["a", "b"])
