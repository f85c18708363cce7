"""Signing in and out, as a browser does it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import delete
from webtest import TestApp

from core.config import Config
from core.orm.compose import Composition
from core.web.app import make_app
from tests.core.web.conftest import PASSWORD, People, make_browser, signed_in, token_of

REFUSED = "The login name or the password is not right."


def enter(browser: TestApp, login: str, password: str, path: str = "/login", **more: Any) -> Any:
    form = browser.get(path).forms[0]
    form["login"], form["password"] = login, password
    return form.submit(**more)


@pytest.fixture(autouse=True)
def _forget_failures(people: People) -> Iterator[None]:
    yield
    with people.database.owner.begin() as connection:
        connection.execute(delete(people.composed.info("base.login_attempt").table))


def test_a_stranger_is_led_to_the_sign_in_and_back(browser: TestApp) -> None:
    answer = browser.get("/notices?before=7")
    assert answer.status_int == 303
    assert answer.headers["Location"].endswith("/login?next=%2Fnotices%3Fbefore%3D7")
    form = answer.follow().forms[0]
    form["login"], form["password"] = "ANN ", PASSWORD
    entered = form.submit()
    assert entered.headers["Location"].endswith("/notices?before=7")
    assert "Notices" in entered.follow().text


def test_the_session_is_new_after_the_sign_in_and_dead_after_the_sign_out(
    application: Any, people: People
) -> None:
    browser = make_browser(application)
    browser.set_cookie("keyuan", "fixed-before-the-sign-in")
    assert enter(browser, "bob", PASSWORD).status_int == 303
    token = browser.cookies["keyuan"]
    assert token != "fixed-before-the-sign-in"
    assert browser.get("/").status_int == 200
    left = browser.post("/logout", {"csrf_token": token_of(browser)})
    assert left.headers["Location"].endswith("/login")
    browser.set_cookie("keyuan", token)
    assert browser.get("/").status_int == 303


def test_a_wrong_password_and_an_unknown_name_are_told_apart_by_nothing(browser: TestApp) -> None:
    known = enter(browser, "ann", "wrong but long", status=422)
    unknown = enter(browser, "nobody", "wrong but long", status=422)
    assert REFUSED in known.text
    assert known.forms[0]["login"].value == "ann"
    assert "wrong but long" not in known.text
    same = [page.text.replace("nobody", "ann").split("csrf_token")[0] for page in (known, unknown)]
    assert same[0] == same[1]


def test_guessing_at_an_account_is_slowed_down_whatever_address_it_claims(
    application: Any, people: People
) -> None:
    statuses = []
    for number in range(8):
        browser = make_browser(application)
        browser.extra_environ["HTTP_X_FORWARDED_FOR"] = f"203.0.113.{number}"
        statuses.append(enter(browser, "bob", f"guess number {number}", status="*").status_int)
    assert statuses[0] == 422
    assert statuses[-1] == 429
    late = enter(make_browser(application), "bob", PASSWORD, status=429)
    assert int(late.headers["Retry-After"]) > 0
    assert "Too many failed attempts" in late.text


def test_guessing_from_one_address_is_slowed_down_across_accounts(application: Any, people: People) -> None:
    table = people.composed.info("base.login_attempt").table
    for number in range(34):
        last = enter(make_browser(application, "198.51.100.7"), f"person{number}", "x" * 12, status="*")
    assert last.status_int == 429
    assert enter(make_browser(application, "198.51.100.8"), "person0", "x" * 12, status="*").status_int == 422
    with people.database.owner.connect() as connection:
        assert connection.execute(table.select()).first() is not None


def test_who_works_nowhere_is_told_so_only_with_the_right_password(browser: TestApp) -> None:
    assert "no role in any company" in enter(browser, "cid", PASSWORD, status=422).text
    assert REFUSED in enter(browser, "cid", "not the password", status=422).text


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "https:evil.example",
        "https://evil.example",
        "/\tx",
        "///x",
        "evil",
        "",
    ],
)
def test_after_the_sign_in_one_stays_on_this_server(browser: TestApp, target: str) -> None:
    form = browser.get("/login").forms[0]
    form["login"], form["password"] = "ann", PASSWORD
    form["next"].force_value(target)
    assert form.submit().headers["Location"] in ("/", "http://localhost/")


def test_a_password_that_somebody_else_knows_is_changed_first(application: Any, people: People) -> None:
    browser = signed_in(application, "dora")
    for path in ("/", "/notices", "/search?q=x"):
        assert browser.get(path).headers["Location"].endswith("/preferences")
    form = browser.get("/preferences").forms["password-form"]
    form["current"], form["password"], form["again"] = (
        PASSWORD,
        "an entirely new one 17",
        "an entirely new one 17",
    )
    assert form.submit().status_int == 303
    assert browser.get("/").status_int == 200


def test_the_cookie_cannot_be_read_by_scripts_nor_sent_from_elsewhere(browser: TestApp) -> None:
    cookie = next(
        value
        for value in enter(browser, "ann", PASSWORD).headers.getall("Set-Cookie")
        if value.startswith("keyuan=")
    )
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    assert "Secure" not in cookie


def test_under_https_the_cookie_belongs_to_this_host_alone(
    config: Config, composed: Composition, people: People
) -> None:
    secure = Config(config.state_dir, config.addons_path, base_url="https://crm.example.com", language="en")
    app = make_app(secure, composed, engine=people.database.app, reload=False)
    browser = TestApp(
        app,
        extra_environ={
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "crm.example.com",
            "wsgi.url_scheme": "https",
        },
    )
    entered = enter(browser, "ann", PASSWORD)
    cookie = next(value for value in entered.headers.getall("Set-Cookie") if "keyuan=" in value)
    assert cookie.startswith("__Host-keyuan=")
    assert "secure" in cookie.lower()
    assert entered.headers["Strict-Transport-Security"].startswith("max-age=")


def test_a_blocked_user_is_out_at_once(application: Any, people: People) -> None:
    browser = signed_in(application, "bob")
    user = people.composed.info("base.user").table
    try:
        with people.database.owner.begin() as connection:
            connection.execute(user.update().where(user.c.login == "bob").values(blocked=True))
        assert browser.get("/").headers["Location"].endswith("/login")
    finally:
        with people.database.owner.begin() as connection:
            connection.execute(user.update().where(user.c.login == "bob").values(blocked=False))
