"""Customers: the hint about duplicates, problems at their field, two people in the same field."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.acting import do, save, toast
from tests.browser.conftest import Open, Watch

NEW = "/r/crm_base.customer/new"
ATTACK = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}"


def made(page: Page, name: str, phone: str) -> str:
    """A customer of this name; the address of its page."""
    page.goto(NEW)
    page.locator("#f-name").fill(name)
    page.locator("#f-phone").fill(phone)
    save(page)
    expect(page.locator("h1")).to_have_text(name)
    return page.url


def test_a_likely_duplicate_is_named_and_can_be_saved_all_the_same(open_page: Open) -> None:
    page = open_page("/", "sales8")
    made(page, "Straits Paper Mills Pte Ltd", "+65 6100 1001")
    page.goto(NEW)
    page.locator("#f-name").fill("Straits Paper Mills")
    page.locator("#f-phone").fill("+65 6100 1002")
    save(page)
    hint = page.locator("#hints")
    expect(hint).to_contain_text("Straits Paper Mills Pte Ltd")
    expect(page.locator("h1")).to_have_text("New: Customer")
    expect(page.locator("#f-phone")).to_have_value("+65 6100 1002")
    page.get_by_role("button", name="Save anyway").click()
    expect(page.locator("h1")).to_have_text("Straits Paper Mills")
    toast(page, "Customer was created.")
    page.goto("/r/crm_base.customer?q=Straits+Paper")
    expect(page.locator("tbody tr")).to_have_count(2)


def test_what_is_wrong_is_told_at_its_field(open_page: Open, watch: Watch) -> None:
    watch.expect_status(422)
    page = open_page(NEW, "sales8")
    page.locator("#f-phone").fill("call me")
    page.locator("#f-email").fill("nobody")
    save(page)
    expect(page.locator("#f-name-problem")).to_contain_text("is required")
    for name in ("name", "phone", "email"):
        expect(page.locator(f"#f-{name}")).to_have_attribute("aria-invalid", "true")
        expect(page.locator(f"#f-{name}")).to_have_attribute(
            "aria-describedby", re.compile(f"f-{name}-problem")
        )
    expect(page.locator("#f-phone")).to_have_value("call me")
    summary = page.get_by_role("alert").first
    expect(summary).to_contain_text("This cannot be saved yet.")
    summary.get_by_role("link").first.click()
    expect(page.locator("#f-name")).to_be_focused()


def test_two_people_in_the_same_field_see_both_values(open_page: Open, watch: Watch) -> None:
    watch.expect_status(409)
    mine = open_page("/", "sales8")
    address = made(mine, "Quayside Crane Works", "+65 6100 2001")
    theirs = open_page(f"{address}/edit", "director4")
    mine.goto(f"{address}/edit")
    theirs.locator("#f-name").fill("Quayside Cranes Ltd")
    save(theirs)
    expect(theirs.locator("h1")).to_have_text("Quayside Cranes Ltd")

    mine.locator("#f-short_name").fill("Quayside")
    mine.locator("#f-name").fill("Quayside Crane Company")
    save(mine)
    clash = mine.locator(".ky-clashes")
    expect(clash).to_contain_text("Quayside Crane Company")
    expect(clash).to_contain_text("Quayside Cranes Ltd")
    expect(clash).to_contain_text("Emma Clarke")
    clash.get_by_label("Emma Clarke").check()
    save(mine)
    expect(mine.locator("h1")).to_have_text("Quayside Cranes Ltd")
    expect(mine.locator("main")).to_contain_text("Quayside")
    mine.goto(f"{address}/edit")
    expect(mine.locator("#f-short_name")).to_have_value("Quayside")


def test_different_fields_are_merged(open_page: Open) -> None:
    mine = open_page("/", "sales8")
    address = made(mine, "Two Hands Trading", "+65 6100 2002")
    theirs = open_page(f"{address}/edit", "director4")
    mine.goto(f"{address}/edit")
    theirs.locator("#f-city").fill("Singapore")
    save(theirs)
    expect(theirs.locator("h1")).to_be_visible()
    mine.locator("#f-short_name").fill("Two Hands")
    save(mine)
    expect(mine.locator("h1")).to_have_text("Two Hands Trading")
    mine.goto(f"{address}/edit")
    expect(mine.locator("#f-city")).to_have_value("Singapore")
    expect(mine.locator("#f-short_name")).to_have_value("Two Hands")


def test_deleting_asks_and_can_be_undone(open_page: Open) -> None:
    page = open_page("/", "sales8")
    made(page, "Passing Customer", "+65 6100 2003")
    dialog = do(page, "Delete")
    expect(dialog).to_contain_text("Passing Customer")
    dialog.get_by_role("button", name="Delete").click()
    expect(page.locator("h1")).to_have_text("Customers")
    toast(page, "Passing Customer").get_by_role("button", name="Undo").click()
    toast(page, "Undone.")
    page.goto("/r/crm_base.customer?q=Passing+Customer")
    expect(page.locator("tbody")).to_contain_text("Passing Customer")


def test_a_hostile_name_is_a_name(open_page: Open) -> None:
    page = open_page("/", "sales8")
    page.on("dialog", lambda dialog: watch_dialog(dialog.message))
    made(page, ATTACK, "+65 6100 6666")
    expect(page.locator(".ky-crumbs")).to_contain_text(ATTACK)
    address = page.url
    for path in (f"{address}/edit", "/r/crm_base.customer?q=onerror", "/search?q=onerror", "/"):
        page.goto(path)
        expect(page.locator("h1")).to_be_visible()
    page.goto(address)
    do(page, "Delete").get_by_role("button", name="Delete").click()
    expect(toast(page, "was put into the bin")).to_contain_text(ATTACK)
    assert page.locator("img[src=x]").count() == 0


def watch_dialog(message: str) -> None:
    raise AssertionError(f"a script of the name ran: {message}")
