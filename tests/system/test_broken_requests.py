"""Requests that no page of ours has made: forged, broken, too large, or with somewhere else in mind."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import quote, unquote_to_bytes, urlsplit

import pytest
from webob.request import BaseRequest
from webtest import TestApp

from core.web.app import PACKAGES
from core.web.csrf import FIELD
from core.web.routes import Route, gather
from tests.system.site import TRACE, Site, refused, token_of

pytestmark = [pytest.mark.xdist_group("bad_input"), pytest.mark.usefixtures("nothing_is_written")]
CUSTOMER: Final = "crm_base.customer"
ROUTES: Final = [*gather(*PACKAGES).values()]
CHANGING: Final = [one for one in ROUTES if "POST" in one.endpoints and not one.endpoints["POST"].key]
FOR_PROGRAMS: Final = [one for one in ROUTES if any(found.key for found in one.endpoints.values())]
EVIL: Final = [
    "//evil.example", "/\\evil.example", "https:evil.example", "https://evil.example/", "/\t/evil.example",
    "%2F%2Fevil.example", "javascript:alert(1)", "///evil.example", "\\\\evil.example", "http:/\\evil.example",
]  # fmt: skip


def filled(route: Route, records: dict[str, int]) -> str:
    """An address of the route that exists."""
    parts = {"model": CUSTOMER, "id": str(records["customer"]), "method": "log_activity", "request_id": "0123456789abcdef",
             "entry": "1", "share": "1", "code": "base.user",
             "token": "x" * 40, "key": "nope", "name": "rows.csv", "field": "content", "version": "1", "place": "1", "paper": "nope", "addon": "crm_leads",
             "step": "log_activity"}  # fmt: skip
    return re.sub(r"\{(\w+)(:(?:[^{}]|\{[^}]*\})*)?\}", lambda found: parts[found[1]], route.pattern)


@pytest.mark.parametrize("route", CHANGING, ids=lambda route: route.name)
def test_changing_needs_our_token_and_our_origin(
    site: Site, seller: TestApp, records: dict[str, int], route: Route
) -> None:
    url, mine, other = filled(route, records), token_of(seller), token_of(site.visitor("colleague"))
    attempts: list[dict[str, Any]] = [
        {"params": {"name": "x"}},
        {"params": {FIELD: ""}},
        {"params": {FIELD: other}},
        {"params": {FIELD: mine[:-1] + ("0" if mine[-1] != "0" else "1")}},
        {"params": f"{FIELD}={mine}", "headers": {"Content-Type": "text/plain"}},
        {"params": {FIELD: mine}, "headers": {"Origin": "https://evil.example"}},
        {"params": {FIELD: mine}, "headers": {"Origin": "null"}},
        {"params": {FIELD: mine}, "headers": {"Sec-Fetch-Site": "cross-site"}},
        {"params": {FIELD: mine}, "headers": {"Referer": "https://evil.example/form"}},
    ]
    for attempt in attempts:
        refused(seller.post(url, status="*", **attempt), 403)


@pytest.mark.parametrize("route", CHANGING, ids=lambda route: route.name)
def test_looking_changes_nothing(seller: TestApp, records: dict[str, int], route: Route) -> None:
    url, token = filled(route, records), token_of(seller)
    for method in ("HEAD", "GET", "PUT", "DELETE", "PATCH"):
        answer = seller.request(f"{url}?{FIELD}={token}", method=method, status="*")
        if method in ("HEAD", "GET") and "GET" in route.endpoints:
            assert answer.status_int < 500
        else:
            assert answer.status_int == 405
            assert "POST" in answer.headers["Allow"]


def test_a_stranger_is_led_to_the_sign_in_by_every_route(site: Site, records: dict[str, int]) -> None:
    stranger = site.visitor()
    for route in ROUTES:
        for method, found in route.endpoints.items():
            if found.public or found.key:
                continue
            answer = stranger.request(filled(route, records), method=method, status="*")
            assert answer.status_int == 303, route.name
            assert urlsplit(answer.location).path == "/login"


@pytest.mark.parametrize("route", FOR_PROGRAMS, ids=lambda route: route.name)
def test_a_browser_is_nobody_where_programs_ask(
    site: Site, seller: TestApp, records: dict[str, int], route: Route
) -> None:
    """Neither a session nor a token of a form opens them, so no other site can make a browser write there."""
    url, token = filled(route, records), token_of(seller)
    for browser in (seller, site.visitor()):
        for method in route.endpoints:
            for kind in ("application/json", "text/plain", "application/x-www-form-urlencoded"):
                headers = {"Content-Type": kind, "X-CSRF-Token": token, "If-Match": '"1"'}
                answer = browser.request(
                    url, method=method, headers=headers, body=b'{"name": "x"}', status="*"
                )
                assert (answer.status_int, answer.content_type) == (401, "application/problem+json")


@pytest.mark.parametrize(
    "path", ["/r/%ff%fe", "/%c0%af", "/r/crm_base.customer/%ff", "/static/%ff", "/%ed%a0%80"]
)
def test_a_path_that_is_no_text(site: Site, seller: TestApp, path: str) -> None:
    """WebTest reads the path itself, so the application is called without it."""
    sent = BaseRequest.blank(
        "/", headers={"Host": "localhost", "Cookie": f"keyuan={seller.cookies['keyuan']}"}
    )
    sent.environ["PATH_INFO"] = unquote_to_bytes(path).decode("latin-1")
    answer = sent.get_response(site.app)
    assert answer.status_int == 400
    assert not TRACE.search(answer.text)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (f"/r/{CUSTOMER}?q=%ff", None), (f"/r/{CUSTOMER}?%ff=1", None), ("/search?q=%ed%a0%80", None),
        ("/search?q=%00", None), ("/login?next=%ff", None), (f"/r/{CUSTOMER}/new", b"name=%ff"),
        (f"/r/{CUSTOMER}/new", b"name=\xff\xfe"), (f"/r/{CUSTOMER}/new", b"name=a%00b"), (f"/r/{CUSTOMER}/new", b"%ff=1"),
        ("/login", b"login=%ff&password=x"),
    ],
)  # fmt: skip
def test_what_is_no_text(seller: TestApp, path: str, body: bytes | None) -> None:
    if body is None:
        refused(seller.get(path, status="*"))
    else:
        token = token_of(seller).encode()
        refused(seller.post(path, body + b"&csrf_token=" + token, status="*"))


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "application/x-www-form-urlencoded"])
def test_too_much_is_refused_unread(seller: TestApp, kind: str) -> None:
    """100 MB, of which nobody reads a byte."""

    class Untouched:
        def read(self, *_size: int) -> bytes:
            raise AssertionError("the body was read")

        readline = readlines = __iter__ = read

    environ = {"wsgi.input": Untouched(), "CONTENT_LENGTH": str(100 << 20), "CONTENT_TYPE": kind}
    answer = seller.request(f"/r/{CUSTOMER}/new", method="POST", environ=environ, status="*")
    assert "too large" in refused(answer, 413).text


@pytest.mark.parametrize("target", EVIL)
def test_the_way_on_stays_on_this_server(
    site: Site, seller: TestApp, records: dict[str, int], target: str
) -> None:
    stranger = site.visitor()
    form = stranger.get(f"/login?next={quote(target)}").forms[0]
    assert form["next"].value in ("/", "%2F%2Fevil.example")
    key = records["customer"]
    for path in (f"/r/{CUSTOMER}/new", f"/r/{CUSTOMER}/{key}/edit", f"/r/{CUSTOMER}/{key}/do/log_activity"):
        page = seller.get(f"{path}?next={quote(target)}").html
        assert not [
            a["href"] for a in page.find_all("a", href=True) if "evil" in a["href"] or "alert" in a["href"]
        ]
    answer = seller.post("/language", {FIELD: token_of(seller), "language": "en", "next": target}, status=303)
    assert urlsplit(answer.location).netloc in ("", "localhost")
    assert urlsplit(answer.location).path.startswith("/")
    assert not urlsplit(answer.location).path.startswith(("//", "/\\"))
