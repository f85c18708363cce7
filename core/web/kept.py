"""Pieces of pages that the caller's next page will have again: rendered once, kept beside the caller's rights.

What a piece shows follows from its `key` and from what decides about rights (`core.auth.memory`): person, company,
roles, addons, what the company has configured of them. A change of any of these is another memory, so nobody gets a
piece of somebody else's, nor one of before the change. What is of one page alone, such as the token of its forms, its
address and the values of a record, is left blank in what is kept.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Hashable
from typing import Final

from markupsafe import Markup

from core.i18n import current_language
from core.web.request import Request
from core.web.widgets.escaping import escaped

Fill = Callable[[str], str]
"""From the name of a blank to what stands there on this page, as HTML."""

_BLANK: Final = secrets.token_hex(16)
"""Stands on both sides of a name; nobody can type it, for nobody knows it."""
TOKEN: Final = "page:token"
ADDRESS: Final = "page:address"


def blank(name: str) -> Markup:
    """What a template writes where each page has something of its own."""
    return Markup(f"{_BLANK}{name}{_BLANK}")  # noqa: S704 - filled in with HTML


def kept(
    request: Request,
    name: str,
    key: tuple[Hashable, ...],
    build: Callable[[], str],
    fill: Fill | None,
    *,
    again: bool,
) -> Markup:
    """The piece of that name with its blanks filled in: token and address here, others by `fill`. Without `again` it is
    built each time, as while templates are written.
    """

    def parts() -> list[str]:
        return build().split(_BLANK)

    known = ("piece", name, current_language(), *key)
    found: list[str] = request.env.policy.remembered(known, parts) if again else parts()
    if len(found) == 1:
        return Markup(found[0])  # noqa: S704 - a template's own output
    found = found.copy()
    found[1::2] = [_filled(request, one, fill) for one in found[1::2]]
    return Markup("".join(found))  # noqa: S704


def _filled(request: Request, name: str, fill: Fill | None) -> str:
    if name == TOKEN:
        return request.csrf_token
    if name == ADDRESS:
        return escaped(request.path_qs)
    if fill is None:
        raise LookupError(f"nothing is known of the blank {name!r}")
    return fill(name)
