"""Where one is signed in: what is told of each device, and how it is signed out."""

from __future__ import annotations

from typing import Any

from webtest import TestApp

from tests.core.web.conftest import PASSWORD, People, make_browser, signed_in, token_of

PAGE = "/preferences/sessions"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605 Version/17.0 Safari/604.1"


def on_a_phone(application: Any, login: str, address: str) -> TestApp:
    browser = make_browser(application, address)
    browser.extra_environ["HTTP_USER_AGENT"] = PHONE
    form = browser.get("/login").forms[0]
    form["login"], form["password"] = login, PASSWORD
    form.submit(status=303)
    return browser


def words(browser: TestApp) -> list[str]:
    """One line for each device."""
    return [" ".join(row.text.split()) for row in browser.get(PAGE).html.find(id="sessions").find_all("li")]


def end_all_others(browser: TestApp) -> None:
    browser.post(PAGE, {"csrf_token": token_of(browser)}, status=303)


def test_each_device_is_told_with_place_and_time(application: Any, people: People) -> None:
    here = signed_in(application, "bob")
    end_all_others(here)
    phone = on_a_phone(application, "bob", "203.0.113.4")
    first, second = words(here)
    assert "this device" in first and "End session" not in first
    assert "Safari · iPhone" in second and "from 203.0.113.4" in second and "signed in on" in second
    phone.extra_environ["REMOTE_ADDR"] = "203.0.113.77"
    assert phone.get("/").status_int == 200
    assert "from 203.0.113.77" in words(here)[1]


def test_a_lost_device_is_signed_out(application: Any, people: People) -> None:
    here, lost = signed_in(application, "bob"), on_a_phone(application, "bob", "203.0.113.4")
    forms = here.get(PAGE).html.find(id="sessions").find_all("form", action=lambda path: path.count("/") == 3)
    assert forms
    for form in forms:
        here.post(form["action"], {"csrf_token": token_of(here)})
    assert lost.get("/").status_int == 303
    assert here.get("/").status_int == 200


def test_nobody_ends_the_sessions_of_others(application: Any, people: People) -> None:
    here, other = signed_in(application, "bob"), signed_in(application, "ann")
    number = people.rows("base.session", "id")[-1][0]
    here.post(f"{PAGE}/{number}", {"csrf_token": token_of(here)}, status=404)
    end_all_others(here)
    assert other.get("/").status_int == 200


def test_the_preferences_lead_there(application: Any, people: People) -> None:
    page = signed_in(application, "bob").get("/preferences")
    assert "Where you are signed in" in page.click("Where you are signed in").html.find("h1").text
