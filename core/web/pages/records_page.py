"""One record to read: its state and the steps from here, its fields, what belongs to it, and what happened to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from markupsafe import Markup

from core.auth.models.sharing import is_shareable
from core.auth.sharing_by_hand import SHARE
from core.errors import NotFound
from core.files.access import takes_files
from core.i18n import LazyString, _
from core.orm.compose import ModelInfo
from core.orm.dormant import record_asleep
from core.orm.env import Env
from core.orm.erasing import ERASE, erasable
from core.orm.fields import TO_ONE
from core.orm.links import linked_ids
from core.orm.masking import MASK
from core.orm.parts import shut_by
from core.orm.reach import reachable_actions
from core.views.effective import EffectiveForm
from core.views.resolve import form_for, papers_of
from core.web.names import name_columns
from core.web.pages.records import crumbs, icon_of, id_of, model_of, part, place
from core.web.pages.records_name import name_of
from core.web.pages.records_once import new_key
from core.web.pages.records_pieces import pieces_of
from core.web.pages.records_related import one_related, related_lists
from core.web.pages.records_shut import offered, standing_of
from core.web.pages.records_steps import buttons_of, steps_of
from core.web.pages.records_strips import one_strip, strips
from core.web.pages.records_timeline import timeline
from core.web.pages.why_links import rights_link
from core.web.rendering import render
from core.web.request import Request
from core.web.routes import endpoint
from core.web.widgets.cell import Cells, Place
from core.web.widgets.relations import links
from core.web.widgets.table import NUMERIC

SHARING_RULE: Final = "base.sharing_rule"
SYSTEM_FIELDS: Final = ("created_at", "created_by", "changed_at", "changed_by")


@endpoint("record", r"/r/{model}/{id:\d{1,19}}", "GET")
def show(request: Request) -> Any:
    """A record in the bin is named as such; what is missing or invisible is not found."""
    env, info, key = request.env, model_of(request), id_of(request)
    form, at = form_for(env, info.key), place(request, whole=True)
    if request.GET.get("part") == "related":
        return one_related(request, info, form, key, at)
    if request.GET.get("part") == "picture":
        return render(request, "pictures.pt", one_strip(request, form, key, at), macro="strip")
    cells: Cells = env.policy.remembered(("cells of", form, at), lambda: Cells(_fields(env, info, form), at))
    try:
        row, possible = env.look_at(info.cls, key, cells.names, (*_asked(env, info), SHARE))
    except NotFound:
        return binned(request, info, key)
    name = name_of(info, cells, row)
    state = cells.value(row, info.state_field.name) if info.state_field is not None else None
    rights, shut = possible.actions, shut_by(env, info, key, state)
    methods = offered(shut, possible.methods, state)
    buttons, further = buttons_of(info, form, key, methods)
    rights_url, rights_text = rights_link(env, info, cells, row) or (None, "")
    values = {
        "title": name, "info": info, "id": key, "icon_name": icon_of(info), "breadcrumbs": crumbs(info, name),
        "form": form, "steps": steps_of(form, state),
        "values": cells.write(row) | kept_values(possible.masked) | _linked(env, form, key),
        "state": state, "buttons": buttons, "further": further,
        "can_edit": "update" in rights and bool(form.editable or form.lines)
        and (shut is None or bool(info.always_editable and not shut.state.final)),
        "can_delete": "delete" in rights and shut is None, "can_erase": ERASE in rights,
        "can_copy": env.can("create", info.key),
        "share_url": f"/r/{info.key}/{key}/share" if SHARE in rights and is_shareable(info) else None,
        "pictures": strips(env, form, key, at, methods), "pictures_part": part(request, "pictures.pt"),
        "related": related_lists(env, form, key, at), **_history(env, info, cells, row, at),
        "print_url": f"/r/{info.key}/{key}/print" if "print" in rights else None,
        "papers": [one for one in papers_of(env, info.key) if one.fits(state)],
        "shut": standing_of(env, shut), "asleep": _asleep(env, info, cells, row), "numeric": NUMERIC,
        "new_key": new_key,
        "attachments_url": f"/r/{info.key}/{key}/attachments" if takes_files(info) else None,
        "panel_url": f"/r/{info.key}/{key}/reach" if info.key == SHARING_RULE else None,
        "rights_url": rights_url, "rights_text": rights_text,
        "form_part": part(request, "form.pt"), "shut_part": part(request, "shut.pt"),
        "timeline_part": part(request, "timeline.pt"),
    }  # fmt: skip
    return render(request, "form.pt", values | pieces_of(request, key, values))


def _asked(env: Env, info: ModelInfo) -> tuple[str, ...]:
    """The rights on which buttons of the page depend."""
    usual = ("update", "delete", "print")
    return (*usual, ERASE) if erasable(env, info) else usual


def _fields(env: Env, info: ModelInfo, form: EffectiveForm) -> list[Any]:
    names = dict.fromkeys([*form.columns, *name_columns(env, info), *SYSTEM_FIELDS])
    if info.state_field is not None:
        names.setdefault(info.state_field.name)
    readable = env.policy.readable(info) if info.names else ()
    names |= dict.fromkeys(name for name in info.names if name in readable)
    return [info.fields[name] for name in names]


def _asleep(env: Env, info: ModelInfo, cells: Cells, row: tuple[Any, ...]) -> LazyString | None:
    """Why a record of the kernel's that names something of an addon does nothing now."""
    known = {name: cells.value(row, name) for name in info.names if name in cells.offsets}
    return record_asleep(env, info, known)


def kept_values(names: Iterable[str]) -> dict[str, Markup]:
    """What stands in the place of values that are kept from the caller on this record."""
    text = Markup('<span class="text-secondary" title="{}">{}</span>').format(_("Confidential"), MASK)
    return dict.fromkeys(names, text)


def _linked(env: Env, form: EffectiveForm, key: int) -> dict[str, Markup]:
    """Many-to-many fields as a row of links."""
    found = {}
    for name, shown in form.fields.items():
        if shown.field.kind == "many2many" and name in form.model.link_tables:
            ids = linked_ids(env, form.model.link_tables[name], [key])[key]
            labels = env.labels(shown.field.target_key, ids) if ids else {}
            found[name] = links(str(shown.field.target_key), [(one, labels.get(one)) for one in ids])
    return found


def _labels(info: ModelInfo, cells: Cells, row: tuple[Any, ...]) -> Iterator[tuple[tuple[str, int], str]]:
    """The names that the row itself has of the records it refers to."""
    for name in cells.names:
        field = info.fields[name]
        if field.kind in TO_ONE and (label := cells.label(row, name)) is not None:
            yield (str(field.target_key), cells.value(row, name)), label


def _history(env: Env, info: ModelInfo, cells: Cells, row: tuple[Any, ...], at: Place) -> dict[str, Any]:
    """What happened to the record, who made it and who changed it last; everybody who sees it may know."""
    makers = [cells.value(row, name) or 0 for name in ("created_by", "changed_by")]
    events, names = timeline(env, info, row[0], at, makers, dict(_labels(info, cells, row)))
    system = {
        "created_at": cells.value(row, "created_at"), "changed_at": cells.value(row, "changed_at"),
        "created_by": names.get(makers[0]), "changed_by": names.get(makers[1]),
    }  # fmt: skip
    return {"events": events, "system": system, "history_url": f"/r/{info.key}/{row[0]}/history"}


def binned(request: Request, info: ModelInfo, key: int) -> Any:
    """What is in the bin is told to those who could see it there; NotFound for everybody else."""
    env = request.env
    cells = Cells([info.fields[name] for name in (*name_columns(env, info), "deleted_at")], place(request))
    row = env.read(info.cls, key, cells.names, binned=True)
    name = name_of(info, cells, row)
    values = {
        "title": name, "info": info, "id": key, "breadcrumbs": crumbs(info, name),
        "deleted_at": cells.value(row, "deleted_at"), "once": new_key(),
        "can_restore": "delete" in reachable_actions(env, info, key, ("delete",), binned=True),
    }  # fmt: skip
    return render(request, "binned.pt", values, status=404)
