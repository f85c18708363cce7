"""Databases of released versions, with their data: this code brings each up to itself, and nothing of them is lost.

`python -m tools.freeze` writes the file of a version when it is released; it is never written again after that. Where
this test fails, the change it fails for needs a migration (docs/how-to/migrations.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select, text

import core
from addons.crm_purchase.states import WITH_SUPPLIER
from addons.crm_sales.states import RUNNING_STATES
from addons.crm_sales.views.order_line import is_open
from core.auth.environment import make_env
from core.auth.identity import identity_of
from core.lifecycle.dry_run import counted
from core.lifecycle.install import upgrade_schema
from core.lifecycle.offers import offers, take
from core.orm.compose import Composition
from core.orm.context import use_env
from core.orm.engine import Scope, apply_scope, session_factory
from core.orm.grants import excess_grants
from core.orm.kernel_tables import KERNEL_SCHEMA, kernel_metadata
from core.orm.schema import plan_schema
from core.orm.system_env import system_env
from core.testing.browser import application_of, browser_of
from core.testing.database import APP_ROLE, DatabaseServer, ScratchDatabase
from core.testing.frozen import ENDING, thaw
from core.testing.product import Product
from core.views.navigation import MenuNode, menu_tree

FILES = sorted(Path(__file__).parent.glob(f"*{ENDING}"))
GROWING = frozenset({
    "core.audit", "core.shipped", "core.journal", "core.addon", "core.rights_version", "base.option", "base.role",
    "base.numbering", "base.company_addon",
})  # fmt: skip
"""Tables in which an upgrade makes rows: what addons ship, and what is told of it."""


@dataclass
class Thawed:
    """A frozen database after its upgrade, with the number of rows of each table before."""

    database: ScratchDatabase
    composed: Composition
    product: Product
    before: dict[str, int]


@pytest.fixture(scope="module", params=FILES, ids=lambda path: path.name.removesuffix(ENDING))
def thawed(request: pytest.FixtureRequest, server: DatabaseServer, product: Product) -> Iterator[Thawed]:
    database = server.create()
    thaw(request.param, database.owner)
    with database.owner.connect() as connection:
        before = counted(connection)
    composed = product.compose()
    upgrade_schema(database.owner, APP_ROLE, composed)
    yield Thawed(database, composed, product, before)
    server.drop(database)


def test_this_version_is_frozen() -> None:
    assert f"{core.__version__}{ENDING}" in [path.name for path in FILES], "run python -m tools.freeze"


def test_its_tables_are_those_of_a_fresh_installation(thawed: Thawed) -> None:
    composed = thawed.composed
    with thawed.database.owner.connect() as connection:
        for metadata, schemas in (
            (kernel_metadata, {KERNEL_SCHEMA}),
            (composed.metadata, set(composed.addons)),
        ):
            plan = plan_schema(connection, metadata, schemas, APP_ROLE, thorough=True)
            assert [str(one.words) for one in (*plan.operations, *plan.deferred)] == []
            assert [str(one) for one in plan.ignored] == []
            assert excess_grants(connection, metadata.sorted_tables, APP_ROLE) == []


def test_no_row_is_lost_and_none_appears_from_nowhere(thawed: Thawed) -> None:
    with thawed.database.owner.connect() as connection:
        after = counted(connection)
    assert thawed.before["crm_base.customer"] > 10 and thawed.before['base."user"'] > 5
    lost = {name: (n, after.get(name)) for name, n in thawed.before.items() if after.get(name, 0) < n}
    more = {name: (n, after[name]) for name, n in thawed.before.items() if after.get(name, 0) > n}
    assert lost == {}
    assert set(more) <= GROWING


def test_queues_of_before_are_behind_the_wall(thawed: Thawed) -> None:
    """They were made without it; the upgrade puts it up around the rows that are there."""
    with thawed.database.owner.begin() as connection:
        connection.execute(text(
            "insert into base.job (title, name, company_id, arguments, run_at, state) "
            "select 'old', 'old', id, '{}', now(), 'done' from base.company"
        ))  # fmt: skip
        companies = connection.execute(text("select distinct company_id from base.job")).scalars().all()
    with thawed.database.app.connect() as connection:
        assert connection.execute(text("select count(*) from base.job")).scalar_one() == 0
        for company in companies:
            apply_scope(connection, Scope((company,)))
            seen = connection.execute(text("select distinct company_id from base.job")).scalars().all()
            assert seen == [company]


PREFIXES = {
    "crm_stock.stock_in": ("SI", "IN"), "crm_stock.stock_out": ("SO", "OUT"), "crm_purchase.receipt": ("PR", "GR"),
    "crm_sales.delivery": ("D", "DN"),
}  # fmt: skip
"""What 1.0.0 numbered like another kind of document, and what is shipped since."""


def test_numbers_in_use_keep_their_form_and_their_company_is_offered_the_new_one(thawed: Thawed) -> None:
    with thawed.database.owner.connect() as connection:
        addons = thawed.composed.addons
        company = manager(thawed.database)[1]
        with system_env(connection, company, frozenset(addons), "test") as env:
            found = [one for one in offers(env) if one.info.key == "base.numbering" and not one.is_shared]
            told = {one.record.sequence: (one.ours, one.now) for one in found if one.field.name == "prefix"}
            assert told == PREFIXES
            assert take(env, [one.token for one in found]) == len(PREFIXES)
            assert env.draw_number("crm_purchase.receipt").startswith("GR")
        connection.rollback()


def test_what_is_open_of_orders_is_told_by_their_state(thawed: Thawed) -> None:
    """Lines and instalments of drafts, closed and cancelled orders were open before; and what orders lack is kept."""
    company = manager(thawed.database)[1]
    with thawed.database.owner.connect() as connection:
        with system_env(connection, company, frozenset(thawed.composed.addons), "test") as env:
            lines = [
                (line.is_incomplete, line.open_quantity > 0, line.document.state in RUNNING_STATES, line.id)
                for line in env.search("crm_sales.order_line", limit=5000)
            ]
            found = {one.id for one in env.search("crm_sales.order_line", is_open(env), limit=5000)}
            line = env.info("crm_sales.order_line").cls
            assert {row[0] for row in env.rows(select(line.id).where(line.is_open))} == found
        connection.rollback()
    assert {row[1:3] for row in lines} == {(False, True), (False, False), (True, True), (True, False)}
    assert [row for row in lines if row[0] != row[1]] == []
    assert found == {row[3] for row in lines if row[1] and row[2]}


def test_what_is_yet_to_come_from_suppliers_is_told_by_the_state_of_orders(thawed: Thawed) -> None:
    """Lines of drafts, closed and cancelled purchase orders were open before."""
    company = manager(thawed.database)[1]
    with thawed.database.owner.connect() as connection:
        with system_env(connection, company, frozenset(thawed.composed.addons), "test") as env:
            lines = [
                (
                    line.is_open,
                    line.open_quantity > 0,
                    line.document.state in WITH_SUPPLIER,
                    line.is_incomplete,
                )
                for line in env.search("crm_purchase.purchase_line", limit=5000)
            ]
        connection.rollback()
    assert {row[1:3] for row in lines} >= {(False, True), (True, True), (True, False)}
    assert [row for row in lines if row[0] != (row[1] and row[2]) or row[3] != row[1]] == []


def test_a_person_finds_the_lists(thawed: Thawed) -> None:
    application = application_of(thawed.product.config, thawed.composed, thawed.database)
    user, company = manager(thawed.database)
    browser = browser_of(application, thawed.database, user, company)
    with session_factory(thawed.database.app)() as session:
        identity = identity_of(session, user, company)
        assert identity is not None
        env = make_env(session, identity, "page", language="en")
        with use_env(env):
            urls = dict.fromkeys(links(menu_tree(env)))
            assert env.count("crm_base.customer").value > 10
    lists = [url for url in urls if url.startswith("/r/") and not url.endswith("/new")]
    assert len(lists) > 10
    assert {url: browser.get(url, status="*").status_int for url in lists} == dict.fromkeys(lists, 200)


def manager(database: ScratchDatabase) -> tuple[int, int]:
    """Somebody who sees all of a company, and the company."""
    with database.owner.connect() as connection:
        row = connection.execute(text(
            "select h.user_id, h.company_id from base.user_role h join base.role r on r.id = h.role_id "
            "where r.code = 'crm_base.general_manager' and h.deleted_at is null order by h.company_id, h.user_id"
        )).first()  # fmt: skip
    assert row is not None
    return row[0], row[1]


def links(nodes: list[MenuNode] | tuple[MenuNode, ...]) -> Iterator[str]:
    for node in nodes:
        if node.url is not None:
            yield node.url
        yield from links(node.children)
