"""The deployment's random key in its file: made once, whatever the number of processes that come first."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from core.errors import ConfigError
from core.i18n import _

SECRET_BYTES = 32


def read_or_create_secret(path: Path) -> bytes:
    """Made beside its place and linked into it, so that of several first processes exactly one wins."""
    if not path.exists():
        draft = path.with_name(f".secret-{os.getpid()}-{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w") as stream:
                stream.write(secrets.token_hex(SECRET_BYTES))
                stream.flush()
                os.fsync(stream.fileno())
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    try:
        secret = bytes.fromhex(path.read_text("ascii").strip())
    except (OSError, ValueError) as error:
        text = _("secret: {path} cannot be used: {reason}", path=str(path), reason=str(error))
        raise ConfigError(text, setting="secret") from error
    if len(secret) < SECRET_BYTES:
        text = _(
            "secret: {path} must hold {count} random bytes in hexadecimal", path=str(path), count=SECRET_BYTES
        )
        raise ConfigError(text, setting="secret")
    return secret
