"""Separators, quotes, line ends and headers; rows come one by one with the numbers of a spreadsheet."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from pathlib import Path

import pytest

from core.exchange.errors import FileRefused, Undecided
from core.exchange.reading import Format, InlineSource, Source
from core.exchange.spreadsheet_text import guarded, unguarded

ROOT = Path(__file__).resolve().parents[3]


def source(
    folder: Path, text: str | bytes, form: Format | None = None, expected: tuple[str, ...] = ()
) -> Source:
    path = folder / "rows.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return Source(path, path.name, form or Format(), expected)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_separator_and_line_end(tmp_path: Path, separator: str, end: str) -> None:
    rows = [
        ["客户", "Umsatz", "note"],
        ["海尔", "1.5", 'says "yes"'],
        ["A; B, C|D\tE", "2", "two\nlines"],
        ["", "3", ""],
    ]
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(rows)
    found = source(tmp_path, text.getvalue())
    assert found.separator == separator
    assert [list(row.cells.values()) for row in found] == rows[1:]
    assert [row.number for row in found] == [2, 3, 4]


def test_mixed_line_ends_and_quotes_with_line_ends(tmp_path: Path) -> None:
    found = source(tmp_path, 'a,b\r\n1,"x\r\ny"\n2,z\r3,"q\nr"\r\n')
    assert [tuple(row.cells.values()) for row in found] == [("1", "x\r\ny"), ("2", "z"), ("3", "q\nr")]


def test_decimal_commas_do_not_make_the_comma_a_separator(tmp_path: Path) -> None:
    found = source(tmp_path, "name;price;weight\nx;1,5;2,5\ny;2,5;3,5\n")
    assert found.separator == ";" and found.header == ["name", "price", "weight"]


def test_a_tie_is_asked_for_and_expected_columns_break_it(tmp_path: Path) -> None:
    text = "a,b;c\n1,2;3\n"
    with pytest.raises(Undecided, match="--separator"):
        source(tmp_path, text)
    assert source(tmp_path, text, expected=("b;c",)).separator == ","
    assert source(tmp_path, text, Format(separator=";")).separator == ";"
    assert source(tmp_path, text, Format(separator="tab")).separator == "\t"
    with pytest.raises(FileRefused, match="one character"):
        source(tmp_path, text, Format(separator="::"))


def test_one_column_needs_no_separator(tmp_path: Path) -> None:
    assert [row.cells for row in source(tmp_path, "Name\nÅse\n客户\n")] == [{"name": "Åse"}, {"name": "客户"}]


def test_headers_in_either_language_are_compared_without_width_and_case(tmp_path: Path) -> None:
    found = source(tmp_path, "\ufeffＮＡＭＥ , 客户 名称\nx,y\n")
    assert next(iter(found)).cells == {"name": "x", "客户 名称": "y"}


def test_empty_rows_keep_their_numbers_and_ragged_rows_are_told(tmp_path: Path) -> None:
    found = list(source(tmp_path, "\n,,\na,b,c\n1,2,3\n\n,,\n4\n5,6,7,8,,9\n"))
    assert [(row.number, row.cells, row.surplus) for row in found] == [
        (4, {"a": "1", "b": "2", "c": "3"}, 0), (7, {"a": "4"}, 0), (8, {"a": "5", "b": "6", "c": "7"}, 2),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty"), ("\n\n", "empty"), ("a,A\n1,2\n", "column twice: a"),
        (",".join(f"c{n}" for n in range(1001)), "more than 1000"),
        ('a,b\n1,"x"y\n', "line 2: the quotes"), ('a,b\n1,"never closed\n', "the quotes"),
    ],
)  # fmt: skip
def test_a_damaged_file_is_refused_with_the_reason(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(FileRefused, match=message):
        list(source(tmp_path, text, Format(separator=",")))


def test_a_cell_that_never_ends_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="damaged"):
        list(source(tmp_path, "a,b\n1," + "x" * 1_100_000 + "\n"))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match=r"gone\.csv: there is no such file"):
        Source(tmp_path / "gone.csv", "gone.csv", Format())


MEASURE = """
import resource, sys
from pathlib import Path
from core.exchange.reading import Format, Source
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
count = Source(Path(sys.argv[1]), "prices.csv", Format()).count()
print(count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_a_large_file_is_not_read_into_memory(tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    with path.open("w", encoding="utf-8") as stream:
        stream.write("code,name,price,remark\n")
        for number in range(200_000):
            stream.write(f"P{number:07},产品 {number},{number}.50,{'x' * 200}\n")
    assert path.stat().st_size > 45_000_000
    measured = subprocess.run(
        [sys.executable, "-c", MEASURE, str(path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    count, kilobytes = map(int, measured.stdout.split())
    assert count == 200_000
    assert kilobytes < 16_000


def test_rows_of_the_mapping_itself() -> None:
    found = InlineSource("inline", [{"Name": "x"}, {"Name": "y", "code": "1"}])
    assert found.header == ["Name", "code"] and found.count() == 2
    assert [row.cells for row in found] == [{"name": "x"}, {"name": "y", "code": "1"}]


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "+8613800138000", "-2+3", "@SUM(A1)", "\tx", "\rx", "'=x", "''-y", "-", '=HYPERLINK("x")'],
)
def test_formulas_become_text_and_come_back(text: str) -> None:
    assert guarded(text).startswith("'")
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", ["-5", "-1,234.50", "12%", "x=1", "O'Brien", "'tis", "", "客户"])
def test_numbers_and_words_stay_as_they_are(text: str) -> None:
    assert guarded(text) == unguarded(guarded(text)) == text
