"""A passkey in a real browser, with the virtual authenticator of its DevTools; an app's code beside it."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from core.auth.totp import code_of, step_at
from tests.browser.conftest import Open, sign_in
from tests.system.served import Served

PAGE = "/preferences/second-factor"
AUTHENTICATOR = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture
def page(open_page: Open, keyuan: Served) -> Page:
    """Under the name that passkeys need, with a device that holds them."""
    assert keyuan.address is not None
    found = open_page("/login", base_url=keyuan.address.replace("127.0.0.1", "localhost"))
    devtools = found.context.new_cdp_session(found)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return found


def sign_out(page: Page) -> None:
    page.locator(".ky-avatar").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/login$"))


def test_a_passkey_signs_in_alone_and_after_the_password(page: Page, keyuan: Served) -> None:
    login, password = "sales8", keyuan.accounts["sales8"]
    sign_in(page, login, password)
    page.goto(PAGE)
    passkeys = page.get_by_role("region", name="Passkeys")
    passkeys.get_by_label("Name of the device or key").fill("Office laptop")
    passkeys.get_by_label("Current password").fill(password)
    passkeys.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.locator("#codes")).to_have_text(re.compile(r"^(\w{5}-\w{5}\s*){10}$"))
    page.get_by_role("link", name="I have kept them").click()
    expect(passkeys).to_contain_text("Office laptop")
    sign_out(page)

    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page).to_have_url(re.compile("/$"))
    sign_out(page)

    page.get_by_label("Login name").fill(login)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(re.compile("/$"))

    page.goto(PAGE)
    passkeys.get_by_text("Remove", exact=True).first.click()
    passkeys.get_by_label("Current password").first.fill(password)
    passkeys.get_by_role("button", name="Remove the passkey: Office laptop").click()
    expect(passkeys).not_to_contain_text("Office laptop")


def test_an_app_is_set_up_from_the_picture_s_key(page: Page, keyuan: Served) -> None:
    login, password = "sales9", keyuan.accounts["sales9"]
    sign_in(page, login, password)
    page.goto(PAGE)
    app = page.get_by_role("region", name="Authenticator app")
    app.get_by_label("Current password").fill(password)
    app.get_by_role("button", name="Set up an app").click()
    expect(page.get_by_alt_text("QR code with your key")).to_be_visible()
    key = base64.b32decode(page.locator("#key").inner_text().replace(" ", ""))
    page.get_by_label("Code that the app shows").fill(code_of(key, step_at(datetime.now(UTC)) - 1))
    page.get_by_role("button", name="Confirm").click()
    page.get_by_role("link", name="I have kept them").click()
    sign_out(page)
    page.get_by_label("Login name").fill(login)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("One-time code").fill(code_of(key, step_at(datetime.now(UTC))))
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url(re.compile("/$"))
    page.goto(PAGE)
    app.get_by_text("Switch off", exact=True).first.click()
    app.get_by_label("Current password").fill(password)
    app.get_by_role("button", name="Switch off").click()
    expect(app.get_by_role("button", name="Set up an app")).to_be_visible()
