"""Bridges come by themselves, with the last of what they connect, and go with the first; nobody can forget them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text

from core.errors import ManifestError
from core.lifecycle.activation import disable, enable, enable_all, enabled_addons, plan_disable, plan_enable
from core.lifecycle.errors import DependenciesNeeded, StillNeeded
from core.lifecycle.generation import installed_addons
from core.lifecycle.install import install, upgrade_schema
from core.modules.discovery import discover
from core.modules.graph import order
from core.modules.loader import load
from core.modules.manifest import Manifest
from core.orm.compose import compose
from core.orm.engine import Scope, apply_scope
from core.testing.database import APP_ROLE, DatabaseServer, ScratchDatabase
from tests.core.lifecycle.toys import FOLDER, Config, company, composed, initialised

BRIDGE = "toy_stamp_points"
SIDES = ("toy_points", "toy_stamps")


def without_the_bridge() -> None:
    config = Config(state_dir=FOLDER, addons_path=(FOLDER,))
    compose(load(order(discover(config), SIDES, bridged=False)))


def installed(database: ScratchDatabase) -> set[str]:
    with database.app.connect() as connection:
        return set(installed_addons(connection))


def articles(connection: Connection, company_id: int) -> list[str]:
    apply_scope(connection, Scope(read=(company_id,)))
    rows = connection.execute(
        text("select name from toy_wares.article where company_id = :c order by id"), {"c": company_id}
    )
    return list(rows.scalars())


def build(database: ScratchDatabase) -> None:
    initialised(database, *SIDES)
    company(database, "A")


@pytest.fixture(scope="module")
def shops(server: DatabaseServer) -> Iterator[ScratchDatabase]:
    template = server.template("toy_bridged", build)
    composed(*SIDES)
    database = server.create(template)
    yield database
    server.drop(database)


@pytest.fixture
def connection(shops: ScratchDatabase) -> Iterator[Connection]:
    with shops.app.connect() as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def own(connection: Connection) -> int:
    return int(connection.execute(text("select id from base.company")).scalar_one())


def test_a_new_deployment_with_both_sides_has_the_bridge(empty_database: ScratchDatabase) -> None:
    _composition, report = initialised(empty_database, *SIDES)
    assert report.new == ("base", "toy_wares", "toy_points", "toy_stamps", BRIDGE)
    assert BRIDGE in installed(empty_database)


def test_one_side_alone_has_none(empty_database: ScratchDatabase) -> None:
    _composition, report = initialised(empty_database, "toy_stamps")
    assert BRIDGE not in report.new


def test_installing_the_second_side_brings_what_it_needs_and_the_bridge(
    empty_database: ScratchDatabase,
) -> None:
    initialised(empty_database, "toy_stamps")
    report = install(empty_database.owner, APP_ROLE, composed(*SIDES), ["toy_points"])
    assert report.new == ("toy_points", BRIDGE)


def test_a_bridge_that_comes_with_new_code_is_installed_and_switched_on_where_both_sides_are(
    empty_database: ScratchDatabase,
) -> None:
    """As at a start after an update: nobody has asked for it."""
    initialised(empty_database, "toy_wares")
    both, one = company(empty_database, "A"), company(empty_database, "B")
    without_the_bridge()
    from core.orm.compose import composition

    install(empty_database.owner, APP_ROLE, composition(), SIDES)
    with empty_database.app.begin() as connection:
        enable(connection, both, "toy_points", with_dependencies=True)
        enable(connection, both, "toy_stamps")
        enable(connection, one, "toy_points", with_dependencies=True)
    assert BRIDGE not in installed(empty_database)
    report = upgrade_schema(empty_database.owner, APP_ROLE, composed(*SIDES))
    assert report.new == (BRIDGE,)
    with empty_database.app.connect() as connection:
        assert BRIDGE in enabled_addons(connection, both)
        assert BRIDGE not in enabled_addons(connection, one)
        assert articles(connection, both) == ["Bag", "Stamped"]
        assert articles(connection, one) == ["Bag"]
    assert upgrade_schema(empty_database.owner, APP_ROLE, composed(*SIDES)).operations == ()


def test_a_company_gets_it_with_the_last_side_and_loses_it_with_the_first(
    connection: Connection, own: int
) -> None:
    assert enable(connection, own, "toy_points", with_dependencies=True).addons == ("toy_wares", "toy_points")
    assert articles(connection, own) == ["Bag"]
    switched = enable(connection, own, "toy_stamps")
    assert (switched.addons, switched.bridges, switched.others) == (("toy_stamps", BRIDGE), (BRIDGE,), ())
    assert BRIDGE in enabled_addons(connection, own)
    assert articles(connection, own) == ["Bag", "Stamped"]
    off = disable(connection, own, "toy_points")
    assert (off.addons, off.bridges) == (("toy_points", BRIDGE), (BRIDGE,))
    assert enabled_addons(connection, own) == {"base", "toy_wares", "toy_stamps"}
    assert articles(connection, own) == ["Bag", "Stamped"]
    assert enable(connection, own, "toy_points").addons == ("toy_points", BRIDGE)
    assert articles(connection, own) == ["Bag", "Stamped"]


def test_what_is_confirmed_are_the_needed_addons_not_the_bridges(connection: Connection, own: int) -> None:
    enable(connection, own, "toy_stamps", with_dependencies=True)
    plan = plan_enable(connection, own, "toy_points")
    assert (plan.addons, plan.others) == (("toy_points", BRIDGE), ())
    enable(connection, own, "toy_points")
    with pytest.raises(StillNeeded) as told:
        plan_disable(connection, own, "toy_wares")
    assert set(told.value.addons) == set(SIDES)


def test_the_bridge_can_be_asked_for_and_left_out_like_any_other(connection: Connection, own: int) -> None:
    with pytest.raises(DependenciesNeeded):
        enable(connection, own, BRIDGE)
    assert enable(connection, own, BRIDGE, with_dependencies=True).addons[-1] == BRIDGE
    assert disable(connection, own, BRIDGE).addons == (BRIDGE,)
    assert BRIDGE not in enabled_addons(connection, own)


def test_a_company_with_everything_has_bridges_too(connection: Connection, own: int) -> None:
    enable_all(connection, own)
    assert BRIDGE in enabled_addons(connection, own)


def test_a_bridge_between_nothing_is_refused() -> None:
    for depends in ([], ["base"]):
        with pytest.raises(ManifestError, match="installs itself"):
            Manifest(name="acme_bridge", title="A", version="1.0", depends=depends, auto_install=True)
