"""What an index serves, and that the server's words for one are understood."""

from __future__ import annotations

import pytest
from sqlalchemy import BigInteger, Column, Index, MetaData, Table, Text, text

from core.orm.index_report_shape import Key, Shape, create_statement, declared_indexes, normalised
from core.orm.tables import LIVE

LISTED = Shape((Key("company_id"), Key("amount", nulls_first=True), Key("id")), where=LIVE, condition=LIVE)
DOWNWARDS = Shape((Key("company_id"), Key("amount", descending=True), Key("id", descending=True)))
USUAL = Shape((Key("company_id"), Key("amount"), Key("id")), where=LIVE)
OWNER = Shape((Key("company_id"), Key("owner_id"), Key("id")), where=LIVE)


@pytest.mark.parametrize(
    ("shape", "kind", "columns", "served"),
    [
        (LISTED, "order", ["amount"], True),
        (LISTED, "find", ["amount"], True),
        (LISTED, "find", ["id"], False),
        (DOWNWARDS, "order", ["amount"], True),
        (USUAL, "order", ["amount"], False),  # empty values stand at the other end: the list is sorted again
        (USUAL, "find", ["amount"], True),
        (OWNER, "find", ["owner_id"], True),
        (OWNER, "order", ["amount"], False),
        (Shape((Key("owner_id"),)), "find", ["owner_id"], True),
        (Shape((Key("id"),), unique=True), "order", ["id"], True),
        (Shape((Key("company_id"), Key("id")), unique=True), "order", ["id"], True),
        (Shape((Key("owner_id"),), where="owner_id is not null"), "find", ["owner_id"], False),
        (Shape((Key("owner_id"),), method="hash"), "find", ["owner_id"], False),
        (Shape((Key("owner_id"),), special="include"), "find", ["owner_id"], False),
        (Shape((Key("grams"),), method="gin"), "search", ["grams"], True),
        (Shape((Key("grams"),)), "search", ["grams"], False),
        (Shape((Key("company_id"), Key("code")), unique=True, where=LIVE), "unique", ["code"], True),
        (Shape((Key("company_id"), Key("code"))), "unique", ["code"], False),
        (Shape((Key("company_id"), Key("code"), Key("kind")), unique=True), "unique", ["code"], False),
    ],
)
def test_what_an_index_serves(shape: Shape, kind: str, columns: list[str], served: bool) -> None:
    assert shape.serves(kind, columns) is served  # type: ignore[arg-type]


def test_the_beginning_of_an_index_is_superfluous_beside_it() -> None:
    beginning = Shape(OWNER.keys[:2], where=LIVE)
    assert beginning.begins(OWNER)
    assert not OWNER.begins(beginning)
    assert not Shape(OWNER.keys[:2]).begins(OWNER), "it has the rows in the bin as well"
    assert not Shape((Key("company_id"), Key("amount"))).begins(LISTED)


@pytest.mark.parametrize(
    ("declared", "written"),
    [
        ("deleted_at is null", "(deleted_at IS NULL)"),
        ("state = 'running'", "(state = 'running'::text)"),
        ("state = 'In ((Work'", "((state)::text = 'In ((Work'::character varying)"),
    ],
)
def test_the_servers_words_for_a_condition_are_understood(declared: str, written: str) -> None:
    assert normalised(declared) == normalised(written)


def test_other_conditions_are_told_apart() -> None:
    assert normalised("(state = 'Running'::text)") != normalised("state = 'running'")


def test_a_declaration_becomes_the_statement_that_makes_it() -> None:
    table = Table(
        "user", MetaData(), Column("id", BigInteger, primary_key=True), Column("at", BigInteger),
        Column("order", Text), schema="base",
    )  # fmt: skip
    Index("by_user_at", table.c.at.nulls_first(), table.c.id.desc(), postgresql_where=text(LIVE))
    Index("uq_user_order", table.c.order, unique=True)
    found = {declared.name: declared for declared in declared_indexes(table)}
    assert set(found) == {"by_user_at", "uq_user_order"}
    assert found["by_user_at"].shape.keys == (Key("at", nulls_first=True), Key("id", True, True))
    assert found["by_user_at"].statements() == [
        'create index concurrently by_user_at on base."user" (at nulls first, id desc) where deleted_at is null'
    ]
    assert found["uq_user_order"].statements() == [
        'create unique index concurrently uq_user_order on base."user" ("order")'
    ]
    assert create_statement("a b", "x.y", Shape((Key("grams"),), "gin")) == (
        'create index concurrently "a b" on x.y using gin (grams)'
    )
