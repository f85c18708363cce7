"""Pairs of owner and value lead to the rows that the conditions lead to; what is looked up once is the same list."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from sqlalchemy import Column, Connection, Integer, MetaData, Table, Text, and_, func, or_, select

from core.orm.alternatives import asked_of_rows, parts, shortcut, unweighed
from core.orm.bulk import among
from core.orm.gathered_ids import is_through_rows
from core.orm.looked_up import LookUps
from core.orm.pairs import MOST, paired
from core.testing.database import ScratchDatabase

ROWS = Table(
    "paired", MetaData(), Column("id", Integer), Column("owner", Integer), Column("number", Integer),
    Column("place", Text), prefixes=["TEMPORARY"],
)  # fmt: skip
C: Any = ROWS.c
LONG = range(1, 200)


@pytest.fixture
def connection(database: ScratchDatabase) -> Iterator[Connection]:
    with database.owner.connect() as connection:
        ROWS.create(connection)
        several = product((1, 2, 3, 4, None), (7, 8, None), ("成都", "北京", None))
        rows = [{"id": n, "owner": o, "number": k, "place": p} for n, (o, k, p) in enumerate(several)]
        connection.execute(ROWS.insert(), rows)
        yield connection


def ids(connection: Connection, *where: Any) -> set[int]:
    return set(connection.scalars(select(C.id).where(*where)))


def limited(*conditions: Any) -> Any:
    return and_(shortcut(unweighed(among(C.owner, [1, 2, 3]))), or_(*conditions))


@pytest.mark.parametrize(
    ("way", "number"),
    [
        (limited(and_(among(C.owner, [1, 2]), C.place == "成都"), and_(among(C.owner, [3]), C.place == "北京")), 1),
        (limited(and_(among(C.owner, [1]), C.place.in_(["成都", "北京"])), and_(C.owner == 2, C.number == 7)), 2),
        (limited(and_(C.owner == 1, or_(C.place == "成都", C.number == 8)), and_(C.owner == 3, C.number == 7)), 2),
        (limited(and_(C.owner == 1, C.place == "成都"), and_(among(C.owner, [2, 3]), C.number > 7),
                 and_(C.owner == 2, C.place == "北京")), 2),
        (limited(and_(among(C.owner, [1, 2]), C.number > 7), and_(C.owner == 3, C.place.is_(None))), 1),
        (and_(C.number == 7, or_(and_(C.owner == 1, C.place == "成都"), and_(C.owner == 2, C.place == "北京"))), 1),
        (or_(C.owner == 1, C.place == "成都"), 1),
        (C.owner == 1, 1),
        (limited(and_(among(C.owner, range(1, MOST)), C.number.in_([7, 8])), and_(C.owner == 2, C.place == "北京")), 1),
    ],
)  # fmt: skip
def test_the_same_rows(connection: Connection, way: Any, number: int) -> None:
    found = paired(way)
    assert len(found) == number
    expected = ids(connection, way)
    assert expected and set[int]().union(*(ids(connection, one) for one in found)) == expected


def test_a_pair_is_asked_for_as_a_key(connection: Connection) -> None:
    way = limited(and_(among(C.owner, [1, 2]), C.place == "成都"), and_(C.owner == 3, C.place == "北京"))
    (found,) = paired(way)
    assert " OR " not in str(found) and "unnest" in str(found)


def test_pairs_are_values_and_no_rows_that_something_belongs_to(connection: Connection) -> None:
    """A group of a million leads by the ids of 2,000 read all of them; by the pairs their index was used."""
    way = limited(and_(among(C.owner, [1, 2]), C.place == "成都"), and_(C.owner == 3, C.place == "北京"))
    other = ROWS.alias()
    assert not any(map(is_through_rows, paired(way)))
    assert is_through_rows(C.owner.in_(select(other.c.id).where(other.c.number == 7)))


def test_lists_that_several_questions_ask_for_are_sent_once(connection: Connection) -> None:
    """Those in a condition, those in its negation, and what a subquery gathers; not what depends on the row."""
    other = ROWS.alias()
    gathered = C.id == func.any(func.array(select(other.c.id).where(other.c.owner == 4).scalar_subquery()))
    of_row = C.id == func.any(
        func.array(select(other.c.id).where(other.c.id == C.id, C.number == 7).scalar_subquery())
    )
    condition = or_(among(C.owner, LONG), C.owner.is_(None), gathered)
    known = LookUps(ROWS)
    asked = [
        select(func.count()).where(*known.once([*part, *more])).correlate(None).scalar_subquery()
        for part in parts([condition])
        for more in ([], [C.number == 7], [of_row])
    ]
    statement = select(*asked)
    text = str(statement.compile(connection))
    assert text.count("known_1 AS") == text.count("known_2 AS") == 1 and "known_3" not in text
    assert str(statement.compile(connection, compile_kwargs={"literal_binds": True})).count("{1,2,3") == 1
    expected = [
        len(ids(connection, *part, *more))
        for part in parts([condition])
        for more in ([], [C.number == 7], [of_row])
    ]
    assert list(connection.execute(statement).one()) == expected and sum(expected) > 50


def test_rows_that_are_there_are_asked_without_weighing_a_list(connection: Connection) -> None:
    condition = or_(among(C.owner, LONG), C.number == 7)
    asked = asked_of_rows(condition)
    assert "unnest" in str(asked) and ids(connection, asked) == ids(connection, condition)
    short = or_(among(C.owner, [1, 2]), C.number == 7)
    assert str(asked_of_rows(short)) == str(short)
