"""One request is one transaction: all of it, or nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import delete
from webtest import TestApp

from tests.core.web import trial_pages
from tests.core.web.conftest import People, token_of


@pytest.fixture(autouse=True)
def _clean(people: People) -> Iterator[None]:
    trial_pages.runs.clear()
    yield
    with people.database.owner.begin() as connection:
        connection.execute(delete(people.composed.info("base.notice").table))


def post(browser: TestApp, how: str, status: str | int = "*") -> None:
    browser.post(f"/trial/write/{how}", {"csrf_token": token_of(browser)}, status=status)


def written(people: People) -> list[str]:
    return [text["args"]["how"] for (text,) in people.rows("base.notice", "text")]


@pytest.mark.parametrize("how", ["200", "redirect"])
def test_a_good_answer_keeps_what_was_written(ann: TestApp, people: People, how: str) -> None:
    post(ann, how)
    assert written(people) == [how]
    assert trial_pages.runs == [f"committed {how}"]


@pytest.mark.parametrize("how", ["raise", "400", "422", "500"])
def test_a_bad_answer_keeps_nothing_and_tells_nobody(ann: TestApp, people: People, how: str) -> None:
    post(ann, how)
    assert written(people) == []
    assert trial_pages.runs == []


def test_the_loser_of_a_collision_runs_again_from_the_start(ann: TestApp, people: People) -> None:
    post(ann, "collide", 200)
    assert trial_pages.runs == ["tried", "tried", "committed collide"]
    assert written(people) == ["collide"]
    assert "said before the collision" not in ann.get("/").text


def test_a_toast_waits_for_the_next_page_and_is_shown_once(ann: TestApp, people: People) -> None:
    post(ann, "toast", 303)
    shown = ann.get("/notices").text
    assert "It was &lt;b&gt;written&lt;/b&gt;." in shown
    assert re.search(r'action="/undo/[0-9a-f]{16}"', shown)
    assert "It was" not in ann.get("/notices").text


def test_a_toast_that_was_tampered_with_is_not_shown(ann: TestApp, people: People) -> None:
    post(ann, "toast", 303)
    ann.set_cookie("keyuan-toasts", "W1siZm9yZ2VkIiwic3VjY2VzcyIsbnVsbF1d.abc.def")
    assert "forged" not in ann.get("/notices").text
