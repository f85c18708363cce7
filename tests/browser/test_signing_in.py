"""Coming and going, in both languages, with and without a mouse."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Open, Watch, sign_in
from tests.system.served import Served

SELLER = "sales8"


def test_a_wrong_password_is_told_and_a_right_one_leads_on(
    open_page: Open, watch: Watch, keyuan: Served
) -> None:
    watch.expect_status(422)
    page = open_page("/r/crm_base.customer?order=name")
    expect(page).to_have_url(re.compile(r"/login\?next="))
    page.get_by_label("Login name").fill(SELLER)
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_have_text("The login name or the password is not right.")
    expect(page.get_by_label("Login name")).to_have_value(SELLER)
    expect(page.get_by_label("Password")).to_have_value("")
    page.get_by_label("Password").fill(keyuan.accounts[SELLER])
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url(re.compile(r"/r/crm_base\.customer\?order=name$"))
    expect(page.locator("h1")).to_have_text("Customers")


def test_whoever_signs_out_is_out(open_page: Open, keyuan: Served) -> None:
    page = open_page("/login")
    sign_in(page, SELLER, keyuan.accounts[SELLER])
    page.get_by_role("button", name=re.compile("User menu")).click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/login$"))
    page.goto("/r/crm_base.customer")
    expect(page).to_have_url(re.compile(r"/login\?next="))
    page.go_back()
    page.reload()
    expect(page).to_have_url(re.compile(r"/login"))


def test_the_language_is_switched_and_kept(open_page: Open) -> None:
    page = open_page("/r/crm_base.customer", "sales9")
    expect(page.locator("h1")).to_have_text("Customers")
    page.get_by_role("button", name=re.compile("User menu")).click()
    page.get_by_role("button", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.locator("h1")).to_have_text("客户")
    page.goto("/")
    expect(page.locator(".ky-tree")).to_contain_text("工作台")
    assert not page.locator("main").get_by_text("Workbench").count()
    page.locator(".ky-avatar").click()
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_a_visitor_chooses_the_language_of_the_sign_in(open_page: Open) -> None:
    page = open_page("/login", language="zh_CN")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.get_by_role("button", name="登录", exact=True)).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()


def test_signing_in_and_making_a_customer_by_keyboard(open_page: Open, keyuan: Served) -> None:
    page = open_page("/login")
    expect(page.get_by_label("Login name")).to_be_focused()
    keys = page.keyboard
    keys.type(SELLER)
    keys.press("Tab")
    keys.type(keyuan.accounts[SELLER])
    keys.press("Enter")
    page.wait_for_url(re.compile("/$"))

    page.goto("/r/crm_base.customer")
    keys.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    keys.press("Enter")
    for _step in range(12):
        keys.press("Tab")
        if page.get_by_role("link", name="New", exact=True).evaluate(
            "link => link === document.activeElement"
        ):
            break
    keys.press("Enter")
    expect(page.locator("h1")).to_have_text("New: Customer")
    keys.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    keys.press("Enter")
    for _step in range(40):
        keys.press("Tab")
        if page.locator("#f-name").evaluate("input => input === document.activeElement"):
            break
    keys.type("Keyboard Works Pte Ltd")
    keys.press("Tab")
    expect(page.locator("#f-phone")).to_be_focused()
    keys.type("+65 6100 4711")
    keys.press("Enter")
    expect(page.locator("h1")).to_have_text("Keyboard Works Pte Ltd")
