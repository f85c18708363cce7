"""Pieces of pages that are kept for a caller: nobody gets somebody else's, and none outlives what it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from sqlalchemy import insert, select, update
from webtest import TestApp

from core.lifecycle.activation import disable, enable
from core.orm.engine import Scope, apply_scope, session_factory
from core.orm.system_env import system_env
from core.orm.trust import TRUSTED
from core.web import rendering
from core.web.kept import blank, kept
from core.web.pages import records_list, records_tools
from tests.core.web.conftest import People
from tests.core.web.records.conftest import LIST, Works, csrf


@pytest.fixture
def alter(people: People) -> Iterator[Callable[..., Any]]:
    """Change a row past all rights, as another process would; it is as before after the test."""
    undo: list[tuple[str, int, dict[str, Any]]] = []

    def change(key: str, record_id: int, **values: Any) -> None:
        table = people.composed.info(key).table
        with session_factory(people.database.owner).begin() as session:
            apply_scope(session.connection(), Scope((people.ids["Acme"],), (0, people.ids["Acme"])))
            row = session.execute(
                select(table).where(table.c.id == record_id), execution_options=TRUSTED
            ).one()
            undo.append((key, record_id, {name: row._mapping[name] for name in values}))
            session.execute(
                update(table).where(table.c.id == record_id).values(**values), execution_options=TRUSTED
            )

    yield change
    for key, record_id, values in reversed(undo.copy()):
        change(key, record_id, **values)


@contextmanager
def role(people: People, person: str, code: str) -> Iterator[None]:
    """Somebody has one more role for a while."""
    roles, held = people.composed.info("base.role").table, people.composed.info("base.user_role").table
    with session_factory(people.database.owner).begin() as session:
        apply_scope(session.connection(), Scope((people.ids["Acme"],), (0, people.ids["Acme"])))
        found = session.scalars(
            select(roles.c.id).where(roles.c.code == code), execution_options=TRUSTED
        ).one()
        values = {"user_id": people.ids[person], "role_id": found, "company_id": people.ids["Acme"]}
        made = session.execute(insert(held).values(values).returning(held.c.id), execution_options=TRUSTED)
        key = made.scalar_one()
    yield
    with session_factory(people.database.owner).begin() as session:
        apply_scope(session.connection(), Scope((people.ids["Acme"],), (0, people.ids["Acme"])))
        session.execute(held.delete().where(held.c.id == key), execution_options=TRUSTED)


def tokens(page: Any) -> set[str]:
    """Every token of the page's forms, and that of its scripts."""
    inputs = {str(one["value"]) for one in page.html.find_all("input", {"name": "csrf_token"})}
    return inputs | {str(page.html.find("meta", {"name": "csrf-token"})["content"])}


def test_a_page_has_one_token_and_address_and_both_are_its_own(ann: TestApp, works: Works) -> None:
    works.add(title="One")
    first, second = ann.get(LIST), ann.get(f"{LIST}?order=title&q=%3Cb%3E%22")
    assert len(tokens(first)) == len(tokens(second)) == 1 and tokens(first) != tokens(second)
    here = [page.html.select_one("#user-menu input[name=next]")["value"] for page in (first, second)]
    assert here == [LIST, f"{LIST}?order=title&q=%3Cb%3E%22"]
    again = ann.get(LIST)
    answer = ann.post("/language", {"language": "en", "next": LIST, "csrf_token": csrf(again)})
    assert answer.status_int == 303


def test_nobody_gets_a_piece_of_somebody_else_s_page(
    ann: TestApp, rae: TestApp, eve: TestApp, works: Works
) -> None:
    key = works.add(title="One")
    for _turn in range(2):
        mine, other, far = ann.get(LIST), rae.get(LIST), eve.get(LIST)
        names = [page.html.select_one("#user-menu b").text for page in (mine, other, far)]
        assert names == ["Ann Lee", "Rae", "Eve"]
        assert [page.html.select_one(".ky-brand small").text for page in (mine, far)] == ["Acme", "Beta"]
        assert mine.html.select_one(f".ky-actions a[href='{LIST}/new']") and mine.html.select_one(".ky-bulk")
        assert not other.html.select_one(f".ky-actions a[href='{LIST}/new']")
        assert "bulk-delete" in mine.text and "bulk-delete" not in other.text
        assert "Edit" in ann.get(f"{LIST}/{key}").html.select_one(".ky-head").text
        assert "Edit" not in rae.get(f"{LIST}/{key}").html.select_one(".ky-head").text


def test_one_person_in_two_companies_and_two_languages(
    ann: TestApp, people: People, alter: Callable[..., Any], works: Works
) -> None:
    english = ann.get(LIST)
    alter("base.user", people.ids["Ann Lee"], language="zh_CN")
    chinese = ann.get(LIST)
    for page, language, word in ((english, "en", "Sign out"), (chinese, "zh-CN", "退出")):
        assert page.html.html["lang"] == language and word in page.html.select_one("#user-menu").text
    assert (
        english.html.select_one("#filters summary").text != chinese.html.select_one("#filters summary").text
    )
    assert english.html.select_one("#toast-template").text != chinese.html.select_one("#toast-template").text


def test_what_changes_shows_on_the_next_page(
    ann: TestApp, people: People, alter: Callable[..., Any], works: Works
) -> None:
    before = ann.get(LIST)
    alter("base.user", people.ids["Ann Lee"], name="Ann <Smith>")
    assert before.html.select_one("#user-menu b").text == "Ann Lee"
    assert ann.get(LIST).html.select_one("#user-menu b").text == "Ann <Smith>"
    alter("base.company", people.ids["Acme"], name="Acme & Sons")
    after = ann.get(LIST)
    assert after.html.select_one("#user-menu b").text == "Ann <Smith>"
    assert after.html.select_one(".ky-brand small").text == "Acme & Sons"
    assert "Acme & Sons" in after.html.select_one("#user-menu").text and "Ann <Smith>" not in after.text


def test_a_role_that_is_given_and_taken(rae: TestApp, people: People, works: Works) -> None:
    key = works.add(title="One")

    def offered() -> tuple[bool, bool, bool]:
        page = rae.get(LIST)
        return (
            page.html.select_one(f".ky-actions a[href='{LIST}/new']") is not None,
            "bulk-delete" in page.text,
            bool(rae.get(f"{LIST}/{key}").html.select(".ky-actions *")),
        )

    assert offered() == (False, False, False)
    with role(people, "Rae", "toy_works.worker"):
        assert offered() == (True, True, True)
    assert offered() == (False, False, False)


def test_an_addon_that_is_switched_off_and_on(ann: TestApp, people: People, works: Works) -> None:
    def switch(turn: Callable[..., Any]) -> None:
        with session_factory(people.database.owner).begin() as session:
            addons = frozenset(people.composed.addons)
            with system_env(session, people.ids["Acme"], addons, "test") as env:
                turn(env, people.ids["Acme"], "toy_works")

    def known() -> tuple[bool, str]:
        page = ann.get("/")
        return LIST in page.html.select_one(".ky-tree").decode(), str(
            page.html.find("meta", {"name": "features"})["content"]
        )

    works.add(title="One")
    ann.get(LIST)
    is_on, features = known()
    switch(disable)
    try:
        is_off, others = known()
        ann.get(LIST, status=404)
    finally:
        switch(enable)
    assert is_on and not is_off and features != others
    assert known() == (True, features) and ann.get(LIST).status_int == 200


def test_the_tree_marks_where_each_page_is(ann: TestApp, works: Works) -> None:
    for path in ("/", LIST, "/", LIST):
        marked = [one["href"] for one in ann.get(path).html.select(".ky-tree a[aria-current]")]
        assert [one.partition("?")[0] for one in marked] == [path]


def test_numbers_of_presets_and_totals_are_those_of_now(ann: TestApp, works: Works) -> None:
    works.add(title="One")
    first = [one.text for one in ann.get(LIST).html.select(".ky-tabs .ky-count")]
    works.add(title="Two", urgent=True)
    second = [one.text for one in ann.get(LIST).html.select(".ky-tabs .ky-count")]
    assert (first, second) == (["0"], ["1"])


def test_order_and_columns_have_their_own_heads(ann: TestApp, works: Works) -> None:
    works.add(title="One", price="3")

    def heads(query: str) -> list[tuple[str, str | None]]:
        found = ann.get(f"{LIST}?{query}").html.select("thead th[scope]")
        return [(one.text, one.get("aria-sort")) for one in found]

    for _turn in range(2):
        assert heads("cols=title,price") == [("Title", None), ("Price", None)]
        assert heads("cols=title,price&order=price") == [("Title", None), ("Price", "ascending")]
        assert heads("cols=price,title&order=-price") == [("Price", "descending"), ("Title", None)]


def test_what_changes_a_list_leads_to_its_first_page(ann: TestApp, works: Works) -> None:
    works.add_many([{"title": f"W{n:02}"} for n in range(12)])
    after = ann.get(ann.get(f"{LIST}?limit=5").html.find(id="page-next")["href"])
    assert after.html.find(id="page-previous")["href"]
    assert not after.html.select(".ky-tools input[name=after]")
    form = next(one for one in after.forms.values() if "q" in one.fields and one.action == LIST)
    form["q"] = "W11"
    assert [one.text for one in form.submit().html.select("td.is-name")] == ["W11"]


CONDITIONS = (
    {},
    {"q": "One"},
    {"q": '<b>"&=+ 甲 %25'},
    {"f": ["title:contains:<i>&+\"' 乙", "pieces:gt:1"]},
    {"f": ["title:contains:One"], "q": "O&e", "order": "-title", "cols": "title,price", "view": "list"},
    {"q": "One", "preset": "", "limit": "20", "order": "title"},
)


def test_a_list_with_conditions_is_the_same_whether_kept_or_rendered(
    ann: TestApp, works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    works.add(title="One & two", pieces=3)
    paths = [f"{LIST}?{urlencode(conditions, doseq=True)}" for conditions in CONDITIONS]

    def asked() -> list[tuple[list[tuple[str, Any]], list[str]]]:
        """Every link and input of each list as its reader gets them, in the order of the parameters' names."""
        found = []
        for path in paths:
            page = ann.get(path).html.find(id="list")
            links = [one[name] for name in ("href", "hx-get", "action") for one in page.select(f"[{name}]")]
            places = [(one.partition("?")[0], sorted(parse_qsl(one.partition("?")[2]))) for one in links]
            fields = page.select("input:not([name=once]):not([name=csrf_token]), .ky-count")
            found.append((places, [sorted(one.attrs.items()) if one.attrs else one.text for one in fields]))
        return found

    kept_once, kept_twice = asked(), asked()
    monkeypatch.setattr(records_tools, "tools_key", lambda *_: None)
    monkeypatch.setattr(records_list, "tools_key", lambda *_: None)
    built = asked()
    for first, second, fresh in zip(kept_once, kept_twice, built, strict=True):
        assert first[0] == second[0] == fresh[0]
        assert sorted(map(str, first[1])) == sorted(map(str, second[1])) == sorted(map(str, fresh[1]))


def test_a_searched_list_leads_on_with_its_conditions(ann: TestApp, works: Works) -> None:
    works.add_many(
        [{"title": "One & two", "pieces": 3}, {"title": "One", "pieces": 3}, {"title": "One & two"}]
    )
    for words, number in (("One", 2), ("One & two", 1)) * 2:
        page = ann.get(LIST, {"q": words, "f": "pieces:eq:3"})
        assert len(page.html.select("td.is-name")) == number
        assert page.html.select_one("#list input[name=q]")["value"] == words
        assert page.html.select_one("#filters .ky-count").text == "1"
        assert len(page.click(href="order=", index=0).html.select("td.is-name")) == number
        form = next(one for one in page.forms.values() if "q" in one.fields and one.action == LIST)
        form["q"] = "two"
        assert len(form.submit().html.select("td.is-name")) == 1


def test_each_record_has_its_own_values_number_and_keys(ann: TestApp, works: Works) -> None:
    full = works.add(title="<i>Full</i>", mail="a@example.com", pieces=7)
    bare = works.add(title="Bare")
    pages = {key: ann.get(f"{LIST}/{key}") for key in (full, bare, full, bare)}
    assert "&lt;i&gt;Full&lt;/i&gt;" in pages[full].text and "<i>Full" not in pages[full].text
    assert "mailto:a@example.com" in pages[full].text and "mailto:" not in pages[bare].text
    for key, page in pages.items():
        marks = page.html.select(".ky-fields .ky-none")
        assert marks and all(one["aria-label"] == "empty" for one in marks)
        addresses = [one["action"] for one in page.html.select(".ky-head form")]
        addresses += [one["href"] for one in page.html.select(".ky-head a[href]")]
        assert addresses and all(one.startswith(f"{LIST}/{key}/") for one in addresses)
        assert len(tokens(page)) == 1
    keys = [one["value"] for page in pages.values() for one in page.html.select("input[name=key]")]
    assert len(keys) > 3 and len(set(keys)) == len(keys)


def test_buttons_and_states_follow_the_record(ann: TestApp, rae: TestApp, works: Works) -> None:
    fresh, begun = works.add(title="One"), works.add(title="Two")
    with works.env() as env:
        env.run(env.composition.info("toy_works.work").methods["start"], [env.get("toy_works.work", begun)])

    def head(who: TestApp, key: int) -> tuple[list[str], list[str]]:
        found = who.get(f"{LIST}/{key}").html
        return (
            [one.get_text(strip=True) for one in found.select(".ky-actions > form button, .ky-actions > a")],
            [one.text for one in found.select(".ky-steps [aria-current]")],
        )

    for _turn in range(2):
        assert head(ann, fresh) == (["Start", "Shut down", "Edit"], ["Open work"])
        assert head(ann, begun) == (["Shut down", "Edit"], ["Running"])
        assert head(rae, fresh) == ([], ["Open work"]) and head(rae, begun) == ([], ["Running"])


def test_what_is_kept_is_rendered_once(ann: TestApp, works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    key = works.add(title="One")
    paths = (LIST, f"{LIST}/{key}", f"{LIST}?q=One&f=pieces:gt:1")
    for path in (*paths, f"{LIST}?q=Two&f=price:eq:3"):
        ann.get(path)
    seen: list[str | None] = []
    render = rendering.render_text

    def counted(*arguments: Any, macro: str | None = None) -> str:
        seen.append(macro)
        return render(*arguments, macro=macro)

    monkeypatch.setattr(rendering, "render_text", counted)
    for path in paths:
        ann.get(path)
    assert seen == [None, None, None]


def test_a_blank_of_which_nothing_is_known_is_a_fault() -> None:
    with pytest.raises(LookupError, match="record:colour"):
        kept(None, "a piece", (), lambda: f"<b>{blank('record:colour')}</b>", None, again=False)  # type: ignore[arg-type]
