"""Codes of an authenticator app (RFC 6238): six digits, a new one every 30 seconds, from a key both sides hold."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from typing import Final
from urllib.parse import quote, urlencode

SECONDS: Final = 30
DIGITS: Final = 6
DRIFT: Final = 1
"""How many steps the clock of a phone may be off, either way."""
_KEY_BYTES: Final = 20


def new_key() -> bytes:
    """160 random bits, as long as the digest that they are used with."""
    return secrets.token_bytes(_KEY_BYTES)


def step_at(moment: datetime) -> int:
    """The number of the 30 seconds in which `moment` lies."""
    return int(moment.timestamp()) // SECONDS


def code_of(key: bytes, step: int) -> str:
    """The code of one step."""
    digest = hmac.new(key, step.to_bytes(8, "big"), hashlib.sha1).digest()
    place = digest[-1] & 15
    number = int.from_bytes(digest[place : place + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def matching_step(key: bytes, code: str, now: datetime, *, after: int = 0) -> int | None:
    """The step that `code` belongs to, if it is near enough and later than `after`, the last one used."""
    here = step_at(now)
    found = None
    for step in range(here - DRIFT, here + DRIFT + 1):
        if hmac.compare_digest(code_of(key, step).encode(), code.encode("utf-8", "replace")) and step > after:
            found = step
    return found


def key_in_words(key: bytes) -> str:
    """The key in groups of four letters and digits, for typing it in."""
    text = base64.b32encode(key).decode()
    return " ".join(text[n : n + 4] for n in range(0, len(text), 4))


def address_of(key: bytes, login: str, issuer: str) -> str:
    """What the QR code says: `otpauth://totp/…`, read by every app. `issuer` names this deployment in it."""
    label = quote(f"{issuer}:{login}", safe="")
    query = urlencode({"secret": base64.b32encode(key).decode(), "issuer": issuer}, quote_via=quote)
    return f"otpauth://totp/{label}?{query}"
