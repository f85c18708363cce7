"""Workbooks are read as texts; those that could do harm are refused with a clear message, and nothing else ends."""

from __future__ import annotations

import time
import zipfile
from pathlib import Path

import pytest

from core.exchange import workbook
from core.exchange.errors import FileRefused
from core.exchange.reading import Format, Source
from tests.core.exchange.workbooks import MAIN, cell, sheet, write

ROWS = [
    ["customer", "founded", "revenue", "since"],
    ["海尔", "#1984", "#1100.04", "@44886"],
    ["", "#-5"],
    ["x", "#1e3"],
]


def rows(path: Path, name: str | None = None) -> list[dict[str, str]]:
    return [dict(row.cells) for row in Source(path, path.name, Format(sheet=name))]


def test_cells_are_texts_as_people_would_write_them(tmp_path: Path) -> None:
    path = write(tmp_path / "prices.xlsx", sheet(ROWS))
    assert rows(path) == [
        {"customer": "海尔", "founded": "1984", "revenue": "1100.04", "since": "2022-11-21"},
        {"customer": "", "founded": "-5", "revenue": "", "since": ""},
        {"customer": "x", "founded": "1000", "revenue": "", "since": ""},
    ]
    assert rows(path, "Prices")
    assert [row.number for row in Source(path, path.name, Format())] == [2, 3, 4]


def test_rows_below_an_empty_beginning_keep_their_numbers(tmp_path: Path) -> None:
    content = (
        f'<worksheet xmlns="{MAIN}"><sheetData><row r="3">{cell("B3", "name")}</row>'
        f'<row r="5">{cell("B5", "x")}</row></sheetData></worksheet>'
    )
    path = write(tmp_path / "late.xlsx", content)
    assert [(row.number, row.cells) for row in Source(path, path.name, Format())] == [(5, {"name": "x"})]


def test_a_workbook_is_known_by_its_content(tmp_path: Path) -> None:
    path = write(tmp_path / "prices.csv", sheet(ROWS))
    assert Source(path, path.name, Format()).is_workbook


def test_an_unknown_sheet_is_named_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="no such sheet; there are: Prices"):
        rows(write(tmp_path / "a.xlsx", sheet(ROWS)), "Costs")


DOCTYPE = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("content", "more", "message"),
    [
        (DOCTYPE + sheet(ROWS), {}, "document type declaration"),
        (sheet(ROWS), {"xl/sharedStrings.xml": DOCTYPE.encode("utf-16")}, "document type declaration"),
        (sheet(ROWS), {"xl/vbaProject.bin": b"macro"}, "macros"),
        (sheet(ROWS), {"xl/externalLinks/externalLink1.xml": "<x/>"}, "links to other files"),
        (sheet(ROWS), {f"xl/media/{n}": b"" for n in range(2001)}, "too many parts"),
        ("<worksheet", {}, "damaged"),
    ],
)
def test_what_a_price_list_does_not_need_is_refused(
    tmp_path: Path, content: str, more: dict[str, str | bytes], message: str
) -> None:
    with pytest.raises(FileRefused, match=message):
        rows(write(tmp_path / "a.xlsx", content, more))


def test_a_million_parts_are_not_even_listed(tmp_path: Path) -> None:
    path = tmp_path / "many.xlsx"
    end = b"PK\x05\x06\0\0\0\0\xff\xff\xff\xff" + (46 * 10**6).to_bytes(4, "little") + b"\0" * 6
    path.write_bytes(b"PK\x03\x04" + b"\0" * 1000 + end)
    with pytest.raises(FileRefused, match="too many parts"):
        rows(path)


def test_a_gigabyte_of_zeros_is_refused_by_its_table_of_contents(tmp_path: Path) -> None:
    path = tmp_path / "zeros.xlsx"
    write(path, sheet(ROWS))
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/zeros.bin", "w") as stream,
    ):
        for _block in range(70):
            stream.write(b"\0" * (1 << 20))
    with pytest.raises(FileRefused, match="unpacks to more than is allowed"):
        rows(path)


@pytest.mark.parametrize(
    ("head", "message"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "encrypted"),
        (b"PK\x03\x04", "damaged|too many parts"),
        (b"PK\x05\x06", "damaged|not an .xlsx"),
    ],
)
def test_other_archives_and_old_workbooks(tmp_path: Path, head: bytes, message: str) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(head + b"\0" * 18)
    with pytest.raises(FileRefused, match=message):
        rows(path)


def test_an_encrypted_part_and_a_plain_archive(tmp_path: Path) -> None:
    plain = tmp_path / "plain.zip"
    with zipfile.ZipFile(plain, "w") as archive:
        archive.writestr("letter.txt", "hello")
    with pytest.raises(FileRefused, match=r"not an \.xlsx"):
        rows(plain)
    path = write(tmp_path / "a.xlsx", sheet(ROWS))
    data = bytearray(path.read_bytes())
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 4)
    path.write_bytes(data)
    with pytest.raises(FileRefused, match="encrypted"):
        rows(path)


def test_two_cells_at_the_corners_do_not_take_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MEMORY_MB", 512)
    content = (
        f'<worksheet xmlns="{MAIN}"><dimension ref="A1:XFD1048576"/><sheetData><row r="1">{cell("A1", "a")}</row>'
        f'<row r="1048576">{cell("XFD1048576", "z")}</row></sheetData></worksheet>'
    )
    started = time.monotonic()
    with pytest.raises(FileRefused, match=r"more memory or time|damaged"):
        rows(write(tmp_path / "corners.xlsx", content))
    assert time.monotonic() - started < 20


def test_one_long_text_in_many_cells_does_not_take_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MEMORY_MB", 512)
    shared = f'<sst xmlns="{MAIN}" count="1" uniqueCount="1"><si><t>{"long " * 6000}</t></si></sst>'
    lines = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 40_001))
    relation = (
        '<Relationship Id="r3" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" '
        'Target="sharedStrings.xml"/>'
    )
    content = f'<worksheet xmlns="{MAIN}"><sheetData>{lines}</sheetData></worksheet>'
    path = write(tmp_path / "long.xlsx", content, {"xl/sharedStrings.xml": shared, "xl/_rels/workbook.xml.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
        f'Target="worksheets/sheet1.xml"/>{relation}</Relationships>'
    )})  # fmt: skip
    with pytest.raises(FileRefused, match="more memory or time"):
        rows(path)


def test_reading_may_stop_early(tmp_path: Path) -> None:
    path = write(tmp_path / "long.xlsx", sheet([["a", "b"], *([f"x{n}", "#1"] for n in range(5000))]))
    found = Source(path, path.name, Format())
    first = next(iter(found))
    assert first.cells == {"a": "x0", "b": "1"}
    assert found.count() == 5000
