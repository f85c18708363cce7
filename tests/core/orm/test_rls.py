"""The wall between companies stands in the database, and promised indexes are used behind it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from core.orm.engine import Scope, apply_scope, scope_of, session_factory, set_scope
from core.orm.grants import excess_grants
from core.orm.leakproof import LEAKPROOF_FUNCTIONS, mark_leakproof, missing_leakproof
from core.orm.schema import apply_schema, plan_schema
from core.testing.database import APP_ROLE, DatabaseServer, ScratchDatabase
from tests.core.orm.toy_tables import ADDONS, toy_metadata

ROWS, COMPANIES = 40_000, 10
OWN = ROWS // COMPANIES
FILL = text("""
    insert into deals.deal (company_id, title, title__sort, amount, grams)
    select 1 + n % :companies, 'Deal ' || n, lpad(n::text, 8, '0'), n * 0.5, array['g' || n % 4000, 'all']
    from generate_series(1, :rows) n
""")


def fill(database: ScratchDatabase) -> None:
    metadata = toy_metadata()
    with database.owner.begin() as connection:
        apply_schema(connection, plan_schema(connection, metadata, ADDONS, APP_ROLE))
        apply_scope(connection, Scope(read=(1, 2), write=(0, *range(1, COMPANIES + 1))))
        connection.execute(
            text("insert into base.option (company_id, code) values (0, 'all'), (1, 'one'), (2, 'two')")
        )
        connection.execute(FILL, {"rows": ROWS, "companies": COMPANIES})
        connection.execute(
            text("insert into deals.deal__tags (company_id, left_id, right_id) values (1, 10, 1), (2, 1, 1)")
        )
    with database.owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("vacuum analyze")


@pytest.fixture(scope="module")
def walled(server: DatabaseServer) -> Iterator[ScratchDatabase]:
    database = server.create(server.template("toy_deals", fill))
    yield database
    server.drop(database)


@pytest.fixture
def app(walled: ScratchDatabase) -> Iterator[Connection]:
    with walled.app.connect() as connection:
        yield connection


def scoped(connection: Connection, read: tuple[int, ...], write: tuple[int, ...] = ()) -> Connection:
    apply_scope(connection, Scope(read, write))
    return connection


def count(connection: Connection, table: str) -> int:
    return int(connection.exec_driver_sql(f"select count(*) from {table}").scalar_one())


TABLES = ("deals.deal", "deals.deal__tags", "base.option")


@pytest.mark.parametrize("table", TABLES)
def test_without_a_scope_nothing_is_visible(app: Connection, table: str) -> None:
    assert count(app, table) == 0


@pytest.mark.parametrize("table", TABLES)
def test_the_owner_is_subject_to_the_wall_too(
    walled: ScratchDatabase, server: DatabaseServer, table: str
) -> None:
    """A superuser passes every policy; what counts is that an ordinary owner would not."""
    with walled.owner.begin() as connection:
        forced = text("select relforcerowsecurity from pg_class where oid = cast(:name as regclass)")
        assert connection.execute(forced, {"name": table}).scalar_one() is True


def test_a_scope_shows_its_companies_and_the_shared_rows(app: Connection) -> None:
    scoped(app, read=(1,))
    assert count(app, "deals.deal") == OWN
    assert count(app, "deals.deal__tags") == 1
    assert set(app.exec_driver_sql("select code from base.option").scalars()) == {"all", "one"}
    scoped(app, read=(1, 2))
    assert count(app, "deals.deal") == 2 * OWN


def test_the_scope_ends_with_the_transaction(app: Connection) -> None:
    scoped(app, read=(1,))
    assert count(app, "deals.deal") > 0
    app.commit()
    assert count(app, "deals.deal") == 0
    scoped(app, read=(1,))
    app.rollback()
    assert count(app, "deals.deal") == 0


INSERT = "insert into deals.deal (company_id, title) values ({company}, 'forged')"


@pytest.mark.parametrize(
    "statement",
    [
        INSERT.format(company=2),
        INSERT.format(company=0),
        "update deals.deal set company_id = 2 where id = 10",
        "insert into base.option (company_id, code) values (0, 'mine')",
        "insert into deals.deal__tags (company_id, left_id, right_id) values (2, 3, 1)",
    ],
)
def test_nothing_is_written_into_another_company_nor_for_all_of_them(app: Connection, statement: str) -> None:
    scoped(app, read=(1, 2), write=(1,))
    with pytest.raises(ProgrammingError, match="row-level security"):
        app.exec_driver_sql(statement)


@pytest.mark.parametrize(
    "statement", ["update deals.deal set title = 'forged' || id", "delete from deals.deal__tags"]
)
def test_rows_that_may_only_be_read_are_not_touched(app: Connection, statement: str) -> None:
    scoped(app, read=(1, 2), write=())
    assert app.exec_driver_sql(statement).rowcount == 0


def test_a_reference_across_companies_is_refused_by_the_key(app: Connection) -> None:
    """Foreign keys are checked behind row-level security, so the company is part of the key."""
    scoped(app, read=(1, 2), write=(1, 2))
    foreign = app.exec_driver_sql("select id from deals.deal where company_id = 2 limit 1").scalar_one()
    with pytest.raises(IntegrityError):
        app.execute(
            text("insert into deals.deal (company_id, title, part_of_id) values (1, 'child', :id)"),
            {"id": foreign},
        )


def test_a_scope_given_to_a_session_holds_for_each_of_its_transactions(walled: ScratchDatabase) -> None:
    with session_factory(walled.app)() as session:
        set_scope(session, Scope(read=(1,), write=(1,)))
        assert session.connection().exec_driver_sql("show statement_timeout").scalar_one() == "30s"
        assert visible(session) == OWN
        session.commit()
        assert visible(session) == OWN
        set_scope(session, Scope(read=(1, 2)))
        assert visible(session) == 2 * OWN
        scope = scope_of(session)
        assert scope is not None and scope.read == (1, 2)


def test_a_savepoint_that_is_rolled_back_does_not_widen_the_scope_again(walled: ScratchDatabase) -> None:
    with session_factory(walled.app)() as session:
        set_scope(session, Scope(read=(1, 2)))
        visible(session)
        with pytest.raises(RuntimeError), session.begin_nested():
            set_scope(session, Scope(read=(1,)))
            raise RuntimeError
        assert visible(session) == OWN


def visible(session: Session) -> int:
    return count(session.connection(), "deals.deal")


def test_the_application_neither_owns_nor_empties_tables(app: Connection) -> None:
    for statement in (
        "truncate deals.deal",
        "alter table deals.deal disable row level security",
        "drop table deals.deal",
    ):
        with pytest.raises(ProgrammingError), app.begin_nested():
            app.exec_driver_sql(statement)
    assert not excess_grants(app, list(toy_metadata().sorted_tables), APP_ROLE)


def plan_nodes(connection: Connection, statement: str, **parameters: Any) -> list[dict[str, Any]]:
    explained = connection.execute(text(f"explain (format json) {statement}"), parameters).scalar_one()

    def walk(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
        yield node
        for below in node.get("Plans", ()):
            yield from walk(below)

    return list(walk(explained[0]["Plan"]))


def index_used(connection: Connection, statement: str, **parameters: Any) -> str | None:
    for node in plan_nodes(connection, statement, **parameters):
        if "Index Name" in node and node.get("Index Cond"):
            return str(node["Index Name"])
    return None


def index_condition(connection: Connection, statement: str, **parameters: Any) -> str:
    return " ".join(
        str(node.get("Index Cond", "")) for node in plan_nodes(connection, statement, **parameters)
    )


LIST = "select id, title from deals.deal where company_id = 1 and deleted_at is null"


class TestPlansAsTheApplication:
    """Each plan that lists and searches rely on. A failure here is a factor of a hundred at a million rows."""

    def test_the_setting_is_read_once_per_statement(self, app: Connection) -> None:
        nodes = plan_nodes(scoped(app, read=(1,)), "select count(*) from deals.deal")
        assert any(node.get("Parent Relationship") == "InitPlan" for node in nodes)
        assert not any("current_setting" in str(node.get("Filter", "")) for node in nodes)

    def test_the_newest_page_comes_in_the_order_of_a_key(self, app: Connection) -> None:
        scoped(app, read=(1,))
        for page in (f"{LIST} order by id desc limit 80", f"{LIST} and id < 5000 order by id desc limit 80"):
            kinds = {node["Node Type"] for node in plan_nodes(app, page)}
            assert "Index Scan" in kinds and kinds.isdisjoint({"Sort", "Seq Scan", "Bitmap Heap Scan"}), page

    def test_a_page_by_amount_comes_in_the_order_of_its_index(self, app: Connection) -> None:
        scoped(app, read=(1,))
        page = f"{LIST} order by amount desc, id desc limit 80"
        assert index_used(app, page) == "ix_deal_amount"
        assert not any(node["Node Type"] == "Sort" for node in plan_nodes(app, page))
        after = f"{LIST} and (amount, id) < (:amount, :id) order by amount desc, id desc limit 80"
        given = {"amount": Decimal("4000"), "id": 8000}
        assert index_used(app, after, **given) == "ix_deal_amount"
        assert "amount" in index_condition(app, after, **given)

    def test_a_range_of_amounts_uses_the_index(self, app: Connection) -> None:
        condition = index_condition(scoped(app, read=(1,)), f"{LIST} and amount between 100 and 110")
        assert "amount >= " in condition and "amount <= " in condition

    def test_a_page_by_name_comes_in_the_order_of_its_sort_key(self, app: Connection) -> None:
        scoped(app, read=(1,))
        after = f"{LIST} and (title__sort, id) > ('00005000', 5000) order by title__sort, id limit 80"
        assert index_used(app, after) == "ix_deal_title__sort"
        assert "title__sort" in index_condition(app, after)

    def test_a_search_uses_the_grams(self, app: Connection) -> None:
        found = f"{LIST} and grams @> array['g17', 'all']"
        assert "grams @>" in index_condition(scoped(app, read=(1,)), found)
        assert index_used(app, found) == "ix_deal_grams"

    def test_a_reference_is_followed_by_its_key(self, app: Connection) -> None:
        assert index_used(
            scoped(app, read=(1,)), "select title from deals.deal where company_id = 1 and id = 4711"
        )


def test_without_the_marks_the_indexes_on_amounts_and_grams_would_not_be_used(server: DatabaseServer) -> None:
    """The reason for the list: every function on it is needed, and the check at start notices each one."""
    database = server.create(server.template("toy_deals", fill))
    try:
        with database.owner.begin() as connection:
            for name in LEAKPROOF_FUNCTIONS:
                connection.exec_driver_sql(f"alter function {name} not leakproof")
            assert missing_leakproof(connection) == list(LEAKPROOF_FUNCTIONS)
        with database.app.connect() as app:
            scoped(app, read=(1,))
            assert "grams @>" not in index_condition(app, f"{LIST} and grams @> array['g17']")
            assert "amount" not in index_condition(app, f"{LIST} and amount = 100")
            with pytest.raises(DBAPIError), app.begin_nested():
                app.exec_driver_sql("alter function pg_catalog.numeric_lt(numeric, numeric) leakproof")
            assert mark_leakproof(app) == list(LEAKPROOF_FUNCTIONS)
        with database.owner.begin() as connection:
            assert mark_leakproof(connection) == []
            assert missing_leakproof(connection) == []
    finally:
        server.drop(database)
