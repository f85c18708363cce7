"""A company of many people: departments in four levels, roles of its own, sharing rules, and who holds what.

Rights do not depend on who the people are, so they come row after row: every department below the top has as many, the
first in each leads it. Rules share what one department owns in one place with another department, role or person.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import cycle
from typing import Any, Final

from sqlalchemy import Connection

from benchmarks.filling import CUSTOMER, LEAD, Company, enable_all
from benchmarks.names import PLACES, person_name
from core.orm.compose import composition
from core.orm.env import Env
from core.orm.system_env import system_env

TREE: Final = (1, 9, 40, 250)
"""Departments on each level, 300 together."""
ROLES: Final = 200
RULES: Final = 500
ROLES_OF_MANY: Final = 12
"""Further roles of the salesperson who holds many."""
LEVELS: Final = ("own", "own", "own", "own_department", "team")
"""How far the roles of the company reach, in turns."""
MANY: Final = "main_many"
FEW: Final = "main_few"
DIRECTOR: Final = "main_director"
ADMIN: Final = "main_admin"
_REASON: Final = "benchmark"


def staffed_company(connection: Connection, people: int) -> Company:
    """The company `main` with so many people, the administrator first."""
    everything = frozenset(composition().addons)
    with system_env(connection, 0, everything, _REASON) as env:
        company: Any = env.create("base.company", name="Company main", code="main")
        users = env.create_many("base.user", [_user(n) for n in range(people)])
    enable_all(connection, company.id)
    with system_env(connection, company.id, everything, _REASON) as env:
        departments = _departments(env)
        _posts(env, users, departments)
        roles = _roles(env)
        _holders(env, company.id, users, roles)
        _rules(env, departments, roles, users)
    return Company(company.id, tuple(users))


def _user(n: int) -> dict[str, Any]:
    logins = {0: ADMIN, 1: DIRECTOR, 2: FEW, 3: MANY}
    return {"name": person_name(random.Random(n)), "login": logins.get(n, f"main_{n}")}


def _departments(env: Env) -> list[list[int]]:
    """Ids by level, the top first."""
    found: list[list[int]] = []
    for level, count in enumerate(TREE):
        above = found[-1] if found else [None]
        found.append(env.create_many("base.department", [
            {"code": f"L{level}-{n:03}", "name": f"Department {level}.{n}", "parent": above[n % len(above)]}
            for n in range(count)
        ]))  # fmt: skip
    return found


def _posts(env: Env, users: Sequence[int], departments: Sequence[Sequence[int]]) -> None:
    """The director leads the first division; the two salespeople measured are in a store of it. Nobody leads everybody:
    the administrator, beside whom the others are measured, shall see all by the role alone.
    """
    division, store = departments[1][0], departments[3][0]
    rest = [one for level in departments[1:] for one in level]
    places = [
        departments[0][0],
        division,
        store,
        store,
        *(one for one, _n in zip(cycle(rest), users[4:], strict=False)),
    ]
    posts = env.create_many("base.employee", [
        {"code": f"E{n:05}", "name": f"Employee {n}", "user": user, "department": place}
        for n, (user, place) in enumerate(zip(users, places, strict=True))
    ])  # fmt: skip
    leads: dict[int, int] = {}
    for post, place in zip(posts, places, strict=True):
        leads.setdefault(place, post)
    for department, manager in leads.items():
        if department not in (departments[0][0], store):
            env.write_many("base.department", [department], manager=manager)


def _roles(env: Env) -> list[int]:
    """Roles that the company made: copies of the salesperson that reach differently far with leads and customers."""
    table = env.info("base.role").cls
    basis = env.first("base.role", table.code == "crm_base.salesperson")
    roles = env.create_many(
        "base.role",
        [{"title": {"en": f"Role {n}", "zh_CN": f"角色{n}"}, "basis": basis} for n in range(ROLES)],
    )
    env.create_many("base.role_right", [
        {"role": role, "model": model, "action": "read", "level": LEVELS[n % len(LEVELS)]}
        for n, role in enumerate(roles) for model in (LEAD, CUSTOMER)
    ])  # fmt: skip
    return roles


def _holders(env: Env, company: int, users: Sequence[int], roles: Sequence[int]) -> None:
    """Everybody sells, and holds one role of the company besides; the measured people hold what they are called for."""
    table = env.info("base.role").cls
    rows: list[Any] = env.search("base.role", table.code.is_not(None), limit=1000)
    declared = {one.code: one.id for one in rows}
    held = [(users[0], declared[code]) for code in ("base.admin", "crm_base.general_manager")]
    held += [(users[1], declared["crm_base.sales_director"])]
    held += [(user, declared["crm_base.salesperson"]) for user in users[2:]]
    held += [(users[3], role) for role in roles[:ROLES_OF_MANY]]
    held += [(user, roles[n % len(roles)]) for n, user in enumerate(users[4:])]
    env.create_many(
        "base.user_role", [{"user": user, "role": role, "company": company} for user, role in held]
    )


def _rules(
    env: Env, departments: Sequence[Sequence[int]], roles: Sequence[int], users: Sequence[int]
) -> None:
    """Half of the rules about leads, half about customers; each fiftieth serves the department of the salespeople."""
    dice = random.Random(7)
    stores, rows = departments[3], []
    for n in range(RULES):
        receiver: dict[str, Any] = (
            {"to_department": stores[0]} if n % 50 == 0
            else {"to_department": dice.choice(stores)} if n % 3 == 0
            else {"to_role": dice.choice(roles)} if n % 3 == 1
            else {"to_user": dice.choice(users[4:])}
        )  # fmt: skip
        rows.append({
            "name": f"Rule {n}", "model": (LEAD, CUSTOMER)[n % 2], "may": "read",
            "condition": f"f=province:eq:{dice.choice(PLACES)}", "owner_department": dice.choice(stores), **receiver,
        })  # fmt: skip
    env.create_many("base.sharing_rule", rows)
