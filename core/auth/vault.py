"""Secrets that we must be able to read again, such as the key of an app: sealed with the deployment's own secret.

Somebody with a copy of the database alone cannot open them. What is sealed for one purpose (a kind of secret of one
user) opens for no other, so that rows cannot be exchanged. The library is large, and imported at the first secret.
"""

from __future__ import annotations

import base64
import binascii
import os
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from core.errors import UserError
from core.i18n import _

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE: Final = 12
_VERSION: Final = "1."


class Sealed(UserError):
    """It was sealed with another secret than the deployment has now, as after a restore without the secret's file."""

    default = _("The second factor cannot be checked any more. Please ask your administrator to remove it.")


def seal(secret: bytes, content: bytes, purpose: str) -> str:
    """`content` as text for the database; `purpose` is asked for again by `unseal`."""
    nonce = os.urandom(_NONCE)
    sealed = _cipher(secret).encrypt(nonce, content, purpose.encode())
    return _VERSION + base64.urlsafe_b64encode(nonce + sealed).decode()


def unseal(secret: bytes, text: str, purpose: str) -> bytes:
    """What was sealed. Raises `Sealed` for another secret, another purpose or a changed text."""
    from cryptography.exceptions import InvalidTag

    try:
        raw = base64.urlsafe_b64decode(text.removeprefix(_VERSION))
        return _cipher(secret).decrypt(raw[:_NONCE], raw[_NONCE:], purpose.encode())
    except (InvalidTag, ValueError, binascii.Error):
        raise Sealed() from None


@lru_cache(maxsize=4)
def _cipher(secret: bytes) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return AESGCM(HKDF(SHA256(), 32, salt=None, info=b"keyuan: sealed values").derive(secret))
