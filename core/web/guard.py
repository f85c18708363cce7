"""The outermost tween: whatever arrives leaves with an id, a log line, safe headers, and never with a trace."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import unquote_to_bytes, urlsplit

import structlog

from core.auth.api_keys import PART_OF_A_SECRET, PREFIX
from core.config import Config
from core.errors import BadRequest
from core.i18n import _
from core.web import cookies, errors, headers, toasts
from core.web.api.bearer import refuse_key_in_address
from core.web.request import Request, is_loopback

FORM_LIMIT: Final = 4 << 20
_BLOCK: Final = 1 << 20
_ANY_HOST: Final = ("/health", "/ready")
_TOKEN_PATH: Final = "/set-password/"
_NOT_TEXT: Final = _("The address or the form contains characters that are not valid UTF-8.")
_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
log = structlog.get_logger("keyuan.web")


def guard_tween(handler: Callable[[Request], Any], registry: Any) -> Callable[[Request], Any]:
    """Pyramid's factory of the tween."""

    def guard(request: Request) -> Any:
        began = time.perf_counter()
        request.start()
        with structlog.contextvars.bound_contextvars(request_id=request.request_id):
            try:
                check(request)
                if request.is_api:
                    refuse_key_in_address(request)
                response = handler(request)
            except Exception as error:
                response = errors.answer(request, error)
            if not request.is_api:
                cookies.write_visitor(request, response)
                toasts.write(request, response)
            headers.secure(request, response)
            _log(request, response.status_int, time.perf_counter() - began)
        return response

    return guard


def check(request: Request) -> None:
    """Refuse what cannot be meant, before anything is opened for it."""
    try:
        _check_size(request)
        _check_text(request)
    except UnicodeError:
        raise BadRequest(_NOT_TEXT) from None
    if request.path_info not in _ANY_HOST and not _is_our_host(request.config, request.host):
        raise BadRequest(
            _(
                "This server does not answer under the name {host}. Set base_url in its configuration.",
                host=request.host[:100],
            )
        )


def _check_size(request: Request) -> None:
    is_upload = (request.content_type or "").startswith("multipart/")
    limit = request.config.upload_limit << 20 if is_upload else FORM_LIMIT
    if request.content_length is None and request.headers.get("Transfer-Encoding"):
        raise errors.LengthNeeded()
    if (request.content_length or 0) > limit:
        raise errors.TooLarge(limit)


def _check_text(request: Request) -> None:
    """Decode address, query and form once, strictly; a NUL is no character that anybody could have typed."""
    texts = [request.path_info, *(text for pair in request.GET.items() for text in pair)]
    if request.method not in ("GET", "HEAD"):
        texts += _form_texts(request)
    if any("\0" in text for text in texts):
        raise BadRequest(_NOT_TEXT)


def _form_texts(request: Request) -> list[str]:
    """All texts of the form. WebOb replaces what it cannot decode, so that is looked for in the bytes."""
    if request.content_type == "application/x-www-form-urlencoded":
        unquote_to_bytes(request.body).decode("utf-8")
    try:
        texts = [value for pair in request.POST.items() for value in pair if isinstance(value, str)]
    except ValueError as error:
        raise BadRequest() from error
    if any(_REPLACEMENT in text for text in texts) and not _was_sent(request, _REPLACEMENT.encode()):
        raise BadRequest(_NOT_TEXT)
    return texts


def _was_sent(request: Request, wanted: bytes) -> bool:
    """Whether these bytes are in the body, which may be an upload and is never held whole."""
    if request.content_type == "application/x-www-form-urlencoded":
        return wanted in unquote_to_bytes(request.body)
    stream, kept = request.body_file_raw, b""
    stream.seek(0)
    while block := stream.read(_BLOCK):
        if wanted in kept + block:
            return True
        kept = block[1 - len(wanted) :]
    return False


def _is_our_host(config: Config, host: str) -> bool:
    try:
        name = (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return False
    if name == (urlsplit(config.base_url).hostname or "").lower():
        return True
    return is_loopback(name) and is_loopback(urlsplit(config.base_url).hostname or "")


def printable(path: str) -> str:
    """A path as WSGI gives it, fit for a log line: without control characters, one-time tokens and keys."""
    if path.startswith(_TOKEN_PATH):
        return f"{_TOKEN_PATH}..."
    text = path.encode("latin-1", "replace").decode("utf-8", "replace")
    text = PART_OF_A_SECRET.sub(f"{PREFIX}...", text)
    return "".join(character if character.isprintable() else _REPLACEMENT for character in text[:300])


def _log(request: Request, status: int, seconds: float) -> None:
    """One line a request. The query is left out: it may hold names of people."""
    path = printable(request.environ.get("PATH_INFO", ""))
    if path.startswith("/static/") or path == "/features":
        return
    fields = {"method": request.method, "path": path, "status": status, "ms": round(seconds * 1000, 1)}
    if request.caller is not None:
        fields["user"] = request.caller.user_id
        if request.caller.is_acting:
            fields["real_user"] = request.caller.real_user_id
        if request.caller.key is not None:
            fields["key"] = request.caller.key.id
    log.info("request", **fields)
