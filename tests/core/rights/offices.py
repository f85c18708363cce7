"""Deployments made up by Hypothesis, as plain data, and what of them is otherwise a moment later."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from tests.core.rights import toys
from tests.core.rights.configuring import OF_DEALS, configurations
from tests.core.rights.giving import given_again, sharing
from tests.core.rights.plain import FOR_ALL, Department, Office, Post, Record

ADMINISTRATOR = "base.admin"
TEXTS = (toys.PUBLIC, "shed", "mill")


def _maybe(keys: Collection[int]) -> st.SearchStrategy[int | None]:
    return st.sampled_from([None, *sorted(keys)])


@st.composite
def offices(draw: st.DrawFn, *, records: int = 8, is_configured: bool | None = None) -> Office:
    """Two companies with people in several posts, gaps and people who have left; roles of every reach; records."""
    users = draw(st.integers(2, 6))
    office = Office(companies=2, users=users)
    _people(draw, office)
    on = st.sampled_from(
        [frozenset({"base", "toy_rights", "toy_more"})] * 3 + [frozenset({"base", "toy_rights"})]
    )
    office.switched_on = {1: draw(on), 2: draw(on)}
    office.blocked = (
        frozenset(draw(st.sets(st.integers(1, users), max_size=1))) if draw(st.booleans()) else frozenset()
    )
    for user in range(1, users + 1):
        for company in (1, 2) if draw(st.integers(0, 3)) == 0 else (1,):
            office.roles[user, company] = draw(_role_sets())
    for key in range(1, draw(st.integers(3, records)) + 1):
        office.records[key] = _record(draw, office, key)
    if draw(st.booleans()) if is_configured is None else is_configured:
        office.configured = draw(
            configurations(sorted(office.departments), sorted(set().union(*office.roles.values())))
        )
        own = sorted(office.configured.basis)
        for user in range(1, users + 1) if own else ():
            office.roles[user, 1] |= draw(st.frozensets(st.sampled_from(own), max_size=1))
    for user in range(1, users + 1):
        if draw(st.integers(0, 3)) == 0:
            office.roles[user, 1] |= {ADMINISTRATOR}
    sharing(draw, office)
    return office


@st.composite
def moved_offices(draw: st.DrawFn) -> tuple[Office, Office]:
    """A deployment, and the same after departments, people, records, shares and rules have moved."""
    before = draw(offices())
    after = replace(before, posts=dict(before.posts), departments=dict(before.departments),
                    records=dict(before.records), roles=dict(before.roles))  # fmt: skip
    for key in _some(draw, before.departments):
        manager = draw(_maybe(before.posts))
        after.departments[key] = Department(1, draw(_maybe(range(1, key))), manager, in_bin=_rarely(draw))
    for key in _some(draw, before.posts):
        post, superior = before.posts[key], draw(_maybe([one for one in before.posts if one != key]))
        after.posts[key] = replace(post, department=draw(_maybe(before.departments)), superior=superior,
                                   has_left=draw(st.booleans()), in_bin=_rarely(draw))  # fmt: skip
    _within_companies(after)
    for key in _some(draw, before.records):
        record = before.records[key]
        if record.model in toys.CATALOGUE.owned:
            after.records[key] = replace(record, owner=draw(_maybe(range(1, before.users + 1))))
    for one in _some(draw, before.roles):
        after.roles[one] = frozenset(sorted(before.roles[one])[1:])
    given_again(draw, after)
    return before, after


def _some(draw: st.DrawFn, keys: Collection[Any]) -> list[Any]:
    return sorted(draw(st.sets(st.sampled_from(sorted(keys)), max_size=3))) if keys else []


def _people(draw: st.DrawFn, office: Office) -> None:
    """Superiors are anybody, so that circles occur; nobody is the own superior."""
    departments = range(1, draw(st.integers(0, 5)) + 1)
    posts = range(1, draw(st.integers(office.users, 9)) + 1)
    for key in posts:
        user = key if key <= office.users else draw(_maybe(range(1, office.users + 1)))
        company = draw(st.sampled_from([1, 1, 1, 1, 2])) if key > office.users else 1
        superior = draw(_maybe([one for one in posts if one != key]))
        office.posts[key] = Post(company, user, draw(_maybe(departments)), superior,
                                 has_left=_rarely(draw), in_bin=_rarely(draw))  # fmt: skip
    for key in departments:
        office.departments[key] = Department(
            1, draw(_maybe(range(1, key))), draw(_maybe(posts)), in_bin=_rarely(draw)
        )
    _within_companies(office)


def _within_companies(office: Office) -> None:
    """References across companies cannot exist: the keys of the database hold the company."""
    home = {key: post.company for key, post in office.posts.items()}
    for key, post in office.posts.items():
        superior = post.superior if post.superior and home[post.superior] == post.company else None
        department = post.department if post.company == 1 else None
        office.posts[key] = Post(post.company, post.user, department, superior, post.has_left, post.in_bin)
    for key, one in office.departments.items():
        manager = one.manager if one.manager and home[one.manager] == 1 else None
        office.departments[key] = Department(1, one.parent, manager, one.in_bin)


def _rarely(draw: st.DrawFn) -> bool:
    return draw(st.integers(0, 9)) == 9


def _role_sets() -> st.SearchStrategy[frozenset[str]]:
    """Few roles at a time, many of them on deals: with all roles everybody may do everything."""
    return st.builds(
        lambda some, deals: frozenset(some) | deals,
        st.frozensets(st.sampled_from(toys.CODES), max_size=5),
        st.frozensets(st.sampled_from(OF_DEALS), max_size=2),
    )


def _record(draw: st.DrawFn, office: Office, key: int) -> Record:
    model = draw(st.sampled_from(["toy_rights.deal"] * 3 + sorted(toys.MODELS)))
    company = draw(st.sampled_from([1, 1, 1, 1, 2] + [FOR_ALL] * 3 * (model == "toy_rights.tip")))
    owner = draw(_maybe(range(1, office.users + 1))) if model in toys.CATALOGUE.owned else None
    departments = office.departments if model == "toy_rights.desk" and company == 1 else ()
    grade = draw(st.sampled_from("ab")) if model == "toy_rights.deal" else ""
    place, text = draw(_maybe(departments)), draw(st.sampled_from(TEXTS))
    return Record(model, company, owner, place, text, grade, _rarely(draw), key)
