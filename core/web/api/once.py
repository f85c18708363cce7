"""`Idempotency-Key`: whoever asks twice, because the first answer was lost, gets it again and nothing is done twice.

What is kept of an answer are numbers and versions. Values of records are never kept: who repeats a request may have
lost the right to see them, and a person's data would outlive their erasure.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from core.errors import BadRequest, UserError
from core.i18n import _
from core.orm.idempotency import Answer, KeyReused, claim, settle
from core.web.api.answers import json_answer

if TYPE_CHECKING:
    from core.web.request import Request

HEADER: Final = "Idempotency-Key"
REPEATED: Final = "Idempotency-Replayed"
_KEY: Final = re.compile(r"[\x21-\x7e]{8,200}")


class KeyTaken(UserError):
    """The same key with something else in the request."""

    default = _(
        "This Idempotency-Key was sent before with another request. Every request has a key of its own."
    )


@dataclass(frozen=True)
class Done:
    """What was done. `body` is kept for a repetition, `further` is said this once."""

    status: int
    location: str
    body: Mapping[str, Any]
    further: Mapping[str, Any] = field(default_factory=dict)


def once(request: Request, work: Callable[[], Done]) -> Any:
    """The answer to the work, which is done unless a request with this key has done it. Who asks while the first one
    is still at work waits for it; after a refusal the key is free again.
    """
    key = _key_of(request)
    if key is None:
        return _answer(work())
    try:
        known = claim(request.env, key, _content(request))
    except KeyReused:
        raise KeyTaken() from None
    if known is not None:
        return _again(known)
    done = work()
    settle(request.env, key, Answer(done.status, done.location, json.dumps(done.body)))
    return _answer(done)


def _key_of(request: Request) -> str | None:
    """The key as it is kept: no key of a form has a blank."""
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not _KEY.fullmatch(key):
        raise BadRequest(_("“{header}” takes from 8 to 200 characters without blanks.", header=HEADER))
    return f"api {key}"


def _content(request: Request) -> str:
    """What tells one request from another: where it goes, in which company, on which condition, what it says."""
    parts = [
        request.method,
        request.path_qs,
        str(request.env.company_id),
        request.headers.get("If-Match", ""),
    ]
    digest = hashlib.sha256(json.dumps(parts).encode())
    digest.update(request.body)
    return digest.hexdigest()


def _answer(done: Done) -> Any:
    return _located(json_answer({**done.body, **done.further}, status=done.status), done.location, done.body)


def _again(known: Answer) -> Any:
    body = json.loads(known.body or "{}")
    response = _located(json_answer(body, status=known.status), known.location, body)
    response.headers[REPEATED] = "true"
    return response


def _located(response: Any, location: str, body: Mapping[str, Any]) -> Any:
    """With the address of what was made, and the version of the one record that the answer is about."""
    if location and response.status_int == 201:
        response.headers["Location"] = location
    if "version" in body:
        response.headers["ETag"] = f'"{body["version"]}"'
    return response
