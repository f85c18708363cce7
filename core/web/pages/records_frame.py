"""What stands around the rows of every list and board, and what is asked of it: filters, choices of columns."""

from __future__ import annotations

from functools import partial
from typing import Any

from core.errors import BadRequest
from core.i18n import _
from core.orm.compose import ModelInfo
from core.orm.counting import Count
from core.views.chips import chips
from core.views.effective import EffectiveList, EffectiveRows
from core.views.filters import shortened
from core.web.pages.records import icon_of, part
from core.web.pages.records_address import Address, can_be_shown, remember_columns
from core.web.pages.records_filters import asked_editors, further_fields
from core.web.pages.records_tools import preset_texts, tools
from core.web.redirects import redirect
from core.web.rendering import render
from core.web.request import Request


def frame(
    request: Request, info: ModelInfo, address: Address, kind: str, counts: list[Count] | None = None
) -> dict[str, Any]:
    """What stands around the rows, groups or board (`kind`). `counts` are those of the presets, where the rows' own
    statement has counted them along.
    """
    env, state, view = request.env, address.state, address.state.view
    values = {
        "title": info.plural, "info": info, "icon_name": icon_of(info), "breadcrumbs": [], "view": view, "state": state,
        "address": address, "chips": chips(env, state), "go": renewing, "kind": kind,
        "cleared_url": address(filters=(), q=""), "unsearched_url": address(q=""),
        "groups": None, "board": None, "table": None, "board_part": part(request, "board.pt"),
        "can_create": env.can("create", info.key), "can_delete": env.can("delete", info.key),
    }  # fmt: skip
    return values | {"tools": partial(tools, request, address, values, preset_texts(env, view, counts))}


def renewing(url: str | None) -> dict[str, str]:
    """A link that renews the region, and works without scripts; nothing where there is nowhere to go."""
    if url is None:
        return {}
    return {"href": url, "hx-get": url, "hx-target": "#list", "hx-swap": "outerHTML"}


def filter_panel(request: Request, address: Address) -> Any:
    values = {
        "address": address, "editors": asked_editors(request, address), "further": further_fields(address.state.view),
        "opened": request.GET.get("field"), "go": renewing,
    }  # fmt: skip
    return render(request, "list_filters.pt", values, macro="panel")


def choose_columns(request: Request, address: Address, view: EffectiveRows) -> Any:
    """The columns that were ticked, in the order of the form, remembered for the next time."""
    names = list(dict.fromkeys(request.GET.getall("col")))
    wrong = next(
        (name for name in names if not isinstance(view, EffectiveList) or not can_be_shown(view, name)), None
    )
    if wrong is not None:
        raise BadRequest(_("There is no column “{name}” here.", name=shortened(wrong)))
    if request.GET["choose"] == "reset":
        names = []
    response = redirect(request, Address(address.state, ",".join(names) if names else None)())
    remember_columns(request, response, names, view.model.key)
    return response
