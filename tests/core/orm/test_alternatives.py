"""Parts of a condition with alternatives: together all of its rows, and no row twice; empty values are no exception."""

from __future__ import annotations

from itertools import product
from typing import Any

from sqlalchemy import Boolean, Column, Engine, Integer, MetaData, Table, and_, case, or_, select, true

from core.orm.alternatives import absorbed, parts, telling
from core.orm.bulk import among
from core.testing.database import ScratchDatabase

VALUES = Table(
    "alternatives",
    MetaData(),
    Column("id", Integer),
    Column("whole", Integer),
    *(Column(name, Boolean) for name in "abc"),
    prefixes=["TEMPORARY"],
)
COLUMNS: Any = VALUES.c


def test_every_row_is_in_one_part(database: ScratchDatabase) -> None:
    conditions = [
        [or_(COLUMNS.a, COLUMNS.b, COLUMNS.c)],
        [COLUMNS.c, or_(COLUMNS.a, and_(COLUMNS.b, COLUMNS.c)), COLUMNS.id > 3],
        [or_(COLUMNS.id.in_(select(COLUMNS.id).where(COLUMNS.a)), COLUMNS.b)],
        [or_(COLUMNS.id.in_(select(COLUMNS.id)), COLUMNS.id.in_(select(COLUMNS.id)))],
        [or_(among(COLUMNS.whole, [1, 2]), COLUMNS.b)],
        [
            or_(
                among(COLUMNS.whole, [1, 2]),
                COLUMNS.whole.is_(None),
                and_(COLUMNS.whole.is_(None), COLUMNS.a),
            )
        ],
        [or_(COLUMNS.whole.is_(None), COLUMNS.a)],
        [or_(COLUMNS.a, COLUMNS.whole.is_(None), among(COLUMNS.whole, [1, 2]))],
        [and_(COLUMNS.a, true())],
        [],
    ]
    engine: Engine = database.owner
    with engine.connect() as connection:
        VALUES.create(connection)
        rows = [
            {"id": n, "whole": n % 4 or None, "a": a, "b": b, "c": c}
            for n, (a, b, c) in enumerate(product((True, False, None), repeat=3))
        ]
        connection.execute(VALUES.insert(), rows)
        sizes = []
        for where in conditions:
            found = parts(where)
            sizes.append(len(found))
            whole = connection.scalars(select(COLUMNS.id).where(*where)).all()
            seen = [key for part in found for key in connection.scalars(select(COLUMNS.id).where(*part))]
            assert sorted(seen) == sorted(whole)
    assert sizes == [2, 2, 2, 1, 2, 3, 2, 2, 1, 1]


def test_what_is_asked_for_tells_which_criteria_say_nothing_more() -> None:
    """Rows of one owner are reached where that owner's rows are; a look at fewer values than are allowed is one, too."""
    three, other = among(COLUMNS.id, [3, 4, 5]), COLUMNS.a.is_(true())
    reach = or_(three, other, COLUMNS.whole == 7, and_(other, three))
    bin_ = COLUMNS.b.is_(None)
    follows = [
        [COLUMNS.id == 4],
        [COLUMNS.id.in_([3, 5])],
        [and_(COLUMNS.c.is_(None), COLUMNS.id == 3)],
        [COLUMNS.c, COLUMNS.whole == 7],
    ]
    says_more = [
        [],
        [COLUMNS.id == 6],
        [COLUMNS.id.in_([3, 6])],
        [COLUMNS.id != 4],
        [COLUMNS.id > 3],
        [or_(COLUMNS.id == 3, COLUMNS.c)],
        [COLUMNS.id.is_(None)],
        [COLUMNS.id == None],  # noqa: E711
        [COLUMNS.whole == 4],
        [other],
        [case((COLUMNS.c, None), else_=COLUMNS.id) == 4],
        [case((COLUMNS.c, None), else_=COLUMNS.a).is_(True)],
    ]
    assert [telling([bin_, reach], where) for where in follows] == [(0,)] * len(follows)
    assert [telling([bin_, reach], where) for where in says_more] == [(0, 1)] * len(says_more)
    assert telling([bin_, three], [COLUMNS.id == 4]) == (0, 1), (
        "a condition without alternatives costs nothing"
    )


def test_a_way_that_only_narrows_another_one_down_is_none() -> None:
    empty, first = COLUMNS.whole.is_(None), among(COLUMNS.whole, [1, 2])
    again = and_(COLUMNS.a, COLUMNS.whole.is_(None))
    kept = absorbed([first, empty, again, COLUMNS.b])
    assert [str(one) for one in kept] == [str(one) for one in (first, empty, COLUMNS.b)]
    assert len(absorbed([again, and_(COLUMNS.b, COLUMNS.c), first])) == 3
    assert len(absorbed([empty, and_(or_(COLUMNS.whole.is_(None), COLUMNS.a), COLUMNS.b)])) == 2
