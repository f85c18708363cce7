"""Files as a browser sends them, until they are kept; and the ticket by which a form that comes back finds them again.

A form with a mistake in it is shown again, and no browser fills in the chosen file again. So the content is kept at
once, and the form carries a signed ticket to it, good for this person in this company and for a day.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from itsdangerous import BadData, URLSafeTimedSerializer

from core.errors import BadRequest
from core.files.errors import FileNotTaken
from core.files.keeping import keep, register
from core.files.shelf import shelf_of
from core.i18n import LazyString, _
from core.orm.stored_file import StoredFile
from core.web.request import Request
from core.web.widgets.files import FileEntry

GOOD_SECONDS: Final = 24 * 3600
_INTERRUPTED: Final = _("The upload was interrupted. Please try again.")


def is_upload(value: Any) -> bool:
    """Whether a value of a form is a file that somebody has chosen."""
    return bool(getattr(value, "filename", None))


def is_no_choice(value: Any) -> bool:
    """What a browser sends for a file input in which nothing was chosen."""
    return isinstance(value, bytes) and not value


def keep_upload(request: Request, upload: Any) -> StoredFile:
    """Keep the content of a chosen file. Raises `FileNotTaken`, and `BadRequest` for half a file."""
    if _is_cut_off(request, upload):
        raise BadRequest(_INTERRUPTED)
    return keep(request.env, str(upload.filename), upload.file)


def _is_cut_off(request: Request, upload: Any) -> bool:
    """Whether the body ended within this file: the parser has not met the last boundary."""
    *_others, last = request.POST.values()
    return upload is last and upload.done != 1


def keep_all(request: Request, uploads: Iterable[Any]) -> tuple[list[StoredFile], list[LazyString]]:
    """The files that could be kept, and what is to be said of the others."""
    kept, problems = [], []
    for upload in uploads:
        try:
            kept.append(keep_upload(request, upload))
        except FileNotTaken as refusal:
            problems.append(refusal.message)
    return kept, problems


def keep_chosen(request: Request, form: Iterable[Any]) -> None:
    """Keep what was chosen in a form's file inputs, and find again what was kept when it was shown before."""
    for entry in form:
        if not isinstance(entry, FileEntry):
            continue
        if entry.upload is not None:
            try:
                entry.take(keep_upload(request, entry.upload))
            except FileNotTaken as refusal:
                entry.refuse(refusal.message)
        elif entry.sent_ticket and not entry.is_removed:
            known = _known(request, entry.sent_ticket)
            if known is None:
                entry.refuse(_("{name}: please choose the file again.", name=entry.title))
            else:
                entry.take(known)
        if entry.fresh is not None:
            entry.ticket = _ticket(request).dumps([*_who(request), entry.fresh.as_json()])


def register_chosen(request: Request, form: Iterable[Any]) -> None:
    """In the transaction that saves the form: what was chosen is in use."""
    fresh = [entry.fresh for entry in form if isinstance(entry, FileEntry) and entry.fresh is not None]
    if fresh:
        register(request.env, fresh)


def _known(request: Request, ticket: str) -> StoredFile | None:
    try:
        user, company, value = _ticket(request).loads(ticket, max_age=GOOD_SECONDS)
        stored = StoredFile.from_json(value)
    except (BadData, ValueError, TypeError, KeyError):
        return None
    is_mine = [user, company] == _who(request)
    return stored if is_mine and shelf_of(request.env).has(stored.sha256) else None


def _who(request: Request) -> list[int]:
    return [request.env.user_id, request.env.company_id]


def _ticket(request: Request) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(request.secret, salt="kept file")
