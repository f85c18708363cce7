"""Rows become records once, whatever is wrong beside them."""

from __future__ import annotations

from typing import Any

import pytest

from core.errors import AccessDenied, ValidationFailed
from core.exchange.errors import MappingError
from core.exchange.importing import BATCH
from core.exchange.report import CREATED, SKIPPED, UNCHANGED, UPDATED, WRONG
from core.orm.context import use_env
from tests.core.exchange.conftest import Desk

CUSTOMERS = """
source = "old"
[[file]]
name = "customers.csv"
[[file.record]]
model = "crm_base.customer"
key = "{number}"
[file.record.fields]
name = "name"
phone = { column = "phone", required = false }
founded = { column = "founded" }
"""
HEADER = "number,name,phone,founded\n"
ROWS = f"{HEADER}1,海尔集团,0532-88939999,1984\n2,𠮷野家 🍚,,1899\n3,Lenovo,010-58868888,\n"


def names(desk: Desk, person: str = "director") -> list[str]:
    return [name for (name,) in desk.values(person, "crm_base.customer", "name")]


def test_new_unchanged_and_changed_rows(desk: Desk) -> None:
    report = desk.load("director", CUSTOMERS, {"customers.csv": ROWS})
    assert (report.count(CREATED), report.wrong, report.is_written) == (3, 0, True)
    first = desk.values("director", "crm_base.customer", "name", "phone", "founded", "version")
    assert first == [
        ("海尔集团", "0532-88939999", 1984, 1),
        ("𠮷野家 🍚", None, 1899, 1),
        ("Lenovo", "010-58868888", None, 1),
    ]

    report = desk.load("director", CUSTOMERS)
    assert (report.count(UNCHANGED), report.count(CREATED), report.count(UPDATED)) == (3, 0, 0)
    assert desk.values("director", "crm_base.customer", "name", "phone", "founded", "version") == first

    report = desk.load(
        "director",
        CUSTOMERS,
        {"customers.csv": ROWS.replace("Lenovo", "联想").replace("1899", "1900") + "4,小米,,2010\n"},
    )
    assert (report.count(UNCHANGED), report.count(CREATED), report.count(UPDATED)) == (1, 1, 2)
    assert [(out.row, out.action, out.fields) for out in desk.outcomes] == [
        (2, UNCHANGED, ()), (3, UPDATED, ("founded",)), (4, UPDATED, ("name",)), (5, CREATED, ()),
    ]  # fmt: skip
    assert names(desk) == ["海尔集团", "𠮷野家 🍚", "联想", "小米"]


def test_an_empty_cell_leaves_what_is_there_unless_blank_is_said(desk: Desk) -> None:
    desk.load("director", CUSTOMERS, {"customers.csv": ROWS})
    emptied = {"customers.csv": f"{HEADER}1,海尔集团,,\n"}
    assert desk.load("director", CUSTOMERS, emptied).count(UNCHANGED) == 1
    blank = CUSTOMERS.replace('{ column = "founded" }', '{ column = "founded", empty = "blank" }')
    assert desk.load("director", blank, emptied).count(UPDATED) == 1
    assert desk.values("director", "crm_base.customer", "phone", "founded")[0] == ("0532-88939999", None)


def test_wrong_rows_are_named_with_number_column_value_and_reason(desk: Desk) -> None:
    wrong = (
        f"{HEADER}1,Good,1234567,1984\n2,,1234567,1984\n3,Bad year,1234567,19x4\n,No key,1234567,\n"
        f"5,{'x' * 10_000},1234567,\n6,Bad phone,call me,3000\n7,Too much,1234567,1984,surplus\n8,Good too,,\n"
    )
    report = desk.load("director", CUSTOMERS, {"customers.csv": wrong})
    found = {
        row: [(p.column, p.value[:10], str(p.reason)) for p in problems]
        for row, problems in report.files[0].wrong.items()
    }
    assert found == {
        3: [("name", "", "Customer name is required.")],
        4: [("founded", "19x4", "“19x4” is not a number.")],
        5: [("number", "", "The key is empty, so the row could not be found again.")],
        6: [("name", "xxxxxxxxxx", "Customer name may have 255 characters at most.")],
        7: [("phone", "call me", "Phone is not a telephone number.")],
        8: [("", "", "The row has more cells than the header (surplus: 1).")],
    }
    assert names(desk) == ["Good", "Good too"]
    assert any("row 4: founded “19x4”: “19x4” is not a number." in line for line in report.summary())


def test_what_only_the_database_knows_is_wrong_is_found_by_halving(desk: Desk) -> None:
    mapping = CUSTOMERS.replace('founded = { column = "founded" }', 'code = "founded"')
    rows = "".join(f"{n},Customer {n},,C{n}\n" for n in range(40)) + "40,Twice,,C7\n41,Last,,C41\n"
    report = desk.load("director", mapping, {"customers.csv": HEADER + rows})
    assert [(row, [str(p) for p in problems]) for row, problems in report.files[0].wrong.items()] == [
        (42, ["founded “C7”: Code: this value is used already."])
    ]
    assert len(names(desk)) == 41


def test_all_or_nothing(desk: Desk) -> None:
    bad = {"customers.csv": f"{ROWS}4,Bad,,x\n"}
    report = desk.load("director", CUSTOMERS, bad, all_or_nothing=True)
    assert (report.wrong, report.is_written, names(desk)) == (1, False, [])
    report = desk.load("director", CUSTOMERS, {"customers.csv": ROWS}, all_or_nothing=True)
    assert (report.is_written, len(names(desk))) == (True, 3)


def test_a_trial_says_for_each_row_what_would_happen_and_writes_nothing(desk: Desk) -> None:
    desk.load("director", CUSTOMERS, {"customers.csv": ROWS})
    report = desk.load(
        "director",
        CUSTOMERS,
        {"customers.csv": f"{ROWS.replace('1984', '1985')}4,New,,\n5,Bad,,x\n"},
        trial=True,
    )
    assert not report.is_written
    assert [(out.row, out.action) for out in desk.outcomes] == [
        (2, UPDATED), (3, UNCHANGED), (4, UNCHANGED), (5, CREATED), (6, WRONG),
    ]  # fmt: skip
    assert str(desk.outcomes[0]) == "customers.csv:2  changed  crm_base.customer  1 (founded)"
    assert [year for (year,) in desk.values("director", "crm_base.customer", "founded")] == [1984, 1899, None]
    assert desk.load("director", CUSTOMERS, {"customers.csv": f"{ROWS}4,New,,\n"}).count(CREATED) == 1


def test_a_batch_costs_a_bounded_number_of_statements(desk: Desk) -> None:
    def rows(first: int, count: int, year: int) -> dict[str, str | bytes]:
        lines = (f"{n},Customer {n},0{1000000 + n},{year}\n" for n in range(first, first + count))
        return {"customers.csv": HEADER + "".join(lines)}

    desk.load("director", CUSTOMERS, rows(0, 20, 1990))
    few = desk.statements
    desk.load("director", CUSTOMERS, rows(100, BATCH, 1990))
    assert desk.statements <= few + 2
    assert few < 50
    desk.load("director", CUSTOMERS, rows(100, BATCH, 1991))
    assert desk.statements < 50 and len(desk.outcomes) == BATCH
    desk.load("director", CUSTOMERS, rows(100, BATCH, 1991))
    assert desk.statements < 20
    desk.load("director", CUSTOMERS, rows(2000, 3 * BATCH, 1990))
    assert desk.statements <= 3 * few


def test_an_import_can_be_cancelled_between_batches(desk: Desk) -> None:
    class Enough(Exception):
        pass

    from core.exchange.importing import Import
    from core.exchange.parsing import parse_mapping

    desk.put({"customers.csv": HEADER + "".join(f"{n},Customer {n},,\n" for n in range(BATCH + 10))})
    steps: list[tuple[int, int | None]] = []

    def step(done: int, total: int | None) -> None:
        steps.append((done, total))
        raise Enough

    with desk.env("director") as env:
        work = Import(env, parse_mapping(CUSTOMERS, "m"), desk.folder)
        with pytest.raises(Enough):
            work.run(step=step, total=work.total())
    assert steps == [(BATCH, BATCH + 10)]
    assert len(names(desk)) == BATCH
    assert desk.load("director", CUSTOMERS).count(CREATED) == 10


def test_the_same_record_twice_in_a_file(desk: Desk) -> None:
    twice = {"customers.csv": f"{HEADER}1,Same,,1990\n1,Same,,1990\n2,One,,\n2,Other,,\n"}
    report = desk.load("director", CUSTOMERS, twice)
    assert (report.count(CREATED), [str(p) for p in report.files[0].wrong[5]]) == (
        2,
        ["number “2”: Row 4 has the same key with other values."],
    )
    assert names(desk) == ["Same", "One"]


def test_records_that_agree_are_adopted_and_several_are_asked_for(desk: Desk) -> None:
    with desk.env("director") as env:
        for name in ("Haier", "Twin", "Twin"):
            env.create("crm_base.customer", name=name, phone="1234567")
        env.commit()
    mapping = CUSTOMERS.replace('key = "{number}"', 'key = "{number}"\nmatch = ["name"]')
    report = desk.load("director", mapping, {"customers.csv": f"{HEADER}1,Haier,,1984\n2,Twin,,\n3,New,,\n"})
    assert [(out.row, out.action) for out in desk.outcomes] == [(2, UPDATED), (3, WRONG), (4, CREATED)]
    assert "2 records like this" in str(report.files[0].wrong[3][0])
    assert desk.load("director", CUSTOMERS, {"customers.csv": f"{HEADER}1,Haier,,1985\n"}).count(UPDATED) == 1
    assert len(names(desk)) == 4


def test_the_key_of_a_deleted_record_stays_taken(desk: Desk) -> None:
    desk.load("director", CUSTOMERS, {"customers.csv": ROWS})
    with desk.env("director") as env:
        env.delete(env.search("crm_base.customer", order="id")[0])
        env.commit()
    report = desk.load("director", CUSTOMERS)
    assert (list(report.files[0].wrong), report.count(CREATED), len(names(desk))) == ([2], 0, 2)


# -- companies and rights ------------------------------------------------------------------------------------------


def test_rows_of_another_company_are_refused(desk: Desk) -> None:
    mapping = CUSTOMERS.replace('name = "name"', 'name = "name"\ncompany = "phone"').replace(
        'phone = { column = "phone", required', "phone = { required"
    )
    report = desk.load(
        "director", mapping, {"customers.csv": f"{HEADER}1,Ours,North,\n2,Theirs,South,\n3,Unsaid,,\n"}
    )
    assert [str(p) for p in report.files[0].wrong[3]] == [
        "phone “South”: The row belongs to another company."
    ]
    assert names(desk) == ["Ours", "Unsaid"] and names(desk, "other") == []


def test_keys_of_another_company_are_not_known_here(desk: Desk) -> None:
    desk.load("other", CUSTOMERS, {"customers.csv": ROWS})
    linking = CUSTOMERS.replace(
        'name = "name"', 'name = "name"\nparent = { lookup = "crm_base.customer", key = "{founded}" }'
    )
    linking = linking.replace('founded = { column = "founded" }\n', "")
    report = desk.load("director", linking, {"customers.csv": f"{HEADER}9,Child,,1\n"})
    assert [str(p) for p in report.files[0].wrong[2]] == [
        "founded “1”: There is no “1” (Customer), or you have no access to it."
    ]
    assert desk.load("director", CUSTOMERS, {"customers.csv": f"{HEADER}1,Ours,,\n"}).count(CREATED) == 1
    assert names(desk, "other") == ["海尔集团", "𠮷野家 🍚", "Lenovo"]


def test_who_may_not_import_is_refused_before_anything(desk: Desk) -> None:
    for person in ("owner", "stranger"):
        with pytest.raises((AccessDenied, MappingError)):
            desk.load(person, CUSTOMERS, {"customers.csv": ROWS})
    assert names(desk) == []


def test_somebody_elses_record_is_not_changed(desk: Desk) -> None:
    desk.load("director", CUSTOMERS, {"customers.csv": ROWS})
    report = desk.load("superior", CUSTOMERS, {"customers.csv": ROWS.replace("1984", "1985")})
    assert (report.count(UPDATED), report.count(UNCHANGED)) == (0, 2)
    assert [str(p) for p in report.files[0].wrong[2]] == ["You may see this record but not change it."]
    assert desk.values("director", "crm_base.customer", "founded")[0] == (1984,)


def test_fields_that_only_administrators_set(desk: Desk) -> None:
    mapping = (
        'source = "x"\n[[file]]\nname = "u.csv"\n[[file.record]]\nmodel = "base.user"\nkey = "{login}"\n'
        '[file.record.fields]\nname = "name"\nlogin = "login"\n'
    )
    files: dict[str, str | bytes] = {"u.csv": "name,login\nAnn,ann\nBen,ben\nAnn again,ANN\n"}
    with pytest.raises(AccessDenied):
        desk.load("director", mapping, files)
    report = desk.load("admin", mapping, files)
    assert (report.count(CREATED), list(report.files[0].wrong)) == (2, [4])
    for field in ("password_hash", "is_demo_", "must"):
        with pytest.raises(MappingError):
            desk.load("admin", mapping.replace('name = "name"', f'name = "name"\n{field} = "login"'), files)


# -- what is not required ------------------------------------------------------------------------------------------


def test_waived_fields_are_asked_for_at_the_next_edit(desk: Desk) -> None:
    desk.load("director", CUSTOMERS, {"customers.csv": f"{HEADER}1,No phone,,\n"})
    with desk.env("director") as env:
        env.channel = "page"
        (record,) = env.search("crm_base.customer")
        with use_env(env), pytest.raises(ValidationFailed, match="Phone is required"):
            env.write(record, founded=1999)
        env.write(record, founded=1999, phone="0532-1234567")
    strict = CUSTOMERS.replace(", required = false", "")
    report = desk.load("director", strict, {"customers.csv": f"{HEADER}2,No phone either,,\n"})
    assert [str(p) for p in report.files[0].wrong[2]] == ["phone “”: Phone is required."]


# -- conditions ----------------------------------------------------------------------------------------------------


def test_rows_that_make_no_record_are_left_out(desk: Desk) -> None:
    mapping = CUSTOMERS.replace(
        'key = "{number}"',
        'key = "{number}"\nskip_when = { column = "founded", empty = true }\n'
        'only_when = { column = "name", not_in = ["Lenovo"] }',
    )
    report = desk.load("director", mapping, {"customers.csv": ROWS})
    assert [(out.row, out.action) for out in desk.outcomes] == [(2, CREATED), (3, CREATED), (4, SKIPPED)]
    assert report.count(SKIPPED) == 1


def test_one_file_of_several(desk: Desk) -> None:
    mapping = CUSTOMERS + CUSTOMERS.replace('source = "old"', "").replace("customers.csv", "more.csv")
    desk.put({"more.csv": f"{HEADER}9,More,,\n"})
    assert desk.load("director", mapping, only=frozenset({"more.csv"})).count(CREATED) == 1
    with pytest.raises(MappingError, match=r"has no file gone\.csv"):
        desk.load("director", mapping, only=frozenset({"gone.csv"}))


def test_chinese_file_of_a_spreadsheet_program(desk: Desk) -> None:
    mapping: Any = CUSTOMERS.replace(
        "[[file.record]]",
        '[file.columns]\nnumber = ["编号", "No."]\nname = ["客户名称"]\nphone = ["电话"]\n'
        'founded = ["成立年份"]\n[[file.record]]',
        1,
    )
    text = "编号;客户名称;电话;成立年份\r\n1;海尔集团;0532-88939999;1984\r\n2;思迅软件;;1999\r\n"
    for encoding in ("gbk", "utf-16", "utf-8-sig"):
        report = desk.load("director", mapping, {"customers.csv": text.encode(encoding)})
        assert report.wrong == 0
    assert names(desk) == ["海尔集团", "思迅软件"]
