"""A migration works with the tables as a version had them, whatever the models are when it runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.dialects import postgresql

from core.lifecycle.install import upgrade_schema
from core.lifecycle.picture import picture
from core.lifecycle.picturing import picture_of, write_picture
from core.orm.compose import compose
from core.orm.engine import Scope, apply_scope
from core.testing.database import APP_ROLE, ScratchDatabase
from core.testing.product import Product
from tests.core.lifecycle.toys import company, composed, initialised, released, toys

NEXT = Path(__file__).parent / "toy_wares_next"


def test_the_picture_of_the_example_is_that_of_the_toy() -> None:
    kept = json.loads((NEXT / "migrations" / "1.0.0.json").read_text("utf-8"))
    assert kept == picture_of(composed("toy_wares"), "toy_wares")


def test_a_migration_changes_the_rows_of_all_companies_by_its_picture(
    empty_database: ScratchDatabase,
) -> None:
    initialised(empty_database, "toy_wares")
    own, other = company(empty_database, "A"), company(empty_database, "B")
    with empty_database.owner.begin() as connection:
        apply_scope(connection, Scope(read=(own, other), write=(own, other)))
        made = text("insert into toy_wares.article (company_id, code, name) values (:c, :code, 'Bag')")
        connection.execute(
            made, [{"c": own, "code": "a1"}, {"c": other, "code": "A1"}, {"c": other, "code": "b2"}]
        )
    upgrade_schema(
        empty_database.owner, APP_ROLE, compose(released(toys("toy_wares"), "toy_wares", "1.1.0", NEXT))
    )
    with empty_database.owner.connect() as connection:
        apply_scope(connection, Scope(read=(own, other)))
        codes = connection.execute(
            text("select code from toy_wares.article order by company_id, code")
        ).scalars()
        assert codes.all() == ["A1", "A1", "B2"]


def test_columns_on_tables_of_others_are_in_the_picture_with_the_ids_of_these(tmp_path: Path) -> None:
    composition = composed("toy_points")
    path = write_picture(composition, "toy_points", tmp_path)
    assert path == tmp_path / "migrations" / "1.0.0.json"
    article = picture(str(path.with_name("1.1.0.py")), "1.0.0")["toy_wares.article"]
    assert str(article) == "toy_wares.article" and list(article.c.keys()) == ["id", "toy_points__points"]
    with pytest.raises(LookupError, match=r"toy_points 1\.0\.0 has no table elsewhere"):
        picture(str(path), "1.0.0")["elsewhere"]


def test_every_type_of_the_product_comes_back_as_it_is_written(tmp_path: Path) -> None:
    composition = Product().compose()
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    for addon in composition.addons:
        written = picture_of(composition, addon)
        read = picture(str(write_picture(composition, addon, tmp_path / addon)), written["version"])
        for name, columns in written["tables"].items():
            for column, one in columns.items():
                found = read[name].c[column].type.compile(dialect=dialect)
                assert found == one["type"], f"{addon}: {name}.{column}"


def test_a_picture_of_an_unknown_form_is_refused(tmp_path: Path) -> None:
    (tmp_path / "1.0.0.json").write_text('{"format": 2}')
    with pytest.raises(LookupError, match="format 2"):
        picture(str(tmp_path / "1.1.0.py"), "1.0.0")
