"""Pages that explain rights: everybody about oneself, administrators about others, nobody about what is not seen."""

from __future__ import annotations

import re
from typing import Any

import pytest
from webtest import TestApp

from core.auth.why import people as looked_through
from tests.core.web.conftest import People
from tests.core.web.records.conftest import LIST, Works, target


def decisions(page: Any) -> dict[str, tuple[bool, str]]:
    """Right or step -> whether it is allowed, and the reasons."""
    return {
        line.b.text: (
            bool(line.select(".is-yes")),
            line.select_one(".ky-why-reasons").get_text(" ", strip=True),
        )
        for line in page.html.select("#may .ky-why-line")
    }


def people_on(page: Any) -> dict[str, str]:
    return {
        line.b.text: line.select_one(".ky-why-reasons").get_text(" ", strip=True)
        for line in page.html.select("#people .ky-why-line")
    }


class TestARecord:
    def test_what_the_caller_may_do_and_who_else_reaches_it(
        self, ann: TestApp, rae: TestApp, works: Works
    ) -> None:
        key = works.add(title="One")
        page = ann.get(f"{LIST}/{key}")
        assert f"{LIST}/{key}/why" in page.text
        page = ann.get(f"{LIST}/{key}/why")
        found = decisions(page)
        assert found["edit"] == (True, "A role reaches every record of the company. By: Works person")
        assert found["Start"][0] and "export" not in found
        assert people_on(page) == {
            "Ann Lee": "A role reaches every record of the company.",
            "Rae": "A role reaches every record of the company.",
        }
        assert "Works person" in page.html.select_one(".ky-why-roles").text
        reader = decisions(rae.get(f"{LIST}/{key}/why"))
        assert reader["view"][0]
        assert reader["edit"] == (
            False, "No role of this person gives the right to edit. Roles that have the right: Works person",
        )  # fmt: skip

    def test_a_state_forbids_it_to_everybody(self, ann: TestApp, works: Works) -> None:
        key = works.add(title="One")
        with works.env() as env:
            env.get("toy_works.work", key).shut(reason="x")
        found = decisions(ann.get(f"{LIST}/{key}/why"))
        assert found["edit"] == (False, "No change is possible in the state “Shut”.")
        assert found["Start"] == (False, "It is not possible in the state “Shut”.")

    def test_an_action_and_a_role_narrow_the_people(self, ann: TestApp, works: Works) -> None:
        key = works.add(title="One")
        assert set(people_on(ann.get(f"{LIST}/{key}/why?action=update"))) == {"Ann Lee"}
        assert set(people_on(ann.get(f"{LIST}/{key}/why?holders=toy_works.reader"))) == {"Rae"}
        for wrong in ("action=fly", "holders=nobody.here"):
            ann.get(f"{LIST}/{key}/why?{wrong}", status=404)
        ann.get(f"{LIST}/{key}/why?q={'x' * 101}", status=400)
        ann.get(f"{LIST}/{key}/why?after=nonsense", status=400)

    def test_a_search_also_tells_who_does_not_reach_it(self, ann: TestApp, works: Works) -> None:
        key = works.add(title="One")
        with works.env() as env:
            system = env.sudo("a name that can be searched for")
            system.write(system.get("base.user", works.people.ids["Bob"]), name="Bobby")
        assert people_on(ann.get(f"{LIST}/{key}/why?q=bobb")) == {"Bobby": "does not reach it"}
        assert people_on(ann.get(f"{LIST}/{key}/why?q=eve")) == {}

    def test_people_come_in_pages(self, ann: TestApp, works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(looked_through, "LOOKED_AT", 1)
        key = works.add(title="One")
        seen, page = set(), ann.get(f"{LIST}/{key}/why")
        for _turn in range(5):
            seen |= set(people_on(page))
            more = page.html.find("a", href=re.compile("after="))
            if more is None:
                break
            page = ann.get(more["href"].partition("#")[0])
        assert seen == {"Ann Lee", "Rae"} and "From the beginning" in page.text

    def test_administrators_ask_for_others(self, ann: TestApp, people: People, works: Works) -> None:
        key = works.add(title="One")
        page = ann.get(f"{LIST}/{key}/why?user={people.ids['Rae']}")
        assert "What Rae may do with it" in page.text and not decisions(page)["edit"][0]
        page = ann.get(f"{LIST}/{key}/why?user={people.ids['Bob']}")
        assert list(decisions(page)) == ["view"] and not decisions(page)["view"][0]
        page = ann.get(f"{LIST}/{key}/why?role=toy_works.reader")
        assert decisions(page)["view"][0] and not decisions(page)["edit"][0]
        ann.get(f"{LIST}/{key}/why?user={people.ids['Eve']}", status=404)
        ann.get(f"{LIST}/{key}/why?user=x", status=404)
        ann.get(f"{LIST}/{key}/why?role=nobody.here", status=404)

    def test_others_ask_about_themselves_alone(self, rae: TestApp, people: People, works: Works) -> None:
        key = works.add(title="One")
        rae.get(f"{LIST}/{key}/why?user={people.ids['Ann Lee']}", status=403)
        rae.get(f"{LIST}/{key}/why?role=toy_works.worker", status=403)
        page = rae.get(f"{LIST}/{key}/why")
        assert not page.html.select("#people .ky-why-line a") and not page.html.select("#why-role")

    def test_what_may_not_be_seen_is_not_explained(
        self, ann: TestApp, bob: TestApp, eve: TestApp, works: Works
    ) -> None:
        key, vault = works.add(title="One"), works.system("toy_works.vault", name="Deep secret")
        bob.get(f"{LIST}/{key}/why", status=403)
        eve.get(f"{LIST}/{key}/why", status=404)
        ann.get(f"{LIST}/999999/why", status=404)
        ann.get(f"/r/toy_works.vault/{vault}/why", status=403)
        ann.get("/r/toy_works.vault/999999/why", status=403)

    def test_no_person_costs_a_statement(self, ann: TestApp, works: Works, statements: Any) -> None:
        key = works.add(title="One")
        counts = []
        for address in (f"{LIST}/{key}/why?holders=toy_works.reader", f"{LIST}/{key}/why"):
            ann.get(address)
            with statements() as seen:
                ann.get(address)
            counts.append(len(seen))
        assert max(counts) <= 12 and counts[1] - counts[0] <= 6, (
            "those named in the record are looked at first"
        )


class TestRefusals:
    def test_they_lead_to_the_explanation_whether_or_not_there_is_such_a_record(
        self, rae: TestApp, bob: TestApp, works: Works
    ) -> None:
        key = works.add(title="One")
        for number in (key, 999999):
            refused = rae.get(f"{LIST}/{number}/edit", status=403)
            assert refused.html.find("a", href=f"{LIST}/{number}/why") is not None
        for address in (LIST, f"{LIST}/{key}/edit", f"{LIST}/{key}/why"):
            refused = bob.get(address, status=403)
            assert refused.html.find("a", href="/why/me#m-toy_works.work") is not None

    def test_nothing_is_explained_where_nothing_is_found(self, eve: TestApp, works: Works) -> None:
        key = works.add(title="One")
        assert eve.get(f"{LIST}/{key}", status=404).html.find("a", string="Why?") is None


class TestRights:
    def cells(self, page: Any, model: str) -> list[str]:
        row = page.html.find("tr", id=f"m-{model}")
        return [cell.get_text(" ", strip=True) for cell in row.select("td")] if row is not None else []

    def test_one_s_own(self, rae: TestApp) -> None:
        page = rae.get("/why/me")
        assert self.cells(page, "toy_works.work") == ["company Works reader", *"––––––", ""]
        assert self.cells(page, "toy_works.part") == []
        assert "Hidden fields: Inner remark" in page.text.replace("</b>", "")
        assert rae.get("/").html.find("a", href="/why/me") is not None

    def test_a_person_s_by_administrators_and_the_person(
        self, ann: TestApp, rae: TestApp, people: People
    ) -> None:
        key = people.ids["Rae"]
        page = ann.get(f"/why/user/{key}")
        assert page.html.h1.text == "What Rae may do"
        assert self.cells(page, "toy_works.vault")[0] == "company Works reader"
        assert f"/why/user/{key}" in ann.get(f"/r/base.user/{key}").text
        assert rae.get(f"/why/user/{key}").html.h1.text == "What Rae may do"
        rae.get(f"/why/user/{people.ids['Ann Lee']}", status=403)
        ann.get(f"/why/user/{people.ids['Eve']}", status=404)
        assert (
            f"/why/user/{people.ids['Ann Lee']}" not in rae.get(f"/r/base.user/{people.ids['Ann Lee']}").text
        )

    def test_a_role_s(self, ann: TestApp, rae: TestApp, people: People) -> None:
        page = ann.get("/why/role/toy_works.worker")
        assert self.cells(page, "toy_works.work")[:4] == ["company"] * 4
        assert self.cells(page, "toy_works.vault") == []
        assert "Works" in page.html.select_one(".ky-why-menus").text
        ann.get("/why/role/nobody.here", status=404)
        ann.get(f"/why/role/{'x' * 101}", status=404)
        assert rae.get("/why/role/toy_works.reader").status_int == 200
        rae.get("/why/role/toy_works.worker", status=403)
        chosen = ann.get("/why/choose?role=toy_works.reader", status=303)
        assert chosen.headers["Location"].endswith("/why/role/toy_works.reader")
        ann.get("/why/choose?role=//evil.example", status=404)

    def test_a_role_leads_to_its_rights(self, ann: TestApp, works: Works) -> None:
        with works.env() as env:
            role = env.first("base.role", env.condition("base.role", "code", "eq", "toy_works.reader"))
            assert role is not None
        assert "/why/role/toy_works.reader" in ann.get(f"/r/base.role/{role.id}").text

    def test_strangers_are_led_to_the_sign_in(self, application: Any) -> None:
        stranger = TestApp(application)
        for address in ("/why/me", "/why/role/base.user", f"{LIST}/1/why"):
            assert target(stranger.get(address, status=303)).startswith("/login?next=")
