"""Killed at any point, an operation has happened or it has not, as soon as the next process starts.

`make test` takes the journaled steps at which most is at stake; `make test-long` all of them, and a part of all others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
from sqlalchemy import text

from core.lifecycle.activation import disable, enable_all, prepare_company
from core.lifecycle.generation import installed_addons
from core.lifecycle.install import install, upgrade_schema
from core.lifecycle.journal import unfinished
from core.lifecycle.removal import remove
from core.lifecycle.restoring import restore
from core.orm.compose import Composition, compose
from core.testing.database import APP_ROLE, DatabaseServer, ScratchDatabase
from core.testing.rows import rows_of
from tests.core.lifecycle.kill_points import Deed, Point, journaled, killed_at, statements_of
from tests.core.lifecycle.orders import ORDERS, acting, build, data_of, schema_of
from tests.core.lifecycle.toys import company, composed, initialised, released, toys

EVERY = 12
"""Of the statements that write no step, one in so many is a point of the long run."""


def shop_alone(database: ScratchDatabase) -> None:
    initialised(database, "toy_wares")
    own = company(database)
    with database.owner.begin() as connection:
        prepare_company(connection, own)
        enable_all(connection, own)
    with acting(database) as env:
        env.create("toy_wares.article", name="Cup")


def without_orders(database: ScratchDatabase) -> None:
    """Orders are aside, and an article that they refer to is gone."""
    build(database)
    taking_out(database)
    with database.owner.begin() as connection:
        connection.execute(text("delete from toy_wares.article where name = 'Hat'"))


def putting_in(database: ScratchDatabase) -> object:
    return install(database.owner, APP_ROLE, composed(ORDERS), [ORDERS])


def taking_out(database: ScratchDatabase) -> object:
    return remove(database.owner, APP_ROLE, composed(ORDERS), ORDERS)


def bringing_back(database: ScratchDatabase) -> object:
    return restore(database.owner, APP_ROLE, composed(ORDERS), ORDERS)


def newer(*names: str) -> Composition:
    """Of orders the next version lies there, with a step for the rows."""
    return compose(released(toys(*names), ORDERS, "1.1.0", _next_version()))


@cache
def _next_version() -> Path:
    folder = Path(mkdtemp(prefix="keyuan-toy-orders-"))
    (folder / "migrations").mkdir()
    step = "def after(op):\n    op.execute(\"update toy_orders.order set name = name || ' (old)'\")\n"
    (folder / "migrations" / "1.1.0.py").write_text(step)
    return folder


def rising(database: ScratchDatabase) -> object:
    return upgrade_schema(database.owner, APP_ROLE, newer(ORDERS))


@dataclass(frozen=True)
class Case:
    """An operation, and the two states between which it must not stop."""

    template: str
    deed: Deed
    before: tuple[str, str]
    after: tuple[str, str]
    said: list[str]
    is_upgrade: bool
    """The next start does it, however far the one that was killed had come."""


KINDS: dict[str, tuple[Callable[[ScratchDatabase], None], Deed]] = {
    "install": (shop_alone, putting_in),
    "remove": (build, taking_out),
    "restore": (without_orders, bringing_back),
    "upgrade": (build, rising),
}


@pytest.fixture(scope="module", params=KINDS)
def case(request: pytest.FixtureRequest, server: DatabaseServer) -> Case:
    prepare, deed = KINDS[request.param]
    template = server.template(f"killed_{request.param}", prepare)
    database = server.create(template)
    before = (schema_of(database), data_of(database))
    said = statements_of(database, deed)
    after = (schema_of(database), data_of(database))
    server.drop(database)
    assert before != after
    return Case(template, deed, before, after, said, is_upgrade=request.param == "upgrade")


def start(database: ScratchDatabase, compose_code: Callable[..., Composition] = composed) -> None:
    """What the next process does: it composes what is installed and brings the database up to that."""
    with database.owner.connect() as connection:
        names = [name for name in installed_addons(connection) if name != "base"]
    upgrade_schema(database.owner, APP_ROLE, compose_code(*names))
    with database.owner.connect() as connection:
        assert unfinished(connection) == []


def holds_at(database: ScratchDatabase, case: Case, point: Point) -> bool:
    """Whether the operation has happened, as far as the killed process came; nothing in between is found."""
    killed_at(database, case.deed, point)
    start(database, newer if case.is_upgrade else composed)
    found = (schema_of(database), data_of(database))
    assert found in (case.before, case.after), f"{point}: {case.said[point.number - 1 : point.number + 1]}"
    return found == case.after


def test_the_first_transaction_decides(case: Case, server: DatabaseServer) -> None:
    """Killed before it is committed nothing has happened, and right after it the rest is done at the next start."""
    _begun, _same, inside, committed, *_later = journaled(case.said)
    for point, has_happened in ((inside, False), (committed, True)):
        database = server.create(case.template)
        assert holds_at(database, case, point) is (has_happened or case.is_upgrade), str(point)
        server.drop(database)


@pytest.mark.long
def test_every_step_and_a_part_of_what_is_between(case: Case, server: DatabaseServer) -> None:
    steps = journaled(case.said)
    points = {*steps, *(Point(number) for number in range(0, len(case.said), EVERY))}
    decided = steps[3].number
    for point in sorted(points, key=lambda one: (one.number, one.is_after)):
        database = server.create(case.template)
        assert holds_at(database, case, point) is (point.number >= decided or case.is_upgrade), str(point)
        server.drop(database)


def test_switching_off_is_one_transaction(server: DatabaseServer) -> None:
    """Killed at any of its statements, the company has the addon as before."""

    def switched_off(database: ScratchDatabase) -> None:
        with database.app.begin() as connection:
            own = connection.execute(text("select id from base.company where code = 'A'")).scalar_one()
            disable(connection, own, ORDERS)

    def switches(database: ScratchDatabase) -> object:
        rows = rows_of(database, ["base"])
        return next(rows[table] for table in rows if table.endswith("company_addon"))

    composed(ORDERS)
    template = server.template("killed_remove", build)
    whole = server.create(template)
    before, said = switches(whole), statements_of(whole, switched_off)
    assert switches(whole) != before and len(said) > 3
    for number in range(1, len(said)):
        database = server.create(template)
        killed_at(database, switched_off, Point(number))
        assert switches(database) == before, said[number]
        server.drop(database)
    server.drop(whole)
