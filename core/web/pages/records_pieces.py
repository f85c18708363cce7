"""What the page of a record has in common with the pages of others: its labels, and what can be done with it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final

from markupsafe import Markup, escape

from core.i18n import _
from core.views.effective import ShownGroup
from core.web.kept import blank
from core.web.pages.records_once import new_key
from core.web.pages.records_steps import ActionButton
from core.web.rendering import piece
from core.web.request import Request

_ID: Final = "record:id"
_KEY: Final = "record:key"
_EMPTY: Final = Markup('<span class="ky-none" aria-label="{}">–</span>')


def pieces_of(request: Request, key: int, values: Mapping[str, Any]) -> dict[str, Any]:
    """What the template of a record asks for beside its values."""
    return {
        "doing": partial(_doing, request, key, values),
        "fields": partial(_fields, request, key, values["values"]),
    }


def _fields(request: Request, key: int, values: Mapping[str, Markup], block: ShownGroup) -> Markup:
    """A group of fields: what stands around the values is the same for every record."""
    empty = _EMPTY.format(_("empty"))

    def fill(name: str) -> str:
        return str(key) if name == _ID else str(escape(values.get(name) or empty))

    return piece(
        request,
        "form.pt",
        "fields",
        (block,),
        lambda: {"block": block, "value_of": blank, "id": blank(_ID)},
        fill,
    )


def _doing(request: Request, key: int, values: Mapping[str, Any]) -> Markup:
    """The buttons in the head of a record, and the bar of its states."""

    def fill(name: str) -> str:
        return str(key) if name == _ID else new_key()

    return piece(request, "form.pt", "doing", _doing_key(values), partial(_blank_doing, values, key), fill)


def _doing_key(values: Mapping[str, Any]) -> tuple[Hashable, ...]:
    """What of the record decides what stands there."""
    shown = ("can_edit", "can_delete", "can_erase", "share_url", "print_url")
    buttons = [tuple((one.method.name, one.style) for one in values[name]) for name in ("buttons", "further")]
    return (
        values["form"], *buttons, *(bool(values[name]) for name in shown), *values["papers"], "steps", *values["steps"]
    )  # fmt: skip


def _blank_doing(values: Mapping[str, Any], key: int) -> dict[str, Any]:
    """The same for a record without number."""
    here, anywhere = f"/r/{values['info'].key}/{key}/", f"/r/{values['info'].key}/{blank(_ID)}/"

    def of_any(url: str | None) -> str | None:
        return None if url is None else url.replace(here, anywhere, 1)

    def buttons(name: str) -> list[ActionButton]:
        return [replace(one, url=of_any(one.url)) for one in values[name]]

    return {
        **values, "id": blank(_ID), "new_key": lambda: blank(_KEY), "buttons": buttons("buttons"),
        "further": buttons("further"), "share_url": of_any(values["share_url"]),
        "print_url": of_any(values["print_url"]),
    }  # fmt: skip
