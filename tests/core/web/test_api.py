"""The door of the API: a key in one header, nothing else; failures as RFC 9457 has them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session
from structlog.testing import capture_logs
from webtest import TestApp

from core.auth.api_keys import new_secret
from core.auth.api_keys_kept import make_key
from core.auth.models.api_key import READ, WRITE
from core.orm.audit_tables import audit
from core.orm.trust import TRUSTED
from core.views.operations import places_of
from core.web.api.problems import CONTENT_TYPE
from core.web.routes import endpoint, gather
from tests.core.web.conftest import People, make_browser, token_of

ROOT = "/api/v1/"


@pytest.fixture(autouse=True)
def _afresh(people: People) -> Iterator[None]:
    """No wrong keys and no keys are left for the next test."""
    yield
    with Session(people.database.owner) as session:
        for key in ("base.login_attempt", "base.api_key"):
            session.execute(delete(people.composed.info(key).table), execution_options=TRUSTED)
        session.commit()


@pytest.fixture
def program(application: Any) -> TestApp:
    """Some program, on this machine, that keeps no cookies."""
    return make_browser(application)


def key_of(people: People, scope: str = WRITE, *models: str) -> str:
    """A key of Kim, who is administrator of Acme."""
    with people.env("Kim") as env:
        return make_key(env, "the till", scope, models, 30).secret


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def refused(answer: Any, status: int) -> dict[str, Any]:
    """A problem, and nothing else: no cookie, no redirect, no page."""
    assert (answer.status_int, answer.content_type) == (status, CONTENT_TYPE), answer
    assert "Set-Cookie" not in answer.headers and "Location" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    told: dict[str, Any] = answer.json
    assert told["status"] == status and told["request_id"] == answer.headers["X-Request-Id"]
    assert told["type"].startswith("urn:keyuan:problem:") and told["title"] and told["detail"]
    assert "Traceback" not in answer.text and "select secret" not in answer.text
    return told


def test_a_key_says_who_calls(program: TestApp, people: People) -> None:
    secret = key_of(people, READ, "base.employee")
    for address in (ROOT, "/api/v1"):
        answer = program.get(address, headers=bearer(secret))
        assert answer.content_type == "application/json" and answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers and "Access-Control-Allow-Origin" not in answer.headers
        told = answer.json
        assert told["user"] == {"id": people.ids["Kim"], "name": "Kim"}
        assert told["company"] == {"id": people.ids["Acme"], "name": "Acme"}
        assert told["key"]["scope"] == READ and told["key"]["models"] == ["base.employee"]
        assert told["key"]["expires"].endswith("Z")
        assert secret not in answer.text


def test_the_scheme_is_written_as_one_likes_and_nothing_else_counts(program: TestApp, people: People) -> None:
    secret = key_of(people)
    assert program.get(ROOT, headers={"Authorization": f"bearer  {secret}"}).status_int == 200
    for given in ({}, {"Authorization": f"Basic {secret}"}, {"Authorization": secret}, {"X-Api-Key": secret},
                  {"Authorization": "Bearer"}, {"Authorization": "Bearer \xff"}):  # fmt: skip
        refused(program.get(ROOT, headers=given, expect_errors=True), 401)


def test_one_answer_for_every_key_that_opens_nothing(program: TestApp, people: People) -> None:
    revoked, expired = key_of(people), key_of(people)
    table = people.composed.info("base.api_key").table
    with Session(people.database.owner) as session:
        session.execute(update(table).where(table.c.start == revoked[:11]).values(revoked_at=people_now()),
                        execution_options=TRUSTED)  # fmt: skip
        session.execute(update(table).where(table.c.start == expired[:11]).values(expires=people_now()),
                        execution_options=TRUSTED)  # fmt: skip
        session.commit()
    seen = set()
    for secret in (new_secret(), revoked, expired, "nonsense"):
        answer = program.get(ROOT, headers=bearer(secret), expect_errors=True)
        told = refused(answer, 401)
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="keyuan"'
        seen.add((told["type"], told["detail"]))
    assert len(seen) == 1


def people_now() -> Any:
    from sqlalchemy import text

    return text("now() - interval '1 second'")


def test_wrong_keys_are_slowed_down_and_right_ones_are_not(application: Any, people: People) -> None:
    program, secret = make_browser(application, "203.0.113.40"), key_of(people)
    for _number in range(30):
        refused(program.get(ROOT, headers=bearer(new_secret()), expect_errors=True), 401)
    program.get(ROOT, headers=bearer(new_secret()), expect_errors=True)
    answer = program.get(ROOT, headers=bearer(new_secret()), expect_errors=True)
    assert refused(answer, 429)["type"].endswith("too-many-attempts")
    assert int(answer.headers["Retry-After"]) > 0
    assert program.get(ROOT, headers=bearer(secret)).status_int == 200
    refused(make_browser(application).get(ROOT, headers=bearer(new_secret()), expect_errors=True), 401)
    form = program.get("/login").forms[0]
    form["login"], form["password"] = "ann", "wrong one here"
    assert form.submit(expect_errors=True).status_int == 422  # people there still sign in


def test_a_cookie_is_no_key_and_a_key_is_no_session(program: TestApp, ann: TestApp, people: People) -> None:
    refused(ann.get(ROOT, expect_errors=True), 401)
    refused(ann.post("/api/trial/en", {"csrf_token": token_of(ann)}, expect_errors=True), 401)
    secret = key_of(people)
    page = program.get("/preferences", headers=bearer(secret))
    assert page.status_int == 303 and "/login" in page.location
    assert program.post("/notices", {}, headers=bearer(secret)).location.endswith("/login")
    told = ann.get(ROOT, headers=bearer(secret)).json
    assert told["user"]["name"] == "Kim"


def test_a_key_needs_no_token_of_a_form_and_no_origin(program: TestApp, people: People) -> None:
    secret = key_of(people, WRITE, "base.user")
    headers = {**bearer(secret), "Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    answer = program.post("/api/trial/en", "{}", headers=headers, content_type="application/json")
    assert answer.status_int == 200 and "Set-Cookie" not in answer.headers
    assert not any(name.lower().startswith("access-control") for name in answer.headers)
    options = program.options(ROOT, headers={"Origin": "https://evil.example"})
    assert options.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert not any(name.lower().startswith("access-control") for name in options.headers)


def test_what_a_program_does_stands_in_the_audit_with_its_key(program: TestApp, people: People) -> None:
    secret = key_of(people, WRITE, "base.user")
    program.post("/api/trial/zh_CN", headers=bearer(secret))
    program.post("/api/trial/en", headers=bearer(secret))
    (key,) = people.rows("base.api_key", "id")
    with Session(people.database.owner) as session:
        wanted = audit.select().where(audit.c.model == "base.user", audit.c.channel == f"api:{key.id}")
        rows = session.execute(wanted.order_by(audit.c.id), execution_options=TRUSTED).all()
    assert [(row.user_id, row.reason) for row in rows] == [(people.ids["Kim"], None)] * 2
    assert secret not in str(rows)
    with people.env("Kim") as env:
        assert "the till" in str(
            places_of(env, [(rows[-1].channel, rows[-1].request_id)])[rows[-1].request_id]
        )


def test_a_key_that_only_reads_is_refused_every_write(program: TestApp, people: People) -> None:
    answer = program.post("/api/trial/zh_CN", headers=bearer(key_of(people, READ)), expect_errors=True)
    assert refused(answer, 403)["type"].endswith("no-access")


@pytest.mark.parametrize(
    "query", ["key={}", "api_key={}", "TOKEN={}", "access_token=x", "anything={}", "q=a{}b"]
)
def test_a_key_in_an_address_is_refused_and_ended(program: TestApp, people: People, query: str) -> None:
    secret = key_of(people)
    with capture_logs() as logs:
        answer = program.get(f"{ROOT}?{query.format(secret)}", headers=bearer(secret), expect_errors=True)
    assert refused(answer, 400)["type"].endswith("key-in-address")
    assert secret not in answer.text and secret not in str(logs)
    status = 200 if "{}" not in query else 401
    assert program.get(ROOT, headers=bearer(secret), expect_errors=True).status_int == status


def test_a_key_in_the_path_is_refused_ended_and_not_logged(program: TestApp, people: People) -> None:
    secret = key_of(people)
    with capture_logs() as logs:
        answer = program.get(f"/api/v1/{secret}/leads", expect_errors=True)
    assert refused(answer, 400)["type"].endswith("key-in-address")
    assert secret not in answer.text and secret not in str(logs)
    assert [one["path"] for one in logs if "path" in one] == ["/api/v1/ky_.../leads"]
    assert any("sent in an address" in str(one["event"]) for one in logs)
    refused(program.get(ROOT, headers=bearer(secret), expect_errors=True), 401)
    told = [
        row.text["args"]["start"] for row in people.rows("base.notice", "text") if "start" in str(row.text)
    ]
    assert secret[:11] in told


def test_the_log_names_user_and_key_and_never_the_secret(program: TestApp, people: People) -> None:
    secret = key_of(people)
    (row,) = people.rows("base.api_key", "id")
    with capture_logs() as logs:
        program.get(ROOT, headers=bearer(secret))
        program.post("/api/trial/fault", headers=bearer(secret), expect_errors=True)
    assert [(one["user"], one["key"]) for one in logs if "user" in one] == [(people.ids["Kim"], row.id)] * 2
    assert secret not in str(logs)


@pytest.mark.parametrize(
    ("how", "status", "kind"),
    [
        ("denied", 403, "no-access"), ("missing", 404, "not-found"), ("conflict", 409, "conflict"),
        ("duplicate", 409, "conflict"), ("state", 409, "conflict"), ("invalid", 422, "refused-values"),
        ("bad", 400, "bad-request"), ("fault", 500, "fault"),
    ],
)  # fmt: skip
def test_failures_are_problems(program: TestApp, people: People, how: str, status: int, kind: str) -> None:
    answer = program.post(f"/api/trial/{how}", headers=bearer(key_of(people)), expect_errors=True)
    told = refused(answer, status)
    assert told["type"] == f"urn:keyuan:problem:{kind}"
    if how == "invalid":
        assert told["errors"] == [{"field": "name", "message": "Name"}]


def test_unknown_addresses_methods_and_sizes_are_problems_too(program: TestApp, people: People) -> None:
    refused(program.get("/api/nowhere", expect_errors=True), 404)
    refused(program.get("/api", expect_errors=True), 404)
    answer = program.post(ROOT, headers=bearer(key_of(people)), expect_errors=True)
    assert refused(answer, 405) and answer.headers["Allow"] == "GET, HEAD, OPTIONS"
    large = program.post(ROOT, "x" * (5 << 20), content_type="application/json", expect_errors=True)
    refused(large, 413)
    refused(program.get(ROOT + "?a=%FF", expect_errors=True), 400)


def test_problems_are_told_in_the_user_s_language_else_in_that_of_the_request(
    program: TestApp, people: People
) -> None:
    secret = key_of(people)
    program.set_cookie("keyuan-language", "zh_CN")
    of_strangers = {
        language: program.get(ROOT, headers={"Accept-Language": language}, expect_errors=True).json["detail"]
        for language in ("zh-CN", "en")
    }
    assert "API key" in of_strangers["en"] and of_strangers["zh-CN"] != of_strangers["en"]
    answer = program.post("/api/trial/denied", headers={**bearer(secret), "Accept-Language": "zh-CN"},
                          expect_errors=True)  # fmt: skip
    assert answer.json["title"] == "No access"  # Kim reads English


def test_addresses_of_keys_and_of_people_are_not_mixed() -> None:
    for pattern, options in (
        ("/page", {"key": True}),
        ("/api/page", {}),
        ("/api/x", {"key": True, "public": True}),
    ):
        with pytest.raises(ValueError, match="for keys"):
            endpoint("mixed", pattern, "GET", **options)


def test_no_address_for_programs_is_opened_by_a_cookie(ann: TestApp) -> None:
    """Every address that there is, also those that are added later."""
    asked, token = 0, token_of(ann)
    for route in gather("core.web.api").values():
        path = re.sub(
            r"\{(\w+)(:(?:[^{}]|\{[^}]*\})*)?\}", lambda part: "1" if part[2] else "base.user", route.pattern
        )
        for method in route.endpoints:
            answer = ann.request(path, method=method, headers={"X-CSRF-Token": token}, expect_errors=True)
            refused(answer, 401)
            asked += 1
    assert asked >= 2


def test_words_of_people_in_an_address_are_no_keys(program: TestApp, people: People) -> None:
    secret = key_of(people)
    for words in ("risky_assessment_of_the_year_2026", secret[:11], "ky_"):
        assert program.get(f"{ROOT}?q={words}", headers=bearer(secret)).status_int == 200
    refused(program.get(f"{ROOT}?q={secret[:30]}", headers=bearer(secret), expect_errors=True), 400)
