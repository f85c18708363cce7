"""What a record's form shows beside its inputs: values that nobody types here, and what is asked while typing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.views.effective import EffectiveForm
from core.web.pages.records import place
from core.web.pages.records_page import kept_values
from core.web.pages.records_shut import shut_in
from core.web.request import Request
from core.web.widgets.cell import Cells
from core.web.widgets.entry import Entry


def asked_while_typing(info: ModelInfo, wanted: bool) -> Callable[[Entry], dict[str, str]]:
    """Names and numbers of a new record are looked up as soon as they are typed."""

    def attributes(entry: Entry) -> dict[str, str]:
        if not wanted or not entry.source.searchable or entry.source.kind not in ("text", "phone", "email"):
            return {}
        return {
            "hx-post": f"/r/{info.key}/hints", "hx-trigger": "change", "hx-target": "#hints", "hx-swap": "innerHTML",
            "hx-include": "closest form", "hx-encoding": "application/x-www-form-urlencoded",
        }  # fmt: skip

    return attributes


def left_open(env: Env, info: ModelInfo, view: EffectiveForm, record: Any) -> EffectiveForm:
    """The form with inputs for what may be changed in the state of the record; the other fields are shown."""
    if shut_in(env, info, record) is None:
        return view
    fields = {
        name: shown if name in info.always_editable else replace(shown, readonly=True)
        for name, shown in view.fields.items()
    }
    return replace(view, fields=fields)


def fixed_values(request: Request, info: ModelInfo, view: EffectiveForm, record: Any) -> dict[str, Any]:
    """The values of fields that this form only shows."""
    if record is None:
        return {}
    shown = [name for name in view.columns if view.fields.get(name) is not None]
    names = [name for name in shown if view.fields[name].readonly]
    if not names and not request.env.policy.masks(info):
        return {}
    cells = Cells([info.fields[name] for name in names], place(request, whole=True))
    row, possible = request.env.look_at(info.cls, record.id, cells.names, ())
    return cells.write(row) | kept_values(name for name in shown if name in possible.masked)
