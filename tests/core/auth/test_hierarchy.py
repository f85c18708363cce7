"""Who stands below whom where it is odd; whole organisations are compared with an oracle in tests/core/rights."""

from __future__ import annotations

from core.auth.identity import identity_of
from tests.core.auth.conftest import World, titles


def test_a_circle_of_superiors_ends(office: World) -> None:
    office.change("base.employee", "e:ann", superior_id=office.ids["e:cid"])
    found = identity_of(office.session, office.ids["bob"])
    assert found is not None
    assert set(found.reports) == {office.ids["cid"], office.ids["ann"]}
    assert found.direct_reports == (office.ids["cid"],)


def test_the_bin_and_other_companies_are_not_in_the_tree(office: World) -> None:
    office.post("bob", "B", user="bob")
    office.user("bob", "B")
    office.post("eve", "B", user="eve", superior="bob")
    found = identity_of(office.session, office.ids["bob"], office.ids["A"])
    assert found is not None and office.ids["eve"] not in found.reports
    office.open(office.ids["A"], office.ids["B"])
    found = identity_of(office.session, office.ids["bob"], office.ids["B"])
    assert found is not None and found.direct_reports == (office.ids["eve"],)


def test_an_employee_in_the_bin_is_nobodys_report(office: World) -> None:
    import datetime

    office.change("base.employee", "e:cid", deleted_at=datetime.datetime.now(datetime.UTC))
    found = identity_of(office.session, office.ids["ann"])
    assert found is not None and found.reports == (office.ids["bob"],)


def test_nobody_steps_in_for_a_superior_who_has_left(office: World) -> None:
    """Those further up go on viewing; what the direct superior could change waits until another one is named."""
    assert titles(office.env("bob"), "update") == {"bob", "cid"}
    office.change("base.employee", "e:bob", status="left")
    office.post("bob again", "A", user="bob", department="service")
    assert titles(office.env("bob"), "update") == titles(office.env("bob")) - {"free deal"} == {"bob"}
    assert {"bob", "cid"} <= titles(office.env("ann")), "the leaver's records and those of the people below"
    assert titles(office.env("ann"), "update") == {"ann", "bob"}, "Bob's superior is hers, Cid's was Bob"
    office.change("base.employee", "e:cid", superior_id=office.ids["e:ann"])
    assert titles(office.env("ann"), "update") == {"ann", "bob", "cid"}
