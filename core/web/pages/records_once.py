"""A form is done once: its hidden key makes a double click, a repeated POST and a second tab one and the same."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from typing import Any, Final

from core.errors import BadRequest
from core.orm.idempotency import Answer, answered, claim, settle
from core.web.redirects import redirect
from core.web.request import Request
from core.web.uploads import is_upload

KEY: Final = "key"
KEY_OF_LIST: Final = "once"
"""The hidden input of a list, which is sent with these rows marked or those: its key counts for one content each."""
_KEY: Final = re.compile(r"[A-Za-z0-9_-]{16,64}")
_NOT_CONTENT: Final = frozenset({"csrf_token", KEY, KEY_OF_LIST})


def new_key() -> str:
    """For the hidden input of a fresh form."""
    return secrets.token_urlsafe(18)


def sent_key(request: Request) -> str | None:
    """The key that the form carries, if any; BadRequest for one that no page of ours made."""
    key, of_list = request.POST.get(KEY), request.POST.get(KEY_OF_LIST)
    for one in (key, of_list):
        if one and not (isinstance(one, str) and _KEY.fullmatch(one)):
            raise BadRequest()
    if key or not of_list:
        return key or None
    return hashlib.sha256(f"{of_list} {_content(request)}".encode()).hexdigest()


def known_answer(request: Request) -> Any:
    """The answer given before to this very form; asked first, for what was right then may be wrong by now."""
    key = sent_key(request)
    known = answered(request.env, key, _content(request)) if key is not None else None
    return None if known is None else redirect(request, known.location)


def first_answer(request: Request) -> Any:
    """None when the work is ours to do, else the answer of a request that was faster. Raises `KeyReused`."""
    key = sent_key(request)
    known = claim(request.env, key, _content(request)) if key is not None else None
    return None if known is None else redirect(request, known.location)


def remember_answer(request: Request, location: str) -> Any:
    """The answer to what was just done: on to `location`, for this request and for its repetitions."""
    key = sent_key(request)
    if key is not None:
        settle(request.env, key, Answer(303, location))
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
