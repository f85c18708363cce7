"""Deployments made up by Hypothesis, as plain data; and the same in a database, for the product to decide about."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from core.orm.compose import Composition
from core.orm.engine import session_factory
from core.orm.env import Env
from core.testing.database import ScratchDatabase
from tests.core.auth.conftest import World
from tests.core.rights import toys
from tests.core.rights.configuring import OF_DEALS, configurations, store_configured, store_roles
from tests.core.rights.plain import FOR_ALL, Department, Office, Post, Record

GONE = datetime(2026, 1, 5, tzinfo=UTC)
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
        office.records[key] = _record(draw, office)
    if draw(st.booleans()) if is_configured is None else is_configured:
        office.configured = draw(
            configurations(sorted(office.departments), sorted(set().union(*office.roles.values())))
        )
        own = sorted(office.configured.basis)
        for user in range(1, users + 1) if own else ():
            office.roles[user, 1] |= draw(st.frozensets(st.sampled_from(own), max_size=1))
    return office


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


def _record(draw: st.DrawFn, office: Office) -> Record:
    model = draw(st.sampled_from(["toy_rights.deal"] * 3 + sorted(toys.MODELS)))
    company = draw(st.sampled_from([1, 1, 1, 1, 2] + [FOR_ALL] * 3 * (model == "toy_rights.tip")))
    owner = draw(_maybe(range(1, office.users + 1))) if model in toys.CATALOGUE.owned else None
    departments = office.departments if model == "toy_rights.desk" and company == 1 else ()
    grade = draw(st.sampled_from("ab")) if model == "toy_rights.deal" else ""
    place, text = draw(_maybe(departments)), draw(st.sampled_from(TEXTS))
    return Record(model, company, owner, place, text, grade, _rarely(draw))


class Place:
    """A database and the composition that it was made for. Hypothesis tells all of a dataclass; of this, nothing."""

    def __init__(self, database: ScratchDatabase, composed: Composition) -> None:
        self.database, self.composed = database, composed


@dataclass
class Stored:
    """An office in a database: its numbers and the ids that stand for them."""

    office: Office
    world: World

    def id_of(self, kind: str, key: int | None) -> int | None:
        return None if key is None else self.world.ids[f"{kind}{key}"]

    def record_ids(self, keys: Collection[int]) -> set[int]:
        return {self.world.ids[f"record{key}"] for key in keys}

    def users(self, ids: Collection[int]) -> set[int]:
        return self._keys("user", range(1, self.office.users + 1), ids)

    def departments(self, ids: Collection[int]) -> set[int]:
        return self._keys("department", self.office.departments, ids)

    def records(self, model: str, ids: Collection[int]) -> set[int]:
        """Ids are told apart by model: each has its own."""
        mine = [key for key, record in self.office.records.items() if record.model == model]
        return self._keys("record", mine, ids)

    def _keys(self, kind: str, keys: Collection[int], ids: Collection[int]) -> set[int]:
        known = {self.world.ids[f"{kind}{key}"]: key for key in keys}
        return {known[one] for one in ids}

    def ids_of(self, model: str) -> list[int]:
        """All records of a model, of all companies and the bin."""
        return [
            self.world.ids[f"record{key}"] for key, one in self.office.records.items() if one.model == model
        ]

    def env(self, user: int, company: int) -> Env:
        """The Env of somebody in one of the companies."""
        return self.world.env(f"user{user}", f"company{company}")


@contextmanager
def stored(place: Place, office: Office) -> Iterator[Stored]:
    """The office in a transaction that is taken back."""
    with place.database.app.connect() as connection:
        outer = connection.begin()
        with session_factory(place.database.app)(
            bind=connection, join_transaction_mode="create_savepoint"
        ) as session:
            found = Stored(office, World(session, place.composed))
            _store(found)
            yield found
        outer.rollback()


def _store(found: Stored) -> None:
    office, world = found.office, found.world
    for company in range(1, office.companies + 1):
        world.company(f"company{company}", *(office.switched_on[company] - {"base"}))
    world.open(*(world.ids[f"company{company}"] for company in range(1, office.companies + 1)))
    for user in range(1, office.users + 1):
        world.add("base.user", f"user{user}", name=f"user {user}", login=f"user{user}",
                  blocked=user in office.blocked)  # fmt: skip
    store_roles(office.configured, world)
    for (user, company), roles in office.roles.items():
        for code in ("base.user", *sorted(roles)):
            world.give(f"user{user}", f"company{company}", code)
    _store_posts(found)
    store_configured(office.configured, world)
    for key, record in office.records.items():
        world.add(record.model, f"record{key}", **_columns(found, record))


def _store_posts(found: Stored) -> None:
    office, world = found.office, found.world
    for key, department in office.departments.items():
        world.add("base.department", f"department{key}", company_id=world.ids[f"company{department.company}"],
                  code=str(key), name=str(key), parent_id=found.id_of("department", department.parent),
                  deleted_at=GONE if department.in_bin else None)  # fmt: skip
    for key, post in office.posts.items():
        world.add("base.employee", f"post{key}", company_id=world.ids[f"company{post.company}"], code=str(key),
                  name=str(key), user_id=found.id_of("user", post.user),
                  department_id=found.id_of("department", post.department),
                  status="left" if post.has_left else "active", deleted_at=GONE if post.in_bin else None)  # fmt: skip
    for key, post in office.posts.items():
        if post.superior:
            world.change("base.employee", f"post{key}", superior_id=found.id_of("post", post.superior))
    for key, department in office.departments.items():
        if department.manager:
            world.change(
                "base.department", f"department{key}", manager_id=found.id_of("post", department.manager)
            )


def _columns(found: Stored, record: Record) -> dict[str, Any]:
    """What the Env itself would write: without grams a row could not be found by its text."""
    from core.orm.grams import grams

    values: dict[str, Any] = {
        "company_id": found.world.ids[f"company{record.company}"] if record.company != FOR_ALL else 0,
        "text": record.text, "grams": grams([record.text]), "deleted_at": GONE if record.in_bin else None,
    }  # fmt: skip
    if record.model in toys.CATALOGUE.owned:
        values["owner_id"] = found.id_of("user", record.owner)
    if record.model == "toy_rights.deal":
        values["grade"] = record.grade
    if record.model == "toy_rights.desk":
        values["department_id"] = found.id_of("department", record.department)
    return values
