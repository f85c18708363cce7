"""A type checker accepts views as they are written and refuses a misspelt field."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]

RIGHT = """
from decimal import Decimal
from typing import Annotated

from sqlalchemy.orm import Mapped

from core.i18n import _
from core.orm.column_types import State
from core.orm.fields import field, many2one, money, one2many, state_field
from core.orm.methods import arg, transition
from core.orm.model import CompanyOwned
from core.views.board import BoardView
from core.views.extend import after
from core.views.form import FormView
from core.views.grouping import month
from core.views.layout import button, group, header, notebook, page, related, show, statusbar
from core.views.listing import ListView, preset

NEW, OLD = State("new", _("New")), State("old", _("Old"))


class Customer(CompanyOwned):
    name: Mapped[str] = field(_("Name"))
    leads: Mapped[list["Lead"]] = one2many(_("Leads"), back="customer")


class Lead(CompanyOwned):
    title: Mapped[str] = field(_("Title"))
    amount: Mapped[Decimal] = money(_("Amount"), default=Decimal(0))
    customer: Mapped[Customer | None] = many2one(_("Customer"), default=None)
    state: Mapped[State] = state_field(NEW)

    @transition(NEW, to=OLD, label=_("Assign"))
    def assign(self, to: Annotated[Customer, arg(_("To"))]) -> None: ...


class SlaLead(Lead, extend=True):
    due: Mapped[str | None] = field(_("Due"), default=None)


class CustomerForm(FormView[Customer]):
    layout = [related(Customer.leads, columns=[Lead.title, show(Lead.amount)])]


class LeadForm(FormView[Lead]):
    layout = [
        header(button(Lead.assign), Lead.assign, statusbar(Lead.state)),
        group(_("Deal"), Lead.title, show(Lead.amount, widget="big"), Lead.customer),
        notebook(page(_("More"), Lead.title, group(_("Deep"), Lead.amount))),
        Lead.created_at,
    ]


class LeadList(ListView[Lead]):
    columns = [Lead.title, Lead.amount, show(Lead.customer)]
    order = "-amount"
    presets = [preset("a", _("A"), where=lambda env: Lead.title == env.language, default=True)]
    groups = [Lead.state, month(Lead.created_at)]
    totals = [Lead.amount]
    actions = [Lead.assign]


class LeadBoard(BoardView[Lead]):
    column = Lead.state
    card = [Lead.title]
    move = Lead.assign
    total = Lead.amount


class SlaLeadForm(LeadForm, extend=True):
    changes = [after(Lead.title, SlaLead.due), after(_("Deal"), group(_("E"), SlaLead.due)), after(Lead.assign)]
"""

WRONG = """

class Misspelt(FormView[Lead]):
    layout = [group(_("Deal"), Lead.titel)]  # wrong


class NoMethod(FormView[Lead]):
    layout = [header(button(Lead.asign))]  # wrong


class Texts(ListView[Lead]):
    columns = ["title"]  # wrong


class Number(BoardView[Lead]):
    total = 5  # wrong


class NoChange(LeadForm, extend=True):
    changes = [SlaLead.due]  # wrong
"""


@pytest.mark.slow
def test_pyright_accepts_the_right_and_refuses_the_wrong(tmp_path: Path) -> None:
    (tmp_path / "views.py").write_text(RIGHT + WRONG)
    settings = {
        "pythonVersion": "3.11",
        "typeCheckingMode": "standard",
        "extraPaths": [str(ROOT)],
        "include": ["views.py"],
    }
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings))
    command = [
        sys.executable,
        "-m",
        "pyright",
        "--outputjson",
        "--pythonpath",
        sys.executable,
        "-p",
        str(tmp_path),
    ]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    report = json.loads(run.stdout)
    lines = (RIGHT + WRONG).splitlines()
    wrong = {number for number, line in enumerate(lines) if line.endswith("# wrong")}
    named = {found["range"]["start"]["line"]: found["message"] for found in report["generalDiagnostics"]}
    assert set(named) == wrong, named
    assert 'Cannot access attribute "titel"' in named[min(wrong)]
