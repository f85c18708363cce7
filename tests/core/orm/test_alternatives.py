"""Parts of a condition with alternatives: together all of its rows, and no row twice; empty values are no exception."""

from __future__ import annotations

from itertools import product
from typing import Any

from sqlalchemy import Boolean, Column, Engine, Integer, MetaData, Table, and_, or_, select, true

from core.orm.alternatives import parts
from core.testing.database import ScratchDatabase

VALUES = Table(
    "alternatives",
    MetaData(),
    Column("id", Integer),
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
        [and_(COLUMNS.a, true())],
        [],
    ]
    engine: Engine = database.owner
    with engine.connect() as connection:
        VALUES.create(connection)
        rows = [
            {"id": n, "a": a, "b": b, "c": c}
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
    assert sizes == [2, 2, 2, 1, 1, 1]
