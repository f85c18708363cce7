"""A made-up deployment in a database, for the product to decide about; and what moves in it meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from core.auth.acting import still_acts
from core.auth.environment import make_env
from core.auth.identity import open_request
from core.auth.sessions import start_session
from core.auth.tokens import hash_token
from core.orm.compose import Composition
from core.orm.engine import session_factory
from core.orm.env import Env
from core.orm.grams import grams
from core.orm.session import ENV_KEY
from core.orm.trust import TRUSTED
from core.testing.database import ScratchDatabase
from tests.core.auth.conftest import World
from tests.core.rights import toys
from tests.core.rights.configuring import store_configured, store_roles
from tests.core.rights.plain import FOR_ALL, Department, Given, Office, Post, Record, SharingRule
from tests.core.rights.sharing_rows import member_columns, rule_columns, share_columns

GONE = datetime(2026, 1, 5, tzinfo=UTC)
ZONES: Final = {1: "Pacific/Kiritimati", 2: "Pacific/Pago_Pago"}
"""Companies far from the server's day: one is ahead of it most of the time, the other behind."""


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

    def env_as(self, user: int, company: int, real: int, role: str | None = None) -> Env | None:
        """The Env in which `real` works as somebody, perhaps in one role only; None where nobody is let in."""
        session, ids = self.world.session, self.world.ids
        token = hash_token(start_session(
            session, ids[f"user{user}"], company_id=ids[f"company{company}"], real_user_id=ids[f"user{real}"]
        ))  # fmt: skip
        if role is not None:
            rows = self.world.composed.info("base.session").table
            narrowed = (
                rows.update().where(rows.c.token_hash == token).values(working_role_id=self.world.role(role))
            )
            session.execute(narrowed, execution_options=TRUSTED)
        caller = open_request(session, token)
        if caller is None or (caller.is_acting and not still_acts(session, caller)):
            return None
        session.info.pop(ENV_KEY, None)
        return make_env(session, caller, "page", language="en")


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
    for company in range(1, office.companies + 1):
        world.change("base.company", f"company{company}", timezone=ZONES[company])
    for user in range(1, office.users + 1):
        world.add("base.user", f"user{user}", name=f"user {user}", login=f"user{user}",
                  blocked=user in office.blocked)  # fmt: skip
    store_roles(office.configured, world)
    for (user, company), roles in office.roles.items():
        for code in ("base.user", *sorted(roles)):
            world.give(f"user{user}", f"company{company}", code)
    _store_posts(found)
    store_configured(office.configured, world)
    for kind in KINDS[2:]:
        for key, one in getattr(office, kind.rows).items():
            world.add(kind.model(one), f"{kind.name}{key}", **kind.columns(found, one))


def _store_posts(found: Stored) -> None:
    """Departments and posts name each other."""
    office, world = found.office, found.world
    for key, department in office.departments.items():
        without = _department(found, replace(department, manager=None))
        world.add("base.department", f"department{key}", code=str(key), name=str(key), **without)
    for key, post in office.posts.items():
        without = _post(found, replace(post, superior=None))
        world.add("base.employee", f"post{key}", code=str(key), name=str(key), **without)
    for kind in KINDS[:2]:
        for key, one in getattr(office, kind.rows).items():
            world.change(kind.model(one), f"{kind.name}{key}", **kind.columns(found, one))


def move(found: Stored, after: Office) -> None:
    """Write what is otherwise in `after`, which has the same people and rows; the sessions of before know of nothing."""
    before, world = found.office, found.world
    world.open(*(world.ids[f"company{company}"] for company in range(1, before.companies + 1)))
    for kind in KINDS:
        known = getattr(before, kind.rows)
        for key, one in getattr(after, kind.rows).items():
            if one != known[key]:
                world.change(kind.model(one), f"{kind.name}{key}", **kind.columns(found, one))
    for (user, company), roles in before.roles.items():
        for code in roles - after.roles[user, company]:
            world.change("base.user_role", f"user{user}:company{company}:{code}", deleted_at=GONE)
    world.session.expunge_all()
    found.office = after


def _department(found: Stored, one: Department) -> dict[str, Any]:
    return {
        "company_id": found.world.ids[f"company{one.company}"], "parent_id": found.id_of("department", one.parent),
        "manager_id": found.id_of("post", one.manager), "deleted_at": GONE if one.in_bin else None,
    }  # fmt: skip


def _post(found: Stored, one: Post) -> dict[str, Any]:
    return {
        "company_id": found.world.ids[f"company{one.company}"], "user_id": found.id_of("user", one.user),
        "department_id": found.id_of("department", one.department), "superior_id": found.id_of("post", one.superior),
        "status": "left" if one.has_left else "active", "deleted_at": GONE if one.in_bin else None,
    }  # fmt: skip


def _record(found: Stored, record: Record) -> dict[str, Any]:
    """What the Env itself would write: without grams a row could not be found by its text."""
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


def _share(found: Stored, one: Given) -> dict[str, Any]:
    record = found.office.records[one.record]
    return share_columns(found.world, one, record, ZONES[record.company]) | _gone(one.is_over)


def _member(found: Stored, one: Given) -> dict[str, Any]:
    return member_columns(found.world, one, found.office.records[one.record]) | _gone(one.is_over)


def _rule(found: Stored, one: SharingRule) -> dict[str, Any]:
    return rule_columns(found.world, one) | _gone(one.in_bin)


def _gone(is_gone: bool) -> dict[str, Any]:
    return {"deleted_at": GONE if is_gone else None}


@dataclass(frozen=True)
class Kind:
    """Rows of one kind: where an office has them, what their ids are called, and how they are written."""

    rows: str
    name: str
    model: Callable[[Any], str]
    columns: Callable[[Stored, Any], dict[str, Any]]


KINDS: Final = (
    Kind("departments", "department", lambda _one: "base.department", _department),
    Kind("posts", "post", lambda _one: "base.employee", _post),
    Kind("records", "record", lambda one: one.model, _record),
    Kind("shares", "share", lambda _one: "base.share", _share),
    Kind("members", "member", lambda _one: "toy_rights.deal_member", _member),
    Kind("rules", "rule", lambda _one: "base.sharing_rule", _rule),
)
