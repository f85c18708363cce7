"""Pieces of pages that the caller's next page will have again: rendered once, kept beside the caller's rights.

What a piece shows follows from its `key` and from what decides about rights (`core.auth.memory`): person, company,
roles, addons, what the company has configured of them. A change of any of these is another memory, so nobody gets a
piece of somebody else's, nor one of before the change. What is of one page alone, the token of its forms and its
address, is left blank in what is kept.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Hashable
from typing import Final

from markupsafe import Markup

from core.i18n import current_language
from core.web.request import Request
from core.web.widgets.escaping import escaped

BLANK_TOKEN: Final = secrets.token_hex(32)
BLANK_ADDRESS: Final = secrets.token_hex(32)
"""What stands for token and address; nobody can type it, for nobody knows it."""


def kept(request: Request, name: str, key: tuple[Hashable, ...], build: Callable[[], str], *, again: bool) -> Markup:
    """The piece of that name, with this page's token and address. Without `again` it is built each time, as while
    templates are written.
    """
    if again:
        known = ("piece", name, current_language(), *key)
        text: str = request.env.policy.remembered(known, build)
    else:
        text = build()
    if BLANK_TOKEN in text:
        text = text.replace(BLANK_TOKEN, request.csrf_token)
    if BLANK_ADDRESS in text:
        text = text.replace(BLANK_ADDRESS, escaped(request.path_qs))
    return Markup(text)  # noqa: S704 - a template's own output
