"""The pipeline in small: our own files in the shape of the published ones, with the same kinds of errors."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from core.orm.compose import Composition
from core.testing.database import ScratchDatabase
from tests.system.pipeline import (
    MAPPING,
    SAMPLE,
    Files,
    Office,
    check_customers,
    check_opportunities,
    check_people,
    check_visibility,
    counts,
)

FILES = Files(SAMPLE)


@pytest.fixture
def office(own_database: ScratchDatabase, composed: Composition) -> Office:
    return Office(own_database)


def check(office: Office) -> None:
    check_visibility(office, FILES)
    check_opportunities(office, FILES)
    check_customers(office, FILES)
    check_people(office, FILES)


def test_everybody_sees_what_is_theirs(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    assert office.keyuan(MAPPING, "--folder", SAMPLE) == 0
    assert "crm_leads.opportunity: 12 new" in capsys.readouterr().out
    check(office)


def test_a_second_import_doubles_nothing(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    assert office.keyuan(MAPPING, "--folder", SAMPLE) == 0
    before = counts(office)
    capsys.readouterr()
    assert office.keyuan(MAPPING, "--folder", SAMPLE) == 0
    out = capsys.readouterr().out
    assert "crm_leads.opportunity: 12 unchanged" in out and " new" not in out and " changed" not in out
    assert counts(office) == before
    check(office)


def test_a_trial_tells_and_writes_nothing(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "trial.txt"
    assert office.keyuan(MAPPING, "--folder", SAMPLE, "--trial", "--report", report) == 0
    assert "This was a trial: nothing was written." in capsys.readouterr().out
    lines = report.read_text("utf-8").splitlines()
    assert "sales_pipeline.csv:2  new  crm_leads.opportunity  opportunity P0000001" in lines
    assert len([line for line in lines if line.startswith("sales_pipeline.csv")]) == 12
    assert office.keyuan(MAPPING, "--folder", SAMPLE, "--all-or-nothing") == 0
    check(office)


def test_wrong_rows_are_put_right_and_imported_again(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, wrong = tmp_path / "files", tmp_path / "wrong"
    shutil.copytree(SAMPLE, folder)
    pipeline = folder / "sales_pipeline.csv"
    text = pipeline.read_text("utf-8")
    pipeline.write_text(
        text.replace("20-10-16", "31-02-17").replace("Fay Fern,MG Special", "Fay Firn,MG Special"), "utf-8"
    )
    assert office.keyuan(MAPPING, "--folder", folder, "--wrong", wrong) == 3
    out = capsys.readouterr().out
    assert "row 2: engage_date “31-02-17”: “31-02-17” is not a date of the form %d-%m-%y." in out
    assert (
        "row 12: sales_agent “Fay Firn”: There is no “agent Fay Firn” (User), or you have no access to it."
        in out
    )
    assert len(office.seen_by("sales.director")) == 10
    fixed = wrong / "sales_pipeline.csv"
    fixed.write_text(
        fixed.read_text("utf-8-sig").replace(",31-02-17,", ",20-10-16,").replace(",Fay Firn,", ",Fay Fern,"),
        "utf-8-sig",
    )
    assert office.keyuan(MAPPING, "--folder", wrong, "--only", "sales_pipeline.csv") == 0
    check(office)


def test_an_administrator_who_leads_the_sales_may_import_all_of_it(office: Office) -> None:
    assert office.keyuan(MAPPING, "--folder", SAMPLE, "--user", "admin") == 0
    check(office)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--user", "owner"], "You have no right to import"), (["--user", "nobody"], "no user nobody"),
        (["--only", "x.csv"], "no file x.csv"), (["--folder", "/nowhere"], "sales_teams.csv: there is no such file"),
        (["--encoding", "utf-16"], "not in the encoding utf-16"),
        (["--report", "/nowhere/report.txt"], "cannot be written"),
    ],
)  # fmt: skip
def test_a_refusal_is_one_line_and_writes_nothing(
    office: Office, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    folder = [] if "--folder" in arguments else ["--folder", SAMPLE]
    assert office.keyuan(MAPPING, *folder, *arguments) == 1
    error = capsys.readouterr().err
    assert message in error and error.count("\n") == 1 and error.startswith("keyuan: ")


def test_what_is_missing_is_asked_for_at_the_next_edit(office: Office) -> None:
    from core.errors import ValidationFailed

    assert office.keyuan(MAPPING, "--folder", SAMPLE) == 0
    with office.env("fay.fern") as env:
        (open_one,) = (one for one in env.search("crm_leads.opportunity") if one.state.code == "open")
        with pytest.raises(ValidationFailed) as caught:
            env.write(open_one, competitor="Nobody")
        assert {"customer", "expected_close", "intention"} <= set(caught.value.problems)


@pytest.fixture(scope="session")
def roles_of_people() -> dict[str, list[str]]:
    return {"admin": ["crm_base.general_manager"], "owner": ["crm_base.salesperson"]}


def test_a_chinese_list_of_a_spreadsheet_program(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    mapping = MAPPING.parent / "customers.toml"
    for expected in ("crm_base.contact: 2 new", "crm_base.contact: 2 unchanged"):
        assert office.keyuan(mapping, "--folder", SAMPLE) == 0
        assert expected in capsys.readouterr().out
    with office.env("admin") as env:
        found = {one.name: (one.phone, one.remarks) for one in env.search("crm_base.customer", order="id")}
    assert found == {
        "蓝湾工具有限公司": ("0532-88930001", "Customer since 2019-03-01"),
        "青松诊所": ("010-58860002", "Customer since 2021-07-15"),
        "夜航, 电台 (总部)": ("021-63210003", None),
    }
