"""What people do with forms, written once."""

from __future__ import annotations

import re
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect


def pick(page: Page, field: str, text: str) -> None:
    """Choose in a searchable box: type, wait for the proposals, take the one with this text."""
    box = page.locator(f"#f-{field}-ts-control")
    box.click()
    box.press_sequentially(text)
    page.locator(f"#f-{field}-ts-dropdown .option", has_text=text).first.click()
    expect(page.locator(f".ts-wrapper:has(#f-{field}-ts-control) .item", has_text=text)).to_be_visible()


def save(page: Page) -> None:
    page.locator(".ky-save button[name=save]").click()


def do(page: Page, label: str) -> Locator:
    """Press the button of a step, in the head of the record or in its further actions; gives its dialog.

    Until the scripts of a page have run such a button is a link to a page of its own, which is as good for
    somebody fast, but has no dialog: so wait for them.
    """
    button = page.locator(".ky-actions").get_by_text(label, exact=True)
    expect(button.first).to_be_attached()
    page.wait_for_load_state()
    if not button.first.is_visible():
        page.locator(".ky-actions details.ky-pop > summary").last.click()
    button.first.click()
    return page.locator("dialog[open]")


def confirm(dialog: Locator) -> None:
    """Press the button that does it, and wait until the dialog is gone."""
    dialog.locator("footer button").click()
    expect(dialog).to_have_count(0)


def toast(page: Page, text: str | re.Pattern[str]) -> Locator:
    """The message in the corner that says this."""
    found = page.locator("#toasts .ky-toast").filter(has_text=text)
    expect(found.first).to_be_visible()
    return found.first


def drag(page: Page, card: Locator, lane: Locator) -> None:
    """As a hand does: slowly enough for SortableJS to notice. Both must be on the screen."""
    lane.scroll_into_view_if_needed()
    card.scroll_into_view_if_needed()
    source, target = card.bounding_box(), lane.bounding_box()
    assert source and target
    page.mouse.move(source["x"] + 40, source["y"] + source["height"] - 8)
    page.mouse.down()
    page.mouse.move(source["x"] + 50, source["y"] + source["height"], steps=5)
    page.mouse.move(target["x"] + 60, target["y"] + 40, steps=20)
    page.wait_for_timeout(250)
    page.mouse.up()


def widest(page: Page) -> int:
    """How wide the page is; more than the screen means that it scrolls sideways."""
    found: int = page.evaluate("document.documentElement.scrollWidth")
    return found


def serious_findings(page: Page) -> list[tuple[Any, ...]]:
    """What axe calls serious or critical on the page as it is."""
    found = Axe().run(page).response["violations"]
    return [
        (one["id"], [node["html"][:160] for node in one["nodes"]])
        for one in found
        if one["impact"] in ("serious", "critical")
    ]
