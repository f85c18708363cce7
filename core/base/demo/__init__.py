"""The demonstration: two companies that know nothing of each other, with people who can sign in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.api import Department, Employee, Env, RoleRow, User, UserRole, _, demo
from core.base.demo.people import COMPANIES, DemoCompany, Person
from core.lifecycle.companies import open_company, within_company


@demo
def companies_and_people(env: Env) -> None:
    """Runs once, for the whole deployment. Other addons' demonstrations give their roles to these people."""
    for plan in COMPANIES:
        company = open_company(
            env, name=plan.name, code=plan.code, language=plan.language, timezone=plan.timezone, currency=plan.currency
        )  # fmt: skip
        accounts = _accounts(env, plan.people)
        with within_company(env, company, _("demonstration data")) as inside:
            _employ(inside, plan, accounts)
            _let_keepers_in(inside, plan, accounts)


def _accounts(env: Env, people: Iterable[Person]) -> dict[str, int]:
    """Ids by login name; somebody who works in both companies has one account."""
    known = {user.login: user.id for user in env.search(User, User.is_demo.is_(True), limit=500)}
    new = [person for person in people if person.login not in known]
    made = env.create_many(
        User,
        [
            {"name": one.name, "login": one.login, "email": f"{one.login}@example.com", "language": one.language,
             "is_demo": True}
            for one in new
        ],
    )  # fmt: skip
    return known | {person.login: key for person, key in zip(new, made, strict=True)}


def _employ(env: Env, plan: DemoCompany, accounts: dict[str, int]) -> None:
    departments: dict[str, Any] = {}
    for code, name, parent in plan.departments:
        departments[code] = env.create(Department, name=name, code=code, parent=departments.get(parent))
    posts: dict[str, Any] = {}
    for person in plan.people:
        posts[person.login] = env.create(
            Employee, name=person.name, department=departments[person.department], position=person.position,
            superior=posts.get(person.superior), user=accounts[person.login], email=f"{person.login}@example.com",
            mobile=person.mobile, entry_date=person.since,
        )  # fmt: skip
    for code, login in plan.managers:
        env.write(departments[code], manager=posts[login])


def _let_keepers_in(env: Env, plan: DemoCompany, accounts: dict[str, int]) -> None:
    """Administrators of the demonstration keep their company and the deployment."""
    roles = {role.code: role for role in env.search(RoleRow, limit=500)}
    for login in plan.keepers:
        for code in ("base.admin", "base.system"):
            env.create(UserRole, user=accounts[login], company=env.company_id, role=roles[code])
