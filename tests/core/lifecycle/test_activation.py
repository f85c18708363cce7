"""Addons are switched per company, together with what they need, and never lose data."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Thread

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from core.errors import AccessDenied, NotFound, UserError
from core.lifecycle.activation import (
    disable,
    enable,
    enable_all,
    enabled_addons,
    plan_disable,
    plan_enable,
    prepare_company,
)
from core.lifecycle.errors import DependenciesNeeded, StillNeeded, UnknownAddon
from core.orm.engine import Scope, apply_scope, scope_of, session_factory, set_scope
from core.orm.env import Env
from core.orm.system_env import system_env
from core.testing.database import DatabaseServer, ScratchDatabase
from tests.core.lifecycle.toys import company, composed, initialised

EVERYTHING = frozenset({"base", "toy_wares", "toy_points"})


def build(database: ScratchDatabase) -> None:
    initialised(database, "toy_points")
    company(database, "A")
    company(database, "B")
    with database.owner.begin() as connection:
        connection.execute(text("insert into base.user (name, login) values ('Han Meimei', 'han')"))


@pytest.fixture(scope="module")
def shops(server: DatabaseServer) -> Iterator[ScratchDatabase]:
    template = server.template("toy_waress", build)
    composed("toy_points")
    database = server.create(template)
    yield database
    server.drop(database)


@pytest.fixture
def connection(shops: ScratchDatabase) -> Iterator[Connection]:
    """The application's own connection; what a test does is rolled back."""
    with shops.app.connect() as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def companies(connection: Connection) -> tuple[int, int]:
    first, second = connection.execute(text("select id from base.company order by code")).scalars()
    return first, second


def articles(connection: Connection, company_id: int) -> list[str]:
    apply_scope(connection, Scope(read=(company_id,)))
    rows = connection.execute(
        text("select code || ' ' || name from toy_wares.article where company_id = :c"), {"c": company_id}
    )
    return list(rows.scalars())


def test_enabling_shows_what_comes_along_and_asks_once(
    connection: Connection, companies: tuple[int, int]
) -> None:
    own, other = companies
    assert plan_enable(connection, own, "toy_points").addons == ("toy_wares", "toy_points")
    with pytest.raises(DependenciesNeeded, match="Points needs Shop") as asked:
        enable(connection, own, "toy_points")
    assert asked.value.addons == ("toy_wares",)
    assert enabled_addons(connection, own) == {"base"}
    switched = enable(connection, own, "toy_points", with_dependencies=True)
    assert switched.addons == ("toy_wares", "toy_points")
    assert enabled_addons(connection, own) == EVERYTHING
    assert enabled_addons(connection, other) == {"base"}


def test_a_new_company_gets_everything_at_once_with_its_first_data(
    connection: Connection, companies: tuple[int, int]
) -> None:
    own, other = companies
    enable(connection, own, "toy_wares")
    disable(connection, own, "toy_wares")
    enable_all(connection, own)
    enable_all(connection, own)
    assert enabled_addons(connection, own) == EVERYTHING
    assert articles(connection, own) == ["A0001 Bag"]
    assert enabled_addons(connection, other) == {"base"}


def test_enabling_makes_the_numbering_and_the_first_data_of_this_company_only(
    connection: Connection, companies: tuple[int, int]
) -> None:
    own, other = companies
    enable(connection, own, "toy_wares")
    assert articles(connection, own) == ["A0001 Bag"]
    assert articles(connection, other) == []
    apply_scope(connection, Scope(read=(own,)))
    rule = connection.execute(text("select title, prefix, width from base.numbering")).all()
    assert rule == [("Article", "A", 4)]


def test_switching_off_and_on_again_keeps_the_data_and_makes_none_twice(
    connection: Connection, companies: tuple[int, int]
) -> None:
    own, _other = companies
    enable(connection, own, "toy_wares")
    assert disable(connection, own, "toy_wares").addons == ("toy_wares",)
    assert enabled_addons(connection, own) == {"base"}
    assert articles(connection, own) == ["A0001 Bag"]
    enable(connection, own, "toy_wares")
    assert articles(connection, own) == ["A0001 Bag"]
    apply_scope(connection, Scope(read=(own,)))
    assert (
        connection.execute(
            text("select count(*) from base.company_addon where company_id = :c"), {"c": own}
        ).scalar_one()
        == 1
    )


def test_an_addon_that_others_need_stays_on_and_they_are_named(
    connection: Connection, companies: tuple[int, int]
) -> None:
    own, _other = companies
    enable(connection, own, "toy_points", with_dependencies=True)
    with pytest.raises(StillNeeded, match="Shop is needed by Points") as refused:
        disable(connection, own, "toy_wares")
    assert refused.value.addons == ("toy_points",)
    assert enabled_addons(connection, own) == EVERYTHING
    disable(connection, own, "toy_points")
    disable(connection, own, "toy_wares")
    assert enabled_addons(connection, own) == {"base"}


def test_switching_twice_changes_nothing(connection: Connection, companies: tuple[int, int]) -> None:
    own, _other = companies
    enable(connection, own, "toy_wares")
    assert enable(connection, own, "toy_wares").addons == ()
    disable(connection, own, "toy_wares")
    assert disable(connection, own, "toy_wares").addons == ()


def test_unknown_addons_companies_and_the_kernel_itself_are_refused(
    connection: Connection, companies: tuple[int, int]
) -> None:
    own, _other = companies
    with pytest.raises(UnknownAddon, match="toy_nowhere"):
        enable(connection, own, "toy_nowhere")
    with pytest.raises(UnknownAddon):
        plan_disable(connection, own, "toy_nowhere")
    with pytest.raises(NotFound):
        enable(connection, 4711, "toy_wares")
    with pytest.raises(UserError, match="always on"):
        disable(connection, own, "base")


class OrdinaryPolicy:
    """The rights of somebody who may look at nothing; the life cycle asks for roles, not for row rights."""

    def allowed(self, info: object, action: str) -> bool:
        return False

    def where(self, info: object, action: str, *, live: bool = False) -> None:
        return None

    def readable(self, info: object) -> frozenset[str]:
        return frozenset()

    def editable(self, info: object) -> frozenset[str]:
        return frozenset()

    def explain(self, info: object, action: str, record: object = None) -> None:
        raise AssertionError("not asked")


def person(session: Session, company_id: int, *roles: str) -> Env:
    user_id = session.connection().execute(text("select id from base.user")).scalar_one()
    return Env(session, OrdinaryPolicy(), user_id=user_id, company_id=company_id, addons=frozenset({"base"}),  # type: ignore[arg-type]
               roles=frozenset(roles), channel="page", request_id="r-1")  # fmt: skip


@pytest.mark.parametrize("roles", [(), ("toy_wares.seller",)])
def test_only_administrators_switch(
    connection: Connection, companies: tuple[int, int], roles: tuple[str, ...]
) -> None:
    own, _other = companies
    with session_factory(connection)() as session, pytest.raises(AccessDenied):
        enable(person(session, own, *roles), own, "toy_wares")


def test_an_administrator_switches_the_own_company_and_the_system_administrator_any(
    connection: Connection, companies: tuple[int, int]
) -> None:
    own, other = companies
    with session_factory(connection)() as session:
        set_scope(session, Scope(read=(own,), write=(own,)))
        administrator = person(session, own, "base.admin")
        with pytest.raises(AccessDenied):
            enable(administrator, other, "toy_wares")
        enable(administrator, own, "toy_wares")
        enable(person(session, own, "base.system"), other, "toy_wares")
        scope = scope_of(session)
        assert scope is not None and scope.read == (own,), "the caller's wall is as it was"
        assert (
            enabled_addons(administrator, own)
            == enabled_addons(administrator, other)
            == {"base", "toy_wares"}
        )
        apply_scope(session.connection(), Scope(read=(own,)))
        who = text(
            "select distinct user_id, channel, request_id from core.audit where model = 'base.company_addon'"
        )
        assert session.connection().execute(who).all() == [(administrator.user_id, "page", "r-1")]


def test_a_new_company_gets_the_numbering_of_the_kernel(
    connection: Connection, companies: tuple[int, int]
) -> None:
    own, _other = companies
    prepare_company(connection, own)
    apply_scope(connection, Scope(read=(own,)))
    before = connection.execute(text("select sequence from base.numbering")).scalars().all()
    prepare_company(connection, own)
    apply_scope(connection, Scope(read=(own,)))
    assert connection.execute(text("select sequence from base.numbering")).scalars().all() == before


def test_two_people_switching_at_once_do_not_leave_an_addon_without_its_dependency(
    shops: ScratchDatabase,
) -> None:
    with shops.app.begin() as first:
        own = first.execute(text("select id from base.company order by code limit 1")).scalar_one()
        enable(first, own, "toy_wares")
    seen: list[object] = []

    def second() -> None:
        with shops.app.begin() as connection:
            try:
                seen.append(disable(connection, own, "toy_wares"))
            except StillNeeded as refused:
                seen.append(refused.addons)

    with shops.app.begin() as connection:
        enable(connection, own, "toy_points")
        thread = Thread(target=second)
        thread.start()
        thread.join(0.3)
        assert not seen, "the second waits for the first"
    thread.join(10)
    assert seen == [("toy_points",)]


def test_an_env_of_the_system_sees_its_company_only(
    connection: Connection, companies: tuple[int, int]
) -> None:
    own, other = companies
    enable(connection, own, "toy_wares")
    with system_env(connection, other, EVERYTHING, "a test") as env:
        assert env.search("toy_wares.article") == []
    with system_env(connection, own, EVERYTHING, "a test") as env:
        assert [one.name for one in env.search("toy_wares.article")] == ["Bag"]
