"""What no request gets past, and what every answer carries."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from webob import Request
from webtest import TestApp, Upload

from core.web import guard
from tests.core.web.conftest import make_browser, token_of

PAGES = [
    "/login",
    "/",
    "/nothing-here",
    "/health",
    "/trial/refuse/fault",
    "/trial/refuse/denied",
    "/static/x/core/keyuan.css",
]


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_is_safe_to_show(browser: TestApp, path: str) -> None:
    first, second = (browser.get(path, status="*").headers for _again in range(2))
    assert first["X-Content-Type-Options"] == "nosniff"
    assert first["Referrer-Policy"] == "same-origin"
    assert first["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in first
    assert "Server" not in first
    policy = first["Content-Security-Policy"]
    for part in (
        "default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'",
        "img-src 'self' data:",
    ):  # fmt: skip
        assert part in policy
    assert "unsafe" not in policy
    nonce = re.search(r"script-src 'self' 'nonce-([\w-]{20,})'", policy)
    assert nonce
    assert nonce[1] not in second["Content-Security-Policy"]
    assert first["X-Request-Id"] != second["X-Request-Id"]


@pytest.mark.parametrize("path", ["/login", "/nothing", "/trial/refuse/fault"])
def test_pages_are_not_kept(browser: TestApp, path: str) -> None:
    assert browser.get(path, status="*").headers["Cache-Control"] == "no-store"


def test_no_page_has_script_or_style_of_its_own(ann: TestApp) -> None:
    for path in ("/", "/preferences", "/notices", "/search?q=x", "/p/toy_desk.hello"):
        text = ann.get(path).text
        assert not re.search(r"<script(?![^>]*\bsrc=)", text)
        assert not re.search(r"\son\w+=|<style|\sstyle=|javascript:", text)


def test_a_fault_shows_its_number_and_nothing_else(browser: TestApp) -> None:
    answer = browser.get("/trial/refuse/fault", status=500)
    assert answer.headers["X-Request-Id"] in answer.text
    for word in ("secret", "vault", "RuntimeError", "Traceback", "/core/"):
        assert word not in answer.text.replace("/static/", "").replace("/core/", "", 20) or word == "/core/"


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "[::", "x y", ""]
)
def test_a_foreign_name_of_the_server_is_refused(application: Any, host: str) -> None:
    browser = make_browser(application)
    browser.extra_environ["HTTP_HOST"] = host
    answer = browser.get("/login", status=400) if host else browser.get("/login", status="*")
    assert "evil.example/" not in answer.text
    assert browser.get("/health").text == "ok"


@pytest.mark.parametrize("host", ["localhost", "localhost:6543", "127.0.0.1:80", "[::1]:6543", "LOCALHOST"])
def test_this_machine_answers_to_its_own_names(application: Any, host: str) -> None:
    browser = make_browser(application)
    browser.extra_environ["HTTP_HOST"] = host
    assert browser.get("/login").status_int == 200


@pytest.mark.parametrize(
    "path", ["/%ff", "/notices/%c3%28", "/login?next=%ff", "/login?%ff=1", "/login?next=a%00b", "/a%00"]
)
def test_bytes_that_are_no_text_are_a_bad_request(browser: TestApp, path: str) -> None:
    assert "not valid UTF-8" in browser.get(path, status=400).text


def test_a_form_that_is_no_text_is_a_bad_request(browser: TestApp) -> None:
    for body in (b"login=%ff", b"login=a%00b", b"%ff=1"):
        browser.post("/login", body, content_type="application/x-www-form-urlencoded", status=400)


def send(application: Any, body: bytes, content_type: str, length: str | None = None) -> Any:
    """A request as it is, without the good manners of a test client."""
    request = Request.blank("/login", method="POST", body=body, content_type=content_type)
    request.environ |= {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "localhost"}
    if length is not None:
        request.environ["CONTENT_LENGTH"] = length
    return request.get_response(application)


def test_multipart_garbage_is_a_refusal(application: Any) -> None:
    for body, kind in (
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"abc", "multipart/form-data"),
        (
            b'--x\r\nContent-Disposition: form-data; name="login"\r\n\r\n\xff\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
        ),
    ):
        answer = send(application, body, kind)
        assert 400 <= answer.status_int < 500, (body, answer.status)


def test_rare_characters_pass(browser: TestApp) -> None:
    form = browser.get("/login").forms[0]
    form["login"], form["password"] = "𠮷野家 👩‍👩‍👧 \u202eabc", "x" * 12
    assert "𠮷野家 👩‍👩‍👧" in form.submit(status=422).text


def test_too_much_is_refused_with_the_limit(
    application: Any, browser: TestApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "FORM_LIMIT", 3 << 20)
    settings = application.registry.settings
    monkeypatch.setitem(settings, "keyuan.config", replace(settings["keyuan.config"], upload_limit=5))
    assert "At most 3 MB" in browser.post("/trial/upload", {"text": "x" * (4 << 20)}, status=413).text
    file = Upload("big.bin", b"0" * (6 << 20))
    assert "At most 5 MB" in browser.post("/trial/upload", {"file": file}, status=413).text


def test_an_announced_hundred_megabytes_are_refused_unread(application: Any) -> None:
    answer = send(application, b"x", "multipart/form-data; boundary=x", str(100 << 20))
    assert answer.status_int == 413
    assert "At most 64 MB" in answer.text
    assert send(application, b"x", "text/plain", "many").status_int in (400, 403)


def test_a_large_form_is_read(ann: TestApp) -> None:
    answer = ann.post("/trial/upload", {"text": "字" * 10_000, "csrf_token": token_of(ann)})
    assert int(answer.text) > 10_000


def test_head_and_options(browser: TestApp) -> None:
    head = browser.head("/login")
    assert head.status_int == 200
    assert head.body == b""
    assert browser.options("/login").headers["Allow"] == "GET, HEAD, OPTIONS, POST"


def test_what_goes_to_the_log_is_harmless() -> None:
    assert guard.printable("/a\nb\x1b[31m") == "/a�b�[31m"
    assert guard.printable("/%C3".replace("%C3", "\xc3")) == "/�"
    assert guard.printable("/set-password/abcdef") == "/set-password/..."
