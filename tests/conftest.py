"""How thoroughly Hypothesis looks: the same examples every time, or by `--hypothesis-profile=thorough` new and many.
And the one browser of all tests that want one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

settings.register_profile("thorough", derandomize=False, deadline=None, print_blob=True)

CHROMIUM: Final = "/usr/bin/chromium"
SWITCHES: Final = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser with an empty profile; a missing one is an error of every test, never a skip.

    What has to come may take its time: other workers have browsers and servers on the same processors.
    """
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=15_000)
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield found
        found.close()
