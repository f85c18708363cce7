"""The parts below the pages: routes, static files, templates, navigation, redirects, devices, addresses."""

from __future__ import annotations

import gzip
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from markupsafe import Markup
from pyramid.request import Request as PyramidRequest
from webob import Request as BareRequest
from webtest import TestApp

from core.config import Config
from core.i18n import LazyString, use_language
from core.testing.compiled import compiled
from core.views.navigation import MenuNode
from core.web.devices import device_of
from core.web.navigation import best_match, initials, leaves_of
from core.web.redirects import safe_next
from core.web.request import Request
from core.web.routes import Endpoint, Route, endpoint, gather
from core.web.static_files import StaticFiles
from core.web.templating import TemplateMissing, Templates
from core.web.widgets.escaping import all_escaped, escaped


def test_fixed_words_come_before_patterns() -> None:
    routes = list(gather("core.web.pages", "core.web.static_files", "tests.core.web.trial_pages"))
    assert routes.index("password") < routes.index("end_session")
    assert set(routes) >= {"home", "login", "logout", "static", "health", "ready", "set_password"}


def test_an_address_is_declared_once() -> None:
    route = Route("x", "/x", {"GET": Endpoint("x", "/x", "GET", lambda request: None)})
    assert route.allowed == ["GET", "HEAD", "OPTIONS"]

    @endpoint("x", "/x", "GET")
    @endpoint("x", "/y", "POST")
    def view(request: Request) -> Any: ...

    assert [found.pattern for found in view.__endpoints__] == ["/y", "/x"]


def test_static_files_are_kept_for_a_year_under_their_hash(browser: TestApp, tmp_path: Path) -> None:
    page = browser.get("/login")
    for tag in [*page.html.find_all("link"), *page.html.find_all("script")]:
        answer = browser.get(tag.get("href") or tag.get("src"))
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    old = browser.get("/static/000000000000/core/keyuan.css")
    assert old.headers["Cache-Control"] == "public, max-age=60"
    ask = BareRequest.blank(
        "/static/x/core/keyuan.css", headers={"Accept-Encoding": "gzip", "Host": "localhost"}
    )
    packed = ask.get_response(browser.app)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(packed.body).startswith(b"/* Keyuan")
    assert browser.get("/static/x/toy_desk/hello.css").text == ".hello { color: green; }\n"
    icons = browser.get("/static/x/core/vendor/icons.svg")
    assert icons.content_type == "image/svg+xml"


@pytest.mark.parametrize(
    "path",
    [
        "core/../app.py",
        "core/%2e%2e/app.py",
        "core/..%2fapp.py",
        "core//etc/passwd",
        "core/nothing.css",
        "x/y",
        "core/",
    ],
)
def test_only_files_that_were_there_at_start_are_served(browser: TestApp, path: str) -> None:
    browser.get(f"/static/x/{path}", status=404)


def test_the_hash_follows_the_content(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("a {}")
    first = StaticFiles({"x": tmp_path}).url("a.css", "x")
    (tmp_path / "a.css").write_text("b {}")
    assert StaticFiles({"x": tmp_path}).url("a.css", "x") != first
    with pytest.raises(KeyError, match=r"b\.css"):
        StaticFiles({"x": tmp_path}).url("b.css", "x")


def template(tmp_path: Path, text: str) -> Templates:
    (tmp_path / "t.pt").write_text(text)
    return Templates({"toy": tmp_path})


def test_values_are_escaped_in_text_attributes_and_messages(tmp_path: Path) -> None:
    found = template(
        tmp_path, '<p title="${v}">${v} ${m}<b i18n:translate="">Hi <i i18n:name="n">${v}</i></b></p>'
    )
    message = LazyString("core", "Hello {name}", {"name": "<b>"})
    text = found["toy:t.pt"].render({"v": '"<i>&', "m": message})
    assert text == (
        '<p title="&quot;&lt;i&gt;&amp;">"&lt;i&gt;&amp; Hello &lt;b&gt;<b>Hi <i>"&lt;i&gt;&amp;</i></b></p>'
    )


def test_attributes_without_value_are_left_out(tmp_path: Path) -> None:
    found = template(
        tmp_path, '<input required="${yes}" checked="${no}" data-x="${none}" hx-target:inherited="#a">'
    )
    assert found["toy:t.pt"].render({"yes": True, "no": False, "none": None}) == (
        '<input required="required" hx-target:inherited="#a">'
    )


def test_a_missing_template_is_named(tmp_path: Path) -> None:
    for name in ("nothing.pt", "toy:nothing.pt", "unknown:x.pt"):
        with pytest.raises(TemplateMissing, match=name):
            Templates({"toy": tmp_path})[name]


def test_every_template_of_the_kernel_compiles() -> None:
    assert Templates(cache=compiled()).compile_all() >= 9


def test_a_fault_in_a_template_does_not_tell_values(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError) as fault, use_language("en"):
        template(tmp_path, "<p>${1 / 0}</p>")["toy:t.pt"].render({"secret": "the-secret-value"})
    assert "the-secret-value" not in str(fault.value)


def node(key: str, url: str | None, *children: MenuNode) -> MenuNode:
    return MenuNode(key, LazyString("core", key), url, None, children)


TREE = [
    node("sales", None, node("leads", "/r/s.lead"), node("mine", "/r/s.lead?preset=mine"),
         node("board", "/r/s.deal?view=board"), node("new", "/r/s.deal/new")),
    node("hello", "/p/s.hello"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "query", "key"),
    [
        ("/r/s.lead", {}, "leads"),
        ("/r/s.lead", {"preset": "mine"}, "mine"),
        ("/r/s.lead", {"preset": "other"}, "leads"),
        ("/r/s.lead/7", {}, "leads"),
        ("/r/s.deal/7/edit", {}, "new"),
        ("/r/s.deal", {"view": "board", "q": "x"}, "board"),
        ("/r/s.deal/new", {}, "new"),
        ("/r/s.leadership", {}, None),
        ("/p/s.hello", {}, "hello"),
        ("/preferences", {}, None),
    ],
)
def test_the_navigation_knows_where_one_is(path: str, query: dict[str, str], key: str | None) -> None:
    assert best_match(leaves_of(TREE), path, query) == key


@pytest.mark.parametrize(
    ("name", "sign"),
    [
        ("王小明", "小明"),
        ("Mary Ann Smith", "MS"),
        ("bob", "B"),
        ("李 雷", "雷"),
        ("  ", "?"),
        ("欧阳娜娜", "娜娜"),
    ],
)
def test_initials(name: str, sign: str) -> None:
    assert initials(name) == sign


@pytest.mark.parametrize(
    ("wanted", "target"),
    [
        ("/r/x?a=1#b", "/r/x?a=1#b"), ("//evil", "/"), ("/\\evil", "/"), ("https:evil", "/"), ("http://evil", "/"),
        ("/\n/evil", "/"), ("/ /evil", "/"), (None, "/"), ("", "/"), ("x", "/"), ("/" + "a" * 3000, "/"),
        ("/%2f%2fevil", "/%2f%2fevil"),
    ],
)  # fmt: skip
def test_only_paths_of_this_server_are_gone_to(wanted: str | None, target: str) -> None:
    assert safe_next(wanted) == target


def test_devices_have_names_that_people_know() -> None:
    chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML) Chrome/141.0 Safari/537.36"
    assert device_of(chrome) == "Chrome · Windows"
    assert device_of(chrome + " Edg/141.0") == "Edge · Windows"
    phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1 Version/19.0 Mobile Safari/604.1"
    assert device_of(phone) == "Safari · iPhone"
    assert device_of("curl/8.0\n\x00") == "curl/8.0"
    assert device_of("") is None


@pytest.mark.parametrize(
    ("base_url", "peer", "headers", "address"),
    [
        ("http://127.0.0.1:6543", "127.0.0.1", {}, "127.0.0.1"),
        ("http://127.0.0.1:6543", "127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, None),
        ("http://127.0.0.1:6543", "127.0.0.1", {"Forwarded": "for=127.0.0.1"}, None),
        ("http://127.0.0.1:6543", "203.0.113.9", {"X-Forwarded-For": "127.0.0.1"}, "203.0.113.9"),
        ("https://crm.example.com", "127.0.0.1", {"X-Forwarded-For": "10.0.0.1, 203.0.113.4"}, "203.0.113.4"),
        ("https://crm.example.com", "127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, None),
        ("https://crm.example.com", "127.0.0.1", {"X-Forwarded-For": "x"}, None),
        ("https://crm.example.com", "203.0.113.9", {"X-Forwarded-For": "198.51.100.1"}, "203.0.113.9"),
        ("https://crm.example.com", "::1", {"Via": "1.1 proxy"}, None),
    ],
)
def test_the_real_address(
    tmp_path: Path, base_url: str, peer: str, headers: dict[str, str], address: str | None
) -> None:
    request = Request.blank("/", environ={"REMOTE_ADDR": peer}, headers=headers)
    config = Config(tmp_path, (tmp_path,), base_url=base_url)
    request.registry = SimpleNamespace(settings={"keyuan.config": config})
    assert request.address == address
    assert isinstance(request, PyramidRequest)


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        (["a", None, "张三"], ["a", "", "张三"]),
        (["a", "<b>", "\"&'"], ["a", "&lt;b&gt;", "&#34;&amp;&#39;"]),
        ([Markup("<b>"), "<b>", None], ["<b>", "&lt;b&gt;", ""]),
        ([1, "<", None], ["1", "&lt;", ""]),
        ([], []),
    ],
)
def test_a_column_is_escaped_like_its_cells(values: list[Any], texts: list[str]) -> None:
    assert list(all_escaped(values)) == texts == ["" if one is None else escaped(one) for one in values]
