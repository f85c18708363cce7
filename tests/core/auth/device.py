"""A device with passkeys, as far as the checks on the server can tell."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import bytes_to_base64url

PRESENT, VERIFIED, ATTESTED = 1, 4, 64


@dataclass
class Device:
    """One credential. `verifies` says whether the device checks finger, face or number."""

    host: str = "localhost"
    origin: str = "http://localhost"
    verifies: bool = True
    uses: int = 0
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    id: bytes = field(default_factory=lambda: os.urandom(32))

    def make(self, options: str) -> str:
        """The answer to `navigator.credentials.create`."""
        numbers = self.key.public_key().public_numbers()
        public = cbor2.dumps(
            {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        )
        credential = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + public
        content = self._data(ATTESTED) + credential
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": content})
        return self._answer(self._client("webauthn.create", options), attestationObject=attestation)

    def use(self, options: str) -> str:
        """The answer to `navigator.credentials.get`."""
        self.uses += 1
        client, content = self._client("webauthn.get", options), self._data(0)
        signature = self.key.sign(content + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer(client, authenticatorData=content, signature=signature)

    def _data(self, flags: int) -> bytes:
        flags |= PRESENT | (VERIFIED if self.verifies else 0)
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + self.uses.to_bytes(4, "big")

    def _client(self, kind: str, options: str) -> bytes:
        given: dict[str, Any] = json.loads(options)
        return json.dumps({"type": kind, "challenge": given["challenge"], "origin": self.origin}).encode()

    def _answer(self, client: bytes, **response: bytes) -> str:
        name = bytes_to_base64url(self.id)
        parts = {
            key: bytes_to_base64url(value) for key, value in {"clientDataJSON": client, **response}.items()
        }
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": parts})
