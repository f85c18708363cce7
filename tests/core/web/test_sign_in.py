"""Signing in and out, as a browser does it."""

from __future__ import annotations

from typing import Any

import pytest
from webtest import TestApp

from tests.core.web.conftest import PASSWORD, People, make_browser, signed_in, token_of


def try_to_enter(browser: TestApp, login: str, password: str, **more: Any) -> Any:
    form = browser.get("/login").forms[0]
    form["login"], form["password"] = login, password
    return form.submit(**more)


def test_a_stranger_is_led_to_the_sign_in_and_back(browser: TestApp) -> None:
    answer = browser.get("/notices?before=7")
    assert answer.status_int == 303
    assert answer.headers["Location"].endswith("/login?next=%2Fnotices%3Fbefore%3D7")
    form = answer.follow().forms[0]
    form["login"], form["password"] = "ANN ", PASSWORD
    entered = form.submit()
    assert entered.headers["Location"].endswith("/notices?before=7")
    assert "Notices" in entered.follow().text


def test_the_session_is_new_after_the_sign_in_and_dead_after_the_sign_out(application: Any, people: People) -> None:
    browser = make_browser(application)
    browser.set_cookie("keyuan", "fixed-before-the-sign-in")
    assert try_to_enter(browser, "bob", PASSWORD).status_int == 303
    token = browser.cookies["keyuan"]
    assert token != "fixed-before-the-sign-in"
    assert browser.get("/").status_int == 200
    left = browser.post("/logout", {"csrf_token": token_of(browser)})
    assert left.headers["Location"].endswith("/login")
    browser.set_cookie("keyuan", token)
    assert browser.get("/").status_int == 303
