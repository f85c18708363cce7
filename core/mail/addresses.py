"""The addresses that somebody typed into a mail."""

from __future__ import annotations

import re
from typing import Final

from core.errors import ValidationFailed
from core.i18n import _

MOST: Final = 10
_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*"
)
_BETWEEN: Final = re.compile(r"[\s,;,;、]+")


def addresses_in(text: str) -> list[str]:
    """The addresses, each once. Raises `ValidationFailed` at "to" for what is none, and for too many."""
    found = list(dict.fromkeys(one for one in _BETWEEN.split(text) if one))
    if not found:
        raise ValidationFailed.at("to", _("Please give the address of somebody."))
    wrong = [one for one in found if not _ADDRESS.fullmatch(one)]
    if wrong:
        raise ValidationFailed.at("to", _("“{text}” is no mail address.", text=wrong[0][:80]))
    if len(found) > MOST:
        raise ValidationFailed.at("to", _("A mail goes to at most {most} addresses.", most=MOST))
    return found
