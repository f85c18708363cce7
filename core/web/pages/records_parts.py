"""The lists of parts in a record's form: what they begin with, buttons without scripts, and amounts while typing."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, Final

from markupsafe import Markup
from pyramid.response import Response

from core.errors import BadRequest
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.masking import masked_on
from core.orm.proposals import enabled, values_of
from core.views.effective import EffectiveForm, ShownField, ShownLines
from core.web.forms import options_of
from core.web.pages.records import setting
from core.web.pages.records_shut import shut_in
from core.web.part_form import MOST_ROWS, PartForm
from core.web.part_live import pick, propose, recognise, show_computed
from core.web.request import Request
from core.web.whole_form import PROPOSED, WholeForm
from core.web.widgets.cell import Place
from core.web.widgets.entry import Entry

LINES: Final = "lines"
"""The button without scripts: "add.lines", "up.lines.3", "down.lines.3" or "refresh"."""
CHANGES: Final = ("create", "update", "delete")


def part_forms(request: Request, view: EffectiveForm, record: Any) -> list[PartForm]:
    """The lists that the caller may write here. A list that is too long for a form is written row by row elsewhere.

    A form that was opened before the state of its record shut it is taken as it was sent, and refused with a reason.
    """
    if request.method != "POST" and shut_in(request.env, view.model, record) is not None:
        return []
    found = (_part_form(request, block, record) for block in view.lines)
    return [one for one in found if one is not None]


def _part_form(request: Request, block: ShownLines, record: Any) -> PartForm | None:
    env, target = request.env, block.model
    may = frozenset(action for action in CHANGES if env.can(action, target.key))
    if not may or not env.can("read", target.key):
        return None
    if record is None:
        block = replace(block, columns=tuple(one for one in block.columns if _may_begin_with(one)))
    stored: dict[int, tuple[int, dict[str, Any]]] = {}
    kept: dict[int, frozenset[str]] = {}
    if record is not None:
        where = getattr(target.cls, target.fields[str(block.back)].attribute) == record.id
        rows: list[Any] = env.search(target.cls, where, order=block.order, limit=MOST_ROWS + 1)
        if len(rows) > MOST_ROWS:
            return None
        stored = {one.id: (one.version, values_of(target, one)) for one in rows}
        kept = dict(masked_on(env, target, list(stored))) if stored else {}
    own = setting(request, target)
    own.options = options_of(env, [one.field for one in block.typed])
    own.source = _source(block)
    return PartForm(env, block, own, stored, may, kept)


def _may_begin_with(column: ShownField) -> bool:
    """Whether a row of a new whole can have a value there: what only steps write comes later."""
    return not column.readonly or column.field.is_computed


def _source(block: ShownLines) -> Any:
    """Cells ask for their proposals by the name of their field."""

    def address(entry: Entry) -> str:
        return f"/r/{block.model.key}/choices?field={entry.short_name}"

    return address


def is_live(env: Env, info: ModelInfo, form: WholeForm) -> bool:
    """Whether anything follows from what is typed."""
    return bool(form.lists) or bool(enabled(env, info))


def begin(env: Env, info: ModelInfo, view: EffectiveForm, form: WholeForm, record: Any, place: Place) -> None:
    """What a form shows that nobody has sent yet."""
    if record is None:
        if enabled(env, info):
            propose(env, info, form, None)
    else:
        pick(env, info, form, record)
        recognise(env, info, form, record)
    complete(env, info, view, form, record, place)


def complete(
    env: Env, info: ModelInfo, view: EffectiveForm, form: WholeForm, record: Any, place: Place
) -> None:
    """What a form shows beside what is typed."""
    if form.lists:
        show_computed(env, info, view, form, record, place)


def press(env: Env, info: ModelInfo, form: WholeForm, record: Any, pressed: str) -> None:
    """A button of the rows, for people without scripts; whatever it is, proposals and amounts are renewed."""
    what, _dot, rest = pressed.partition(".")
    name, _dot, place = rest.partition(".")
    propose(env, info, form, record)
    if what == "refresh":
        return
    if (
        name not in form.lists
        or what not in ("add", "up", "down")
        or (what != "add" and not place.isdecimal())
    ):
        raise BadRequest()
    if what == "add":
        form.lists[name].add()
    else:
        form.lists[name].move(int(place), -1 if what == "up" else 1)


def answer(
    request: Request, info: ModelInfo, view: EffectiveForm, form: WholeForm, record: Any, place: Place
) -> Response:
    """What has changed by what was typed, for the script: inputs, shown values, and which inputs hold proposals."""
    env = request.env
    propose(env, info, form, record)
    form.add_labels()
    complete(env, info, view, form, record, place)
    filled = [form[name] for name in sorted(form.filled)]
    outs, picks = dict(form.outs), dict[str, Markup]()
    proposed = {PROPOSED: form.hidden[0][1]} if form.hidden else {}
    for parts in form.lists.values():
        for row in parts.rows:
            filled += [row.cells[name] for name in sorted(row.filled)]
            outs |= {f"{row.name}.{name}": html for name, html in row.outs.items()}
            picks |= {
                f"{row.name}.{name}": row.panel(name) for name in parts.block.picking if name in row.cells
            }
            proposed |= {
                name: text for name, text in row.hidden if name.startswith(f"{PROPOSED}.") and row.filled
            }
    cells = {
        entry.name: _told(entry) for entry in filled if entry.shown_text() != request.POST.get(entry.name, "")
    }
    body = json.dumps(
        {"cells": cells, "outs": outs, "proposed": proposed, "picks": picks}, ensure_ascii=False
    )
    return Response(body, content_type="application/json", charset="utf-8")


def _told(entry: Entry) -> dict[str, str]:
    """The text of an input, and for a reference its label."""
    label = getattr(entry, "labels", {}).get(entry.data)
    return {"value": entry.shown_text()} | ({"label": str(label)} if label is not None else {})
