"""The kernel's own pages, for people of a company where the addon is on, and of one where it is off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete
from webtest import TestApp

from core.auth.password_change import one_time_link
from core.config import Config
from core.errors import ConfigError
from core.i18n import _
from core.orm.engine import session_factory
from core.web import identity
from core.web.app import make_app
from tests.core.web.conftest import PASSWORD, People, make_browser, signed_in, token_of


@pytest.fixture
def jobs(people: People) -> Iterator[list[int]]:
    """Three jobs of Ann, one of them late, and one of Bob; three notices."""
    days = {"Call 张三": -2, "Write <b>offer</b>": 3, "Tidy up": None}
    with people.env("Ann Lee") as env:
        today = env.now.date()
        rows = [{"title": title, "due": today + timedelta(days=away) if away else None, "owner": env.user_id}
                for title, away in days.items()]  # fmt: skip
        made = env.create_many("toy_desk.job", rows)
        for _number in range(3):
            env.notify(
                [env.user_id], _("You were given {job}.", job="Call 张三"), env.get("toy_desk.job", made[0])
            )
        env.sudo("test").create_many("toy_desk.job", [{"title": "Of Bob", "owner": people.ids["Bob"]}])
    yield made
    with people.database.owner.begin() as connection:
        for key in ("toy_desk.job", "base.notice"):
            connection.execute(delete(people.composed.info(key).table))


def test_the_workbench_shows_what_waits_for_me(ann: TestApp, jobs: list[int]) -> None:
    page = ann.get("/")
    card = page.html.find(id="card-toy_desk.today").find_parent("section")
    lines = [line.get_text(" ", strip=True) for line in card.find_all("li")]
    assert len(lines) == 3
    assert "Of Bob" not in page.text
    assert "Write &lt;b&gt;offer&lt;/b&gt;" in page.text
    late = [line for line in lines if "(overdue)" in line]
    assert len(late) == 1 and "张三" in late[0]
    assert page.html.find(class_="ky-figure").get_text(" ", strip=True) == "3 My jobs"
    assert page.html.find(class_="ky-badge").text.strip() == "3"


def test_the_navigation_shows_what_i_may_open_and_where_i_am(ann: TestApp, bob: TestApp) -> None:
    links = [link["href"] for link in ann.get("/p/toy_desk.hello").html.find(class_="ky-tree").find_all("a")]
    assert links[0] == "/"
    of_the_addon = [link for link in links if "toy_desk" in link]
    assert of_the_addon == ["/r/toy_desk.job", "/r/toy_desk.job?preset=mine", "/p/toy_desk.hello"]
    here = ann.get("/p/toy_desk.hello").html.find(class_="ky-tree").find_all(attrs={"aria-current": "page"})
    assert [link["href"] for link in here] == ["/p/toy_desk.hello"]
    assert "toy_desk" not in str(bob.get("/").html.find(class_="ky-tree"))


def test_an_addon_s_page_has_its_own_template_and_catalogue(
    ann: TestApp, bob: TestApp, jobs: list[int]
) -> None:
    page = ann.get("/p/toy_desk.hello?say=<i>hi</i>")
    assert page.html.find(id="said").text == "<i>hi</i>"
    assert "There are <b>3</b> jobs." in page.text
    ann.post("/language", {"language": "zh_CN", "csrf_token": token_of(ann)})
    try:
        chinese = ann.get("/p/toy_desk.hello")
        assert "共有 <b>3</b> 项工作。" in chinese.text
        assert chinese.html.find(id="own").text == "我的工作项"
        assert chinese.html.find("html")["lang"] == "zh-CN"
    finally:
        ann.post("/language", {"language": "en", "csrf_token": token_of(ann)})
    bob.get("/p/toy_desk.hello", status=403)
    ann.get("/p/toy_desk.nothing", status=404)


def test_in_a_company_without_the_addon_there_is_no_trace_of_it(
    application: Any, people: People, jobs: list[int]
) -> None:
    browser = signed_in(application, "ann")
    browser.post("/company", {"company": str(people.ids["Beta"]), "csrf_token": token_of(browser)})
    home = browser.get("/")
    assert "Beta" in home.text
    assert "toy_desk" not in home.text
    assert "张三" not in home.text
    browser.get("/p/toy_desk.hello", status=404)
    assert "张三" not in browser.get("/search", {"q": "张三"}).html.find("main").get_text().replace(
        "“张三”", ""
    )
    browser.post("/company", {"company": str(people.ids["Acme"]), "csrf_token": token_of(browser)})


def test_nobody_enters_a_company_where_they_have_no_role(bob: TestApp, people: People) -> None:
    for company in (str(people.ids["Beta"]), "999999", "x", ""):
        bob.post("/company", {"company": company, "csrf_token": token_of(bob)}, status=403)


def test_search_finds_in_everything_that_i_may_see(ann: TestApp, bob: TestApp, jobs: list[int]) -> None:
    found = ann.get("/search", {"q": "张三"})
    assert [link["href"] for link in found.html.find("main").find_all("a")] == [f"/r/toy_desk.job/{jobs[0]}"]
    assert "Nothing found" in ann.get("/search?q=Bob").text
    assert "Nothing found" in bob.get("/search", {"q": "张三"}).text
    assert ann.get("/search?q=").status_int == 200
    assert ann.get("/search", {"q": "𠮷" * 5000}).status_int == 200


def test_notices_are_read_one_by_one_and_all_at_once(
    ann: TestApp, bob: TestApp, jobs: list[int], people: People
) -> None:
    page = ann.get("/notices")
    assert page.text.count("You were given Call 张三.") >= 3
    key = people.rows("base.notice", "id")[0][0]
    opened = ann.post(f"/notices/{key}", {"open": "1", "csrf_token": token_of(ann)})
    assert opened.headers["Location"].endswith(f"/r/toy_desk.job/{jobs[0]}")
    assert ann.get("/").html.find(class_="ky-badge").text.strip() == "2"
    bob.post(f"/notices/{key}", {"csrf_token": token_of(bob)}, status=404)
    ann.post("/notices", {"csrf_token": token_of(ann)})
    assert ann.get("/").html.find(class_="ky-badge") is None
    assert all(read for (read,) in people.rows("base.notice", "read_at"))
    assert ann.get(f"/notices?before={key}").status_int == 200
    for before in ("x", "-1", "1" * 30, "１"):
        ann.get("/notices", {"before": before}, status=400)


def test_the_language_is_chosen_by_a_visitor_too(browser: TestApp) -> None:
    assert browser.get("/login").html.find("html")["lang"] == "en"
    answer = browser.post(
        "/language", {"language": "zh_CN", "next": "/login", "csrf_token": token_of(browser, "/login")}
    )
    assert answer.follow().html.find("html")["lang"] == "zh-CN"
    browser.post("/language", {"language": "xx", "csrf_token": token_of(browser, "/login")}, status=303)
    assert browser.get("/login").html.find("html")["lang"] == "zh-CN"


def test_a_changed_password_ends_the_other_sessions(application: Any, people: People) -> None:
    here, there = signed_in(application, "bob"), signed_in(application, "bob")
    form = here.get("/preferences").forms["password-form"]
    form["current"], form["password"], form["again"] = (
        "not it at all",
        "four slow ships at dawn",
        "four slow ships at dawn",
    )
    assert "The current password is not right." in form.submit(status=422).text
    form["current"], form["again"] = PASSWORD, "something else"
    assert "The two passwords differ." in form.submit(status=422).text
    form["password"] = form["again"] = "short"
    assert "at least 10 characters" in form.submit(status=422).text
    form["password"] = form["again"] = "four slow ships at dawn"
    assert form.submit().status_int == 303
    assert here.get("/").status_int == 200
    assert there.get("/").status_int == 303
    form = here.get("/preferences").forms["password-form"]
    form["current"], form["password"], form["again"] = "four slow ships at dawn", PASSWORD, PASSWORD
    assert form.submit().status_int == 303


def test_a_link_sets_a_password_once(application: Any, people: People) -> None:
    with session_factory(people.database.app).begin() as session:
        token = one_time_link(session, people.ids["Cid"])
    browser = make_browser(application)
    form = browser.get(f"/set-password/{token}").forms[0]
    form["password"], form["again"] = "cid", "cid"
    assert "at least 10 characters" in form.submit(status=422).text
    form = browser.get(f"/set-password/{token}").forms[0]
    form["password"], form["again"] = "seven green doors open", "seven green doors open"
    assert form.submit().headers["Location"].endswith("/login")
    assert "Please sign in." in browser.get("/login").text
    assert "no longer valid" in browser.get(f"/set-password/{token}", status=422).text
    browser.get("/set-password/x", status=404)


def test_alive_and_ready(browser: TestApp) -> None:
    assert browser.get("/health").text == "ok"
    assert browser.get("/ready").text == "ok"
    assert browser.get("/favicon.ico").headers["Location"].endswith("/core/logo.svg")


def test_without_a_database_it_is_alive_but_not_ready(config: Config, people: People) -> None:
    nowhere = Config(config.state_dir, config.addons_path, base_url="http://localhost", language="en",
                     database_url="postgresql+psycopg2://nobody@127.0.0.1:1/nothing")  # fmt: skip
    browser = make_browser(make_app(nowhere, people.composed, reload=False))
    assert browser.get("/health").text == "ok"
    assert browser.get("/ready", status=503).text == "no database"
    assert browser.get("/login").status_int == 200
    browser.set_cookie("keyuan", "somebody")
    assert "database cannot be reached" in browser.get("/", status=503).text
    with pytest.raises(ConfigError, match="URL of a running database"):
        make_app(config, people.composed)


def test_a_newer_generation_is_asked_for_once(
    config: Config, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(identity.child, "ask_generation", asked.append)
    (number,) = people.generation()
    old = make_app(
        config, people.composed, engine=people.database.app, generation=number - 1 or -1, reload=False
    )
    today = make_app(config, people.composed, engine=people.database.app, generation=number, reload=False)
    for application in (old, today):
        browser = signed_in(application, "ann")
        browser.get("/")
        browser.get("/")
    assert asked == [number]


def test_what_was_done_by_a_request_is_undone(ann: TestApp, people: People, jobs: list[int]) -> None:
    with people.env("Ann Lee") as env:
        env.write(env.get("toy_desk.job", jobs[0]), title="Changed")
    values = {"csrf_token": token_of(ann)}
    undone = ann.post(f"/undo/{env.request_id}", values, headers={"Referer": "http://localhost/search?q=x"})
    assert undone.headers["Location"].endswith("/search?q=x")
    assert undone.follow().html.find(class_="ky-toast").p.text == "Undone."
    assert ("Call 张三",) in people.rows("toy_desk.job", "title")


def test_undo_of_something_else_is_refused(ann: TestApp) -> None:
    ann.post("/undo/0123456789abcdef", {"csrf_token": token_of(ann)}, status=404)


def test_a_page_asks_the_database_few_questions(ann: TestApp, jobs: list[int], people: People) -> None:
    from sqlalchemy import event

    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    event.listen(people.database.app, "before_cursor_execute", note)
    try:
        ann.get("/")
        assert len(asked) <= 6, asked
        asked.clear()
        ann.get("/preferences")
        assert len(asked) <= 4, asked  # who calls, and which second factors there are
        asked.clear()
        ann.get("/static/x/core/keyuan.css")
        ann.get("/health")
        assert asked == []
    finally:
        event.remove(people.database.app, "before_cursor_execute", note)
