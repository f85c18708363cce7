"""The real product in a real browser: one `keyuan serve --demo` for all tests, and an eye on every page.

Whatever a page does wrong fails the test that opened it: a console error, an uncaught exception, a violation of the
content security policy or a policy that is not strict, a request to another host, an answer with 5xx.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect

from tests.core.server.processes import state_folder
from tests.system.served import Served

LOCALES: Final = {"zh_CN": "zh-CN", "en": "en-GB"}
_TOKEN: Final = re.compile(r'name="csrf_token" value="([^"]+)"')
_BROWSERS_OWN: Final = ("chrome", "chrome-extension")
"""Parts of the browser itself: its viewer of PDF."""
_STRICT: Final = re.compile(
    r"default-src 'self'; script-src 'self' 'nonce-([\w-]{16,})'; style-src 'self' 'nonce-\1'; img-src 'self' data:; "
    r"font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def keyuan() -> Iterator[Served]:
    """The product with its demonstration data."""
    with state_folder() as state:
        served = Served(state, "--demo", "--port", "0").wait_ready()
        yield served
        assert served.stop() == 0, served.log.read_text()[-4000:]
        assert served.faults() == []


class Watch:
    """What the pages of one test did wrong."""

    def __init__(self, address: str) -> None:
        host = urlsplit(address).netloc
        self.hosts = (host, host.replace("127.0.0.1", "localhost"))
        self.complaints: list[str] = []
        self._expected: list[str] = []

    def expect_status(self, *codes: int) -> None:
        """The browser reports refusals on its console; these are what the test is about."""
        self._expected += [f"the server responded with a status of {code} " for code in codes]

    def over(self, context: BrowserContext) -> None:
        context.on("console", self._console)
        context.on("weberror", lambda error: self.complaints.append(f"exception: {error.error}"))
        context.on("request", lambda request: self._host(request.url))
        context.on("response", self._answer)

    def _console(self, message: Any) -> None:
        text = f"{message.text} "
        if message.type in ("error", "warning") and not any(known in text for known in self._expected):
            self.complaints.append(f"console {message.type}: {message.text} at {message.location.get('url')}")

    def _host(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob", "about", *_BROWSERS_OWN) and parts.netloc not in self.hosts:
            self.complaints.append(f"request to another host: {url}")

    def _answer(self, response: Response) -> None:
        if response.status >= 500:
            self.complaints.append(f"{response.status} of {response.url}")
        kind = response.headers.get("content-type", "")
        policy = response.headers.get("content-security-policy", "")
        if urlsplit(response.url).scheme in _BROWSERS_OWN:
            return
        if kind.startswith("text/html") and not _STRICT.fullmatch(policy):
            self.complaints.append(f"policy of {response.url}: {policy or 'none'}")


@pytest.fixture
def watch(keyuan: Served) -> Iterator[Watch]:
    assert keyuan.address is not None
    found = Watch(keyuan.address)
    yield found
    assert found.complaints == []


Open = Callable[..., Page]
_signed_in: dict[str, Any] = {}


@pytest.fixture
def open_page(chromium: Browser, keyuan: Served, watch: Watch) -> Iterator[Open]:
    """`open_page("/", "login")`: a page of a new browser window, signed in as that demonstration account.

    Signing in by hand is done once per account; later windows get its cookie.
    """
    contexts: list[BrowserContext] = []

    def visit(
        path: str,
        login: str | None = None,
        *,
        width: int = 1280,
        height: int = 800,
        language: str = "en",
        **options: Any,
    ) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": height}, locale=LOCALES[language], timezone_id="Asia/Shanghai",
            storage_state=_signed_in.get(login or ""), reduced_motion="reduce",
            **{"base_url": keyuan.address, **options},
        )  # fmt: skip
        context.set_default_timeout(30_000)
        contexts.append(context)
        watch.over(context)
        page = context.new_page()
        if login is not None:
            if login not in _signed_in:
                sign_in(page, login, keyuan.accounts[login])
                _signed_in[login] = context.storage_state()
            speak(context, language)
        page.goto(path)
        return page

    yield visit
    for context in contexts:
        context.close()


def sign_in(page: Page, login: str, password: str) -> None:
    """By the page, as people do; works in both languages and without scripts."""
    page.goto("/login")
    page.locator("#login").fill(login)
    page.locator("#password").fill(password)
    page.locator("main form .btn-primary").click()
    page.wait_for_url(re.compile(r"/$"))
    expect(page.locator(".ky-avatar")).to_be_visible()


def speak(context: BrowserContext, language: str) -> None:
    """Change the user's language, which is kept on the server."""
    shown = context.request.get("/preferences").text()
    if f'<html lang="{"zh-CN" if language == "zh_CN" else "en"}"' in shown:
        return
    token = _TOKEN.search(shown)
    assert token is not None
    form = {"csrf_token": token[1], "language": language, "next": "/preferences"}
    assert context.request.post("/language", form=form).ok
