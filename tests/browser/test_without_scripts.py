"""With scripts switched off: reading, searching and saving work."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.acting import save, toast
from tests.browser.conftest import Open, sign_in
from tests.system.served import Served


def test_signing_in_searching_opening_editing_and_saving(open_page: Open, keyuan: Served) -> None:
    page = open_page("/login", java_script_enabled=False)
    sign_in(page, "sales9", keyuan.accounts["sales9"])
    page.locator("#global-search").fill("Pte")
    page.locator("#global-search").press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?q=Pte"))

    page.goto("/r/crm_base.customer?preset=mine")
    name = page.locator("tbody td.is-name").first.inner_text()
    page.locator(".ky-find input[name=q]").fill(name)
    page.locator(".ky-find input[name=q]").press("Enter")
    expect(page.locator("tbody")).to_contain_text(name)
    page.locator("tbody a[href^='/r/crm_base.customer/']").first.click()
    expect(page.locator("h1")).to_have_text(name)

    page.locator(".ky-actions").get_by_text("Edit", exact=True).click()
    page.locator("#f-remarks").fill("Typed without a script")
    save(page)
    expect(page.locator("h1")).to_have_text(name)
    toast(page, "Saved.")
    expect(page.locator("main")).to_contain_text("Typed without a script")


def test_a_reference_is_found_by_its_own_search(open_page: Open, keyuan: Served) -> None:
    page = open_page("/login", java_script_enabled=False)
    sign_in(page, "sales9", keyuan.accounts["sales9"])
    page.goto("/r/crm_base.contact/new?name=Lee+Wei")
    customer = page.locator("#f-customer")
    page.locator("input[name='find.customer']").fill("e")
    page.locator("button[name=find][value=customer]").click()
    assert customer.locator("option").count() > 1
    customer.select_option(index=1)
    page.locator("#f-mobile").fill("+65 8123 4567")
    expect(page.locator("#f-name")).to_have_value("Lee Wei")
    save(page)
    expect(page.locator("h1")).to_have_text("Lee Wei")


def test_lists_are_ordered_filtered_and_paged_by_links(open_page: Open, keyuan: Served) -> None:
    page = open_page("/login", java_script_enabled=False)
    sign_in(page, "director4", keyuan.accounts["director4"])
    page.goto("/r/crm_base.customer")
    page.locator("thead a", has_text="Customer name").click()
    expect(page).to_have_url(re.compile("order=name"))
    page.locator(".ky-tabs a").nth(1).click()
    expect(page.locator(".ky-tabs [aria-current=true]")).to_have_count(1)
    page.goto("/r/crm_base.customer?limit=2")
    first = page.locator("tbody").inner_text()
    page.get_by_role("link", name="Next").click()
    assert page.locator("tbody").inner_text() != first
    page.get_by_role("link", name="Previous").click()
    assert page.locator("tbody").inner_text() == first


def test_a_step_is_a_page_of_its_own(open_page: Open, keyuan: Served) -> None:
    page = open_page("/login", java_script_enabled=False)
    sign_in(page, "sales9", keyuan.accounts["sales9"])
    page.goto("/r/crm_base.customer?preset=mine")
    page.locator("tbody a[href^='/r/crm_base.customer/']").first.click()
    page.locator(".ky-actions").get_by_text("Record an activity", exact=True).click()
    expect(page.locator("h1")).to_have_text("Record an activity")
    page.locator("#f-kind").select_option(index=1)
    page.locator("#f-subject").fill("Called without a script")
    page.locator("#f-result").fill("Answered")
    page.locator("footer button").click()
    expect(page.locator(".ky-timeline")).to_contain_text("Called without a script")
