"""The pages in a real Chromium: nothing against the content security policy, nothing wider than the screen."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect
from waitress.server import create_server

from core.config import Config
from core.orm.compose import Composition
from core.web.app import PACKAGES, make_app
from tests.core.web import trial_pages
from tests.core.web.conftest import PASSWORD, People

pytestmark = pytest.mark.browser

PAGES = ["/", "/notices", "/preferences", "/search?q=x", "/p/toy_desk.hello"]
WIDTHS = [1280, 390, 320]
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def address(config: Config, composed: Composition, people: People) -> Iterator[str]:
    """A server of the test's own."""
    app = make_app(config, composed, engine=people.database.app, reload=False,
                   packages=(*PACKAGES, "tests.core.web.trial_pages"))  # fmt: skip
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://localhost:{server.effective_port}"
    server.close()


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.fixture
def open_page(chromium: Browser, address: str, complaints: list[str]) -> Iterator[Open]:
    """Opens a page of a new browser; whatever the console says ends up in `complaints`."""
    contexts: list[Any] = []

    def note(message: Any) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    def visit(path: str, width: int = 1280, login: str | None = "ann", **options: Any) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 800}, base_url=address, locale="en", **options
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if login is not None:
            page.goto("/login")
            page.get_by_label("Login name").fill(login)
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Sign in", exact=True).click()
            page.wait_for_url(f"{address}/")
        page.goto(path)
        return page

    yield visit
    for context in contexts:
        context.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_pages_fit_the_screen_and_keep_the_policy(open_page: Open, complaints: list[str], width: int) -> None:
    page = open_page("/", width)
    for path in PAGES:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    assert complaints == []


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "light"), (1280, "dark")])
def test_pages_are_accessible(open_page: Open, width: int, scheme: str) -> None:
    page = open_page("/", width, color_scheme=scheme)
    for path in ["/", "/preferences", "/notices", "/nothing-here"]:
        page.goto(path)
        found = Axe().run(page)
        serious = [one for one in found.response["violations"] if one["impact"] in ("serious", "critical")]
        assert serious == [], (
            path,
            [(one["id"], [node["html"] for node in one["nodes"]]) for one in serious],
        )


def test_the_sign_in_is_accessible(open_page: Open) -> None:
    page = open_page("/login", 390, login=None)
    found = Axe().run(page)
    assert [
        one["id"] for one in found.response["violations"] if one["impact"] in ("serious", "critical")
    ] == []


def test_on_a_phone_the_navigation_opens_and_closes(open_page: Open) -> None:
    page = open_page("/", 390)
    link = page.locator(".ky-tree a", has_text="Jobs").first
    expect(link).to_be_hidden()
    page.get_by_role("button", name="Navigation").click()
    page.locator(".ky-tree details").filter(has_text="Jobs").locator("summary").click()
    expect(link).to_be_visible()
    page.keyboard.press("Escape")
    expect(link).to_be_hidden()


def test_branches_are_folded_but_that_of_the_page_and_those_somebody_opened(open_page: Open) -> None:
    page = open_page("/")
    branch = page.locator("details[data-key='toy_desk']")
    expect(branch).to_have_js_property("open", False)
    page.goto("/p/toy_desk.hello")
    expect(branch).to_have_js_property("open", True)
    page.goto("/notices")
    expect(branch).to_have_js_property("open", False)
    branch.locator("summary").click()
    page.goto("/")
    expect(branch).to_have_js_property("open", True)
    branch.locator("summary").click()
    page.goto("/notices")
    expect(branch).to_have_js_property("open", False)


def test_the_first_tab_leads_to_the_content(open_page: Open) -> None:
    page = open_page("/notices")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_colours_are_chosen_on_this_device(open_page: Open) -> None:
    page = open_page("/")
    page.get_by_role("button", name="User menu of Ann Lee").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.goto("/notices")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_a_toast_is_shown_escaped_and_goes_when_told(open_page: Open, complaints: list[str]) -> None:
    page = open_page("/notices")
    page.evaluate("keyuan.toast({text: '<img src=x onerror=alert(1)>', kind: 'warning', undo: 'abcd1234'})")
    toast = page.locator("#toasts .ky-toast")
    expect(toast).to_contain_text("<img src=x")
    assert page.locator("#toasts form").get_attribute("action") == "/undo/abcd1234"
    toast.get_by_role("button", name="Close").click()
    expect(toast).to_have_count(0)
    assert complaints == []


def test_a_refusal_to_htmx_becomes_a_toast(open_page: Open) -> None:
    page = open_page("/notices")
    page.evaluate("htmx.ajax('GET', '/trial/refuse/denied', {target: 'main'})")
    expect(page.locator("#toasts .is-danger")).to_contain_text("You do not have the right to do this.")
    expect(page.locator("main h1")).to_have_text("Notices")


def test_htmx_sends_the_token(open_page: Open) -> None:
    page = open_page("/notices")
    with page.expect_response("**/trial/write/200") as answer:
        page.evaluate("htmx.ajax('POST', '/trial/write/200', {target: '#dialogs', swap: 'innerHTML'})")
    assert answer.value.status == 200


def test_a_form_is_sent_once(open_page: Open) -> None:
    page = open_page("/preferences")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.locator("#current").fill("x")
    page.locator("#password-new").fill("y")
    page.locator("#password-again").fill("z")
    page.evaluate("const f = document.getElementById('password-form'); f.requestSubmit(); f.requestSubmit();")
    expect(page.locator("#again-problem")).to_be_visible()
    assert len(sent) == 1


def test_without_script_one_signs_in_searches_and_opens_the_menu(open_page: Open, address: str) -> None:
    page = open_page("/", 390, java_script_enabled=False)
    page.get_by_role("button", name="Navigation").click()
    link = page.locator(".ky-tree a", has_text="Jobs").first
    page.locator(".ky-tree details").filter(has_text="Jobs").locator("summary").click()
    expect(link).to_be_visible()
    page.goto("/search?q=nothing")
    expect(page.locator("main")).to_contain_text("Nothing found")


def test_the_policy_stops_a_foreign_script(open_page: Open, complaints: list[str]) -> None:
    page = open_page("/notices")
    page.evaluate("""
      const script = document.createElement('script');
      script.textContent = 'window.broken = 1';
      document.body.append(script);
    """)
    assert page.evaluate("window.broken") is None
    assert any("Content Security Policy" in text for text in complaints)


def test_a_select_asks_the_server_while_typing(open_page: Open, complaints: list[str]) -> None:
    page = open_page("/trial/board")
    box = page.locator("#choice-ts-control")
    box.click()
    box.type("张")
    option = page.locator(".ts-dropdown .option", has_text="张三 <b>")
    option.click()
    assert page.locator("#choice").input_value() == "1"
    assert complaints == []


def test_an_answer_to_an_older_question_is_not_shown(open_page: Open) -> None:
    """What was asked while typing may be answered last."""
    page = open_page("/trial/board")
    held: list[Route] = []

    def answer(route: Route) -> None:
        question = parse_qs(urlsplit(route.request.url).query).get("q", [""])[0]
        if question == "张":
            held.append(route)
        else:
            route.fulfill(json=[[7, "asked later"]] if question == "张伟" else [])

    page.route("**/choices*", answer)
    box = page.locator("#choice-ts-control")
    box.click()
    box.type("张")
    page.wait_for_timeout(600)
    box.type("伟")
    expect(page.locator(".ts-dropdown .option")).to_have_text(["asked later"])
    for route in held:
        route.fulfill(json=[[8, "asked before"]])
    page.wait_for_timeout(300)
    assert held
    expect(page.locator(".ts-dropdown .option")).to_have_text(["asked later"])


def drag(page: Page, card: str, column: str) -> None:
    source, target = page.locator(card).bounding_box(), page.locator(column).bounding_box()
    assert source and target
    x, y = source["x"] + 10, source["y"] + 10
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 200, steps=5)  # below all columns, so that none on the way takes it
    page.mouse.move(target["x"] + 30, y + 200, steps=5)
    page.mouse.move(target["x"] + 30, target["y"] + 30, steps=10)
    page.wait_for_timeout(300)
    page.mouse.up()


def test_a_card_is_moved_and_can_be_taken_back(open_page: Open) -> None:
    trial_pages.runs.clear()
    page = open_page("/trial/board")
    page.wait_for_load_state("networkidle")
    drag(page, "[data-id='1']", "#done")
    expect(page.locator("#done [data-id='1']")).to_be_visible()
    expect(page.locator("[data-id='1']")).to_have_attribute("data-version", "5")
    expect(page.locator("#toasts form")).to_have_attribute("action", re.compile("/undo/[0-9a-f]{16}"))
    assert trial_pages.runs == ["1 4 done"]


def test_a_refused_move_goes_back_with_the_reason(open_page: Open) -> None:
    page = open_page("/trial/board")
    page.wait_for_load_state("networkidle")
    drag(page, "[data-id='2']", "#never")
    expect(page.locator("#toasts .is-danger")).to_contain_text("does not allow this")
    expect(page.locator("#todo [data-id='2']")).to_be_visible()


def test_unsaved_changes_are_not_left_by_accident(open_page: Open) -> None:
    page = open_page("/trial/board")
    asked: list[str] = []

    def answer(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    page.goto("/trial/board")
    page.locator("#typed").fill("something")
    page.goto("/notices")
    assert asked == ["beforeunload"]


def test_a_dialog_from_the_server_opens_and_closes(open_page: Open) -> None:
    page = open_page("/trial/board")
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_role("dialog", name="Asked")).to_be_visible()
    page.get_by_role("button", name="No").click()
    expect(page.locator("dialog")).to_have_count(0)
