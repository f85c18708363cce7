"""Pages for people from whom fields or values are kept: they all open, and none of them tells a value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from webtest import TestApp

from core.auth import access
from core.auth.access_index import access_index
from core.orm.compose import composition
from core.orm.masking import MASK
from tests.core.web.conftest import People
from tests.core.web.records.conftest import LIST, MODEL, Works, csrf

TAKEN = ("title", "phone", "mail", "notes", "price", "due", "code")
VALUES = {
    "title": "Walnut table",
    "phone": "13812345678",
    "mail": "walnut@example.com",
    "notes": "under the oak",
}
PAGE = "/p/base.field_rights"


@pytest.fixture
def clean(people: People) -> Iterator[None]:
    yield
    with people.database.owner.begin() as connection:
        connection.exec_driver_sql("delete from base.field_right; delete from base.value_limit")


@pytest.fixture
def masked(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The same fields are everybody's, but their values of no record."""

    def masks(_index: Any, info: Any, _env: Any) -> dict[str, Any]:
        return dict.fromkeys(VALUES, info.cls.id > 0) if info.key == MODEL else {}

    monkeypatch.setattr(access, "masks_for", masks)
    access_index(composition()).memories.forget()
    yield
    access_index(composition()).memories.forget()


def worker(works: Works) -> int:
    with works.env() as env:
        found = env.first("base.role", env.condition("base.role", "code", "eq", "toy_works.worker"))
        assert found is not None
        return int(found.id)


def hide(ann: TestApp, works: Works, *names: str, right: str = "hidden") -> Any:
    page = ann.get(f"{PAGE}?role={worker(works)}&model={MODEL}")
    form = page.forms[1] if "right.title" in page.forms[1].fields else next(
        one for one in page.forms.values() if "right.title" in one.fields
    )  # fmt: skip
    for name in names:
        form[f"right.{name}"] = right
    return form.submit(status=303).follow()


def pages_of(ann: TestApp, key: int) -> list[tuple[str, str]]:
    paths = [
        LIST, f"{LIST}?view=board", f"{LIST}?group=owner", f"{LIST}?filters=1", f"{LIST}/new", f"{LIST}/bin", "/",
        "/search?q=Walnut", f"{LIST}?q=Walnut", f"{LIST}/{key}", f"{LIST}/{key}/edit", f"{LIST}/{key}/delete",
        f"{LIST}/{key}/attachments", f"{LIST}/{key}/do/shut", f"{LIST}/{key}/do/shut?also=title,phone,mail,notes", f"{LIST}/{key}/why", f"{LIST}/{key}/history", f"/r/toy_works.visit/new?work={key}",
    ]  # fmt: skip
    found = [(path, ann.get(path, status="*")) for path in paths]
    assert [path for path, answer in found if answer.status_int != 200] == []
    return [(path, answer.text) for path, answer in found]


def test_pages_without_the_fields_and_the_name(ann: TestApp, works: Works, clean: None) -> None:
    key = works.add(**VALUES)
    hide(ann, works, *TAKEN)
    for path, text in pages_of(ann, key):
        assert not [value for value in VALUES.values() if value in text], path
    assert f"#{key}" in ann.get(LIST).text
    for address in ("order=title", "group=code", "f=phone:eq:13812345678", "f=code:empty:yes"):
        ann.get(f"{LIST}?{address}", status=400)


def test_a_board_of_a_hidden_field_is_not_there(ann: TestApp, works: Works, clean: None) -> None:
    works.add(**VALUES)
    assert "view=board" in ann.get(LIST).text
    hide(ann, works, "phase")
    assert "view=board" not in ann.get(LIST).text
    ann.get(f"{LIST}?view=board", status=404)


def test_pages_of_masked_records(ann: TestApp, works: Works, masked: None) -> None:
    key = works.add(**VALUES)
    for path, text in pages_of(ann, key):
        assert not [value for value in VALUES.values() if value in text], path
    page = ann.get(f"{LIST}/{key}")
    assert MASK in page.text
    form = ann.get(f"{LIST}/{key}/edit").forms["record-form"]
    assert not set(VALUES) & set(form.fields)
    form["pieces"] = "7"
    form.submit(status=303)
    assert works.value(key, "pieces") == 7 and works.value(key, "title") == VALUES["title"]


def test_a_masked_value_is_not_typed_into_an_address(ann: TestApp, works: Works, masked: None) -> None:
    key = works.add(**VALUES)
    page = ann.get(f"{LIST}/{key}/edit")
    sent = {"csrf_token": csrf(page), "version": "1", "key": "k" * 20, "phone": "13800000000"}
    ann.post(f"{LIST}/{key}/edit", sent, status=400)
    assert works.value(key, "phone") == VALUES["phone"]


def test_a_read_only_field_is_shown_and_not_typed(ann: TestApp, works: Works, clean: None) -> None:
    key = works.add(**VALUES)
    hide(ann, works, "phone", right="readonly")
    page = ann.get(f"{LIST}/{key}/edit")
    assert "phone" not in page.forms["record-form"].fields and VALUES["phone"] in page.text


def test_the_page_shows_what_is_set_and_sets_it_back(ann: TestApp, works: Works, clean: None) -> None:
    page = hide(ann, works, "phone", "notes")
    assert "2 rights were changed." in page.text
    ticked = [one["name"] for one in page.html.find_all("input", {"value": "hidden", "checked": True})]
    assert ticked == ["right.phone", "right.notes"]
    page = hide(ann, works, "phone", "notes", right="")
    assert page.html.find("input", {"value": "hidden", "checked": True}) is None
    assert "Nothing was changed." in hide(ann, works, "phone", right="").text


def test_limits_are_ticked_on_the_same_page(ann: TestApp, works: Works, clean: None) -> None:
    small, large = works.add(title="Small", size="s"), works.add(title="Large", size="l")
    page = ann.get(f"{PAGE}?role={worker(works)}&model={MODEL}")
    form = next(one for one in page.forms.values() if "right.title" in one.fields)
    form.fields["limit.size"][1].checked = True
    form.submit(status=303)
    ann.get(f"{LIST}/{large}", status=200)
    ann.get(f"{LIST}/{small}", status=404)


def test_the_page_is_for_administrators(rae: TestApp, ann: TestApp, works: Works) -> None:
    rae.get(PAGE, status=403)
    sent = {
        "csrf_token": csrf(rae.get("/preferences")),
        "role": worker(works),
        "model": MODEL,
        "right.title": "hidden",
    }
    rae.post("/field-rights", sent, status=403)
    sent["csrf_token"] = csrf(ann.get(PAGE))
    ann.post("/field-rights", sent | {"right.title": "all mine"}, status=400)
    ann.post("/field-rights", sent | {"model": "base.user"}, status=404)
