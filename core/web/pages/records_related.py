"""The lists of records that point to one, on its page: a few rows each, those of closed tabs when somebody looks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup

from core.errors import NotFound
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.links import linked_ids
from core.views.effective import (
    EffectiveForm,
    Shown,
    ShownField,
    ShownNotebook,
    ShownRelated,
    walk,
)
from core.views.resolve import form_for
from core.web.names import is_named
from core.web.rendering import render
from core.web.request import Request
from core.web.widgets.cell import Place
from core.web.widgets.table import NUMERIC, table_for

RELATED_ROWS: Final = 10
LINE_ROWS: Final = 500


@dataclass(frozen=True, slots=True)
class RelatedList:
    """Records that point here. `rows` is None where the caller may not see them at all."""

    related: ShownRelated
    headings: tuple[ShownField, ...]
    rows: Markup | None
    number: str = ""
    add_url: str | None = None
    all_url: str | None = None
    later_url: str | None = None
    """Where the rows are asked for when somebody looks: they stand in a tab that is not open."""


def related_lists(env: Env, form: EffectiveForm, key: int, at: Place) -> dict[str, RelatedList]:
    hidden = set(_in_closed_tabs(form.body))
    return {
        name: _later(form.model, related, key)
        if name in hidden
        else _related_list(env, form.model, related, key, at)
        for name, related in ((related.field.name, related) for related in form.related)
    }


def _in_closed_tabs(blocks: Iterable[Shown]) -> Iterator[str]:
    """The related lists that nobody sees before opening a tab."""
    for block in blocks:
        if isinstance(block, ShownNotebook):
            for tab in block.tabs[1:]:
                shown = (one for one in walk(tab.items) if isinstance(one, ShownRelated))
                yield from (one.field.name for one in shown if one.kind == "related")
            yield from _in_closed_tabs(block.tabs[0].items if block.tabs else ())


def _later(info: ModelInfo, related: ShownRelated, key: int) -> RelatedList:
    url = f"/r/{info.key}/{key}?part=related&field={related.field.name}"
    return RelatedList(related, related.columns, None, later_url=url)


def one_related(request: Request, info: ModelInfo, form: EffectiveForm, key: int, at: Place) -> Any:
    """The rows of one tab."""
    name = request.GET.get("field", "")
    related = next((one for one in form.related if one.field.name == name), None)
    if related is None:
        raise NotFound()
    request.env.read(info.cls, key, [])
    shown = {name: _related_list(request.env, info, related, key, at)}
    values = {"block": related, "related": shown, "nested": True, "numeric": NUMERIC}
    return render(request, "form.pt", values, macro="related")


def _related_list(env: Env, info: ModelInfo, related: ShownRelated, key: int, at: Place) -> RelatedList:
    target = related.model
    if not env.can("read", target.key):
        return RelatedList(related, related.columns, None)
    columns = related.shown
    opens, at_list = related.kind != "lines" or _has_lists(env, target), Place(at.language, at.currency)
    table = table_for(target, columns, at_list, linked=opens, named=is_named(env, target))
    if related.back is None:
        where = target.cls.id.in_(linked_ids(env, info.link_tables[related.field.name], [key])[key])
        add_url = all_url = None
    else:
        where = getattr(target.cls, target.fields[related.back].attribute) == key
        here = f"/r/{info.key}/{key}"
        add_url = f"/r/{target.key}/new?{related.back}={key}&next={here}"
        all_url = f"/r/{target.key}?preset=&f={related.back}:eq:{key}"
    limit = LINE_ROWS if related.kind == "lines" else RELATED_ROWS
    page = env.page(target.cls, table.names, where, order=related.order, limit=limit)
    can_add = add_url if related.add and env.can("create", target.key) else None
    number = f"{len(page.rows)}+" if page.next else str(len(page.rows))
    rows = table.rows(page.rows, at.language)
    return RelatedList(related, columns, rows, number, can_add, all_url if page.next else None)


def _has_lists(env: Env, info: ModelInfo) -> bool:
    """Whether a part has lists of its own, for which somebody opens its page."""
    return bool(form_for(env, info.key).lines)
