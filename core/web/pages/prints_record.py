"""A record on paper: its fields block by block, every tab open, and what belongs to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup

from core.errors import AccessDenied
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.links import linked_ids
from core.views.effective import EffectiveForm, ShownField, ShownRelated
from core.views.resolve import form_for
from core.web.names import name_columns
from core.web.pages.records_name import name_of
from core.web.pages.records_page import kept_values
from core.web.request import Request
from core.web.widgets.cell import Cells, Place
from core.web.widgets.relations import NO_ACCESS
from core.web.widgets.table import table_for

RELATED: Final = 200
"""Most rows of one related list; the paper says where there are more."""


@dataclass(frozen=True, slots=True)
class Related:
    """Records that belong to the printed one; `rows` is None where the caller may not see them at all."""

    columns: tuple[ShownField, ...]
    rows: Markup | None
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A record as it is printed: `values` and `related` by name of the field."""

    key: int
    title: str
    state: Any
    form: EffectiveForm
    values: dict[str, Any]
    related: dict[str, Related]


def sheet_of(request: Request, info: ModelInfo, key: int) -> Sheet:
    """Raises `NotFound` for a record that the caller may not see, and `AccessDenied` for one not to be printed."""
    env = request.env
    form = form_for(env, info.key)
    at = Place(env.language, request.signed_in.currency, whole=True, linked=False)
    state_name = [info.state_field.name] if info.state_field is not None else []
    names = dict.fromkeys([*form.columns, *name_columns(env, info), *state_name])
    cells = Cells([info.fields[name] for name in names], at)
    row, possible = env.look_at(info.cls, key, cells.names, ("print",))
    if "print" not in possible.actions:
        raise AccessDenied()
    state = cells.value(row, info.state_field.name) if info.state_field is not None else None
    related = {one.field.name: _related(env, info, one, key, at) for one in form.related}
    values = cells.write(row) | _linked(env, form, key) | kept_values(possible.masked)
    return Sheet(key, name_of(info, cells, row), state, form, values, related)


def _linked(env: Env, form: EffectiveForm, key: int) -> dict[str, str]:
    found = {}
    for name, shown in form.fields.items():
        if shown.field.kind == "many2many" and name in form.model.link_tables:
            ids = linked_ids(env, form.model.link_tables[name], [key])[key]
            labels = env.labels(shown.field.target_key, ids) if ids else {}
            found[name] = ", ".join(labels.get(one) or str(NO_ACCESS) for one in ids)
    return found


def _related(env: Env, info: ModelInfo, related: ShownRelated, key: int, at: Place) -> Related:
    """The rows that the caller may print too; of what may only be seen there are none on paper."""
    target = related.model
    if not env.can("read", target.key) or not env.can("print", target.key):
        return Related(related.shown, None)
    table = table_for(target, related.shown, Place(at.language, at.currency, linked=False), False, False)
    if related.back is None:
        ids = linked_ids(env, info.link_tables[related.field.name], [key])[key]
        where = [target.cls.id.in_(ids)]
    else:
        where = [getattr(target.cls, target.fields[related.back].attribute) == key]
    reach = env.reach(target, "print")
    where += [] if reach is None else [reach]
    page = env.page(target, table.names, *where, order=related.order, limit=RELATED)
    return Related(related.shown, table.rows(page.rows, at.language), page.next is not None)
