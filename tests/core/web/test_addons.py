"""The administrators' page of addons: who sees what, the switch, and a wish from the plan to its end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text
from webtest import TestApp

from core.lifecycle.plans.life_plan import LifePlan, Line
from core.orm.engine import Scope, apply_scope, session_factory
from tests.core.web.conftest import People, signed_in, token_of


@pytest.fixture(scope="module", autouse=True)
def keeper(people: People) -> None:
    """Sue keeps the system, in Acme."""
    with session_factory(people.database.owner).begin() as session:
        apply_scope(session.connection(), Scope(tuple(people.ids.values()), (0, *people.ids.values())))
        people.user(session, "Sue", {"Acme": ["base.system"]})


@pytest.fixture
def kim(application: Any, people: People) -> TestApp:
    return signed_in(application, "kim")


@pytest.fixture
def sue(application: Any, people: People) -> Iterator[TestApp]:
    yield signed_in(application, "sue")
    run(people, "delete from core.addon_request")
    run(people, "update base.company_addon set enabled = true")


def run(people: People, statement: str, **values: Any) -> list[Any]:
    """As the owner, past all rights."""
    with people.database.owner.begin() as connection:
        apply_scope(connection, Scope(tuple(people.ids.values()), (0, *people.ids.values())))
        found = connection.execute(text(statement), values)
        return list(found) if found.returns_rows else []


def is_on(people: People, company: str = "Acme", addon: str = "toy_desk") -> bool:
    found = "select enabled from base.company_addon where addon = :addon and company_id = :company"
    rows = run(people, found, addon=addon, company=people.ids[company])
    return bool(rows and rows[0][0])


def posted(browser: TestApp, path: str, status: int | str = "3*", **fields: Any) -> Any:
    return browser.post(path, {"csrf_token": token_of(browser), **fields}, status=status)


def names_on(page: Any) -> set[str]:
    return {row["id"].removeprefix("addon-") for row in page.html.select(".ky-addons > li")}


@pytest.mark.parametrize("path", ["/p/base.addons", "/addons/toy_desk", "/addon-wishes/1"])
def test_people_without_an_office_do_not_get_in(bob: TestApp, path: str) -> None:
    assert bob.get(path, status="*").status_int == 403


def test_the_menu_leads_to_the_page(kim: TestApp, ann: TestApp) -> None:
    assert kim.get("/").html.find("a", href="/p/base.addons") is not None
    assert ann.get("/").html.find("a", href="/p/base.addons") is None


def test_a_company_administrator_sees_what_is_installed_and_the_own_company(kim: TestApp) -> None:
    assert names_on(kim.get("/p/base.addons")) == {"base", "toy_desk"}
    page = kim.get("/addons/toy_desk")
    assert "Acme" in page.html.select_one("#companies").find_parent("section").text
    assert "Beta" not in page.html.select_one("main").text
    assert page.html.select_one("#operations") is None
    assert kim.get("/addons/toy_deals", status="*").status_int == 404


def test_a_system_administrator_sees_everything(sue: TestApp) -> None:
    page = sue.get("/p/base.addons")
    assert {"base", "toy_desk", "toy_deals"} <= names_on(page)
    desk, deals = (page.html.select_one(f"#addon-{name}").text for name in ("toy_desk", "toy_deals"))
    assert "on in 1 of 2 companies" in desk
    assert "Available" in deals
    detail = sue.get("/addons/toy_desk")
    companies = detail.html.select_one("#companies").find_parent("section").text
    assert "Acme" in companies and "Beta" in companies
    assert {"Menus", "Roles"} <= {one.text.split()[0] for one in detail.html.select(".ky-plan summary")}


def test_many_companies_are_shown_some_at_a_time(sue: TestApp, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ("core.lifecycle.addon_overview", "core.web.pages.addons"):
        monkeypatch.setattr(f"{place}.COMPANIES_AT_ONCE", 1)
    url, seen = "/addons/toy_desk", []
    for _page in range(9):
        page = sue.get(url).html
        seen += [
            one.get_text(strip=True) for one in page.select("section[aria-labelledby=companies] li > div")
        ]
        further = page.find("a", string="Further companies")
        if further is None:
            break
        url = further["href"]
    assert seen == ["Acme", "Beta"]
    assert page.find("a", string="First companies") is not None
    overview = sue.get("/p/base.addons").text
    assert "of 2 companies" in overview
    assert sue.get("/addons/toy_desk?from=x").status_int == 200


def test_the_switch_works_with_the_next_click(kim: TestApp, ann: TestApp, people: People) -> None:
    assert ann.get("/r/toy_desk.job").status_int == 200
    page = kim.get("/p/base.addons")
    form = page.html.select_one("#addon-toy_desk form")
    button = form.select_one("button")
    assert (button["role"], button["aria-checked"]) == ("switch", "true")
    company = people.ids["Acme"]
    assert posted(kim, form["action"], company=company, on=0).location.endswith("/p/base.addons")
    try:
        assert not is_on(people)
        assert ann.get("/r/toy_desk.job", status="*").status_int == 404
        assert kim.get("/p/base.addons").html.select_one("#addon-toy_desk button")["aria-checked"] == "false"
    finally:
        posted(kim, form["action"], company=company, on=1)
    assert ann.get("/r/toy_desk.job").status_int == 200


def test_another_company_is_the_system_administrators(kim: TestApp, sue: TestApp, people: People) -> None:
    beta = people.ids["Beta"]
    posted(kim, "/addons/toy_desk/switch", 404, company=beta, on=1)
    assert not is_on(people, "Beta")
    posted(sue, "/addons/toy_desk/switch", company=beta, on=1)
    assert is_on(people, "Beta")
    posted(sue, "/addons/toy_desk/switch", company=beta, on=0)
    assert not is_on(people, "Beta")


@pytest.mark.parametrize(
    ("company", "addon", "status"), [("x", "toy_desk", 400), ("999999", "toy_desk", 404)]
)
def test_what_nobody_could_switch(kim: TestApp, company: str, addon: str, status: int) -> None:
    posted(kim, f"/addons/{addon}/switch", status, company=company, on=1)


def test_what_is_not_composed_or_always_on_is_not_switched(kim: TestApp, people: People) -> None:
    company = people.ids["Acme"]
    posted(kim, "/addons/toy_nowhere/switch", 404, company=company, on=1)
    answer = posted(kim, "/addons/base/switch", 422, company=company, on=0)
    assert "always on" in answer.html.select_one("[role=alert]").text


def test_changes_need_a_page_of_ours(kim: TestApp, sue: TestApp, people: People) -> None:
    for path in ("/addons/toy_desk/switch", "/addons/toy_desk/plan"):
        assert (
            sue.post(path, {"company": people.ids["Acme"], "on": 0, "kind": "remove"}, status="*").status_int
            == 403
        )
    assert is_on(people)
    assert run(people, "select * from core.addon_request") == []


PLAN = LifePlan(
    "install", "toy_deals", ("toy_deals",), (Line("table", "toy_deals.deal", "Table of deals", 3),)
)


def asked_by(browser: TestApp, people: People, kind: str = "install", addon: str = "toy_deals") -> str:
    """A wish as a worker leaves it when it has made the plan; its address."""
    path = posted(browser, f"/addons/{addon}/plan", kind=kind).location.removeprefix("http://localhost")
    assert "The plan is being made" in browser.get(path).text
    return str(path)


def planned(people: People, path: str, plan: LifePlan) -> None:
    import json

    run(people, "update core.addon_request set state = 'planned', plan = :plan, digest = :digest where id = :id",
        plan=json.dumps(plan.as_json()), digest=plan.digest, id=int(path.rpartition("/")[2]))  # fmt: skip


def state_of(people: People, path: str) -> str:
    key = int(path.rpartition("/")[2])
    return str(run(people, "select state from core.addon_request where id = :id", id=key)[0][0])


def test_operations_on_the_deployment_are_not_a_companys(kim: TestApp, people: People) -> None:
    for kind in ("install", "remove", "purge"):
        posted(kim, "/addons/toy_desk/plan", 403, kind=kind)
    assert run(people, "select * from core.addon_request") == []


@pytest.mark.parametrize("kind", ["enable", "conquer", ""])
def test_an_operation_that_is_none_is_refused(sue: TestApp, kind: str) -> None:
    posted(sue, "/addons/toy_desk/plan", 400, kind=kind)


def test_the_plan_is_shown_and_confirmed_as_it_is(sue: TestApp, people: People) -> None:
    path = asked_by(sue, people)
    planned(people, path, PLAN)
    page = sue.get(path)
    assert "Table of deals" in page.text and "3 rows" in page.text
    posted(sue, path, digest=PLAN.digest)
    assert state_of(people, path) == "confirmed"
    shown = sue.get(path).html.select_one("#wish")
    assert shown["hx-get"] == path
    assert sue.get(path).html.select_one("noscript a")["href"] == path
    fragment = sue.get(path, headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert fragment.html.select_one("html") is None and fragment.html.select_one("#wish") is not None
    posted(sue, path, 409, digest=PLAN.digest)


def test_a_plan_that_has_changed_is_shown_again(sue: TestApp, people: People) -> None:
    path = asked_by(sue, people)
    planned(people, path, PLAN)
    other = LifePlan(
        "install", "toy_deals", ("toy_deals",), (Line("table", "toy_deals.bid", "Table of bids"),)
    )
    planned(people, path, other)
    answer = posted(sue, path, 409, digest=PLAN.digest)
    assert "The plan has changed meanwhile" in answer.text and "Table of bids" in answer.text
    assert state_of(people, path) == "planned"


def test_what_the_plan_refuses_has_no_button(sue: TestApp, people: People) -> None:
    path, refused = asked_by(sue, people), LifePlan("install", "toy_deals", (), (), ("Deals has no code.",))
    planned(people, path, refused)
    page = sue.get(path)
    assert "Deals has no code." in page.text
    assert page.html.select_one(f"form[action='{path}']") is None
    posted(sue, path, 409, digest=refused.digest)


def test_purging_asks_for_the_name_in_writing(sue: TestApp, people: People) -> None:
    run(people, "insert into core.addon (name, version, state) values ('toy_gone', '1.0.0', 'removed')")
    try:
        path = asked_by(sue, people, "purge", "toy_gone")
        plan = LifePlan("purge", "toy_gone", ("toy_gone",))
        planned(people, path, plan)
        answer = posted(sue, path, 422, digest=plan.digest, typed="toy_other")
        assert answer.html.select_one("#typed")["aria-invalid"] == "true"
        assert state_of(people, path) == "planned"
        posted(sue, path, digest=plan.digest, typed=" toy_gone ")
        assert state_of(people, path) == "confirmed"
    finally:
        run(people, "delete from core.addon where name = 'toy_gone'")


def test_only_who_asked_confirms_and_a_new_wish_replaces_the_last(sue: TestApp, people: People) -> None:
    first = asked_by(sue, people)
    planned(people, first, PLAN)
    run(people, "update core.addon_request set user_id = user_id + 1")
    page = sue.get(first)
    assert "who asked for this plan, can confirm it" in page.text
    posted(sue, first, 403, digest=PLAN.digest)
    run(people, "update core.addon_request set user_id = user_id - 1")
    second = asked_by(sue, people)
    assert (state_of(people, first), state_of(people, second)) == ("dropped", "asked")


def test_a_plan_is_dropped(sue: TestApp, people: People) -> None:
    path = asked_by(sue, people)
    posted(sue, f"{path}/drop")
    assert state_of(people, path) == "dropped"
    posted(sue, f"{path}/drop", 409)


def test_without_a_worker_the_command_is_named(sue: TestApp, people: People) -> None:
    path = asked_by(sue, people)
    assert "keyuan addon install toy_deals" not in sue.get(path).text
    run(people, "update core.addon_request set changed_at = now() - interval '1 minute'")
    assert "keyuan addon install toy_deals" in sue.get(path).text


def test_a_failure_is_told_in_words_with_its_number(sue: TestApp, people: People) -> None:
    path = asked_by(sue, people)
    run(
        people,
        """update core.addon_request set state = 'failed', outcome = '{"id": "beef0123",
        "error": {"domain": "core", "text": "There is no installed addon named {name}.", "args": {"name": "x"}}}'""",
    )
    page = sue.get(path)
    assert "There is no installed addon named x." in page.text and "beef0123" in page.text


def test_who_changes_the_deployment_is_named(sue: TestApp, people: People) -> None:
    run(people, "insert into core.journal (kind, addons, by, backend, step) "
        "values ('install', 'toy_deals', 'Li Lei', 1, 'finishing')")  # fmt: skip
    try:
        for path in ("/p/base.addons", "/addons/toy_deals", asked_by(sue, people)):
            text = sue.get(path).html.select_one("main").text
            assert "Li Lei" in text and "Indexes are built" in text, path
    finally:
        run(people, "delete from core.journal where by = 'Li Lei'")


def test_open_pages_are_told_of_a_change(kim: TestApp, ann: TestApp, people: People) -> None:
    """A page knows what it was made for; answers to its scripts, and a question now and then, say what is there now."""
    page, asked = ann.get("/r/toy_desk.job").html, {"HX-Request": "true"}
    made = page.select_one("meta[name=features]")["content"]
    assert page.select_one("#features-changed").has_attr("hidden")
    assert ann.get("/r/toy_desk.job", headers=asked).headers["X-Features"] == made
    assert ann.get("/features").text == made.partition(".")[0]
    company = people.ids["Acme"]
    posted(kim, "/addons/toy_desk/switch", company=company, on=0)
    try:
        assert ann.get("/preferences", headers=asked).headers["X-Features"] != made
    finally:
        posted(kim, "/addons/toy_desk/switch", company=company, on=1)
    assert ann.get("/preferences", headers=asked).headers["X-Features"] == made
    assert "X-Features" not in ann.get("/preferences").headers
