"""Random tokens that people carry, and the digests that we keep of them."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """256 random bits, safe in an address and in a cookie."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """What is stored and looked up. The token is random, so a fast digest cannot be reversed by guessing."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
