"""Which rows and fields: the order of the decision, way by way, on real rows."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy import event, select

from core.auth.access import COMPANY, OWN, grant
from core.auth.access_index import AccessIndex
from core.errors import AccessDenied, BadRequest, CompositionError, NotFound
from core.orm.compose import Composition
from tests.core.auth import toys
from tests.core.auth.conftest import World, titles

EVERYONE = {"ann", "bob", "cid", "dan", "free deal"}


def test_own_and_rule_and_hierarchy_for_reading(office: World) -> None:
    assert titles(office.env("cid")) == {"cid", "free deal"}
    assert titles(office.env("bob")) == {"bob", "cid", "free deal"}
    assert titles(office.env("ann")) == {"ann", "bob", "cid", "free deal"}
    assert titles(office.env("dan")) == {"dan", "free deal"}
    assert titles(office.env("max")) == EVERYONE
    assert titles(office.env("eve")) == {"eve"}


def test_the_direct_superior_does_all_but_delete_and_the_indirect_one_only_queries(office: World) -> None:
    bob = office.env("bob")
    assert titles(bob, "update") == {"bob", "cid"}
    assert titles(bob, "delete") == {"bob"}
    ann = office.env("ann")
    assert titles(ann, "update") == {"ann", "bob"}
    assert titles(ann, "delete") == {"ann"}
    assert titles(ann, "read") >= {"cid"}


def test_a_superior_without_the_function_right_gets_nothing(office: World) -> None:
    office.user("pat", "A")
    office.post("pat", "A")
    office.change("base.employee", "e:ann", superior_id=office.ids["e:pat"])
    pat = office.env("pat")
    assert pat.direct_reports == (office.ids["ann"],)
    assert titles(pat) == set()
    assert not pat.can("read", toys.Deal)
    assert str(pat.policy.where(pat.info(toys.Deal), "read")) == "false"


def test_export_of_an_indirect_superior_needs_the_right_to_export(office: World) -> None:
    assert titles(office.env("ann"), "export") == set()
    office.give("ann", "A", "toy_deals.head")
    assert titles(office.env("ann"), "export") == {"ann", "bob", "cid"}


def test_team_means_all_levels_and_department_means_its_people(office: World) -> None:
    office.user("liz", "A", "toy_deals.leader")
    office.post("liz", "A", department="service")
    office.change("base.employee", "e:ann", superior_id=office.ids["e:liz"])
    liz = office.env("liz")
    assert titles(liz, "update") == {"ann", "bob", "cid"}
    assert titles(liz, "assign") == {"ann", "bob", "cid"}
    office.user("tom", "A", "toy_deals.head")
    office.post("tom", "A", department="sales")
    assert titles(office.env("tom")) == {"ann", "bob", "cid"}
    office.change("base.department", "north", parent_id=None)
    assert titles(office.env("tom")) == {"ann"}, "moving a department shows at once"


def test_the_manager_leads_the_department_where_no_superior_is_set(office: World) -> None:
    office.change("base.department", "service", manager_id=office.ids["e:bob"])
    assert titles(office.env("bob"), "update") == {"bob", "cid", "dan"}


def test_department_of_records_without_an_owner(office: World) -> None:
    for name in ("north", "service"):
        office.add("toy_deals.desk", f"desk {name}", company_id=office.ids["A"], name=name,
                   department_id=office.ids[name])  # fmt: skip
    office.user("tom", "A", "toy_deals.head")
    office.post("tom", "A", department="sales")
    tom = office.env("tom")
    assert [desk.name for desk in tom.search(toys.Desk)] == ["north"]


def test_owners_of_all_ways_become_one_array(office: World) -> None:
    office.give("ann", "A", "toy_deals.leader")
    office.give("ann", "A", "toy_deals.head")
    ann = office.env("ann")
    where = ann.policy.where(ann.info(toys.Deal), "read")
    text = str(where)
    assert text.count("owner_id = ANY") == 1
    assert text.count("owner_id IS NULL") == 1
    cid = office.env("cid")
    assert "ANY" not in str(cid.policy.where(cid.info(toys.Deal), "update"))


def test_everything_of_the_company_needs_no_condition(office: World) -> None:
    boss = office.env("max")
    assert boss.policy.where(boss.info(toys.Deal), "read") is None


def test_an_addon_that_is_off_grants_nothing_and_shows_nothing(office: World) -> None:
    office.change("base.company_addon", "A:toy_deals", enabled=False)
    boss = office.env("max")
    assert boss.addons == {"base", "toy_gadgets"}
    assert not boss.policy.allowed(boss.composition.info(toys.Deal), "read")
    assert str(boss.policy.where(boss.composition.info(toys.Deal), "read")) == "false"
    with pytest.raises(NotFound):
        boss.search(toys.Deal)


def test_a_rule_with_an_error_opens_nothing_and_is_logged(
    office: World, caplog: pytest.LogCaptureFixture
) -> None:
    office.add(
        "toy_deals.note", "note", company_id=office.ids["A"], text="public", owner_id=office.ids["ann"]
    )
    for name, role in (("con", "curious"), ("lea", "leader")):
        office.user(name, "A", f"toy_deals.{role}")
        with caplog.at_level(logging.ERROR, logger="keyuan.access"):
            assert office.env(name).search(toys.Note) == []
    assert "broken on toy_deals.note opens nothing" in caplog.text
    assert "not_even_sql on toy_deals.note opens nothing" in caplog.text
    office.user("hal", "A", "toy_deals.curious", "toy_deals.head")
    assert len(office.env("hal").search(toys.Note)) == 1, "other ways stay open"


def test_a_rule_that_reads_a_switched_off_addon_opens_nothing(office: World) -> None:
    office.add("toy_deals.note", "note", company_id=office.ids["A"], text="x", owner_id=office.ids["ann"])
    office.add("toy_gadgets.gadget", "x", company_id=office.ids["A"], name="x")
    assert len(office.env("dan").search(toys.Note)) == 1
    office.change("base.company_addon", "A:toy_gadgets", enabled=False)
    assert office.env("dan").search(toys.Note) == []


def test_creating_for_somebody_else_needs_to_reach_them(office: World) -> None:
    cid = office.env("cid")
    made = cid.create(toys.Deal, title="new")
    assert made.owner_id == office.ids["cid"]
    with pytest.raises(AccessDenied):
        cid.create(toys.Deal, title="for ann", owner=office.ids["ann"])


def test_field_rights(office: World) -> None:
    boss, cid = office.env("max"), office.env("cid")
    info = cid.info(toys.Deal)
    assert "margin" in boss.policy.readable(info) and "margin" not in cid.policy.readable(info)
    assert "grade" in cid.policy.readable(info) and "grade" not in cid.policy.editable(info)
    for policy in (boss.policy, cid.policy):
        assert "pin" not in policy.readable(info)
        assert "pin" in policy.editable(info)
        assert not {"double", "id", "version", "created_by", "company"} & policy.editable(info)
    with pytest.raises(BadRequest):
        cid.condition(toys.Deal, "margin", "eq", "1")
    deal = cid.search(toys.Deal, order="-id")[-1]
    cid = office.env("cid")
    with pytest.raises(BadRequest):
        cid.write(cid.search(toys.Deal)[0], strict=True, grade="A")
    assert deal.grade is None


def test_the_policy_binds_plain_selects_too(office: World) -> None:
    cid = office.env("cid")
    assert {deal.title for deal in cid.scalars(select(toys.Deal))} == {"deal of cid", "free deal"}
    assert cid.count(toys.Deal).value == 2
    page = cid.page(toys.Deal, ["title", "owner"])
    assert {row[2] for row in page.rows} == {"deal of cid", "free deal"}


def test_labels_of_owners_are_bound_in_lists(office: World) -> None:
    boss = office.env("max")
    page = boss.page(toys.Deal, ["title", "owner"])
    assert {row[4] for row in page.rows} == {"ann", "bob", "cid", "dan", None}


def test_asking_twice_asks_the_rules_once(office: World) -> None:
    cid = office.env("cid")
    info = cid.info(toys.Deal)
    assert cid.policy.where(info, "read") is cid.policy.where(info, "read")
    assert cid.policy.readable(info) is cid.policy.readable(info)


def test_deciding_needs_no_statement(office: World) -> None:
    ann = office.env("ann")
    seen: list[str] = []

    @event.listens_for(office.session.connection(), "before_cursor_execute")
    def count(_c, _cursor, statement, *_rest):
        seen.append(statement)

    for action in ("read", "update", "delete", "assign", "export"):
        ann.policy.where(ann.info(toys.Deal), action)
    assert seen == []


def test_grants_that_cannot_be_meant_are_refused(composed: Composition) -> None:
    class Fake:
        models = composed.models
        info = composed.info

        def __init__(self, declared: object) -> None:
            self.declared = declared

        def collect(self, mark: str):
            return [("toy_deals", self.declared)] if mark == "grant" else []

    with pytest.raises(CompositionError, match="no owner"):
        AccessIndex(Fake(grant(toys.SELLER, toys.Gadget, "read", rows=OWN)))
    with pytest.raises(CompositionError, match="not an installed model"):
        AccessIndex(Fake(grant(toys.SELLER, str, "read", rows=COMPANY)))
    with pytest.raises(CompositionError, match="at least one action"):
        grant(toys.SELLER, toys.Deal, " ")
