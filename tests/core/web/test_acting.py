"""Acting for another user, and one role of several, as the pages offer them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import insert, select, update
from webtest import TestApp

from core.orm.engine import session_factory
from core.orm.trust import TRUSTED
from tests.core.web.conftest import People, make_browser, signed_in, token_of

SAME = (
    "/preferences",
    "/preferences/second-factor",
    "/preferences/sessions",
    "/preferences/second-factor/app",
)


@pytest.fixture
def kim(application: Any, people: People) -> TestApp:
    return signed_in(application, "kim")


@pytest.fixture
def acting(kim: TestApp, people: People) -> TestApp:
    """Kim, who acts for Ann."""
    begin(kim, people.ids["Ann Lee"])
    return kim


def begin(browser: TestApp, user: int, reason: str = "Ann is ill", **options: Any) -> Any:
    page = f"/r/base.user/{user}/do/act_for"
    asked = {"reason": reason, "csrf_token": token_of(browser, "/"), "run": "1", "key": uuid4().hex}
    return browser.post(page, asked, **options)


def test_the_person_s_page_offers_it_and_asks_why(kim: TestApp, people: People) -> None:
    user = people.ids["Ann Lee"]
    assert "Act for this user" in kim.get(f"/r/base.user/{user}").text
    dialog = kim.get(f"/r/base.user/{user}/do/act_for")
    assert "it stands in the history" in dialog.text
    assert begin(kim, user, "", status=422).status_int == 422
    before = kim.cookies["keyuan"]
    assert begin(kim, user).status_int == 303
    assert kim.cookies["keyuan"] != before, "another token"
    stolen = make_browser(kim.app)
    stolen.set_cookie("keyuan", before)
    assert (
        "/login" in stolen.get("/").headers.get("Location", "")
        or stolen.get("/", status="*").status_int == 401
    )


def test_every_page_says_so_and_ends_it_with_one_click(acting: TestApp) -> None:
    for page in ("/", "/r/toy_desk.job", "/notices"):
        banner = acting.get(page).html.find(class_="ky-acting")
        assert "You are acting for Ann Lee" in banner.get_text(" ", strip=True).replace(" .", ".")
    menu = acting.get("/").html.find(id="user-menu").get_text(" ", strip=True)
    assert "by Kim" in menu and "Preferences" not in menu
    form = acting.get("/").html.find(class_="ky-acting").find("form")
    assert acting.post(form["action"], {"csrf_token": token_of(acting, "/")}).status_int == 303
    home = acting.get("/")
    assert home.html.find(class_="ky-acting") is None and "Kim" in home.html.find(id="user-menu").text


def test_the_one_who_is_acted_for_has_a_top_of_the_page_of_her_own(acting: TestApp, application: Any) -> None:
    """What both see below is the same, and is kept for both."""
    ann = signed_in(application, "ann")
    for browser, is_acting in ((acting, True), (ann, False), (acting, True), (ann, False)):
        top = browser.get("/r/toy_desk.job").html
        assert (top.find(class_="ky-acting") is not None) is is_acting
        assert ("by Kim" in top.find(id="user-menu").get_text(" ", strip=True)) is is_acting


def test_what_is_for_the_person_alone_is_refused(acting: TestApp) -> None:
    for path in SAME:
        assert "Only Ann Lee can do this" in acting.get(path, status=403).text
    token = token_of(acting, "/")
    for path in ("/preferences/password", "/preferences/sessions", "/language", "/company"):
        acting.post(path, {"csrf_token": token, "language": "zh_CN", "company": "1"}, status=403)


def test_the_other_sees_it_among_the_devices_and_can_end_it(
    acting: TestApp, application: Any, people: People
) -> None:
    ann = signed_in(application, "ann")
    assert "works in your name: Ann is ill" in ann.get("/notices").text
    rows = [
        row for row in ann.get("/preferences/sessions").html.find_all("li") if "Kim acts for you" in row.text
    ]
    assert rows and "Ann is ill" in rows[0].text
    for row in rows:
        ann.post(row.find("form")["action"], {"csrf_token": token_of(ann)})
    assert acting.get("/", status="*").status_int in (303, 401)


def test_the_history_names_both(acting: TestApp, people: People) -> None:
    made = acting.post(
        "/r/toy_desk.job/new",
        {"title": "made in her name", "csrf_token": token_of(acting, "/"), "save": "1", "key": uuid4().hex},
    )
    page = acting.get(made.headers["Location"])
    assert "Ann Lee by Kim" in page.html.find(class_="ky-timeline").text


def test_it_is_over_when_the_administrator_loses_the_right(acting: TestApp, people: People) -> None:
    held = people.composed.info("base.user_role").table
    mine = held.c.id == people.ids["Kim Acme base.admin"]
    with session_factory(people.database.owner).begin() as session:
        session.execute(
            update(held).where(mine).values(deleted_at=held.c.created_at), execution_options=TRUSTED
        )
    try:
        assert acting.get("/", status="*").status_int in (303, 401)
    finally:
        with session_factory(people.database.owner).begin() as session:
            session.execute(update(held).where(mine).values(deleted_at=None), execution_options=TRUSTED)


def test_without_the_right_it_is_neither_offered_nor_done(bob: TestApp, people: People) -> None:
    assert "Act for" not in bob.get("/").text
    begin(bob, people.ids["Ann Lee"], status=403)


@pytest.fixture
def two_roles(people: People) -> Iterator[int]:
    """Ann is the administrator as well; the id of that role."""
    role, held = (people.composed.info(key).table for key in ("base.role", "base.user_role"))
    with session_factory(people.database.owner).begin() as session:
        admin = session.scalars(
            select(role.c.id).where(role.c.code == "base.admin"), execution_options=TRUSTED
        ).one()
        given = insert(held).values(
            user_id=people.ids["Ann Lee"], company_id=people.ids["Acme"], role_id=admin
        )
        key = session.execute(given.returning(held.c.id), execution_options=TRUSTED).scalar_one()
    yield admin
    with session_factory(people.database.owner).begin() as session:
        session.execute(held.delete().where(held.c.id == key), execution_options=TRUSTED)


def test_one_role_of_several_from_the_toolbar(application: Any, people: People, two_roles: int) -> None:
    ann = signed_in(application, "ann")
    assert "Administration" in ann.get("/").html.find(class_="ky-tree").text
    form = ann.get("/").html.find("form", action="/role")
    offered = {button.get_text(strip=True): button["value"] for button in form.find_all("button")}
    assert offered.keys() == {"All my roles", "Company administrator", "Worker"}
    before = ann.cookies["keyuan"]
    ann.post("/role", {"role": offered["Worker"], "csrf_token": token_of(ann)})
    assert ann.cookies["keyuan"] != before
    home = ann.get("/").html
    assert "Administration" not in home.find(class_="ky-tree").text
    assert "Worker" in home.find(id="user-menu").find("header").text
    ann.get("/r/base.numbering", status=403)
    for wrong in ("999999", "x", "-1"):
        ann.post("/role", {"role": wrong, "csrf_token": token_of(ann)}, status=403)
    ann.post("/role", {"role": "", "csrf_token": token_of(ann)})
    assert "Administration" in ann.get("/").html.find(class_="ky-tree").text


def test_one_role_is_no_choice(bob: TestApp) -> None:
    assert bob.get("/").html.find("form", action="/role") is None
