"""What a person is known by is found however it is written, and nothing else is; the database reads it alike."""

from __future__ import annotations

import pytest
from sqlalchemy import literal, select

from core.orm.erasing_words import expression, first_place, masked
from core.testing.database import ScratchDatabase

FOUND = expression(["Ann  Lee", "王芳", "+86 139-1234-5678", "ann.lee+1@example.org", "#17", "9", "O"]) or ""
TEXTS = {
    "call ann lee today": "call ** today", "Joann Lee, Ann Leeds": "Joann Lee, Ann Leeds", "给王芳打电话": "给**打电话",
    "13912345678": "**", "tel. (139) 1234.5678": "tel. (**", "0086 139 1234 5678x": "**x", "8613912345678": "**",
    "139123456789": "139123456789", "2139 1234 5678": "2139 1234 5678", "<ANN.LEE+1@example.org>": "<**>",
    "annxlee+1@example.org": "annxlee+1@example.org", "#17 and 9": "#17 and 9",
    "ＡＮＮ　Ｌｅｅ": "**", "AnnLee, annlees": "**, annlees", "王　芳来了，王 芳": "**来了，**", "王芳芳": "**芳",
    "１３９－１２３４－５６７８": "**", "+86–139–1234–5678": "**", "（＋８６）139　1234　5678": "（**",
    "ann.lee+1＠example.org": "**", "１39123456789": "１39123456789",
}  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_words_are_masked(text: str) -> None:
    assert masked(text, FOUND) == TEXTS[text]


def test_nothing_tells_of_nobody() -> None:
    assert expression(["#5", " ", "12", "x"]) is None


def test_the_database_finds_the_same(own_database: ScratchDatabase) -> None:
    with own_database.app.connect() as connection:
        for text in TEXTS:
            found = connection.execute(select(literal(text).op("~*")(FOUND))).scalar_one()
            assert found == (first_place(text, FOUND) is not None), text
