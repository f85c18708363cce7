"""A form that is sent after the end of its session: kept through the sign-in, for its writer alone, if it was ours."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func
from webtest import TestApp

from tests.core.web.conftest import PASSWORD, People, make_browser, signed_in

FORM = "/r/toy_desk.job/new"


def typed(browser: TestApp) -> Any:
    """The form, filled."""
    form = browser.get(FORM).forms["record-form"]
    form["title"] = "Written <late> & long"
    return form


def end_sessions(people: People) -> None:
    with people.database.owner.begin() as connection:
        table = people.composed.info("base.session").table
        connection.execute(table.update().where(table.c.ended_at.is_(None)).values(ended_at=func.now()))


def sign_in_on(page: Any, login: str) -> Any:
    form = next(form for form in page.forms.values() if form.action.endswith("/login"))
    form["login"], form["password"] = login, PASSWORD
    return form.submit(status="*")


def titles(people: People) -> list[str]:
    return [row[0] for row in people.rows("toy_desk.job", "title")]


def test_what_was_typed_is_saved_after_signing_in_again(application: Any, people: People) -> None:
    browser = signed_in(application, "ann")
    form = typed(browser)
    end_sessions(people)
    page = form.submit(status=401)
    assert "What you have typed is kept on this page" in page.text
    wrong = next(one for one in page.forms.values() if one.action.endswith("/login"))
    wrong["login"], wrong["password"] = "ann", "not the password"
    again = wrong.submit(status=422)
    offered = sign_in_on(again, "ann")
    assert offered.status_int == 200 and "Written <late> & long" not in titles(people)
    saved = next(one for one in offered.forms.values() if one.action.endswith(FORM)).submit(status=303)
    assert "/r/toy_desk.job" in saved.headers["Location"]
    assert titles(people).count("Written <late> & long") == 1


def test_it_is_not_offered_to_somebody_else(application: Any, people: People) -> None:
    browser = signed_in(application, "ann")
    form = typed(browser)
    end_sessions(people)
    answer = sign_in_on(form.submit(status=401), "bob")
    assert answer.status_int == 303
    assert "Written" not in answer.text


def test_a_form_of_another_page_is_not_kept(application: Any, people: People) -> None:
    browser = signed_in(application, "ann")
    form = typed(browser)
    end_sessions(people)
    form["csrf_token"] = form["csrf_token"].value[:-4] + "0000"
    assert form.submit(status=303).headers["Location"].endswith("/login")
    form = typed(signed_in(application, "ann"))
    end_sessions(people)
    assert form.submit(headers={"Origin": "https://evil.example"}, status=303)
    assert (
        make_browser(application)
        .post(FORM, {"title": "x"}, status=303)
        .headers["Location"]
        .endswith("/login")
    )


def test_a_draft_that_was_changed_on_the_way_is_dropped(application: Any, people: People) -> None:
    browser = signed_in(application, "ann")
    form = typed(browser)
    end_sessions(people)
    page = form.submit(status=401)
    login = next(one for one in page.forms.values() if one.action.endswith("/login"))
    login["draft"].force_value(login["draft"].value[:-3] + "xxx")
    login["login"], login["password"] = "ann", PASSWORD
    assert login.submit().status_int == 303


def test_what_runs_beside_a_form_does_not_lead_away_from_it(application: Any, people: People) -> None:
    browser = signed_in(application, "ann")
    end_sessions(people)
    htmx = {"HX-Request": "true", "HX-Current-URL": f"http://localhost{FORM}"}
    answer = browser.get("/notices", headers=htmx, status=401)
    assert "HX-Redirect" not in answer.headers and "Your session is over." in answer.headers["HX-Trigger"]
    elsewhere = browser.get("/notices", headers={**htmx, "HX-Current-URL": "http://localhost/"}, status=401)
    assert elsewhere.headers["HX-Redirect"] == "/login"
