"""Tables come from the declarations, only ever by addition, in one transaction."""

from __future__ import annotations

import pytest
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    MetaData,
    Numeric,
    String,
    Text,
    inspect,
    text,
)
from sqlalchemy.exc import IntegrityError, ProgrammingError

from core.errors import CompositionError
from core.orm.engine import Scope, apply_scope
from core.orm.schema import SchemaPlan, apply_schema, finish_schema, plan_schema, schema_hash
from core.orm.schema_statistics import STATISTICS
from core.testing.database import APP_ROLE, ScratchDatabase
from tests.core.orm.toy_tables import ADDONS, LIVE, base_tables, deal_tables, toy_metadata, toy_table


def install(database: ScratchDatabase, metadata: MetaData, addons: tuple[str, ...] = ADDONS) -> SchemaPlan:
    with database.owner.begin() as connection:
        plan = plan_schema(connection, metadata, addons, APP_ROLE)
        assert done_by(plan) == done_by(plan_schema(connection, metadata, addons, APP_ROLE, thorough=True))
        apply_schema(connection, plan)
    return plan


def done_by(plan: SchemaPlan) -> list[str]:
    return [str(operation.words) for operation in (*plan.operations, *plan.deferred)]


def plan_for(database: ScratchDatabase, metadata: MetaData, addons: tuple[str, ...] = ADDONS) -> SchemaPlan:
    with database.owner.connect() as connection:
        thorough = plan_schema(connection, metadata, addons, APP_ROLE, thorough=True)
        assert done_by(thorough) == done_by(plan_schema(connection, metadata, addons, APP_ROLE))
        return thorough


def add_rows(database: ScratchDatabase, count: int = 3) -> None:
    with database.owner.begin() as connection:
        apply_scope(connection, Scope(read=(1,), write=(1,)))
        for number in range(count):
            connection.execute(
                text("insert into deals.deal (company_id, title) values (1, :t)"), {"t": f"Deal {number}"}
            )


def columns_of(database: ScratchDatabase, schema: str, table: str) -> dict[str, str]:
    found = inspect(database.owner).get_columns(table, schema=schema)
    return {column["name"]: str(column["type"]) for column in found}


def words(plan: SchemaPlan) -> list[str]:
    return [str(operation.words) for operation in plan.operations]


def test_a_fresh_install_creates_every_table_with_its_cycle_and_then_nothing_is_left_to_do(
    empty_database: ScratchDatabase,
) -> None:
    metadata = toy_metadata()
    plan = install(empty_database, metadata)
    assert {operation.kind for operation in plan.operations} == {"schema", "table"}
    assert "Create the table deals.deal with 13 columns" in words(plan)
    found = inspect(empty_database.owner)
    assert set(found.get_table_names(schema="base")) == {"company", "user", "option"}
    assert [key["name"] for key in found.get_foreign_keys("company", schema="base")] == ["fk_company_head"]
    assert [key["name"] for key in found.get_foreign_keys("user", schema="base")] == ["fk_user_home"]
    after = plan_for(empty_database, metadata)
    assert not after
    assert after.ignored == ()


def test_the_plan_alone_changes_nothing(empty_database: ScratchDatabase) -> None:
    plan = plan_for(empty_database, toy_metadata())
    assert plan.operations
    assert "deals" not in inspect(empty_database.owner).get_schema_names()


def test_an_error_in_the_middle_leaves_nothing_behind(empty_database: ScratchDatabase) -> None:
    install(empty_database, toy_metadata())
    metadata = MetaData()
    base_tables(metadata)
    deal_tables(
        metadata,
        Column("margin", Numeric(19, 4)),
        CheckConstraint("no_such_column > 0", name="ck_deal_broken"),
    )
    with pytest.raises(ProgrammingError):
        install(empty_database, metadata)
    assert "margin" not in columns_of(empty_database, "deals", "deal")


def test_an_extension_adds_columns_rules_and_tables_and_its_absence_takes_none_away(
    empty_database: ScratchDatabase,
) -> None:
    install(empty_database, toy_metadata())
    add_rows(empty_database)
    wide = MetaData()
    base_tables(wide)
    tier = Column("loyalty__tier_id", BigInteger, info={"addon": "loyalty"})
    points = Column(
        "loyalty__points", BigInteger, nullable=False, server_default=text("0"), info={"addon": "loyalty"}
    )
    deal = deal_tables(
        wide, tier, points, CheckConstraint("loyalty__points >= 0", name="ck_deal_loyalty__points"),
        ForeignKeyConstraint(["company_id", "loyalty__tier_id"], ["loyalty.tier.company_id", "loyalty.tier.id"],
                             name="fk_deal_loyalty__tier"),
    )  # fmt: skip
    Index("ix_deal_loyalty__points", deal.c.company_id, deal.c.loyalty__points)
    toy_table(wide, "loyalty", "tier", "company", Column("name", Text, nullable=False))
    addons = (*ADDONS, "loyalty")
    plan = install(empty_database, wide, addons)
    by_name = {operation.name: operation for operation in plan.operations}
    assert by_name["loyalty__points"].addon == "loyalty"
    assert {"tier", "loyalty__tier_id", "ck_deal_loyalty__points", "fk_deal_loyalty__tier"} <= set(by_name)
    assert "loyalty__points" in columns_of(empty_database, "deals", "deal")
    with pytest.raises(IntegrityError), empty_database.owner.begin() as connection:
        apply_scope(connection, Scope(read=(1,), write=(1,)))
        connection.execute(text("update deals.deal set loyalty__points = -1"))

    finish_schema(empty_database.owner, wide, addons)
    narrow = plan_for(empty_database, toy_metadata())
    assert not narrow
    assert "DropColumn deals.deal loyalty__points" in narrow.ignored
    install(empty_database, toy_metadata())
    assert "loyalty__points" in columns_of(empty_database, "deals", "deal")
    add_rows_with_title = text("insert into deals.deal (company_id, title) values (1, 'without the addon')")
    with empty_database.owner.begin() as connection:
        apply_scope(connection, Scope(read=(1,), write=(1,)))
        connection.execute(add_rows_with_title)


def test_what_would_scan_or_lock_a_filled_table_waits_and_is_finished_afterwards(
    empty_database: ScratchDatabase,
) -> None:
    install(empty_database, toy_metadata())
    add_rows(empty_database)
    metadata = MetaData()
    base_tables(metadata)
    deal = deal_tables(
        metadata, Column("source_id", BigInteger),
        ForeignKeyConstraint(["source_id"], ["base.option.id"], name="fk_deal_source"),
    )  # fmt: skip
    Index("ix_deal_source_id", deal.c.company_id, deal.c.source_id)
    plan = install(empty_database, metadata)
    assert [(operation.kind, operation.name) for operation in plan.deferred] == [
        ("index", "ix_deal_source_id"), ("constraint", "fk_deal_source"),
    ]  # fmt: skip
    later = plan_for(empty_database, metadata)
    assert not later.operations
    assert {operation.name for operation in later.deferred} == {"ix_deal_source_id", "fk_deal_source"}
    assert set(finish_schema(empty_database.owner, metadata, ADDONS)) == {
        "ix_deal_source_id",
        "fk_deal_source",
    }
    assert not plan_for(empty_database, metadata)
    assert finish_schema(empty_database.owner, metadata, ADDONS) == []


def test_an_index_whose_building_was_interrupted_is_built_again(empty_database: ScratchDatabase) -> None:
    metadata = toy_metadata()
    install(empty_database, metadata)
    add_rows(empty_database)
    with empty_database.owner.begin() as connection:
        connection.execute(
            text("update pg_index set indisvalid = false where indexrelid = 'deals.ix_deal_amount'::regclass")
        )
    assert [operation.name for operation in plan_for(empty_database, metadata).deferred] == ["ix_deal_amount"]
    assert finish_schema(empty_database.owner, metadata, ADDONS) == ["ix_deal_amount"]
    assert not plan_for(empty_database, metadata)


def pair_of(nulls_first: bool) -> MetaData:
    """The toy tables with an index that has been declared in two ways over time."""
    metadata = MetaData()
    base_tables(metadata)
    deal = deal_tables(metadata)
    amount = deal.c.amount.nulls_first() if nulls_first else deal.c.amount
    Index("ix_deal_kind_amount", deal.c.company_id, deal.c.kind, amount, deal.c.id, postgresql_where=LIVE)
    return metadata


def forms_of_pair(database: ScratchDatabase) -> dict[str, str]:
    with database.owner.connect() as connection:
        rows = connection.execute(text(
            "select indexname, indexdef from pg_indexes where schemaname = 'deals' and indexname like '%kind_amount'"
        ))  # fmt: skip
        return {name: definition.partition(" USING ")[2] for name, definition in rows}


AS_BEFORE = "btree (company_id, kind, amount, id) WHERE (deleted_at IS NULL)"
AS_NOW = "btree (company_id, kind, amount NULLS FIRST, id) WHERE (deleted_at IS NULL)"
MOVED = "alter index deals.ix_deal_kind_amount rename to old_ix_deal_kind_amount"
MADE = "create index ix_deal_kind_amount on deals.deal (company_id, kind, amount nulls first, id) where deleted_at is null"
INVALID = "update pg_index set indisvalid = false where indexrelid = 'deals.ix_deal_kind_amount'::regclass"
AGAIN = "create index old_ix_deal_kind_amount on deals.deal (company_id, kind)"


@pytest.mark.parametrize(
    "left_by_a_run_that_was_ended",
    [[], [MOVED], [MOVED, MADE], [MOVED, MADE, INVALID], [INVALID], [AGAIN]],
    ids=["nothing", "set aside", "made", "half made", "half made before", "both, changed again"],
)
def test_an_index_that_is_declared_in_another_way_is_made_anew(
    empty_database: ScratchDatabase, left_by_a_run_that_was_ended: list[str]
) -> None:
    install(empty_database, pair_of(False))
    add_rows(empty_database)
    assert not plan_for(empty_database, pair_of(False))
    with empty_database.owner.begin() as connection:
        for statement in left_by_a_run_that_was_ended:
            connection.execute(text(statement))
    plan = install(empty_database, pair_of(True))
    assert not plan.operations
    assert {operation.name for operation in plan.deferred} == {"ix_deal_kind_amount"}
    assert plan_for(empty_database, pair_of(True)).ignored == plan.ignored == ()
    assert AS_NOW not in forms_of_pair(empty_database).values() or MADE in left_by_a_run_that_was_ended
    assert finish_schema(empty_database.owner, pair_of(True), ADDONS) == ["ix_deal_kind_amount"]
    assert forms_of_pair(empty_database) == {"ix_deal_kind_amount": AS_NOW}
    assert not plan_for(empty_database, pair_of(True))
    assert finish_schema(empty_database.owner, pair_of(True), ADDONS) == []


def test_a_filled_table_refuses_a_new_column_that_its_rows_cannot_have(
    empty_database: ScratchDatabase,
) -> None:
    install(empty_database, toy_metadata())
    metadata = MetaData()
    base_tables(metadata)
    deal_tables(metadata, Column("reference", Text, nullable=False))
    assert plan_for(empty_database, metadata).operations, "an empty table takes it"
    add_rows(empty_database)
    with pytest.raises(CompositionError, match="reference"):
        plan_for(empty_database, metadata)


def test_types_are_widened_and_never_narrowed(empty_database: ScratchDatabase) -> None:
    def with_type(code: object, price: object, note: object) -> MetaData:
        metadata = MetaData()
        base_tables(metadata)
        deal_tables(metadata, Column("code", code), Column("price", price), Column("note", note))  # type: ignore[call-overload]
        return metadata

    install(empty_database, with_type(String(20), Numeric(10, 2), Text))
    wider = with_type(String(40), Numeric(14, 4), Text)
    plan = install(empty_database, wider)
    assert [(operation.kind, operation.name) for operation in plan.operations] == [
        ("type", "code"),
        ("type", "price"),
    ]
    found = columns_of(empty_database, "deals", "deal")
    assert (found["code"], found["price"]) == ("VARCHAR(40)", "NUMERIC(14, 4)")
    assert not plan_for(empty_database, with_type(String(10), Numeric(14, 2), String(5)))


def test_a_selection_takes_further_choices_and_keeps_those_of_an_absent_addon(
    empty_database: ScratchDatabase,
) -> None:
    def with_choices(choices: str) -> MetaData:
        metadata = MetaData()
        base_tables(metadata)
        deal_tables(metadata, choices=choices)
        return metadata

    install(empty_database, with_choices("'new', 'won'"))
    add_rows(empty_database)
    plan = install(empty_database, with_choices("'new', 'won', 'lost'"))
    assert words(plan) == ["Allow further choices in the rule ck_deal_kind of the table deals.deal"]
    with empty_database.owner.begin() as connection:
        apply_scope(connection, Scope(read=(1,), write=(1,)))
        connection.execute(text("update deals.deal set kind = 'lost'"))
    assert not plan_for(empty_database, with_choices("'new', 'won'"))


def test_a_column_may_become_optional_but_not_required(empty_database: ScratchDatabase) -> None:
    def with_note(nullable: bool) -> MetaData:
        metadata = MetaData()
        base_tables(metadata)
        deal_tables(metadata, Column("note", Text, nullable=nullable))
        return metadata

    install(empty_database, with_note(nullable=False))
    assert words(install(empty_database, with_note(nullable=True))) == [
        "Let the column note of the table deals.deal be empty"
    ]
    assert not plan_for(empty_database, with_note(nullable=False))


def test_lost_rights_and_walls_are_noticed_and_restored(empty_database: ScratchDatabase) -> None:
    metadata = toy_metadata()
    install(empty_database, metadata)
    with empty_database.owner.begin() as connection:
        connection.execute(text("alter table deals.deal no force row level security"))
        connection.execute(text("drop policy company_update_v1 on base.option"))
        connection.execute(text(f"revoke update on deals.deal__tags from {APP_ROLE}"))
    plan = install(empty_database, metadata)
    assert sorted(operation.table for operation in plan.operations) == [
        "base.option",
        "deals.deal",
        "deals.deal__tags",
    ]
    assert {operation.kind for operation in plan.operations} == {"security"}
    assert not plan_for(empty_database, metadata)


def test_the_fingerprint_follows_every_difference_and_nothing_else() -> None:
    same = schema_hash(toy_metadata())
    assert schema_hash(toy_metadata()) == same
    changed = MetaData()
    base_tables(changed)
    deal_tables(changed, choices="'new', 'won', 'lost'")
    column = MetaData()
    base_tables(column)
    deal_tables(column, Column("note", Text))
    assert len({same, schema_hash(changed), schema_hash(column)}) == 3


def target_of(database: ScratchDatabase, table: str) -> int | None:
    statement = text(
        "select attstattarget from pg_attribute where attrelid = cast(:t as regclass) and attname = 'grams'"
    )
    with database.owner.connect() as connection:
        found: int | None = connection.execute(statement, {"t": table}).scalar_one()
        return found


def test_search_columns_are_looked_at_closely_in_new_tables(empty_database: ScratchDatabase) -> None:
    install(empty_database, toy_metadata())
    assert target_of(empty_database, "deals.deal") == STATISTICS
    assert not plan_for(empty_database, toy_metadata())


def test_and_in_tables_that_are_there_already(empty_database: ScratchDatabase) -> None:
    metadata = toy_metadata()
    install(empty_database, metadata)
    with empty_database.owner.begin() as connection:
        connection.execute(text("alter table deals.deal alter column grams set statistics -1"))
    add_rows(empty_database)
    plan = plan_for(empty_database, metadata)
    assert [(one.kind, one.table) for one in plan.deferred] == [("statistics", "deals.deal")]
    assert finish_schema(empty_database.owner, metadata, ADDONS) == ["deal statistics"]
    assert target_of(empty_database, "deals.deal") == STATISTICS
    assert not plan_for(empty_database, metadata)
    assert finish_schema(empty_database.owner, metadata, ADDONS) == []
