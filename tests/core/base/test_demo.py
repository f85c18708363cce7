"""The demonstration: two companies with people at work, each behind its own wall."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from addons.crm_base.models import Activity, Contact, Customer, Task
from addons.crm_base.views.activity import today
from addons.crm_base.views.customer import neglected
from addons.crm_base.views.task import mine, my_overdue
from core.auth.environment import make_env
from core.auth.identity import identity_of
from core.lifecycle.install import initialise
from core.orm.compose import Composition
from core.orm.engine import Scope, session_factory, set_scope
from core.orm.system_env import system_env
from core.testing.database import APP_ROLE, DatabaseServer, ScratchDatabase


class Demo:
    """The demonstration in a database, and Envs of its people."""

    def __init__(self, database: ScratchDatabase, composed: Composition) -> None:
        self.engine = database.urls.app_engine(pool_size=40)  # an open session for each person
        self.sessions = session_factory(self.engine)
        self.addons = frozenset(composed.addons)
        functions = list(composed.collect("demo"))
        with self.session(0) as session:
            with system_env(session, 0, self.addons, "demonstration") as env:
                for addon, function in functions:
                    if addon == "base":
                        function(env)
                self.companies = {one.code: one.id for one in env.search("base.company")}
                self.users = {one.login: one.id for one in env.search("base.user", limit=500)}
            session.commit()
        for company in self.companies.values():
            with self.session(company) as session:
                with system_env(session, company, self.addons, "demonstration") as env:
                    for addon, function in functions:
                        if addon != "base":
                            function(env)
                session.commit()

    def session(self, company: int) -> Any:
        session = self.sessions()
        set_scope(session, Scope(read=(company,), write=(company, 0)))
        return session

    def env(self, login: str, code: str = "DEMO") -> Any:
        session = self.sessions()
        identity = identity_of(session, self.users[login], self.companies[code])
        assert identity is not None, login
        return make_env(session, identity, "page")


@pytest.fixture(scope="module")
def demo(server: DatabaseServer, composed: Composition) -> Iterator[Demo]:
    database = server.create()
    initialise(database.owner, APP_ROLE, composed)
    made = Demo(database, composed)
    yield made
    made.engine.dispose()
    server.drop(database)


def number(env: Any, model: Any, *where: Any) -> int:
    return int(env.count(model, *where).value)


def test_the_director_sees_the_region_and_each_seller_the_own_customers(demo: Demo) -> None:
    whole = number(demo.env("zongjingli"), Customer)
    assert whole == number(demo.env("shichang"), Customer) >= 60
    regions = [number(demo.env(f"director{n}"), Customer) for n in (1, 2, 3)]
    assert sum(regions) == whole and min(regions) > 10
    assert number(demo.env("lead1"), Customer) == sum(number(demo.env(f"sales{n}"), Customer) for n in (1, 2))


def test_everybody_in_sales_has_work_around_today(demo: Demo) -> None:
    sellers = [demo.env(f"sales{n}") for n in range(1, 8)]
    assert all(number(env, Task, mine(env)) for env in sellers)
    assert sum(number(env, Activity, today(env)) for env in sellers) >= 3
    assert sum(number(env, Task, my_overdue(env)) for env in sellers) >= 3
    assert all(
        number(env, Task, mine(env))
        for env in map(demo.env, ("director1", "director2", "director3", "lead1"))
    )
    manager = demo.env("zongjingli")
    assert number(manager, Customer, neglected(manager)) >= 10
    assert {row.keys[0] for row in manager.group(Customer, ["status"])} == {"active", "normal", "sealed"}
    assert {row.keys[0].code for row in manager.group(Activity, ["state"])} == {"planned", "done"}
    assert number(manager, Activity, Activity.at > manager.now, Activity.state == "done") == 0


def test_every_customer_has_contacts_and_last_contacts_agree_with_the_activities(demo: Demo) -> None:
    env = demo.env("zongjingli")
    rows = env.page(Customer, ["last_contact_at", "name"], limit=500).rows
    contacts = {row.keys[0]: row.count for row in env.group(Contact, ["customer"])}
    done = env.page(Activity, ["customer", "at"], Activity.state == "done", limit=500).rows
    for key, _version, last, name in rows:
        assert contacts.get(key), name
        assert last == max(row[4] for row in done if row[2] == key), name
    children = env.page(Customer, ["parent"], Customer.parent.is_not(None)).rows
    assert len(children) >= 3 and all(row[3] for row in children)


def test_the_second_company_is_in_english_and_behind_a_wall(demo: Demo) -> None:
    env = demo.env("manager", "DEMO-EN")
    names = [row[2] for row in env.page(Customer, ["name"], limit=500).rows]
    assert len(names) == 20 and all(name.isascii() for name in names)
    assert env.language == "en"
    chinese = [row[2] for row in demo.env("zongjingli").page(Customer, ["name"], limit=500).rows]
    assert not set(names) & set(chinese) and not any(name.isascii() for name in chinese)
    assert identity_of(env.session, demo.users["sales1"], demo.companies["DEMO-EN"]) is None


def test_the_administrator_keeps_both_companies_and_the_people_are_demonstration_accounts(demo: Demo) -> None:
    admin = demo.env("admin")
    assert {"base.admin", "base.system"} <= admin.roles
    assert set(admin.companies) >= {demo.companies["DEMO"], demo.companies["DEMO-EN"]}
    flags = {row[2]: row[3] for row in admin.page("base.user", ["login", "is_demo"], limit=100).rows}
    assert flags["sales1"] and flags["manager"]
    assert all(login.isascii() and login.islower() for login, is_demo in flags.items() if is_demo)
