"""The kernel and a toy addon composed, two companies with people in a database, and Envs for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from core.auth.environment import make_env
from core.auth.identity import identity_of
from core.auth.request_function import opening_functions
from core.auth.rights_version import rights_triggers
from core.auth.role_rows import sync_roles
from core.config import Config
from core.modules.discovery import Found, discover
from core.modules.loader import LoadedAddon, Marked, load
from core.modules.manifest import Manifest
from core.orm.audit_tables import AFTER_TABLES, BEFORE_TABLES, grants_after_tables
from core.orm.compose import Composition, compose
from core.orm.engine import Scope, apply_scope, run_script, session_factory
from core.orm.env import Env
from core.orm.kernel_tables import KERNEL_SCHEMA, generation, kernel_metadata
from core.orm.schema import apply_schema, plan_schema
from core.orm.trust import TRUSTED
from core.testing.database import APP_ROLE, DatabaseServer, ScratchDatabase
from tests.core.auth import toys


def toy_addon(name: str, **declared: Any) -> LoadedAddon:
    """A loaded addon with these declarations."""
    marked = [Marked(item.__keyuan_mark__, item, "toys") for item in declared["items"]]
    manifest = Manifest(name=name, title=name, version="1.0.0")
    return LoadedAddon(
        Found(name, "tests.core.auth.toys", Path(), "folder", manifest=manifest), tuple(marked)
    )


def compose_with_toys(folder: Path) -> Composition:
    (kernel,) = load(discover(Config(folder, (folder,), safe_mode=True)))
    rules = [toys.unassigned, toys.broken, toys.beside_a_gadget, toys.not_even_sql, toys.mine_or_public]
    roles = [toys.SELLER, toys.LEADER, toys.HEAD, toys.BOSS, toys.READER, toys.CURIOUS, toys.HELPER]
    deals = toy_addon(
        "toy_deals", items=[toys.Deal, toys.DealMember, toys.Desk, toys.Note, *roles, *rules, *toys.grants]
    )
    return compose([kernel, toy_addon("toy_gadgets", items=[toys.Gadget]), deals])


@pytest.fixture(scope="module")
def composed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Composition]:
    yield compose_with_toys(tmp_path_factory.mktemp("addons"))


def build(database: ScratchDatabase, composed: Composition) -> None:
    """All tables, the rows of the roles, and generation 1."""
    with database.owner.begin() as connection:
        run_script(connection, BEFORE_TABLES)
        for metadata, names in ((kernel_metadata, [KERNEL_SCHEMA]), (composed.metadata, composed.addons)):
            apply_schema(connection, plan_schema(connection, metadata, names, APP_ROLE))
        run_script(connection, AFTER_TABLES)
        run_script(connection, grants_after_tables(APP_ROLE))
        connection.execute(insert(generation).values(number=1, schema_hash="", kernel_version=""))
        run_script(connection, [one.sql for one in opening_functions(composed)])
        run_script(connection, rights_triggers(composed, APP_ROLE))
        sync_roles(connection, composed)


@dataclass
class World:
    """A database with companies and people, seen by the application's role."""

    session: Session
    composed: Composition
    ids: dict[str, int] = field(default_factory=dict)

    def add(self, key: str, row: str, /, **values: Any) -> int:
        """Insert a row past the Env, as fixtures may, and remember its id by name."""
        table = self.composed.info(key).table
        statement = insert(table).values(values).returning(table.c.id)
        self.ids[row] = self.session.execute(statement, execution_options=TRUSTED).scalar_one()
        return self.ids[row]

    def company(self, name: str, *addons: str) -> int:
        company = self.add("base.company", name, name=name, code=name)
        self.open(company)
        for addon in addons:
            self.add("base.company_addon", f"{name}:{addon}", company_id=company, addon=addon)
        return company

    def open(self, *companies: int) -> None:
        apply_scope(self.session.connection(), Scope(companies, (0, *companies)))

    def user(self, name: str, company: str, *roles: str, **values: Any) -> int:
        """An account with the kernel's role and `roles` in a company."""
        if name not in self.ids:
            self.add("base.user", name, name=name, login=name, **values)
        for code in ("base.user", *roles):
            self.give(name, company, code)
        return self.ids[name]

    def give(self, name: str, company: str, code: str) -> None:
        self.add("base.user_role", f"{name}:{company}:{code}", user_id=self.ids[name], company_id=self.ids[company],
                 role_id=self.role(code))  # fmt: skip

    def role(self, code: str) -> int:
        """The id of a role."""
        role = self.composed.info("base.role").table
        wanted = select(role.c.id).where(role.c.code == code)
        return int(self.session.scalars(wanted, execution_options=TRUSTED).one())

    def post(self, name: str, company: str, *, department: str | None = None, superior: str | None = None,
             user: str | None = "", **values: Any) -> int:  # fmt: skip
        """An employee file `e:<name>`; by default of the user of that name."""
        account = self.ids.get(name if user == "" else str(user))
        return self.add(
            "base.employee", f"e:{name}", company_id=self.ids[company], code=name, name=name, user_id=account,
            department_id=self.ids.get(str(department)), superior_id=self.ids.get(f"e:{superior}"), **values,
        )  # fmt: skip

    def department(self, name: str, company: str, *, parent: str | None = None) -> int:
        return self.add("base.department", name, company_id=self.ids[company], code=name, name=name,
                        parent_id=self.ids.get(str(parent)))  # fmt: skip

    def change(self, key: str, row: str, **values: Any) -> None:
        table = self.composed.info(key).table
        statement = table.update().where(table.c.id == self.ids[row]).values(values)
        self.session.execute(statement, execution_options=TRUSTED)

    def env(self, name: str, company: str | None = None, channel: str = "page") -> Env:
        """The Env of a user; the transaction's wall is theirs afterwards."""
        identity = identity_of(self.session, self.ids[name], self.ids[company] if company else None)
        assert identity is not None, f"{name} may not work"
        return make_env(self.session, identity, channel, language="en")


@pytest.fixture(scope="module")
def template(server: DatabaseServer, composed: Composition) -> str:
    return server.template("auth_toys", lambda database: build(database, composed))


@pytest.fixture(scope="module")
def database(server: DatabaseServer, template: str) -> Iterator[ScratchDatabase]:
    made = server.create(template)
    yield made
    server.drop(made)


@pytest.fixture
def world(database: ScratchDatabase, composed: Composition) -> Iterator[World]:
    """Everything in it is rolled back after the test."""
    connection = database.app.connect()
    outer = connection.begin()
    with session_factory(database.app)(bind=connection, join_transaction_mode="create_savepoint") as session:
        yield World(session, composed)
    outer.rollback()
    connection.close()


@pytest.fixture
def office(world: World) -> World:
    """Company A: Ann over Bob over Cid, Dan in another department, the boss; company B with Eve. Deals of each."""
    world.company("A", "toy_deals", "toy_gadgets")
    for name in ("ann", "bob", "cid", "dan"):
        world.user(name, "A", "toy_deals.seller")
    world.user("max", "A", "toy_deals.boss", "base.admin")
    world.department("sales", "A")
    world.department("north", "A", parent="sales")
    world.department("service", "A")
    world.post("ann", "A", department="sales")
    world.post("bob", "A", department="north", superior="ann")
    world.post("cid", "A", department="north", superior="bob")
    world.post("dan", "A", department="service")
    for name in ("ann", "bob", "cid", "dan"):
        world.add("toy_deals.deal", f"deal of {name}", company_id=world.ids["A"], title=f"deal of {name}",
                  owner_id=world.ids[name], double=0)  # fmt: skip
    world.add("toy_deals.deal", "free deal", company_id=world.ids["A"], title="free deal", double=0)
    world.company("B", "toy_deals")
    world.user("eve", "B", "toy_deals.seller", "toy_deals.boss", "base.admin")
    world.add("toy_deals.deal", "deal of eve", company_id=world.ids["B"], title="deal of eve",
              owner_id=world.ids["eve"], double=0)  # fmt: skip
    world.open(world.ids["A"], world.ids["B"])
    return world


def titles(env: Env, action: str = "read") -> set[str]:
    """The deals on which the caller may do `action`, without the word that all have in common."""
    info = env.info(toys.Deal)
    from core.orm.criteria import row_criteria

    statement = select(info.cls.title).where(*row_criteria(env, info, info.cls, action))
    return {
        title.removeprefix("deal of ") for title in env.session.scalars(statement, execution_options=TRUSTED)
    }


Titles = Callable[[Env, str], set[str]]
