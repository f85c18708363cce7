"""What is refused of programs before anything is looked at: a missing key, and one in the wrong place."""

from __future__ import annotations

from typing import Final

from core.errors import BadRequest, UserError
from core.i18n import _

CHALLENGE: Final = 'Bearer realm="keyuan"'
"""What `WWW-Authenticate` says."""


class KeyNeeded(UserError):
    """No key, or none that opens anything: one answer for unknown, expired and revoked ones."""

    default = _("This address needs a valid API key, sent in the header “Authorization: Bearer …”.")


class KeyInAddress(BadRequest):
    """What must never stand there stands in the address."""

    default = _(
        "A key never belongs into an address, where logs keep it. Send it in the header “Authorization: Bearer …”. "
        "A key that was sent in an address is revoked."
    )
