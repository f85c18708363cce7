"""The page on which somebody's data are erased, with the texts of other records that name the person."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from webtest import TestApp

from tests.core.web.records.conftest import MODEL, Works

CLEAN = "Call ** at ** about 3 pieces"
_numbers = count(1)


@dataclass(frozen=True)
class Person:
    """An employee of a name and number that nobody else has."""

    url: str
    name: str
    text: str


@pytest.fixture
def person(works: Works) -> Person:
    name, mobile = f"Xavier Quill {'I' * (number := next(_numbers))}", f"1381234567{number}"
    with works.env() as env:
        made: Any = env.create("base.employee", code=f"E {number}", name=name, mobile=mobile)
        text = f"Call {name} at 138-1234-567{number} about 3 pieces"
        return Person(f"/r/base.employee/{made.id}/erase", name, text)


def erase_form(page: Any) -> Any:
    return next(form for form in page.forms.values() if "reason" in form.fields)


def titles(works: Works, *keys: int) -> list[Any]:
    with works.env() as env:
        return [(found.title, found.pieces) for found in (env.get(MODEL, key) for key in keys)]  # type: ignore[attr-defined]


def test_chosen_texts_are_masked_with_the_person(ann: TestApp, works: Works, person: Person) -> None:
    longer, alone = works.add(title=person.text, pieces=3), works.add(title=person.name, pieces=4)
    page = ann.get(person.url)
    boxes = {one["value"]: one.has_attr("checked") for one in page.html.select("input[name=text]")}
    assert boxes == {f"{MODEL}:{longer}:title": True, f"{MODEL}:{alone}:title": False}
    assert [one.get_text() for one in page.html.select("mark")] == [person.name, person.name]
    form = erase_form(page)
    form["reason"] = "request 3"
    refused = form.submit(status=422)
    assert (
        "Please confirm" in refused.text and refused.html.select_one("input[name=text][checked]") is not None
    )
    form["confirmed"] = True
    form.submit().follow()
    assert titles(works, longer, alone) == [(CLEAN, 3), (person.name, 4)]
    assert person.name not in ann.get(person.url.removesuffix("/erase")).html.select_one("main").get_text()


def test_where_there_are_many_the_texts_go_first(
    ann: TestApp, works: Works, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("core.orm.erasing_texts", "core.web.pages.records_erase"):
        monkeypatch.setattr(f"{module}.MOST", 1)
    keys = [works.add(title=person.text, pieces=1), works.add(title=person.text, pieces=2)]
    page = ann.get(person.url)
    assert len(page.html.select("input[name=text]")) == 1 and "These are the first 1" in page.text
    form = erase_form(page)
    form["reason"], form["confirmed"] = f"{person.name} wrote", True
    assert "must not name" in form.submit("texts_only", status=422).text
    form = erase_form(ann.get(person.url))
    form["reason"], form["confirmed"] = "request 4", True
    page = form.submit("texts_only").follow()
    assert titles(works, *keys) == [(CLEAN, 1), (person.text, 2)] and person.name in page.text
    assert "texts_only" not in erase_form(page).fields
    monkeypatch.setattr("core.orm.erasing_texts.SECONDS", 0)
    assert "Too large to be searched to the end" in ann.get(person.url).text


def test_who_may_not_erase_is_told_nothing(rae: TestApp, works: Works, person: Person) -> None:
    works.add(title=person.text, pieces=3)
    assert "Call" not in rae.get(person.url, status="4*").text
