"""From an address or form to what shall be exported or printed: the list it came from, marked rows, columns."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from core.errors import BadRequest
from core.exchange.asked import AT_ONCE, Asked
from core.exchange.columns import exportable
from core.i18n import _
from core.orm.compose import ModelInfo
from core.views.effective import EffectiveBoard
from core.views.resolve import list_for, rows_view_for
from core.web.pages.records import ids_in
from core.web.pages.records_address import COLUMNS, Address, shown_columns
from core.web.request import Request

LIST: Final = ("view", "preset", "q", "f", "order", "group", COLUMNS)
"""Parameters of a list's address that say which rows and columns it shows."""
COLUMN: Final = "col"
CHOSEN: Final = "id"


def asked_of(request: Request, info: ModelInfo) -> Asked:
    """What is asked for; columns are those of the list where the form does not name its own."""
    pairs = _address_of(request)
    ids = ids_in(request.POST.getall(CHOSEN)) if request.method == "POST" else []
    if len(ids) > AT_ONCE:
        raise BadRequest(_("At most {most} rows can be marked.", most=AT_ONCE))
    query = tuple(pair for pair in pairs if pair[0] != COLUMNS)
    named = next((value for name, value in pairs if name == COLUMNS), None)
    columns = tuple(dict.fromkeys(request.POST.getall(COLUMN))) if request.method == "POST" else ()
    asked = Asked(info.key, query, columns, tuple(ids))
    state = asked.state(request.env)
    if not columns:
        asked = asked.with_(columns=_columns_of_list(request, info, state.view, named))
    return asked.with_(grouped=bool(state.group) and not ids)


def _address_of(request: Request) -> list[tuple[str, str]]:
    """The list's own parameters: of this address, of the form, or of the address that a list's form goes back to."""
    params = request.GET if request.method != "POST" else request.POST
    found = [(name, str(value)) for name, value in params.items() if _is_of_list(name)]
    if request.method == "POST" and not found:
        back = urlsplit(str(request.POST.get("next", ""))).query
        found = [pair for pair in parse_qsl(back, keep_blank_values=True) if _is_of_list(pair[0])]
    return found


def _is_of_list(name: str) -> bool:
    return name in LIST or name.startswith("f.")


def _columns_of_list(request: Request, info: ModelInfo, view: Any, named: str | None) -> tuple[str, ...]:
    """Those that the address names, else those of the list on this screen, as far as they can be taken out."""
    known = exportable(request.env, info)
    if named is not None:
        names = [name for name in named.split(",") if name]
    else:
        shown_in = list_for(request.env, info.key) if isinstance(view, EffectiveBoard) else view
        names = [shown.name for shown in shown_columns(request, shown_in)[0]]
    return tuple(name for name in dict.fromkeys(names) if name in known)


def list_url(request: Request, asked: Asked) -> str:
    """The list that something was asked for from."""
    view = next((value for name, value in asked.query if name == "view"), None)
    rows_view_for(request.env, asked.model, view)
    return Address(asked.state(request.env))()


def out_url(info: ModelInfo, address: Address, what: str) -> str:
    """The address at which the list of `address` is exported or printed."""
    query = address(after=None, before=None).partition("?")[2]
    return f"/r/{info.key}/{what}{'?' if query else ''}{query}"
