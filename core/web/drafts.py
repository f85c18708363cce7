"""What somebody had typed when the session was over: carried through the sign-in and offered for saving again.

Kept in the page alone, signed, for an hour, and for the one whose session it was. Only a form that we had given to that
session is kept (its token still says so), so that nobody slips foreign content under a sign-in; never a password and
never a file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy.orm import Session, sessionmaker

from core.auth.sessions import user_of_token
from core.web.cookies import read_session
from core.web.csrf import FIELD, was_issued_to
from core.web.request import Request

NAME: Final = "draft"
_SECONDS: Final = 3600
_LARGEST: Final = 256 << 10
_FORMS: Final = re.compile(r"/r/[^/]+/(new|\d+/edit)")


@dataclass(frozen=True, slots=True)
class Draft:
    """A form that was sent too late: whose, where to, and its fields in their order."""

    user_id: int
    path: str
    fields: Sequence[tuple[str, str]]


def is_form(path: str) -> bool:
    """Whether a page at this path is a form whose content is kept; what runs beside it must not lead away from it."""
    return _FORMS.fullmatch(path) is not None


def keep(request: Request) -> str | None:
    """The draft of a request that came after the end of its session, as text for the sign-in form; None for others.

    Opens a database session of its own: a stranger's request has none.
    """
    if request.method != "POST" or request.is_htmx or not is_form(request.path):
        return None
    token = read_session(request)
    pairs = list(request.POST.items())
    if token is None or not all(isinstance(value, str) for _name, value in pairs):
        return None
    if not was_issued_to(request, token) or sum(len(name) + len(value) for name, value in pairs) > _LARGEST:
        return None
    factory: sessionmaker[Session] = request.registry.settings["keyuan.sessions"]
    with factory() as session:
        user_id = user_of_token(session, token)
    fields = [[name, value] for name, value in pairs if name != FIELD]
    return None if user_id is None else _signer(request).dumps([user_id, request.path_qs, fields])


def sent(request: Request) -> str:
    """The draft that a sign-in form carries along; empty where it carries none that is still good."""
    text = str(request.POST.get(NAME, ""))
    return text if text and _load(request, text) is not None else ""


def draft_for(request: Request, user_id: int) -> Draft | None:
    """The draft that came with this sign-in, if it is that user's."""
    found = _load(request, str(request.POST.get(NAME, "")))
    return found if found is not None and found.user_id == user_id else None


def _load(request: Request, text: str) -> Draft | None:
    try:
        user_id, path, fields = _signer(request).loads(text, max_age=_SECONDS)
    except BadSignature:
        return None
    return Draft(user_id, path, [(name, value) for name, value in fields])


def _signer(request: Request) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(request.secret, salt="draft of a form")
