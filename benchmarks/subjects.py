"""What the cases are about: the company, the people and the records that are looked at, found once in a run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Engine

from benchmarks.filling import LEAD
from benchmarks.stories import tell_stories
from core.auth.environment import make_env
from core.auth.identity import Identity, identity_of
from core.auth.sessions import start_session
from core.orm.context import use_env
from core.orm.engine import Scope, scope_of, session_factory, set_scope
from core.orm.env import Env
from core.orm.system_env import system_env

CHIEF, SALES = "main_chief", "main_sales3"
SEARCHES: Final = {
    "two Chinese characters": "华腾", "pinyin initials": "htkj", "part of a number": "13812",
    "an English word": "summit",
}  # fmt: skip
_AT_ONCE: Final = 500


@dataclass(frozen=True)
class Person:
    """Somebody who uses the product: how to sign in, and what the sign-in found out."""

    identity: Identity
    scope: Scope
    token: str


@dataclass(frozen=True)
class Subjects:
    """The people and records of one run: a lead to read and one to save; `after` are the addresses of the 101st page of 80."""

    company: int
    owner: int
    lead: int
    saved: int
    after: str
    after_by_amount: str
    chief: Person
    salesperson: Person
    searches: dict[str, str]


def find_subjects(app: Engine) -> Subjects:
    """Sign both people in and look the records up."""
    chief, salesperson = sign_in(app, CHIEF), sign_in(app, SALES)
    company, owner = chief.identity.company_id, salesperson.identity.user_id
    lead, saved = tell_stories(app, company, owner)
    with env_of(app, chief) as env:
        after, by_amount = _after(env, "-id"), _after(env, "-expected_revenue")
    return Subjects(company, owner, lead, saved, after, by_amount, chief, salesperson, SEARCHES)


def sign_in(app: Engine, login: str) -> Person:
    """A session of this user in the company that the login begins with."""
    company_code = login.partition("_")[0]
    with app.connect() as connection, system_env(connection, 0, frozenset({"base"}), "benchmark") as env:
        user: Any = env.info("base.user").cls
        company: Any = env.info("base.company").cls
        found, works_in = (
            env.first(user, user.login == login),
            env.first(company, company.code == company_code),
        )
        assert found is not None and works_in is not None
        user_id, company_id = found.id, works_in.id
    with session_factory(app)() as session:
        token = start_session(session, user_id, company_id=company_id)
        session.commit()
        identity = identity_of(session, user_id, company_id)
        scope = scope_of(session)
    assert identity is not None and scope is not None
    return Person(identity, scope, token)


def _after(env: Env, order: str, rows: int = 8000) -> str:
    """The key of the page after so many rows; of the last page where there are fewer."""
    after: str | None = None
    for _page in range(rows // _AT_ONCE):
        found = env.page(LEAD, ["title"], order=order, after=after, limit=_AT_ONCE).next
        if found is None:
            break
        after = found
    return after or ""


@contextmanager
def env_of(app: Engine, person: Person) -> Iterator[Env]:
    """The Env of a signed-in person in a transaction of its own that is taken back."""
    with session_factory(app)() as session:
        set_scope(session, person.scope)
        env = make_env(session, person.identity, "page")
        with use_env(env):
            yield env
        session.rollback()
