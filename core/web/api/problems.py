"""Failures as programs are told them: `application/problem+json` (RFC 9457), in the user's language.

`type` is for programs and never changes; `title` and `detail` are for people. `errors` name the fields whose values
were refused. Of a fault nothing is told but the id by which the log has it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from pyramid.response import Response

from core.errors import ValidationFailed
from core.i18n import LazyString
from core.web.api.refusals import CHALLENGE, KeyInAddress

if TYPE_CHECKING:
    from core.web.request import Request

CONTENT_TYPE: Final = "application/problem+json"
_TYPE: Final = "urn:keyuan:problem:"
KINDS: Final[dict[int, str]] = {
    400: "bad-request", 401: "key-needed", 403: "no-access", 404: "not-found", 405: "method-not-allowed",
    409: "conflict", 411: "length-needed", 412: "changed-meanwhile", 413: "too-large", 415: "unsupported-type",
    422: "refused-values", 428: "version-needed", 429: "too-many-attempts", 500: "fault", 503: "unavailable",
}  # fmt: skip
"""The last word of `type` by status; 422 without a field to blame is `not-possible`."""


def problem(
    request: Request, error: Exception, status: int, *, title: LazyString, detail: LazyString, **members: Any
) -> Response:
    """The answer for a refusal or a fault; `members` are added as they are."""
    body: dict[str, Any] = {
        "type": _TYPE + _kind(error, status),
        "title": str(title),
        "status": status,
        "detail": str(detail),
        "request_id": request.request_id,
        **members,
    }
    if isinstance(error, ValidationFailed):
        body["errors"] = field_errors(error)
    response = Response(
        json.dumps(body, ensure_ascii=False).encode(), status=status, content_type=CONTENT_TYPE
    )
    if status == 401:
        response.headers["WWW-Authenticate"] = CHALLENGE
    return response


def field_errors(error: ValidationFailed) -> list[dict[str, str]]:
    """One entry for each thing that is wrong; the field is empty where it is the record as a whole."""
    return [{"field": name, "message": str(text)} for name, found in error.problems.items() for text in found]


def _kind(error: Exception, status: int) -> str:
    if isinstance(error, KeyInAddress):
        return "key-in-address"
    if status == 422 and not isinstance(error, ValidationFailed):
        return "not-possible"
    return KINDS.get(status, "bad-request" if status < 500 else "fault")
