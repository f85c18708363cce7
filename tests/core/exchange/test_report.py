"""Wrong rows go out with the reasons, are put right, and come back without doubling the good ones."""

from __future__ import annotations

import csv
from pathlib import Path

from core.exchange.importing import Import, Wishes
from core.exchange.parsing import parse_mapping
from core.exchange.report import CREATED, UNCHANGED, write_wrong_files
from core.i18n import use_language
from tests.core.exchange.conftest import Desk
from tests.core.exchange.test_importing import CUSTOMERS, HEADER, names
from tests.core.exchange.workbooks import sheet, write


def wrong_files(desk: Desk, folder: Path, mapping: str = CUSTOMERS) -> list[Path]:
    with desk.env("director") as env:
        work = Import(env, parse_mapping(mapping, "m"), desk.folder, Wishes())
        report = work.run()
        return write_wrong_files(report, [source for _rule, source, _unused in work.sources], folder)


def test_wrong_rows_are_fixed_and_imported_again(desk: Desk, tmp_path: Path) -> None:
    cells = ['4,=HYPERLINK("x"),12345678,19x4', '5,"two\nlines, one row",call me,', "6,-5,12345678,x"]
    desk.put(
        {
            "customers.csv": HEADER.encode("gbk")
            + "1,海尔集团,0532-88939999,1984\n".encode("gbk")
            + "\n".join(cells).encode()
        }
    )
    folder = tmp_path / "wrong"
    (path,) = wrong_files(desk, folder)
    assert path.name == "customers.csv" and names(desk) == ["海尔集团"]
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        header, first, second, third = csv.reader(stream)
    assert header == ["number", "name", "phone", "founded", "keyuan_row", "keyuan_reason"]
    assert first == [
        "4",
        '\'=HYPERLINK("x")',
        "12345678",
        "19x4",
        "3",
        "founded “19x4”: “19x4” is not a number.",
    ]
    assert (
        second[1] == "two\nlines, one row"
        and second[-1] == "phone “call me”: Phone is not a telephone number."
    )
    assert third[1] == "-5"

    path.write_text(
        path.read_text("utf-8-sig").replace(",19x4,", ",1994,").replace("call me", "010-1234567"), "utf-8"
    )
    desk.folder = folder
    report = desk.load("director", CUSTOMERS)
    assert (report.count(CREATED), report.wrong, report.files[0].unused) == (2, 1, [])
    assert names(desk) == ["海尔集团", '=HYPERLINK("x")', "two lines, one row"]
    again = folder / "again"
    (path,) = wrong_files(desk, again)
    assert path.read_text("utf-8-sig").splitlines()[0].count("keyuan") == 2


def test_wrong_rows_of_a_workbook_come_back_as_csv(desk: Desk, tmp_path: Path) -> None:
    mapping = CUSTOMERS.replace("customers.csv", "customers.xlsx")
    write(
        desk.folder / "customers.xlsx",
        sheet(
            [["number", "name", "phone", "founded"], ["#1", "Good", "", "#1984"], ["#2", "Bad", "", "never"]]
        ),
    )
    folder = tmp_path / "wrong"
    (path,) = wrong_files(desk, folder, mapping)
    assert path.name == "customers.csv"
    path.write_text(path.read_text("utf-8-sig").replace("never,", "1990,", 1), "utf-8")
    desk.folder = folder
    assert desk.load("director", mapping).count(CREATED) == 1
    assert names(desk) == ["Good", "Bad"]


def test_the_summary_speaks_the_readers_language(desk: Desk) -> None:
    report = desk.load("director", CUSTOMERS, {"customers.csv": f"{HEADER}1,Good,,\n2,Bad,,x\n"})
    assert report.summary() == [
        "customers.csv: 2 rows", "  crm_base.customer: 1 new, 1 wrong", "  row 3: founded “x”: “x” is not a number.",
    ]  # fmt: skip
    assert desk.load("director", CUSTOMERS).count(UNCHANGED) == 1
    with use_language("zh_CN"):
        assert "row" not in report.summary()[2] or report.summary()[2].startswith("  row")
