"""Refusals in words, with their status, for a page and for htmx."""

from __future__ import annotations

import json

import pytest
from sqlalchemy.exc import OperationalError
from webtest import TestApp

from core.web.errors import status_of, words

STATUS = {
    "denied": 403, "missing": 404, "conflict": 409, "duplicate": 409, "used": 409, "state": 409, "invalid": 422,
    "bad": 400, "fault": 500,
}  # fmt: skip
HTMX = {"HX-Request": "true"}


@pytest.mark.parametrize(("kind", "status"), STATUS.items())
def test_a_page_says_what_is_wrong(browser: TestApp, kind: str, status: int) -> None:
    answer = browser.get(f"/trial/refuse/{kind}", status=status)
    assert answer.headers["X-Request-Id"] in answer.text
    assert answer.html.find("h1").text.strip()


@pytest.mark.parametrize(("kind", "status"), STATUS.items())
def test_htmx_gets_a_toast_and_leaves_the_page_alone(browser: TestApp, kind: str, status: int) -> None:
    answer = browser.get(f"/trial/refuse/{kind}", headers=HTMX, status=status)
    assert answer.headers["HX-Reswap"] == "none"
    (toast,) = json.loads(answer.headers["HX-Trigger"])["keyuan:toasts"]["toasts"]
    assert toast["kind"] == "danger"
    assert "vault" not in toast["text"]
    assert (answer.headers["X-Request-Id"] in toast["text"]) == (status == 500)


def test_missing_and_invisible_are_told_apart_by_nothing(ann: TestApp) -> None:
    unknown = ann.get("/nothing-here", status=404)
    missing = ann.get("/trial/refuse/missing", status=404)
    ids = [page.headers["X-Request-Id"] for page in (unknown, missing)]
    assert unknown.html.find("main").text.replace(ids[0], "") == missing.html.find("main").text.replace(
        ids[1], ""
    )


def test_a_refusal_is_in_the_reader_s_language(browser: TestApp) -> None:
    for language, words_of_it in (("zh-CN,zh;q=0.9", "zh-CN"), ("en-GB", "en")):
        answer = browser.get("/nothing", headers={"Accept-Language": language}, status=404)
        assert answer.html.find("html")["lang"] == words_of_it


def test_htmx_is_led_to_the_sign_in_by_its_own_way(browser: TestApp) -> None:
    headers = {**HTMX, "HX-Current-URL": "http://localhost/notices?before=3"}
    answer = browser.post("/notices", {}, headers=headers, status=401)
    assert answer.headers["HX-Redirect"] == "/login?next=%2Fnotices%3Fbefore%3D3"


def test_what_was_typed_is_inert(browser: TestApp) -> None:
    for typed in (
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "${7*7}",
        "{{7*7}}",
        "</title>",
    ):
        answer = browser.get("/trial/hostile", {"typed": typed})
        assert typed in answer.html.find("main").find("p").text
        assert "<script>alert" not in answer.text
        assert "<img src=x" not in answer.text
        assert "49" not in answer.html.find("main").text.replace(answer.headers["X-Request-Id"], "")


class _Said(Exception):
    def __init__(self, pgcode: str | None) -> None:
        self.pgcode = pgcode


@pytest.mark.parametrize(("pgcode", "status"), [(None, 503), ("57014", 503), ("42703", 500)])
def test_a_database_that_is_away_or_too_slow_is_no_fault_of_the_page(pgcode: str | None, status: int) -> None:
    error = OperationalError("select 1", {}, _Said(pgcode))
    assert status_of(error) == status
    assert "select" not in str(words(error, status))
