"""Every kind of page on large and small screens, in both languages: nothing hangs over, nothing shuts anybody out."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acting import do, save, serious_findings, widest
from tests.browser.conftest import LOCALES, Open

CUSTOMERS, LEADS, OPPORTUNITIES = "/r/crm_base.customer", "/r/crm_leads.lead", "/r/crm_leads.opportunity"
PAGES = [
    "/", "/notices", "/preferences", "/why/me", "/search?q=a", CUSTOMERS, f"{CUSTOMERS}?group=owner",
    f"{CUSTOMERS}?filters=1", f"{CUSTOMERS}/new", f"{CUSTOMERS}/bin", LEADS, f"{LEADS}/new", OPPORTUNITIES,
    f"{OPPORTUNITIES}?view=board", f"{OPPORTUNITIES}?view=pipeline",
    "/r/crm_base.task?view=board", "/r/crm_base.activity", "/r/crm_base.contact/new",
]  # fmt: skip
LANGUAGES = list(LOCALES)


def first_of(page: Page, path: str) -> str:
    """The address of the first record of a list."""
    page.goto(path)
    link = page.locator("tbody tr a[href^='/r/']").first
    expect(link).to_be_visible()
    return str(link.get_attribute("href"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_is_shut_out(open_page: Open, language: str) -> None:
    """axe on each kind of page."""
    page = open_page("/login", language=language)
    assert serious_findings(page) == []
    page = open_page("/", "sales1", language=language)
    customer = first_of(page, f"{CUSTOMERS}?preset=mine")
    for path in (
        "/",
        CUSTOMERS,
        f"{OPPORTUNITIES}?view=board",
        customer,
        f"{customer}/edit",
        f"{customer}/why",
        f"{CUSTOMERS}?group=owner",
    ):
        page.goto(path)
        assert serious_findings(page) == [], path
    page.goto(customer)
    page.locator(".ky-actions a[hx-get]").first.click()
    expect(page.locator("dialog[open]")).to_be_visible()
    assert serious_findings(page) == [], "dialog"


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_nor_on_the_phone_or_at_night(open_page: Open, width: int, scheme: str) -> None:
    page = open_page("/", "sales8", width=width, color_scheme=scheme)
    customer = first_of(page, f"{CUSTOMERS}?preset=mine")
    for path in (
        "/",
        CUSTOMERS,
        f"{OPPORTUNITIES}?view=board",
        customer,
        f"{customer}/edit",
        f"{customer}/why",
    ):
        page.goto(path)
        assert serious_findings(page) == [], path


def test_nor_from_the_pages_of_administrators(open_page: Open) -> None:
    """Alerts and badges among them, which are tinted."""
    page = open_page("/p/base.addons", "admin", width=390)
    for path in ("/p/base.addons", "/addons/crm_leads", "/p/base.imports", "/p/base.output_limits"):
        page.goto(path)
        assert serious_findings(page) == [] and widest(page) <= 390, path
    page = open_page("/", "manager", width=390)
    page.goto(first_of(page, f"{CUSTOMERS}?preset=") + "/erase")
    expect(page.locator(".alert-warning")).to_be_visible()
    assert serious_findings(page) == []


def test_the_chosen_tab_is_in_sight_on_a_phone(open_page: Open) -> None:
    page = open_page("/r/crm_finance.receivable?preset=overdue", "manager", width=390)
    expect(page.locator(".ky-tabs [aria-current]")).to_be_in_viewport(ratio=0.9)


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_no_page_scrolls_sideways(open_page: Open, width: int) -> None:
    page = open_page("/", "director4", width=width)
    records = [first_of(page, path) for path in (CUSTOMERS, LEADS, OPPORTUNITIES)]
    too_wide = []
    for path in [
        *PAGES,
        *records,
        f"{records[0]}/edit",
        f"{records[0]}/do/log_activity",
    ]:
        page.goto(path)
        expect(page.locator("h1").first).to_be_visible()
        if widest(page) > width:
            too_wide.append((path, widest(page)))
    assert too_wide == []


@pytest.mark.parametrize("width", [1280, 320])
def test_nor_does_the_question_before_deleting(open_page: Open, width: int) -> None:
    """Asked of the owner: a superior deletes nothing of others."""
    page = open_page("/", "sales8", width=width)
    page.goto(f"{first_of(page, f'{CUSTOMERS}?preset=mine')}/delete")
    expect(page.locator("h1").first).to_be_visible()
    assert widest(page) <= width


@pytest.mark.parametrize("width", [390, 320])
def test_on_a_phone_one_finds_opens_and_changes_a_customer(open_page: Open, width: int) -> None:
    page = open_page("/", "sales8", width=width, has_touch=True, is_mobile=True)
    link = page.locator(".ky-tree a[href='/r/crm_base.customer']")
    expect(link).to_be_hidden()
    page.get_by_role("button", name="Navigation").tap()
    page.locator("details[data-key='crm_base'] > summary").tap()
    link.tap()
    expect(page.locator("h1")).to_have_text("Customers")

    expect(page.locator("thead")).to_be_hidden()
    card = page.locator("tbody tr").first
    box = card.bounding_box()
    assert box is not None and box["width"] > 0.8 * width and box["height"] > 60, "rows are cards"
    expect(card.locator("td[data-label]").nth(1)).to_be_visible()
    card.locator("a[href^='/r/crm_base.customer/']").first.tap()
    name = page.locator("h1").inner_text()
    page.locator(".ky-actions").get_by_text("Edit", exact=True).tap()
    field = page.locator("#f-remarks")
    field.scroll_into_view_if_needed()
    field.fill(f"Seen on a screen of {width} pixels")
    assert field.bounding_box()["width"] > 0.7 * width  # type: ignore[index]
    save(page)
    expect(page.locator("h1")).to_have_text(name)
    dialog = do(page, "Record an activity")
    expect(dialog.locator("#f-subject")).to_be_visible()
    inside = dialog.bounding_box()
    assert inside is not None and inside["x"] >= 0 and inside["x"] + inside["width"] <= width
    dialog.get_by_role("button", name="Close").tap()
    expect(dialog).to_have_count(0)


def test_letters_twice_as_large_still_fit(open_page: Open) -> None:
    """200 % on a screen of 1280: the page has 640 pixels."""
    page = open_page(CUSTOMERS, "sales8", width=640, height=400, device_scale_factor=2)
    for path in (CUSTOMERS, f"{CUSTOMERS}/new", "/", first_of(page, CUSTOMERS)):
        page.goto(path)
        assert widest(page) <= 640, path


def test_chinese_pages_have_no_english_words(open_page: Open) -> None:
    """Words of ours, that is: no sentence, label or button without a translation."""
    page = open_page("/", "sales6", language="zh_CN")
    customer = first_of(page, f"{CUSTOMERS}?preset=mine")
    left = []
    for path in [*PAGES, customer, f"{customer}/edit", f"{customer}/do/log_activity"]:
        page.goto(path)
        texts = page.locator(
            "h1, h2, legend, label, th, dt, button, .btn, .ky-tree, .ky-tabs, .ky-crumbs"
        ).all_inner_texts()
        english = re.compile(r"\b(?!Keyuan|English|Chrome|Linux|QQ|ID|CNY|USD|http)[A-Z][a-z]{2,}\b")
        left += [(path, text) for text in texts if english.search(text.replace("例如", ""))]
    assert left == []
