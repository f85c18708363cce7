"""Who stands below whom: random organisations against a slow and obvious oracle."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

import pytest

from core.auth.identity import identity_of
from tests.core.auth.conftest import World


@dataclass
class Organisation:
    """employee -> (department, superior, user); department -> (parent, manager). Ids are small numbers."""

    people: dict[int, tuple[int | None, int | None, int | None]] = field(default_factory=dict)
    departments: dict[int, tuple[int | None, int | None]] = field(default_factory=dict)

    def superior(self, employee: int) -> int | None:
        department, superior, _user = self.people[employee]
        if superior is not None:
            return superior
        seen = set()
        while department is not None and department not in seen:
            seen.add(department)
            parent, manager = self.departments[department]
            if manager is not None and manager != employee:
                return manager
            department = parent
        return None

    def users_below(self, user: int) -> tuple[set[int], set[int]]:
        """(direct, all levels), by asking every employee for the chain of superiors."""
        direct, everybody = set(), set()
        for employee, (_department, _superior, account) in self.people.items():
            above, steps, seen = self.superior(employee), 1, {employee}
            while above is not None and above not in seen:
                if self.people[above][2] == user and account not in (None, user):
                    everybody.add(account)
                    if steps == 1:
                        direct.add(account)
                seen.add(above)
                above, steps = self.superior(above), steps + 1
        return direct, everybody

    def departments_of(self, user: int) -> set[int]:
        own = {d for d, _s, account in self.people.values() if account == user and d is not None}
        own |= {
            d for d, (_p, manager) in self.departments.items() if manager and self.people[manager][2] == user
        }
        while True:
            more = {d for d, (parent, _m) in self.departments.items() if parent in own} - own
            if not more:
                return own
            own |= more


def random_organisation(rng: random.Random) -> Organisation:
    """Trees with gaps: missing managers, managers of several departments or of none of their own, two posts."""
    org = Organisation()
    count, people = rng.randint(1, 6), rng.randint(2, 12)
    users = rng.randint(2, people)
    for number in range(1, people + 1):
        department = rng.choice([None, *range(1, count + 1)])
        superior = rng.choice([None, None, *range(1, number)])
        user = number if number <= users else rng.choice([None, rng.randint(1, users)])
        org.people[number] = (department, superior, user)
    for number in range(1, count + 1):
        parent = rng.choice([None, *range(1, number)])
        org.departments[number] = (parent, rng.choice([None, *range(1, people + 1)]))
    return org


def store(world: World, org: Organisation) -> None:
    for number, (parent, _manager) in org.departments.items():
        world.department(f"d{number}", "A", parent=f"d{parent}" if parent else None)
    for number in {user for *_rest, user in org.people.values() if user}:
        world.user(f"u{number}", "A", "toy_deals.head")
    for number, (department, _superior, user) in org.people.items():
        world.post(f"p{number}", "A", department=f"d{department}", user=f"u{user}")
    for number, (_department, superior, _user) in org.people.items():
        if superior:
            world.change("base.employee", f"e:p{number}", superior_id=world.ids[f"e:p{superior}"])
    for number, (_parent, manager) in org.departments.items():
        if manager:
            world.change("base.department", f"d{number}", manager_id=world.ids[f"e:p{manager}"])


def numbers(world: World, ids: Any, letter: str) -> set[int]:
    names = {key: name for name, key in world.ids.items() if name[0] == letter and name[1:].isdigit()}
    return {int(names[key][1:]) for key in ids}


@pytest.mark.parametrize("seed", range(20))
def test_the_tree_agrees_with_the_oracle(world: World, seed: int) -> None:
    org = random_organisation(random.Random(seed))
    world.company("A", "toy_deals")
    store(world, org)
    for user in {account for *_rest, account in org.people.values() if account}:
        found = identity_of(world.session, world.ids[f"u{user}"])
        assert found is not None
        direct, everybody = org.users_below(user)
        assert numbers(world, found.direct_reports, "u") == direct, f"direct of u{user}: {org}"
        assert numbers(world, found.reports, "u") == everybody, f"all below u{user}: {org}"
        assert numbers(world, found.departments, "d") == org.departments_of(user), (
            f"departments of u{user}: {org}"
        )
        inside = {a for d, _s, a in org.people.values() if a and d in org.departments_of(user)}
        assert numbers(world, found.members, "u") == inside


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
