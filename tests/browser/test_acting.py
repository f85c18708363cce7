"""An administrator helps a salesperson, and hands over what another one leaves: in Chromium, in both languages."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.acting import serious_findings, widest
from tests.browser.conftest import Open, sign_in, speak
from tests.system.served import Served


@pytest.mark.parametrize("width", [1280, 390])
def test_acting_for_somebody_and_back(open_page: Open, keyuan: Served, width: int) -> None:
    """With a session of its own: a change of identity ends the one that other tests share."""
    page = open_page("/login", width=width, language="zh_CN")
    sign_in(page, "admin", keyuan.accounts["admin"])
    speak(page.context, "zh_CN")
    page.goto("/r/base.user")
    page.get_by_role("link", name="刘洋").first.click()
    expect(page).to_have_url(re.compile(r"/r/base\.user/\d+$"))
    page.goto(f"{page.url}/do/act_for")
    page.locator("[name=reason]").fill("出差期间代办")
    page.locator(".ky-dialog-form footer button").click()
    banner = page.locator(".ky-acting")
    expect(banner).to_contain_text("刘洋")
    page.goto("/r/crm_base.customer")
    expect(banner).to_be_visible()
    assert widest(page) <= width
    assert serious_findings(page) == []
    banner.get_by_role("button").click()
    expect(banner).to_have_count(0)
    page.locator(".ky-avatar").click()
    expect(page.locator("#user-menu header")).to_contain_text("何敏")


def test_a_department_is_not_moved_before_it_is_said_who_sees_whom(open_page: Open) -> None:
    page = open_page("/p/base.organisation_tree", "admin", language="zh_CN")
    assert serious_findings(page) == []
    page.locator(".ky-org-line", has_text="上海办事处").get_by_role("link", name=re.compile("移动")).click()
    page.locator("#f-parent-ts-control").focus()  # a chosen value covers it, so that it cannot be clicked
    page.locator("#f-parent-ts-control").press_sequentially("华北")
    page.locator("#f-parent-ts-dropdown .option", has_text="华北").first.click()
    page.locator(".ky-save button[name=save]").click()
    expect(page.locator("#hints li").first).to_contain_text("李雪将可以看到")
