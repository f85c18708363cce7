"""Who stands below a caller is read once for a session, and anew with the click after anything of it has changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from core.auth.identity import Identity, identity_of, open_request
from core.auth.sessions import start_session
from core.auth.tokens import hash_token
from tests.core.auth.conftest import World

NAMES = ("direct_reports", "reports", "own_departments", "departments", "members", "own_members")


def around(found: Identity | None) -> dict[str, Any]:
    assert found is not None
    return {name: getattr(found, name) for name in NAMES}


@pytest.fixture
def click(office: World) -> Callable[[], dict[str, Any]]:
    """Bob's next request; what it finds is what is found without anything kept."""
    token = hash_token(start_session(office.session, office.ids["bob"], company_id=office.ids["A"]))

    def one() -> dict[str, Any]:
        found = around(open_request(office.session, token))
        assert found == around(identity_of(office.session, office.ids["bob"], office.ids["A"]))
        return found

    return one


def test_the_next_request_finds_them_kept(office: World, click: Callable[[], dict[str, Any]]) -> None:
    first, second = click(), click()
    assert first["reports"] and all(first[name] is second[name] for name in NAMES)


CHANGES: dict[str, Callable[[World], Any]] = {
    "somebody gets me as superior": lambda office: office.change(
        "base.employee", "e:dan", superior_id=office.ids["e:bob"]
    ),
    "somebody below gets a person of their own": lambda office: office.change(
        "base.employee", "e:dan", superior_id=office.ids["e:cid"]
    ),
    "somebody gets another superior": lambda office: office.change(
        "base.employee", "e:cid", superior_id=office.ids["e:ann"]
    ),
    "a file is binned": lambda office: office.change("base.employee", "e:cid", deleted_at="2026-01-01"),
    "I lead a department": lambda office: office.change(
        "base.department", "service", manager_id=office.ids["e:bob"]
    ),
    "a department comes below": lambda office: office.change(
        "base.department", "service", parent_id=office.ids["north"]
    ),
    "I change the department": lambda office: office.change(
        "base.employee", "e:bob", department_id=office.ids["service"]
    ),
    "a new post of mine": lambda office: office.add(
        "base.employee", "second", company_id=office.ids["A"], code="second", name="bob", user_id=office.ids["bob"],
        department_id=office.ids["service"],
    ),
    "a role reaches my department": lambda office: office.give("bob", "A", "toy_deals.head"),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))
def test_every_change_is_right_with_the_next_request(
    office: World, click: Callable[[], dict[str, Any]], change: Callable[[World], Any]
) -> None:
    before = click()
    with office.session.begin_nested() as undone:
        change(office)
        assert click() != before
        undone.rollback()
    office.open(office.ids["A"], office.ids["B"])
    assert click() == before, "what was rolled back has never been"


def test_each_company_has_its_own(office: World) -> None:
    """One session works here and there, and the number that nothing has raised is the same."""
    office.user("bob", "B")
    token = hash_token(start_session(office.session, office.ids["bob"], company_id=office.ids["A"]))
    asked = [open_request(office.session, token, office.ids[name]) for name in "ABAB"]
    assert [bool(one and one.reports) for one in asked] == [True, False, True, False]
