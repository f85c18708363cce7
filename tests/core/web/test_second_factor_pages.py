"""Setting up an app, signing in with its codes, the codes on paper, and switching it off, page by page."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import delete, select
from webtest import TestApp

from core.auth.totp import code_of, step_at
from core.orm.engine import session_factory
from core.orm.trust import TRUSTED
from tests.core.web.conftest import PASSWORD, People, make_browser, signed_in, token_of

PAGE = "/preferences/second-factor"


@pytest.fixture(autouse=True)
def _nothing_set_up(people: People) -> Iterator[None]:
    yield
    with people.database.owner.begin() as connection:
        for key in ("totp", "recovery_code", "login_attempt"):
            connection.execute(delete(people.composed.info(f"base.{key}").table))
        connection.execute(people.composed.info("base.user").table.update().values(second_factor=False))
        connection.execute(people.composed.info("base.company").link_tables["second_factor_roles"].delete())


def button(page: Any, name: str) -> Any:
    return next(form for form in page.forms.values() if form.html.find("button", value=name))


def begin(browser: TestApp) -> tuple[Any, bytes]:
    """The page with the key, and the key as typed from it."""
    form = button(browser.get(PAGE), "set up")
    form["proof"] = PASSWORD
    shown = form.submit("do", value="set up").follow()
    return shown, base64.b32decode(shown.html.find(id="key").text.replace(" ", ""))


def code(key: bytes, later: int = 0) -> str:
    return code_of(key, step_at(datetime.now(UTC)) + later)


def set_up(browser: TestApp) -> tuple[bytes, list[str]]:
    shown, key = begin(browser)
    form = next(form for form in shown.forms.values() if form.action.endswith("/app"))
    form["code"] = code(key, -1)
    codes = form.submit(status=200).html.find(id="codes").text.split()
    return key, codes


def to_the_code(application: Any, login: str, path: str = "/login") -> tuple[TestApp, Any]:
    browser = make_browser(application)
    form = browser.get(path).forms[0]
    form["login"], form["password"] = login, PASSWORD
    return browser, form.submit(status=303).follow()


def test_an_app_is_set_up_and_asked_for(application: Any, people: People) -> None:
    here, there = signed_in(application, "bob"), signed_in(application, "bob")
    shown, key = begin(here)
    picture = shown.html.find("img", class_="ky-qr")
    assert picture["src"].startswith("data:image/svg+xml") and picture["alt"]
    form = next(form for form in shown.forms.values() if form.action.endswith("/app"))
    form["code"] = "000000"
    refused = form.submit(status=422)
    assert "This code is not right." in refused.text and refused.html.find(id="key")
    form["code"] = code(key, -1)
    codes = form.submit(status=200)
    assert len(codes.html.find(id="codes").text.split()) == 10
    assert there.get("/").status_int == 303
    assert "10 codes are left." in here.get(PAGE).text and "base32" not in here.get(PAGE).text

    browser, page = to_the_code(application, "bob", "/login?next=/notices")
    assert browser.get("/").status_int == 303
    form = page.forms[0]
    form["code"] = "123456"
    assert "This code is not right" in form.submit(status=422).text
    form["code"] = code(key)
    assert form.submit(status=303).headers["Location"].endswith("/notices")
    assert browser.get("/").status_int == 200 and "keyuan-step" not in browser.cookies
    assert browser.get("/login/code").headers["Location"].endswith("/login")


def test_the_page_of_the_code_needs_the_password_first(application: Any, people: People) -> None:
    browser = make_browser(application)
    assert browser.get("/login/code?next=/notices").headers["Location"].endswith("/login?next=%2Fnotices")
    token = token_of(browser, "/login")
    assert (
        "Please begin again."
        in browser.post("/login/code", {"code": "1", "csrf_token": token}, status=422).text
    )


def test_a_code_on_paper_lets_in_once(application: Any, people: People) -> None:
    _key, codes = set_up(signed_in(application, "bob"))
    for status in (303, 422):
        _browser, page = to_the_code(application, "bob")
        page.forms[0]["code"] = codes[3]
        page.forms[0].submit(status=status)


def test_changes_need_the_password(application: Any, people: People) -> None:
    here = signed_in(application, "bob")
    _key, codes = set_up(here)
    for name in ("off", "codes"):
        form = button(here.get(PAGE), name)
        form["proof"] = "not the password"
        assert "The current password is not right." in form.submit("do", value=name, status=422).text
    form = button(here.get(PAGE), "codes")
    form["proof"] = PASSWORD
    fresh = form.submit("do", value="codes").html.find(id="codes").text.split()
    assert len(fresh) == 10 and not set(fresh) & set(codes)
    form = button(here.get(PAGE), "off")
    form["proof"] = PASSWORD
    form.submit("do", value="off", status=303)
    assert signed_in(application, "bob").get("/").status_int == 200


def test_where_the_company_asks_for_it_nothing_else_goes_first(application: Any, people: People) -> None:
    with session_factory(people.database.owner).begin() as session:
        role = people.composed.info("base.role").table
        employee = session.scalars(
            select(role.c.id).where(role.c.code == "base.user"), execution_options=TRUSTED
        ).one()
        link = people.composed.info("base.company").link_tables["second_factor_roles"]
        session.execute(
            link.insert().values(left_id=people.ids["Acme"], right_id=employee), execution_options=TRUSTED
        )
    browser = signed_in(application, "bob")
    for path in ("/", "/notices", "/preferences"):
        assert browser.get(path).headers["Location"].endswith(PAGE)
    assert "Your company asks for a second factor." in browser.get(PAGE).text
    set_up(browser)
    assert browser.get("/").status_int == 200


def test_an_administrator_removes_a_lost_one(application: Any, people: People) -> None:
    here, admin = signed_in(application, "bob"), signed_in(application, "kim")
    address = f"/r/base.user/{people.ids['Bob']}"
    assert "remove_second_factor" not in admin.get(address).text
    set_up(here)
    dialog = admin.get(f"{address}/do/remove_second_factor")
    form = next(form for form in dialog.forms.values() if form.action.endswith("remove_second_factor"))
    shown = form.submit(status=303).follow()
    told = " ".join(shown.html.find(class_="ky-timeline").text.split())
    assert told.startswith("History All changes K Kim Changed Second factor Yes → No")
    assert here.get("/").status_int == 303
    assert signed_in(application, "bob").get("/").status_int == 200
