"""Keys of the API as people keep them: the page of one's own, and the administrators' list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session
from webtest import TestApp

from core.auth.api_keys import SECRET
from core.auth.api_keys_kept import DAYS, remind_of_keys
from core.auth.models import ApiKey
from core.orm.trust import TRUSTED
from tests.core.web.conftest import PASSWORD, People, make_browser, signed_in, token_of

PAGE = "/preferences/api-keys"


@pytest.fixture(autouse=True)
def _afresh(people: People) -> Iterator[None]:
    yield
    with Session(people.database.owner) as session:
        for key in ("base.login_attempt", "base.api_key", "base.notice", "base.role_right"):
            session.execute(delete(people.composed.info(key).table), execution_options=TRUSTED)
        session.commit()


@pytest.fixture
def kim(application: Any, people: People) -> TestApp:
    """The administrator of Acme."""
    return signed_in(application, "kim")


def make(browser: TestApp, **values: Any) -> Any:
    """What the form of a new key answers."""
    wish = {"name": "the till", "scope": "read", "days": "30", "proof": PASSWORD, **values}
    return browser.post(PAGE, {"csrf_token": token_of(browser), **wish}, expect_errors=True)


def secret_of(answer: Any) -> str:
    assert answer.status_int == 200, answer
    return str(answer.html.find(id="api-key")["value"])


def works(application: Any, secret: str) -> bool:
    answer = make_browser(application).get(
        "/api/v1/", headers={"Authorization": f"Bearer {secret}"}, expect_errors=True
    )
    return bool(answer.status_int == 200)


def rows(browser: TestApp) -> list[str]:
    """One line for each key that works."""
    found = browser.get(PAGE).html.find(id="keys")
    return [] if found is None else [" ".join(row.text.split()) for row in found.find_all("li")]


def test_a_key_is_made_shown_once_and_told_of(kim: TestApp, application: Any) -> None:
    page = kim.get("/preferences").click("API keys", href=PAGE)
    assert page.html.find(id="days")["value"] == str(DAYS) and rows(kim) == []
    answer = make(kim, scope="write", models="base.employee")
    secret = secret_of(answer)
    assert SECRET.fullmatch(secret) and works(application, secret)
    assert answer.headers["Cache-Control"] == "no-store" and "http://localhost/api/v1/" in answer.text
    (line,) = rows(kim)
    assert (
        "the till" in line and "Read and write" in line and "Employees" in line and "from 127.0.0.1" in line
    )
    assert secret[:11] in line and secret not in kim.get(PAGE).text


def test_the_password_is_asked_once_more(kim: TestApp) -> None:
    refused = make(kim, proof="wrong one here")
    assert refused.status_int == 422 and "not right" in refused.html.find(id="proof-make-problem").text
    assert refused.html.find(id="name")["value"] == "the till" and rows(kim) == []
    for _number in range(5):
        answer = make(kim, proof="wrong one here")
    assert answer.status_int == 429 and rows(kim) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", " "), ("days", "0"), ("days", "367"), ("days", "1e3"), ("days", "-1"), ("models", "base.totp")],
)
def test_bad_wishes_are_told_at_their_field(kim: TestApp, field: str, value: str) -> None:
    refused = make(kim, **{field: value})
    assert refused.status_int == 422 and refused.html.find(id=f"{field}-problem").text.strip()
    assert rows(kim) == []


def test_who_may_have_none_is_told_and_gets_none(ann: TestApp) -> None:
    page = ann.get(PAGE)
    assert "Your roles do not let you have API keys" in page.text and page.html.find(id="new-key") is None
    assert make(ann).status_int == 403


def test_a_role_is_given_the_right_and_loses_it_with_the_keys(
    people: People, application: Any, ann: TestApp
) -> None:
    role = people.composed.info("base.role").table
    with people.env("Kim") as env:
        held = env.session.scalar(
            role.select().with_only_columns(role.c.id).where(role.c.code == "toy_desk.worker"),
            execution_options=TRUSTED,
        )
        right = env.create("base.role_right", role=held, model="base.api_key", action="use_api", level="rule")
    secret = secret_of(make(ann))
    assert works(application, secret)
    with people.env("Kim") as env:
        env.delete(env.get("base.role_right", right.id))
    assert not works(application, secret)
    (line,) = rows(ann)  # it is there, to be revoked
    assert "the till" in line


def test_one_and_all_are_revoked_at_once(kim: TestApp, application: Any) -> None:
    first, second, third = (secret_of(make(kim, name=name)) for name in ("one", "two", "three"))
    form = next(form for form in kim.get(PAGE).forms.values() if re.search(r"api-keys/\d+$", form.action))
    assert form.submit().status_int == 303
    assert [works(application, one) for one in (first, second, third)] == [True, True, False]
    kim.post(f"{PAGE}/revoke", {"csrf_token": token_of(kim)}, status=303)
    assert not any(works(application, one) for one in (first, second, third)) and rows(kim) == []
    assert "three" in kim.get(PAGE).html.find(id="over").text


def test_nobody_revokes_the_keys_of_others_by_their_page(kim: TestApp, ann: TestApp, people: People) -> None:
    make(kim)
    (row,) = people.rows("base.api_key", "id")
    ann.post(f"{PAGE}/{row.id}", {"csrf_token": token_of(ann)}, status=404)
    assert len(rows(kim)) == 1


def test_administrators_see_the_keys_of_the_company_and_no_secret(
    people: People, kim: TestApp, ann: TestApp, application: Any
) -> None:
    secret = secret_of(make(kim, models="base.employee"))
    page = kim.get("/r/base.api_key")
    assert "the till" in page.text and "Kim" in page.text and "Employees" in page.text
    (row,) = people.rows("base.api_key", "id", "token_hash")
    record = kim.get(f"/r/base.api_key/{row.id}")
    history = kim.get(f"/r/base.api_key/{row.id}/history")
    for shown in (page, record, history):
        assert secret not in shown.text and row.token_hash not in shown.text
    for closed in ("new", "export", "print"):
        kim.get(f"/r/base.api_key/{closed}", status=403)
    assert "the till" not in ann.get("/r/base.api_key", expect_errors=True).text
    assert works(application, secret)
    token = token_of(kim)
    step = f"/r/base.api_key/{row.id}/do/revoke"
    kim.post(step, {"csrf_token": token}, status=303)
    assert not works(application, secret)


def test_no_key_is_made_in_a_borrowed_name(people: People, application: Any) -> None:
    kim = signed_in(application, "kim")
    kim.post(
        f"/r/base.user/{people.ids['Bob']}/do/act_for",
        {"csrf_token": token_of(kim), "reason": "holiday"}, status=303,
    )  # fmt: skip
    assert kim.get(PAGE, expect_errors=True).status_int == 403
    token = token_of(kim, "/")
    for address in (PAGE, f"{PAGE}/revoke", f"{PAGE}/1"):
        assert kim.post(address, {"csrf_token": token}, expect_errors=True).status_int == 403


def test_a_user_is_reminded_once_a_week_before(people: People, kim: TestApp) -> None:
    make(kim, days="30")
    make(kim, days="7", name="a short one")
    with people.env("Kim") as env:
        assert remind_of_keys(env) == 0
    table = people.composed.info(ApiKey).table
    with Session(people.database.owner) as session:
        soon = (
            update(table)
            .where(table.c.name == "the till")
            .values(
                expires=table.c.expires - timedelta(days=24),
                created_at=table.c.created_at - timedelta(days=24),
            )
        )
        session.execute(soon, execution_options=TRUSTED)
        session.commit()
    for told in (1, 0):
        with people.env("Kim") as env:
            assert remind_of_keys(env) == told
    (notice,) = people.rows("base.notice", "user_id", "text")
    assert notice.user_id == people.ids["Kim"] and "the till" in str(notice.text)


def test_a_changed_password_leaves_keys_and_a_block_does_not(people: People, application: Any) -> None:
    kim = signed_in(application, "kim")
    secret = secret_of(make(kim))
    new = "five green kettles sing"
    kim.post("/preferences/password", {"csrf_token": token_of(kim), "current": PASSWORD, "password": new, "again": new},
             status=303)  # fmt: skip
    assert works(application, secret)
    kim.post("/preferences/password", {"csrf_token": token_of(kim), "current": new, "password": PASSWORD,
                                       "again": PASSWORD}, status=303)  # fmt: skip
    user = people.composed.info("base.user").table
    for blocked in (True, False):
        with Session(people.database.owner) as session:
            mine = update(user).where(user.c.id == people.ids["Kim"]).values(blocked=blocked)
            session.execute(mine, execution_options=TRUSTED)
            session.commit()
        assert works(application, secret) is not blocked
