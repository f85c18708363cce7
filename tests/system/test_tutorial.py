"""The tutorial's addon does what the tutorial says, and an editor sees each mistake in it."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from core.cli import main
from core.errors import CompositionError
from core.modules.events import hookspec, implements

ROOT = Path(__file__).resolve().parents[2]
PROJECT = ROOT / "docs" / "tutorial" / "acme_gold"
PACKAGE = PROJECT / "acme_gold"
FRAME = ("pyproject.toml", "conftest.py", "acme_gold/tests/test_contract.py")
FIELD_ON_THE_FORM = ("models/customer.py", "views/customer.py", "tests/test_gold_card.py")

MISTAKES = """
from decimal import Decimal

from acme_gold.models import GoldCustomer, GoldOpportunity
from addons.crm_base.views import CustomerForm
from addons.crm_leads.hookspecs import opportunity_won
from core.api import Env, after


class MisspeltField(CustomerForm, extend=True):
    changes = [after(GoldCustomer.email, GoldCustomer.gold_cart)]  # wrong: gold_cart


def steps(env: Env, opportunity: GoldOpportunity) -> None:
    opportunity.win(amount=Decimal(5))
    opportunity.win(amount="five")  # wrong: Decimal
    opportunity.win(sum=Decimal(5))  # wrong: sum
    opportunity.wim(amount=Decimal(5))  # wrong: wim
    GoldCustomer(name="Lin", phone="13800000001", gold_card="G-1")
    GoldCustomer(name="Lin", phone="13800000001", gold_cart="G-1")  # wrong: gold_cart
    GoldCustomer(name=5, phone="13800000001")  # wrong: str
    opportunity_won(env=env, opportunity=opportunity)
    opportunity_won(env=env, oportunity=opportunity)  # wrong: oportunity
"""


def pyright(folder: Path, *included: str) -> dict[str, object]:
    settings = {
        "pythonVersion": "3.11", "typeCheckingMode": "standard", "include": list(included),
        "extraPaths": [str(ROOT), str(PROJECT), str(ROOT / "template")],
    }  # fmt: skip
    (folder / "pyrightconfig.json").write_text(json.dumps(settings))
    command = [
        sys.executable,
        "-m",
        "pyright",
        "--outputjson",
        "--pythonpath",
        sys.executable,
        "-p",
        str(folder),
    ]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    report: dict[str, object] = json.loads(run.stdout)
    return report


@pytest.mark.slow
def test_an_editor_finds_nothing_wrong_with_tutorial_and_template(tmp_path: Path) -> None:
    for folder in (PROJECT, ROOT / "template"):
        shutil.copytree(folder, tmp_path / folder.name)
    report = pyright(tmp_path, PROJECT.name, "template")
    assert report["generalDiagnostics"] == []
    assert report["summary"]["filesAnalyzed"] > 20  # type: ignore[index]


@pytest.mark.slow
def test_an_editor_reports_each_mistake(tmp_path: Path) -> None:
    (tmp_path / "mistakes.py").write_text(MISTAKES)
    report = pyright(tmp_path, "mistakes.py")
    found = {one["range"]["start"]["line"]: one["message"] for one in report["generalDiagnostics"]}  # type: ignore[attr-defined]
    lines = MISTAKES.splitlines()
    wanted = {
        number: line.partition("# wrong: ")[2] for number, line in enumerate(lines) if "# wrong: " in line
    }
    assert found.keys() == wanted.keys()
    assert [word for number, word in wanted.items() if word not in found[number]] == []


def test_an_argument_that_the_event_does_not_have_is_refused_at_import() -> None:
    @hookspec
    def sale_won(env: object, sale: object) -> None:
        """Something was sold."""

    with pytest.raises(CompositionError, match=r"congratulate takes .*sail.*sale_won announces only"):

        @implements(sale_won)
        def congratulate(env: object, sail: object) -> None:
            """Never called."""


@pytest.mark.slow
def test_its_own_tests_pass_in_its_own_folder() -> None:
    tested = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"], cwd=PROJECT, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    assert tested.returncode == 0, tested.stdout[-4000:] + tested.stderr[-2000:]


def test_it_stands_in_the_frame_that_the_scaffold_makes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["scaffold", "acme_gold", "--folder", str(tmp_path)]) == 0
    assert "python -m pytest" in capsys.readouterr().out
    for name in FRAME:
        assert (PROJECT / name).read_text("utf-8") == (tmp_path / "acme_gold" / name).read_text("utf-8"), name


def test_a_field_on_the_form_with_its_test_takes_fourteen_lines() -> None:
    lines = 0
    for name in FIELD_ON_THE_FORM:
        text = (PACKAGE / name).read_text("utf-8")
        assert ast.parse(text).body, name
        lines += len([line for line in text.splitlines() if line.strip()])
    assert lines == 14
