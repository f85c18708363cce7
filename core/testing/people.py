"""The people of every test: whoever owns a record, those beside and above, those who may not know of it.

company North                                     company South
    director
       |  superior of
    superior          admin (administrator)           other
     /      \\        stranger (no role but the
  owner   colleague            kernel's)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, select

from core.lifecycle.activation import enable
from core.modules.manifest import KERNEL
from core.orm.compose import Composition
from core.orm.env import Env
from core.orm.system_env import system_env
from core.orm.trust import TRUSTED

NORTH, SOUTH = "North", "South"
STAFF: Final[dict[str, str]] = {
    "director": NORTH,
    "superior": NORTH,
    "owner": NORTH,
    "colleague": NORTH,
    "admin": NORTH,
    "stranger": NORTH,
    "other": SOUTH,
}
SUPERIORS: Final = {"superior": "director", "owner": "superior", "colleague": "superior"}
ROLE_OF_ADMIN: Final = "base.admin"


class Staff(NamedTuple):
    """Ids of companies and users by name."""

    companies: dict[str, int]
    users: dict[str, int]


def hire(connection: Connection, composed: Composition, roles: Mapping[str, Sequence[str]]) -> None:
    """Make the companies, switch all addons on, and give everybody an account, a post and their `roles`."""
    base = frozenset({KERNEL})
    with system_env(connection, 0, base, "people of the tests") as env:
        companies = {name: _make(env, "base.company", name=name, code=name) for name in (NORTH, SOUTH)}
        users = {
            name: _make(env, "base.user", name=name.capitalize(), login=name, language="en") for name in STAFF
        }
    for company in companies.values():
        for addon in composed.addons:
            if addon != KERNEL:
                enable(connection, company, addon, with_dependencies=True)
    for company_name, company in companies.items():
        with system_env(connection, company, base, "people of the tests") as env:
            _employ(env, company_name, users)
            for person in (name for name, home in STAFF.items() if home == company_name):
                extra = (ROLE_OF_ADMIN,) if person == "admin" else ()
                _give(env, users[person], ["base.user", *extra, *roles.get(person, ())])


def _employ(env: Env, company: str, users: Mapping[str, int]) -> None:
    department = _make(env, "base.department", name="Sales", code="S")
    posts: dict[str, int] = {}
    for person in (name for name, home in STAFF.items() if home == company):
        superior = posts.get(SUPERIORS.get(person, ""))
        posts[person] = _make(env, "base.employee", name=person.capitalize(), code=person, department=department,
                              user=users[person], superior=superior)  # fmt: skip


def _make(env: Env, model: str, **values: Any) -> int:
    record: Any = env.create(model, **values)
    return int(record.id)


def _give(env: Env, user: int, codes: Sequence[str]) -> None:
    role, held = env.composition.info("base.role").table, env.composition.info("base.user_role").table
    mine = (held.c.user_id == user) & (held.c.company_id == env.company_id)
    has = set(env.session.scalars(select(held.c.role_id).where(mine), execution_options=TRUSTED))
    for code in dict.fromkeys(codes):
        wanted = env.session.scalars(
            select(role.c.id).where(role.c.code == code), execution_options=TRUSTED
        ).one_or_none()
        if wanted is None:
            raise LookupError(f"no addon under test declares the role {code}")
        if wanted not in has:
            env.create("base.user_role", user=user, company=env.company_id, role=wanted)


def find_staff(connection: Connection, composed: Composition) -> Staff:
    """The people of a database that `hire` has filled."""
    company, user = composed.info("base.company").table, composed.info("base.user").table
    companies = connection.execute(select(company.c.code, company.c.id))
    users = connection.execute(select(user.c.login, user.c.id))
    return Staff({row[0]: row[1] for row in companies}, {row[0]: row[1] for row in users})
