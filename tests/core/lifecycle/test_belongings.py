"""What an addon has in the database is found without its code."""

from __future__ import annotations

from core.lifecycle.belongings import belongings
from core.testing.database import ScratchDatabase
from tests.core.lifecycle.toys import initialised


def test_an_addon_owns_its_tables_and_its_columns_on_the_tables_of_others(
    empty_database: ScratchDatabase,
) -> None:
    initialised(empty_database, "toy_points")
    with empty_database.owner.connect() as connection:
        points, wares, nothing = (
            belongings(connection, name) for name in ("toy_points", "toy_wares", "toy_nowhere")
        )
    (column,) = points.columns
    assert (column.schema, column.table, column.name) == ("toy_wares", "article", "toy_points__points")
    assert (column.is_required, column.has_default) == (True, True)
    assert (points.schema, points.tables) == (None, ())
    assert [(wares.schema, table.name) for table in wares.tables] == [("toy_wares", "article")]
    assert [bond.definition for bond in wares.bonds] == ["FOREIGN KEY (kind_id) REFERENCES base.option(id)"]
    assert (nothing.schema, nothing.tables, nothing.columns, nothing.bonds) == (None, (), (), ())
