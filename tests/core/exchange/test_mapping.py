"""A mapping says what it means, or is refused with the line of the mistake."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from core.exchange.errors import MappingError
from core.exchange.locating import Lines
from core.exchange.parsing import parse_mapping, read_mapping
from core.orm.compose import Composition
from core.testing.database import ScratchDatabase
from tests.core.exchange.conftest import Desk


@pytest.fixture
def desk(database: ScratchDatabase, composed: Composition, tmp_path: Path) -> Desk:
    """Nothing is written here, so all tests share one database."""
    return Desk(database, composed, tmp_path)


GOOD = """\
source = "old"

[[file]]
name = "customers.csv"
[file.columns]
name = ["客户", "Customer"]

[[file.record]]
model = "crm_base.customer"
key = "{name}"

[file.record.fields]
name = "name"
phone = { required = false }
"""


def changed(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new, 1)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (changed('source = "old"', "source ="), 1, "is not TOML"),
        (changed('source = "old"', ""), None, "needs source"),
        (changed('source = "old"', f'source = "{"x" * 101}"'), 1, "at most 100"),
        (
            changed('source = "old"', 'source = "old"\ncolour = 1'),
            2,
            "no setting colour; known are file, source, title",
        ),
        ('source = "old"\n', None, r"has no \[\[file\]\]"),
        (changed('name = "customers.csv"', ""), 3, "needs a name"),
        (changed('name = "customers.csv"', 'name = "../customers.csv"'), 4, "no folders"),
        (changed('name = "customers.csv"', 'name = "customers.csv"\nsheets = "x"'), 5, "no setting sheets"),
        (changed('name = ["客户", "Customer"]', "name = 7"), 6, "text or a list of texts"),
        (changed('model = "crm_base.customer"\n', ""), 8, "needs a model"),
        (changed('key = "{name}"\n', ""), 8, "needs a key, or match"),
        (changed('key = "{name}"', 'key = ["name"]'), 10, "key must be a text"),
        (changed('name = "name"', "name = 7"), 13, "name of a column, or a table"),
        (changed('name = "name"', 'name = { colunm = "name" }'), 13, "no setting colunm"),
        (
            changed('name = "name"', 'name = { column = "name", constant = "x" }'),
            13,
            "only one of column, constant",
        ),
        (changed('name = "name"', 'name = { constant = "{x}" }'), 13, "no braces"),
        (changed('name = "name"', 'name = { column = "name", part = 1 }'), 13, "part counts from 1"),
        (changed('name = "name"', 'name = { column = "name", by = "x" }'), 13, "by needs lookup"),
        (changed('name = "name"', 'name = { lookup = "base.user" }'), 13, "either key or by"),
        (changed('name = "name"', 'name = { column = "name", empty = "zero" }'), 13, "'model' or 'blank'"),
        (
            changed('name = "name"', 'name = { column = "name", only_when = { column = "x" } }'),
            13,
            "one of in, not_in and empty",
        ),
        (changed('name = "name"', 'name = { column = "name", lower = "yes" }'), 13, "true or false"),
        (changed("phone = { required = false }", 'phone = { choices = "x" }'), 14, "table of texts"),
    ],
)
def test_a_mistake_is_named_with_its_line(text: str, line: int | None, message: str) -> None:
    with pytest.raises(MappingError, match=message) as caught:
        parse_mapping(text, "old.toml")
    assert caught.value.line == line
    assert str(caught.value).startswith(f"old.toml:{line}: " if line else "old.toml: ")


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("crm_base.customer", "crm_base.customers", 9, "no model crm_base.customers; there are: base."),
        ('name = "name"', 'name = "name"\nheight = "name"', 14, "has no field height; it has: "),
        ('name = "name"', 'name = "name"\nversion = "name"', 14, "version cannot be imported"),
        ('name = "name"', 'name = "name"\nregion = "name"', 14, "region cannot be imported"),
        ('name = "name"', 'name = "name"\ncontacts = "name"', 14, "contacts cannot be imported"),
        ('name = "name"', "name = { required = false }", 13, "name cannot be left out"),
        ("phone = { required = false }", "phone = { lower = true }", 14, "nowhere what the value of phone is"),
        ('name = "name"', 'name = "name"\nparent = "name"', 14, "say by lookup which"),
        (
            'name = "name"', 'name = "name"\nparent = { lookup = "base.user", key = "x" }', 14,
            "points to crm_base.customer, not to base.user",
        ),
        ('name = "name"', 'name = "name"\nparent = { lookup = "nobody", key = "x" }', 14, "no model nobody"),
        (
            'name = "name"', 'name = "name"\nparent = { column = "name", lookup = "crm_base.customer", by = "height" }',
            14, "looked up by height",
        ),
        (
            'name = "name"', 'name = "name"\nparent = { column = "name", lookup = "crm_base.customer", by = "level" }',
            14, "looked up by level",
        ),
        (
            'name = "name"', 'name = "name"\nkind = { constant = "firm", choices = { a = "firm" } }', 14,
            "kind has no value firm; there are: company, person",
        ),
        ('name = "name"', 'name = "name"\ntax_number = "税号"', 14, "customers.csv has no column 税号; it has: 客户"),
        ('key = "{name}"', 'key = "{number}"', 10, "has no column number"),
        ('key = "{name}"', 'match = ["code"]', 10, "match names code, which the record does not set"),
    ],
)  # fmt: skip
def test_what_the_models_and_files_do_not_have_is_named_with_its_line(
    desk: Desk, old: str, new: str, line: int, message: str
) -> None:
    with pytest.raises(MappingError, match=re.escape(message)) as caught:
        desk.load("director", changed(old, new), {"customers.csv": "客户\n海尔\n"})
    assert caught.value.line == line
    assert desk.values("director", "crm_base.customer", "name") == []


def test_a_mapping_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="cannot be read"):
        read_mapping(tmp_path / "gone.toml")
    path = tmp_path / "m.toml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    assert read_mapping(path).files[0].columns == ["name"]


def test_places_of_nested_tables() -> None:
    lines = Lines(
        'a = 1\n[[file]]\nx.y = 2\n[[file.record]]\n[[file]]\n[[file.record]]\n"q r" = 3\n[[file.record]]\n'
        "[file.record.fields]\nz=1\n"
    )
    assert lines.of(("a",)) == 1
    assert lines.of(("file", 0, "x", "y")) == 3
    assert lines.of(("file", 0, "record", 0)) == 4
    assert lines.of(("file", 1, "record", 0, "q r")) == 7
    assert lines.of(("file", 1, "record", 1, "fields", "z", "column")) == 10
    assert lines.of(("nothing",)) is None
