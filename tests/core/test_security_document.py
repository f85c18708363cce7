"""What docs/reference/security.md names is there: every test, every place in code, every check that is promised."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/reference/security.md").read_text("utf-8")
NUMBERS = {*range(1, 28), *range(36, 42), *range(53, 57)} - {9, 14, 19, 23}
"""Numbers are stable; those that are left out never were."""
ROW = re.compile(r"^\| (\d+) \| (.+) \| (.+) \|$", re.MULTILINE)
TEST = re.compile(r"`([\w/]+\.py)::(\w+)`")
PLACE = re.compile(r"`((?:core|docs|tests|requirements|addons|tools)/[\w./-]+)`")


def names_in(path: Path) -> set[str]:
    """Functions of a file, those of its classes too."""
    return {
        one.name for one in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(one, ast.FunctionDef)
    }


def test_every_check_has_a_row() -> None:
    assert {int(number) for number, _what, _tests in ROW.findall(PAGE)} == NUMBERS


@pytest.mark.parametrize(("number", "shown"), [(number, shown) for number, _what, shown in ROW.findall(PAGE)])
def test_named_tests_exist(number: str, shown: str) -> None:
    named = TEST.findall(shown)
    assert named or shown == "not built yet", number
    assert [f"{path}::{name}" for path, name in named if name not in names_in(ROOT / path)] == []


def test_named_places_exist() -> None:
    places = {*PLACE.findall(PAGE), *(path for path, _name in TEST.findall(PAGE))}
    assert len(places) > 50
    assert sorted(place for place in places if not (ROOT / place).exists()) == []
