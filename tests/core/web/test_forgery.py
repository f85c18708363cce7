"""State is changed by our own pages only."""

from __future__ import annotations

import re
from typing import Any

import pytest
from webtest import TestApp

from core.web.routes import gather
from tests.core.web.conftest import People, make_browser, token_of

POSTS = [
    ("/logout", {}),
    ("/notices", {}),
    ("/company", {"company": "1"}),
    ("/preferences/password", {"current": "x"}),
    ("/preferences/sessions", {}),
    ("/preferences/sessions/1", {}),
    ("/notices/1", {}),
    ("/undo/0123456789abcdef", {}),
    ("/language", {"language": "zh_CN"}),
]


@pytest.mark.parametrize(("path", "values"), POSTS)
def test_nothing_is_changed_without_the_page_s_token(ann: TestApp, path: str, values: dict[str, str]) -> None:
    refused = ann.post(path, values, status=403)
    assert "out of date" in refused.text
    ann.post(path, {**values, "csrf_token": "0" * 80}, status=403)
    ann.post(path, {**values, "csrf_token": "ü" * 80}, status=403)
    ann.post(path, "text", content_type="text/plain", status=403)


def test_the_token_of_somebody_else_and_of_a_stranger_is_no_token(
    ann: TestApp, bob: TestApp, application: Any
) -> None:
    of_bob = token_of(bob)
    of_stranger = token_of(make_browser(application), "/login")
    for token in (of_bob, of_stranger):
        ann.post("/notices", {"csrf_token": token}, status=403)
    assert ann.post("/notices", {"csrf_token": token_of(ann)}).status_int == 303


def test_the_token_may_come_in_a_header(ann: TestApp) -> None:
    assert ann.post("/notices", {}, headers={"X-CSRF-Token": token_of(ann)}).status_int == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
        {"Referer": "https://evil.example/page"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_foreign_page_is_refused_even_with_the_token(ann: TestApp, headers: dict[str, str]) -> None:
    ann.post("/notices", {"csrf_token": token_of(ann)}, headers=headers, status=403)


def test_our_own_origin_is_welcome(ann: TestApp) -> None:
    headers = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert ann.post("/notices", {"csrf_token": token_of(ann)}, headers=headers).status_int == 303


def test_signing_in_needs_the_token_of_the_visitor_too(application: Any, people: People) -> None:
    browser = make_browser(application)
    browser.post("/login", {"login": "ann", "password": "x"}, status=403)
    token = token_of(make_browser(application), "/login")
    browser.post("/login", {"login": "ann", "password": "x", "csrf_token": token}, status=403)


def _sample(part: re.Match[str]) -> str:
    """Something that fits a part of an address."""
    samples = {"model": "toy_desk.job", "request_id": "0123456789abcdef"}
    return samples.get(part[1], "1" if "d" in (part[2] or "") else "word")


def test_every_address_that_changes_something_refuses_to_be_looked_at(ann: TestApp) -> None:
    """GET and HEAD never change state: an address that only takes POST says so, with what it takes."""
    seen = 0
    for route in gather("core.web.pages").values():
        if "GET" in route.endpoints:
            continue
        path = re.sub(r"\{(\w+)(:(?:[^{}]|\{[^{}]*\})*)?\}", _sample, route.pattern)
        for method in ("GET", "HEAD", "PUT", "DELETE", "PATCH"):
            refused = ann.request(path, method=method, status=405)
            assert refused.headers["Allow"] == "OPTIONS, POST"
        seen += 1
    assert seen >= 7
