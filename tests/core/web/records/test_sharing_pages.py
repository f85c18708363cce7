"""Sharing a record in its dialog, the list of shares, and the condition of a sharing rule with what it reaches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from webtest import TestApp

from tests.core.web.records.conftest import LIST, MODEL, Works, csrf, target
from tests.core.web.records.test_records_page import HTMX, form_to

RULE = "/r/base.sharing_rule"


@pytest.fixture
def shared(works: Works) -> Iterator[Works]:
    yield works
    with works.people.database.owner.begin() as connection:
        connection.exec_driver_sql("truncate base.share, base.sharing_rule, base.notice")


def give(app: TestApp, key: int, *users: int, **more: str) -> Any:
    page = app.get(f"{LIST}/{key}/share")
    form = form_to(page, f"{LIST}/{key}/share")
    posted = [
        ("csrf_token", csrf(page)),
        ("key", form["key"].value),
        ("run", "1"),
        ("may", more.get("may", "read")),
    ]
    posted += [("users", str(user)) for user in users]
    posted += [("until", more["until"])] if "until" in more else []
    return app.post(f"{LIST}/{key}/share", posted, status="*")


class TestByHand:
    def test_only_who_may_share_is_offered_it(
        self, ann: TestApp, rae: TestApp, bob: TestApp, shared: Works
    ) -> None:
        key = shared.add(title="One")
        page = ann.get(f"{LIST}/{key}")
        assert page.html.find("a", href=f"{LIST}/{key}/share") is not None
        assert rae.get(f"{LIST}/{key}").html.find("a", href=f"{LIST}/{key}/share") is None
        rae.get(f"{LIST}/{key}/share", status=403)
        bob.get(f"{LIST}/{key}/share", status=403)
        ann.get("/r/toy_works.label/1/share", status=404)

    def test_share_see_and_withdraw(self, ann: TestApp, rae: TestApp, shared: Works) -> None:
        key, to = shared.add(title="One"), shared.people.ids["Rae"]
        answer = give(ann, key, to, until="2099-12-31")
        assert answer.status_int == 303 and target(answer) == f"{LIST}/{key}/share"
        page = ann.get(f"{LIST}/{key}/share")
        (line,) = page.html.select(".ky-shares li")
        assert (
            line.b.text == "Rae"
            and "View only" in line.text
            and "2099" in line.text
            and "by Ann Lee" in line.text
        )
        mine = rae.get("/p/base.shares")
        assert mine.html.find("a", href=f"{LIST}/{key}").text == "One" and "by Ann Lee" in mine.text
        given = ann.get("/p/base.shares")
        assert "with Rae" in given.text
        withdraw = next(form for form in given.forms.values() if form.action.endswith("/withdraw"))
        strange = rae.post(
            withdraw.action, {"csrf_token": csrf(mine)} if mine.html.find("form") else {}, status="*"
        )
        assert strange.status_int in (403, 404), "the receiver has nothing to withdraw"
        assert target(withdraw.submit()) == "/p/base.shares"
        assert not rae.get("/p/base.shares").html.select(".ky-shares li")

    def test_what_cannot_be_given_is_told_at_its_field(self, ann: TestApp, shared: Works) -> None:
        key, ids = shared.add(title="One"), shared.people.ids
        refused = give(ann, key, ids["Bob"])
        assert refused.status_int == 422
        assert "No role of Bob gives the right to view: Works" in refused.html.find(id="f-users-problem").text
        assert "edit" in give(ann, key, ids["Rae"], may="edit").html.find(id="f-users-problem").text
        assert (
            "over already"
            in give(ann, key, ids["Rae"], until="2020-01-01").html.find(id="f-until-problem").text
        )
        assert give(ann, key).html.find(id="f-users-problem") is not None
        assert give(ann, key, ids["Eve"]).status_int in (404, 422), "people of another company do not exist"
        assert not ann.get(f"{LIST}/{key}/share").html.select(".ky-shares li")

    def test_the_dialog_stays_open_and_shows_who_has_it(self, ann: TestApp, shared: Works) -> None:
        key = shared.add(title="One")
        dialog = ann.get(f"{LIST}/{key}/share", headers=HTMX)
        assert dialog.html.dialog is not None and dialog.html.find("html") is None
        form = next(form for form in dialog.forms.values() if form.action == f"{LIST}/{key}/share")
        posted = {"csrf_token": csrf(dialog), "key": form["key"].value, "may": "read",
                  "users": str(shared.people.ids["Rae"])}  # fmt: skip
        again = ann.post(f"{LIST}/{key}/share", posted, headers=HTMX)
        assert [one.b.text for one in again.html.select(".ky-shares li")] == ["Rae"]


@pytest.fixture
def rule(shared: Works) -> int:
    with shared.env() as env:
        role = next(one for one in env.search("base.role", limit=100) if one.code == "toy_works.reader")  # type: ignore[attr-defined]
        return int(env.create("base.sharing_rule", name="Large ones", model=MODEL, to_role=role).id)  # type: ignore[attr-defined]


class TestRules:
    def test_the_page_says_what_the_rule_reaches(self, ann: TestApp, shared: Works, rule: int) -> None:
        shared.add(title="One", size="l")
        shared.add(title="Two")
        page = ann.get(f"{RULE}/{rule}")
        panel = page.html.select_one(f"[hx-get='{RULE}/{rule}/reach']")
        assert panel is not None
        text = ann.get(panel["hx-get"], headers=HTMX).html.get_text(" ", strip=True)
        assert (
            "all records of these owners" in text
            and "2 records at present" in text
            and "1 person gets" in text
        )

    def test_a_condition_is_made_with_the_filters_of_the_list(
        self, ann: TestApp, shared: Works, rule: int
    ) -> None:
        shared.add(title="One", size="l")
        shared.add(title="Two")
        path = f"{RULE}/{rule}/condition"
        page = ann.get(path, [("field", "size"), ("change", "1")])
        large = next(a for a in page.html.select(".ky-quick a") if a.text == "Large")
        assert large["href"] == f"{path}?f=size%3Aeq%3Al"
        chosen = ann.get(large["href"])
        assert "Size is Large" in chosen.text and "1 record at present" in chosen.text
        assert target(form_to(chosen, path).submit()) == f"{RULE}/{rule}"
        assert shared.value(rule, "condition", "base.sharing_rule") == "f=size:eq:l"
        again = ann.get(path)
        removal = again.html.select_one(".ky-chips a")
        assert "Size is Large" in again.text and removal["href"] == f"{path}?change=1"
        assert "2 records at present" in ann.get(removal["href"]).text
        typed = ann.get(
            path, [("f", "size:eq:l"), ("add.field", "title"), ("add.op", "contains"), ("add.value", "On")]
        )
        assert target(typed) == f"{path}?f=size%3Aeq%3Al&f=title%3Acontains%3AOn"
        assert "1 record at present" in typed.follow().text

    def test_nothing_is_offered_that_means_something_else_to_each_reader(
        self, ann: TestApp, shared: Works, rule: int
    ) -> None:
        path = f"{RULE}/{rule}/condition"
        page = ann.get(path, [("field", "owner"), ("change", "1")])
        assert "owner%3Aeq%3Ame" not in page.text
        assert page.html.find("option", value="motto") is None, "a text in several languages"
        posted = {"csrf_token": csrf(page), "f": "owner:eq:me"}
        refused = ann.post(path, posted, status=422)
        assert "please name the person" in refused.text

    def test_only_administrators_see_and_make_them(
        self, rae: TestApp, ann: TestApp, shared: Works, rule: int
    ) -> None:
        for path in (f"{RULE}/{rule}", f"{RULE}/{rule}/reach", f"{RULE}/{rule}/condition", RULE):
            assert rae.get(path, status="*").status_int in (403, 404)
        assert "Large ones" in ann.get(RULE).text

    def test_a_rule_whose_field_is_gone_says_so(self, ann: TestApp, shared: Works, rule: int) -> None:
        with shared.people.database.owner.begin() as connection:
            connection.exec_driver_sql(
                f"update base.sharing_rule set condition = 'f=gone:eq:1' where id = {rule}"
            )
        panel = ann.get(f"{RULE}/{rule}/reach", headers=HTMX)
        assert "opens nothing at present" in panel.text and "gone" in panel.text

    def test_a_record_page_takes_no_more_statements_for_shares_and_rules(
        self, ann: TestApp, shared: Works, rule: int, statements: Callable[[], Any]
    ) -> None:
        key = shared.add(title="One")
        ann.get(f"{LIST}/{key}")
        with statements() as before:
            ann.get(f"{LIST}/{key}")
        give(ann, key, shared.people.ids["Rae"])
        ann.get(f"{LIST}/{key}")
        with statements() as after:
            ann.get(f"{LIST}/{key}")
        assert len(after) <= len(before)
