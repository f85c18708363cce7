"""What the pages of records have in common: which model an address means, and refusals that are told in place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from core.errors import NotFound
from core.i18n import LazyString, current_language
from core.orm.compose import ModelInfo
from core.orm.dormant import model_here
from core.orm.guards import reached, unreachable
from core.orm.methods import Method
from core.orm.parts import shut_by
from core.orm.policy import require
from core.web.navigation import Crumb
from core.web.request import Request
from core.web.widgets.cell import Place
from core.web.widgets.entry import Entry, Setting

AT_ONCE: Final = 500
"""Most rows that one bulk action takes."""
_LARGEST_ID: Final = 2**63


def model_of(request: Request, right: str = "read") -> ModelInfo:
    """The model that the address names, for callers with `right`; NotFound where it does not exist here."""
    env = request.env
    info = model_here(env, request.matchdict["model"])
    require(env.policy, info, right)
    return info


def id_of(request: Request) -> int:
    """The record's id in the address; NotFound for a number that no record can have."""
    text = request.matchdict["id"]
    if not (text.isascii() and 0 < int(text) < _LARGEST_ID):
        raise NotFound()
    return int(text)


def require_record(request: Request, info: ModelInfo, record: Any, action: str) -> None:
    """Refuse a form or question about a record on which the caller may not do what it asks for, or which is closed."""
    env = request.env
    if env.reach(info, action) is not None and not reached(env, info, [record.id], action):
        raise unreachable(env, info, [record.id])
    left = info.always_editable if action == "update" else None
    if (shut := shut_by(env, info, record.id, info.state_of(record), left)) is not None:
        raise shut.refusal


def method_of(request: Request, info: ModelInfo) -> Method[..., Any]:
    """The method that the address names, of an addon that is on, which people may call."""
    found = info.methods.get(request.matchdict["method"])
    if found is None or found.automatic or found.addon not in request.env.addons:
        raise NotFound()
    return found


def undo_of(request: Request, info: ModelInfo) -> str | None:
    """What the button “Undo” beside the word of success takes back; None where it would only refuse."""
    return request.request_id if info.kind == "company" and info.is_undoable else None


def place(request: Request, *, whole: bool = False, linked: bool = True) -> Place:
    """For whom values are written."""
    return Place(current_language(), request.signed_in.currency, whole, linked)


def setting(
    request: Request, info: ModelInfo, method: Method[..., Any] | None = None, record: Any = None
) -> Setting:
    """What the inputs of a form, or of a method's dialog, need to know."""
    about = f"&record={record.id}" if record is not None else ""
    path = f"/r/{info.key}/choices"

    def source(entry: Entry) -> str:
        named = f"method={method.name}&argument" if method is not None else "field"
        return f"{path}?{named}={entry.name}{about if entry.source.among is not None else ''}"

    return Setting(current_language(), request.env.timezone, request.signed_in.currency, source)


def crumbs(info: ModelInfo, *further: LazyString | str) -> list[Crumb]:
    """The way to a page: the list, then what stands below it."""
    return [Crumb(info.plural, f"/r/{info.key}"), *(Crumb(label) for label in further)]


def record_crumbs(info: ModelInfo, key: int, name: str, *further: LazyString | str) -> list[Crumb]:
    """The same below one record."""
    return [
        Crumb(info.plural, f"/r/{info.key}"),
        Crumb(name, f"/r/{info.key}/{key}"),
        *(Crumb(label) for label in further),
    ]


def part(request: Request, template: str) -> Any:
    """Another template, whose macros a page uses."""
    return request.registry.settings["keyuan.templates"][template].file


def icon_of(info: ModelInfo) -> str | None:
    """The picture of a model."""
    found: str | None = info.options.get("icon")
    return found


def ids_in(texts: Sequence[Any]) -> list[int]:
    """Ids as a form sends them, each once; NotFound for what no record can have."""
    found: dict[int, None] = {}
    for text in texts:
        if not (isinstance(text, str) and text.isascii() and text.isdecimal() and len(text) <= 19):
            raise NotFound()
        found[int(text)] = None
    if any(not 0 < key < _LARGEST_ID for key in found):
        raise NotFound()
    return list(found)
