"""The pages of docs/reference, made from the code: what it says of itself, in the order of the code."""

from __future__ import annotations

import argparse
import inspect
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Final

from core.auth import currencies
from core.cli import COMMANDS, _configure
from core.config import Config
from core.orm import fields as field_functions
from core.orm.env import Env
from core.orm.fields import Field
from core.orm.methods import action, arg, transition
from core.orm.model import KNOWN_OPTIONS, CompanyOwned, Deployment, Model, Shared, Tracked
from core.orm.proposals import proposal, proposed
from core.orm.totals import total
from core.views import (
    board,
    extend,
    form,
    grouping,
    hint,
    layout,
    listing,
    menu,
    page,
    paper,
    picks,
    report,
    report_change,
    report_paper,
    strips,
    workbench,
)
from tools.reference_addons import addons_page, api_page, hooks_page
from tools.signatures import (
    callable_entry,
    class_entry,
    dataclass_rows,
    described,
    documentation,
    first_line,
    options_of,
    public,
    table,
    titled,
)

ROOT: Final = Path(__file__).resolve().parents[1]
FIELD_KINDS: Final = (
    "field", "longtext", "email", "phone", "url", "money", "selection",
    "field_choice", "option", "translated", "sentence", "many2one", "one2many",
    "many2many", "number", "state_field", "computed", "expression", "secret", "file",
)  # fmt: skip

FIELD_SETTINGS: Final = {
    "back": "one2many: the field of the other model that points here",
    "by": "computed: the function that gives the value",
    "choices": "selection: (code, label) pairs",
    "choices_of": "the model whose fields can be chosen (`field_choice`)",
    "currency": "money: the field that holds the currency",
    "depends": "computed: the fields the value follows from",
    "editable_by": "roles that may change the value; everybody with the right to update when empty",
    "final_in": "number: states in which it is final; a company may then number without gaps",
    "grouped": "whole numbers: written with separators (12,345); false for years and codes",
    "help": "one sentence shown at the field",
    "index": "an index for filters; sortable fields and relations have one",
    "list": "option: code of the option list",
    "max_length": "characters at most",
    "maximum": "the largest value",
    "minimum": "the smallest value",
    "money": "Decimal: an amount in the company's currency, kept to eight decimals",
    "of": "total: the one2many that it is taken over",
    "among": "many2one: a function `(env, values)` that gives the condition for what fits, by the other values",
    "on_delete": "relations: refuse, clear or part_of",
    "readonly": "people do not type the value; transitions and services write it",
    "required": "overrides what follows from annotation and default",
    "searchable": "found by the search box: grams, pinyin, parts of numbers",
    "sequence": "number: code of the numbering rule",
    "sortable": "lists can be ordered by it; texts get a stored pinyin key",
    "sql": "expression: the function that gives the SQL expression",
    "sum": "total: the field of the parts that is added up",
    "system": "set by the kernel only",
    "to": "relations: key of the model when its class cannot be imported",
    "personal": "erased on a person's request; on a relation: this record goes along with the one it points to",
    "tracked": "changes are shown on the timeline (every change is in the audit anyway)",
    "unique": "one live record of a company only",
    "where": "total: only parts with this value in this field",
    "visible_to": "roles that see the field; everybody when empty",
}

MODEL_SETTINGS: Final = {
    "display": "the field that names a record: name, title or code when left out; of a relation, "
    "what it leads to names this one as well: a line is called as its product is",
    "icon": "a symbol of core/web/icons.txt",
    "label": "the singular, as people read it",
    "order": "another name of ordered_by",
    "ordered_by": "the order of lists that ask for none, `-id` when left out",
    "part_of": "the many2one to the record of which this one is a part: rights and locking follow it",
    "editable_in": "the states in which people change the record and its parts by hand; in all but final ones when "
    "left out. Steps of the record, actions of its parts and the kernel's own work go on writing",
    "always_editable": "fields that people change in every state but a final one; who is responsible is one of them",
    "page": "the address where people look at a record, `/exports/{id}`, where that is not its record page",
    "names": "fields that hold names of models, fields, menus or reports: while the addon of one is off or gone, the "
    "record sleeps and says why",
    "plural": "the plural",
    "unique": "tuples of fields that are unique together among the live records of a company",
    "immutable": "rows are written once: neither people nor the kernel change or bin them, and the database refuses it "
    "as well; what they are part of stays done (no undo). For entries of ledgers, whose balances follow from them",
    "undoable": "`False`: an operation that wrote such rows is never undone; a further document corrects it",
    "handed_over": "fields that name who is responsible and are given to the successor of a leaver; of a model with an "
    "owner it is the owner, `()` for none",
    "indexed": "tuples of fields that conditions ask for together, where no single field says `index=True`; a list of "
    "given values of the first ones is read from it in the order of the last",
}

SETTINGS_NOT_SET: Final = ("source",)
DEFAULTS: Final = {
    "state_dir": "one folder for each clone, below `/var/lib/keyuan` for root, else below `$XDG_STATE_HOME/keyuan`",
    "addons_path": "the folder `addons` beside the kernel",
    "base_url": "`http://` with host and port",
}


def pages() -> dict[str, str]:
    """File name -> text."""
    return {
        "fields.md": fields_page(),
        "models.md": models_page(),
        "env.md": env_page(),
        "views.md": views_page(),
        "hooks.md": hooks_page(),
        "addons.md": addons_page(),
        "api.md": api_page(),
        "settings.md": settings_page(),
        "commands.md": commands_page(),
        "rights-matrix.md": rights_page(),
    }


@cache
def rights_page() -> str:
    """Made by a process of its own: it composes the shipped addons, whatever is composed here."""
    made = subprocess.run(
        [sys.executable, "-m", "tools.rights_matrix"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return made.stdout


def fields_page() -> str:
    asked = options_of(Field.__init__)
    functions = (getattr(field_functions, name) for name in FIELD_KINDS)
    return titled(
        "Fields",
        'A field is declared with its label: `name: Mapped[str] = field(_("Name"))`. It is required when its '
        "annotation is not optional and it has no default. `default` may be a function of the Env.",
        *(callable_entry(function) for function in functions),
        callable_entry(total),
        callable_entry(currencies.currency),
        "## Currencies",
        "Who keeps books in one currency and works in others keeps exchange rates (Administration → Exchange rates).",
        *(
            callable_entry(one)
            for one in (
                currencies.company_currency,
                currencies.exchange_rate,
                currencies.exchange_rates,
                currencies.decimals_of,
                currencies.rounded,
            )
        ),
        "## Settings of every field",
        table(("setting", "meaning"), described(asked, FIELD_SETTINGS, "field setting")),
    )


def models_page() -> str:
    system = [(name, str(field.label)) for name, field in vars(Model).items() if isinstance(field, Field)]
    return titled(
        "Models",
        "A model is a class on one of `CompanyOwned`, `Shared` and `Deployment`, with `Owned` and `Tracked` where they "
        "fit. `class X(Model, extend=True)` adds to a model of another addon.",
        table(
            ("base", "meaning"),
            ((cls.__name__, first_line(cls)) for cls in (CompanyOwned, Shared, Deployment, Tracked)),
        ),
        "## Settings in the class line",
        table(("setting", "meaning"), described(KNOWN_OPTIONS, MODEL_SETTINGS, "model setting")),
        "## Fields of every model",
        table(("field", "label"), system),
        "## Methods that people call",
        *(callable_entry(one) for one in (transition, action)),
        class_entry(arg),
    )


def env_page() -> str:
    members = [
        value for name, value in vars(Env).items() if not name.startswith("_") and inspect.isfunction(value)
    ]
    members += [getattr(Env, name) for name in ("info", "flush", "after_commit")]
    given = [
        name
        for name in inspect.signature(Env.__init__).parameters
        if name not in ("self", "session", "policy")
    ]
    return titled(
        "Env",
        documentation(inspect.getmodule(Env)),
        f"Facts about the caller: {', '.join(f'`{name}`' for name in given)}, `user`, `now`.",
        *(callable_entry(one) for one in members),
    )


def views_page() -> str:
    return titled(
        "Views",
        *map(class_entry, (form.FormView, listing.ListView, board.BoardView, paper.PaperView)),
        callable_entry(listing.preset),
        callable_entry(paper.party),
        "## Elements of a form",
        *(callable_entry(function) for function in public(layout)),
        *(callable_entry(one) for one in (strips.process, strips.steps, strips.chain)),
        "## Changes of another addon's view",
        *(
            callable_entry(one)
            for one in (extend.after, extend.before, extend.replace, extend.remove, extend.inside)
        ),
        "## Grouping by time",
        *(
            callable_entry(one)
            for one in (grouping.day, grouping.week, grouping.month, grouping.quarter, grouping.year)
        ),
        "## Menus, workbench, pages, hints",
        *(callable_entry(one) for one in (menu.menu, workbench.card, workbench.figure)),
        class_entry(page.Page),
        callable_entry(hint.hint),
        class_entry(hint.Hint),
        "## Reports",
        class_entry(report.Report),
        *(callable_entry(one) for one in (report.column, report.ask)),
        class_entry(report.Answers),
        class_entry(report.Linked),
        class_entry(report_paper.ReportPaper),
        callable_entry(report_paper.side),
        callable_entry(report_change.change_report),
        callable_entry(proposal),
        callable_entry(proposed),
        callable_entry(picks.picks),
        *(class_entry(one) for one in (picks.Picked, picks.Pick)),
    )


def settings_page() -> str:
    return titled(
        "Settings",
        "One TOML file: the one that `KEYUAN_CONFIG` names, else `keyuan.toml` in the current folder, else "
        "`keyuan/keyuan.toml` in `/etc` (root) or `$XDG_CONFIG_HOME`. Environment variables override it, options of a "
        "command override both.",
        settings_table(),
    )


def settings_table() -> str:
    """Every setting with its name in the file and in the environment."""
    rows = [
        (f"`{name}`", f"`KEYUAN_{name.upper()}`", DEFAULTS.get(name, known), text)
        for name, known, text in dataclass_rows(Config, quoted=False)
        if name not in SETTINGS_NOT_SET
    ]
    return table(("key in the file", "variable", "default", "meaning"), rows)


def commands_page() -> str:
    parts = []
    for name in COMMANDS:
        parser = argparse.ArgumentParser(prog=f"keyuan {name}", description=f"{COMMANDS[name]}.")
        _configure(parser, name)
        parser.formatter_class = _narrow
        parts.append(f"## keyuan {name}\n\n```\n{parser.format_help().strip()}\n```")
    return titled("Commands", *parts)


def _narrow(prog: str) -> argparse.HelpFormatter:
    return argparse.HelpFormatter(prog, width=100)
