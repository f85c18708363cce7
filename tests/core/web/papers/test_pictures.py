"""Pictures on a record's page: its course through the states, its tasks, and the chain of documents around it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from webtest import TestApp

from core.orm.audit_tables import audit
from core.orm.engine import session_factory
from core.orm.trust import TRUSTED
from core.web.widgets.picture import Box, columns_of, picture
from tests.core.web.conftest import People
from tests.core.web.papers.conftest import DEAL


def run(people: People, key: int, *names: str, model: str = DEAL, who: str = "Ann Lee") -> None:
    for name in names:
        with people.env(who) as env:
            env.run(env.info(model).methods[name], [env.get(model, key)])


def course(browser: TestApp, deal: int) -> list[tuple[list[str], str]]:
    found = browser.get(f"/r/{DEAL}/{deal}").html.select(".ky-course li")
    return [(one["class"], one.find("b").text) for one in found]


def test_the_course_says_what_was_is_and_can_be(ann: TestApp, people: People, deal: int) -> None:
    assert course(ann, deal) == [(["is-running"], "Draft deal"), (["is-next"], "Send out")]
    run(people, deal, "send", who="Dan")
    page = ann.get(f"/r/{DEAL}/{deal}").html
    first, second, following = page.select(".ky-course li")
    assert first["class"] == ["is-done"] and "Dan" in first.text, "who moved it on"
    assert second["aria-current"] == "step" and "since" in second.text
    assert "leads to “Done deal”" in following.text
    run(people, deal, "agree")
    assert [look for look, _name in course(ann, deal)] == [["is-done"], ["is-done"], ["is-running"]]


def test_what_takes_too_long_is_late(ann: TestApp, people: People, deal: int) -> None:
    with people.env("Ann Lee") as env:
        env.write(env.get(DEAL, deal), day=env.today - timedelta(days=1))
    assert course(ann, deal)[0][0] == ["is-running"], "the day counts for a deal that was sent"
    run(people, deal, "send")
    assert [look for look, _name in course(ann, deal)][:2] == [["is-done"], ["is-late"]]
    with session_factory(people.database.owner).begin() as session:
        created = (audit.c.model == DEAL, audit.c.record_id == deal, audit.c.operation == "create")
        earlier = update(audit).where(*created).values(at=audit.c.at - timedelta(days=3))
        session.execute(earlier, execution_options=TRUSTED)
    assert course(ann, deal)[0][0] == ["is-late"], "it was a draft for more than two days"


@pytest.fixture
def tasks(people: People, deal: int) -> list[int]:
    """Measure, then cut and paint, then pack; the first is done, the second late."""
    with people.env("Ann Lee") as env:
        made: list[Any] = [
            env.create("toy_deals.deal_task", deal=deal, name=name, due=env.today + timedelta(days=days),
                       person=people.ids["Ann Lee"])
            for name, days in (("Measure <b>", 1), ("Cut", -1), ("Paint the whole thing in three colours", 2), ("Pack", 3))
        ]  # fmt: skip
        env.write(made[1], after=[made[0]])
        env.write(made[2], after=[made[0]])
        env.write(made[3], after=[made[1], made[2]])
        keys = [int(one.id) for one in made]
    run(people, keys[0], "begin", "finish", model="toy_deals.deal_task")
    run(people, keys[2], "begin", model="toy_deals.deal_task")
    return keys


def drawing(browser: TestApp, deal: int) -> Any:
    """The picture stands in a tab that is not open, so it is asked for."""
    page = browser.get(f"/r/{DEAL}/{deal}")
    address = page.html.find(id="strip-picture").parent.parent["hx-get"]
    return browser.get(address).html


def test_the_picture_of_tasks(ann: TestApp, people: People, deal: int, tasks: list[int]) -> None:
    found = drawing(ann, deal)
    boxes = {one.find("title").text.split(" · ")[0]: one for one in found.select("svg .ky-box")}
    looks = {name: box["class"][1] for name, box in boxes.items()}
    assert looks == {
        "Measure <b>": "is-done", "Cut": "is-late", "Paint the whole thing in three colours": "is-running",
        "Pack": "is-waiting", "Shipping": "is-waiting",
    }  # fmt: skip
    assert boxes["Cut"]["href"] == f"/r/toy_deals.deal_task/{tasks[1]}" and "Ann Lee" in boxes["Cut"].text
    assert len(found.select("svg .ky-arrow")) == 5, "four between the tasks, one to what stands behind them"
    left = {name: int(box.find("rect")["x"]) for name, box in boxes.items()}
    assert (
        left["Measure <b>"]
        < left["Cut"]
        == left["Paint the whole thing in three colours"]
        < left["Pack"]
        < left["Shipping"]
    )
    assert "style=" not in str(found) and "Paint the whole th…" in found.text
    with people.env("Ann Lee") as env:
        env.write(env.get(DEAL, deal), shipping="full")
    assert drawing(ann, deal).select("svg .ky-box")[-1]["class"][1] == "is-done"


def test_tasks_that_go_in_a_circle_are_drawn() -> None:
    boxes = [Box(one, one, [], "waiting", None, frozenset({other})) for one, other in ("ab", "bc", "ca")]
    assert set(columns_of(boxes)) == {"a", "b", "c"}
    assert str(picture(boxes, "Circle")).count("<rect") == 3
    alone = [Box("x", "客户" * 20, ["<script>"], "done"), Box("y", "y", [], "done")]
    drawn = str(picture(alone, "Alone"))
    assert "<script>" not in drawn and "客户客户客户客户…" in drawn
    assert 'x="4"' in drawn and 'x="220"' in drawn, "without an order one stands behind the other"


def chain(browser: TestApp, model: str, key: int) -> list[list[str]]:
    page = browser.get(f"/r/{model}/{key}")
    address = page.html.find(id="strip-chain").parent.parent["hx-get"]
    found = browser.get(address).html.select(".ky-chain > li")
    return [[one.text for one in step.select(".ky-link, [aria-current]")] for step in found]


def test_the_chain_leads_from_the_first_to_the_last_document(
    ann: TestApp, dan: TestApp, people: People, deal: int, statements: Callable[[], Any]
) -> None:
    with people.env("Ann Lee") as env:
        idea: Any = env.create("toy_deals.idea", name="Idea one")
        env.write(env.get(DEAL, deal), idea=idea)
        parcels: list[Any] = [env.create("toy_deals.parcel", deal=deal, name=f"P{n}") for n in (1, 2)]
        slip: Any = env.create("toy_deals.slip", parcel=parcels[0], name="Slip")
        keys = (int(idea.id), int(parcels[0].id), int(slip.id))
    code = "D-1 <b>"
    assert chain(ann, DEAL, deal) == [["Idea one"], [code], ["P1", "P2"], ["Slip"]]
    assert chain(ann, "toy_deals.idea", keys[0]) == [["Idea one"], [code], ["P1", "P2"], ["Slip"]]
    assert chain(ann, "toy_deals.parcel", keys[1]) == [["Idea one"], [code], ["P1"], ["Slip"]]
    assert chain(dan, DEAL, deal)[-1] == ["P1", "P2"], "what one may not see is no part of it"
    page = ann.get(f"/r/{DEAL}/{deal}?part=picture&key=chain")
    assert f'href="/r/toy_deals.idea/{keys[0]}"' in page and "Draft deal" in page
    ann.get(f"/r/{DEAL}/{deal}?part=picture&key=nothing", status=404)
    with statements() as few:
        ann.get(f"/r/{DEAL}/{deal}?part=picture&key=chain")
    with people.env("Ann Lee") as env:
        env.create_many("toy_deals.parcel", [{"deal": deal, "name": f"Q{n}"} for n in range(30)])
    with statements() as many:
        page = ann.get(f"/r/{DEAL}/{deal}?part=picture&key=chain")
    assert len(many) == len(few) and "Show all" in page


def test_others_see_no_picture(eve: TestApp, deal: int) -> None:
    for key in ("process", "picture", "chain"):
        eve.get(f"/r/{DEAL}/{deal}?part=picture&key={key}", status=404)
