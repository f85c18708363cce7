"""What is in the files of exports, who gets them, and that they can be taken back without changing anything."""

from __future__ import annotations

import csv
import zipfile
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import AccessDenied, BadRequest
from core.exchange.export_csv import number_text
from core.exchange.export_workbook import LONGEST_TEXT, is_exact
from core.exchange.report import UNCHANGED
from core.exchange.spreadsheet_text import guarded, unguarded
from tests.core.exchange.office import CUSTOMER, Office

HOSTILE = [
    '=HYPERLINK("http://x.example","y")', "+1", "-2+3", "@SUM(A1)", "-5", "'=A1", "''+1", "＝1+1", "0012", "1e5",
    "true", "2026-11-22", "a,b;c|d", 'say "hello"', "{braces} and \\", "𠮷野家 👨‍👩‍👧", "_x0041_", "=", "'",
]  # fmt: skip
"""Names that a spreadsheet would run, count, or take for something else."""
LONG = ["\t=1+1", "line\nsecond, with; marks\n\n=third", "  spaces around  ", "\r=2", "ends with a line\n"]


def hostile_customers(office: Office) -> list[int]:
    rows: list[dict[str, Any]] = [
        {"name": name, "phone": f"+86 138{n:08d}"} for n, name in enumerate(HOSTILE)
    ]
    for n, text in enumerate(LONG):
        rows[n] |= {"remarks": text, "employees": n * 7, "founded": 1900 + n, "postcode": f"00{n}"}
    ids = office.add("director", *rows)
    office.change("director", ids[1], parent=ids[0], referrer=ids[2])
    return ids


def test_texts_are_texts_in_a_workbook_and_numbers_are_numbers(office: Office) -> None:
    hostile_customers(office)
    key = office.export("director", "name", "employees", "created_at", order_by := "remarks")
    assert order_by in ("remarks",)
    with zipfile.ZipFile(office.path("director", key)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        parts = book.namelist()
    assert "<f>" not in sheet and "<f " not in sheet and "<hyperlink" not in sheet
    assert not any("externalLink" in part for part in parts)
    rows = office.table("director", key)
    assert [row["customer name"] for row in reversed(rows)] == HOSTILE
    assert [row["employees"] for row in reversed(rows)][:3] == ["0", "7", "14"]
    assert all('t="inlineStr"' in cell for cell in sheet.split("<c ")[1:] if "HYPERLINK" in cell)


def test_csv_guards_texts_and_leaves_numbers(office: Office) -> None:
    hostile_customers(office)
    office.add("director", {"name": "Minus", "phone": "12345", "campaign": "-5"})
    path = office.path("director", key := office.export("director", "name", "campaign", form="csv"))
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf") and key
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))[1:]
    names = [row[0] for row in rows]
    assert '\'=HYPERLINK("http://x.example","y")' in names and "'+1" in names and "'-2+3" in names
    assert "'@SUM(A1)" in names and "-5" in names and "'＝1+1" in names
    assert not [name for name in names if name[:1] in "=+@\t\r\n＝" and name]
    assert [row[1] for row in rows if row[0] == "Minus"] == ["-5"]


@pytest.mark.parametrize("form", ["xlsx", "csv", "jsonl"])
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_going_round_changes_nothing(office: Office, form: str, language: str) -> None:
    ids = hostile_customers(office)
    key = office.export("director", form=form, numbered=True, language=language)
    report, outcomes = office.take_back("director", key)
    assert report.wrong == 0, report.summary()
    assert {one.action for one in outcomes} == {UNCHANGED}, [
        one for one in outcomes if one.action != UNCHANGED
    ]
    assert len(outcomes) == len(ids)


@pytest.mark.parametrize("form", ["xlsx", "csv", "jsonl"])
def test_a_file_brings_back_what_was_changed_since(office: Office, form: str) -> None:
    ids = hostile_customers(office)
    names = ("name", "remarks", "employees", "parent_id", "referrer_id", "founded")
    before = [office.value("director", key, *names) for key in ids]
    key = office.export("director", form=form, numbered=True)
    for one in ids:
        office.change("director", one, name=f"changed {one}", remarks="other", employees=1, parent=None)
    report, _outcomes = office.take_back("director", key)
    assert report.wrong == 0, report.summary()
    after = [office.value("director", key, *names) for key in ids]
    stripped = [tuple(v.strip() if isinstance(v, str) else v for v in row) for row in before]
    filled = [tuple(v.strip() if isinstance(v, str) else v for v in row) for row in after]
    for old, new in zip(stripped, filled, strict=True):
        assert [n for o, n in zip(old, new, strict=True) if o is not None] == [
            o for o in old if o is not None
        ]


def test_references_to_the_bin_stay(office: Office) -> None:
    child, parent = office.add(
        "director", {"name": "Child", "phone": "12345"}, {"name": "Gone", "phone": "12345"}
    )
    office.change("director", child, referrer=parent)
    key = office.export("director", "name", "referrer", form="jsonl", ids=(child,))
    assert office.lines("director", key)[0]["referrer"] == {"id": parent, "name": "Gone"}
    _report, outcomes = office.take_back("director", key)
    assert [one.action for one in outcomes] == [UNCHANGED]


def test_options_states_and_booleans_in_the_language_of_the_reader(office: Office) -> None:
    with office.env("director") as env:
        where = env.condition("base.option", "list_code", "eq", "crm_base.level")
        option: Any = env.search("base.option", where, order="sequence")[0]
        texts = dict(option.name)
        number = option.id
    (key,) = office.add("director", {"name": "A", "phone": "12345", "level": number, "status": "active"})
    for language in ("en", "zh_CN"):
        made = office.export("director", "level", "status", language=language)
        row = next(iter(office.table("director", made)))
        assert texts[language] in row.values()
        assert ("活跃" in row.values()) == (language == "zh_CN")
    assert key


def test_machine_lines_keep_every_digit(office: Office) -> None:
    moment = datetime(2026, 3, 4, 5, 6, 7, 891011, UTC)
    with office.env("director") as env:
        (key,) = env.create_many(CUSTOMER, [{"name": "A", "phone": "12345", "last_contact_at": moment}])
        env.commit()
    made = office.export("director", "last_contact_at", "name", "kind", form="jsonl")
    (line,) = office.lines("director", made)
    assert line["id"] == key and line["version"] == 1 and line["kind"] == "company"
    assert datetime.fromisoformat(line["last_contact_at"]) == moment
    sheet = office.table("director", office.export("director", "last_contact_at"))
    assert sheet[0]["last contact"] == "2026-03-04 13:06:07", "the company is in Shanghai"


def test_rows_follow_filter_order_and_choice(office: Office) -> None:
    ids = office.add("director", *({"name": f"C{n}", "phone": "12345", "employees": n} for n in range(9)))
    query = (("preset", ""), ("f", "employees:ge:3"), ("order", "-employees"))
    found = office.table("director", office.export("director", "employees", query=query))
    assert [row["employees"] for row in found] == ["8", "7", "6", "5", "4", "3"]
    chosen = office.table("director", office.export("director", "name", ids=(ids[2], ids[5]), query=query))
    assert sorted(row["keyuan_id"] for row in chosen) == sorted(str(ids[n]) for n in (2, 5))
    groups = office.table(
        "director", office.export("director", "name", query=(("group", "kind"),), grouped=True)
    )
    assert groups == [{"company or person": "Company", "count": "9"}]


def test_only_rows_with_the_right_to_export(office: Office) -> None:
    """A salesperson may read more customers than may be exported."""
    mine, theirs = (office.add(who, {"name": who, "phone": "12345"})[0] for who in ("owner", "colleague"))
    task = {"subject": "Call", "customer": theirs, "assignee": office.staff.users["owner"]}
    office.add("director", task, model="crm_base.task")
    with office.env("owner") as env:
        assert {row[0] for row in env.page(CUSTOMER, ["name"]).rows} == {mine, theirs}
    made = office.export("owner", "name")
    assert [row["keyuan_id"] for row in office.table("owner", made)] == [str(mine)]
    with pytest.raises(AccessDenied):
        office.export("owner", "title", model="crm_leads.opportunity")
    with pytest.raises(AccessDenied):
        office.export("stranger", "name")


def test_what_a_row_points_to_is_blank_without_access(office: Office) -> None:
    """Security 6: relation columns that point to what the caller may not see, in every format."""
    (hidden,) = office.add("colleague", {"name": "Secret parent", "phone": "12345"})
    (mine,) = office.add("owner", {"name": "Mine", "phone": "12345"})
    with office.env("director") as env:
        env.write(env.get(CUSTOMER, mine), parent=hidden)
        env.commit()
    for form in ("xlsx", "csv"):
        made = office.export("owner", "name", "parent", form=form, numbered=True)
        (row,) = office.table("owner", made)
        assert row["parent company"] == row["parent company (number)"] == ""
        assert b"Secret" not in office.path("owner", made).read_bytes()
    made = office.export("owner", "name", "parent", form="jsonl")
    assert office.lines("owner", made)[0]["parent"] is None
    _report, outcomes = office.take_back(
        "director", office.export("director", "parent", form="csv", numbered=True)
    )
    assert {one.action for one in outcomes} == {UNCHANGED}


def test_another_company_is_in_no_file(office: Office) -> None:
    office.add("other", {"name": "South", "phone": "12345"})
    office.add("director", {"name": "North", "phone": "12345"})
    (north,) = office.table("director", office.export("director", "name"))
    assert north["customer name"] == "North"


def test_the_audit_names_the_export(office: Office) -> None:
    office.add("director", {"name": "A", "phone": "12345"}, {"name": "B", "phone": "12345"})
    key = office.export("director", "name", "phone", query=(("preset", ""), ("f", "name:contains:A")))
    (entry,) = office.audit("export")
    told = entry.changes["export"]["n"]
    assert (entry.model, entry.record_id, entry.user_id) == (CUSTOMER, 0, office.staff.users["director"])
    assert told["id"] == key and told["rows"] == 1 and told["columns"] == ["name", "phone"]
    assert told["format"] == "xlsx" and "A" in told["filter"]


def test_fields_without_right_cannot_be_taken_out(office: Office) -> None:
    for name in ("nonsense", "custom", "contacts", "id"):
        with pytest.raises(BadRequest):
            office.export("director", name)


def test_a_number_of_another_company_is_not_found(office: Office) -> None:
    """Security 12."""
    (key,) = office.add("director", {"name": "North", "phone": "12345"})
    made = office.export("director", "name", form="csv")
    (south,) = office.add("other", {"name": "South", "phone": "12345"})
    path = office.path("director", made)
    path.write_text(
        path.read_text("utf-8-sig").replace(f",{key}", f",{south}").replace("North", "Evil"), "utf-8-sig"
    )
    with office.env("director") as env:
        from core.exchange.models import Export

        export: Any = env.get(Export, made)
        env.sudo("test").write(export, asked={**export.asked, "numbered": True})
        env.commit()
    report, _outcomes = office.take_back("director", made)
    assert report.wrong == 1 and "no access" in report.summary()[-1]
    assert office.value("other", south, "name") == ("South",)


def test_texts_that_no_cell_holds_are_counted(office: Office) -> None:
    office.add("director", {"name": "A", "phone": "12345", "remarks": "x" * 40_000})
    made = office.export("director", "remarks")
    assert office.record("director", made)["cut"] == 1
    assert len(office.table("director", made)[0]["remarks"]) == LONGEST_TEXT
    whole = office.export("director", "remarks", form="csv")
    assert office.record("director", whole)["cut"] == 0
    assert len(office.table("director", whole)[0]["remarks"]) == 40_000


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=12))
def test_guarding_can_always_be_taken_back(text: str) -> None:
    assert unguarded(guarded(text)) == text
    seen = guarded(text).lstrip()
    if seen[:1] in tuple("=+-@＝＋－＠"):
        assert seen.lstrip("-").replace(",", "").replace(".", "").rstrip("%").isdecimal()


def test_numbers_are_written_exactly_or_as_text() -> None:
    assert is_exact(Decimal("12345.6789")) and not is_exact(Decimal("123456789012345.6789"))
    assert not is_exact(10**16) and is_exact(-5)
    assert [number_text(Decimal(one)) for one in ("4800.0000", "0.0000", "-5.5000", "1E+3")] == [
        "4800", "0", "-5.5", "1000",
    ]  # fmt: skip


def test_files_expire(office: Office, tmp_path: Path) -> None:
    from core.exchange.export_jobs import tidy_exports
    from core.exchange.models import Export

    office.add("director", {"name": "A", "phone": "12345"})
    old, fresh = office.export("director", "name"), office.export("director", "name")
    with office.env("director") as env:
        export: Any = env.get(Export, old)
        env.sudo("test").write(export, expires_at=env.now - timedelta(seconds=1))
        env.commit()
    stray = office.path("director", fresh).with_name("1-999.part")
    stray.write_text("half")
    with office.env("director") as env:
        assert tidy_exports.function(env.sudo("test"), None) == {"removed": 2}
    assert not office.path("director", old).exists() and office.path("director", fresh).exists()
    assert not stray.exists()
