"""A form is done once: its hidden key makes a double click, a repeated POST and a second tab one and the same."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from typing import Any, Final

from core.errors import BadRequest
from core.orm.idempotency import answered, claim, settle
from core.web.redirects import redirect
from core.web.request import Request
from core.web.uploads import is_upload

KEY: Final = "key"
_KEY: Final = re.compile(r"[A-Za-z0-9_-]{16,64}")
_NOT_CONTENT: Final = frozenset({"csrf_token", KEY})


def new_key() -> str:
    """For the hidden input of a fresh form."""
    return secrets.token_urlsafe(18)


def sent_key(request: Request) -> str | None:
    """The key that the form carries, if any; BadRequest for one that no page of ours made."""
    key = request.POST.get(KEY)
    if key is None or key == "":
        return None
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise BadRequest()
    return key


def known_answer(request: Request) -> Any:
    """The answer given before to this very form; asked first, for what was right then may be wrong by now."""
    key = sent_key(request)
    known = answered(request.env, key, _content(request)) if key is not None else None
    return None if known is None else redirect(request, known)


def first_answer(request: Request) -> Any:
    """None when the work is ours to do, else the answer of a request that was faster. Raises `KeyReused`."""
    key = sent_key(request)
    known = claim(request.env, key, _content(request)) if key is not None else None
    return None if known is None else redirect(request, known)


def remember_answer(request: Request, location: str) -> Any:
    """The answer to what was just done: on to `location`, for this request and for its repetitions."""
    key = sent_key(request)
    if key is not None:
        settle(request.env, key, 303, location)
    return redirect(request, location)


def _content(request: Request) -> str:
    pairs = sorted((name, _told(value)) for name, value in request.POST.items() if name not in _NOT_CONTENT)
    text = json.dumps([request.path, pairs], ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _told(value: Any) -> str:
    """A value as far as it tells one form from another; of a file its content, which may be large."""
    if not is_upload(value):
        return str(value)
    value.file.seek(0)
    digest = hashlib.file_digest(value.file, "sha256").hexdigest()
    value.file.seek(0)
    return f"{value.filename} {digest}"
