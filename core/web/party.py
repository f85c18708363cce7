"""For whom passkeys are made: they belong to the name of a host, and browsers make them under https only."""

from __future__ import annotations

from urllib.parse import urlsplit

from core.auth.passkeys import Party
from core.errors import BadRequest
from core.i18n import _
from core.web.request import Request, is_loopback


def party_of(request: Request) -> Party | None:
    """For whom passkeys are made here; None where browsers make none: without https, or at a mere number."""
    parts = urlsplit(request.config.base_url)
    host, netloc = parts.hostname or "", parts.netloc
    if is_loopback(host) and request.host.partition(":")[0] == "localhost":
        host, netloc = "localhost", request.host
    if host == "localhost" or (parts.scheme == "https" and not _is_number(host)):
        return Party(host, f"{parts.scheme}://{netloc}")
    return None


def _is_number(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()


def needed_party(request: Request) -> Party:
    """The same for pages that nobody comes to without."""
    party = party_of(request)
    if party is None:
        raise BadRequest(_("Passkeys work at an https address with a name only."))
    return party
