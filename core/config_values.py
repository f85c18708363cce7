"""What a setting may be: each kind of value is read from text or TOML, or refused with a sentence about it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from core.i18n import LazyString, _

Parser = Callable[[object, Path], object]
"""From a raw value, and the folder from which relative paths go, to the value of the setting."""


class Unusable(ValueError):
    """No value for this setting; `problem` says why, to stand behind the setting's name."""

    def __init__(self, problem: LazyString) -> None:
        self.problem = problem
        super().__init__(problem)


def _text(value: object, base: Path) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Unusable(_("must be a text, not {value}", value=repr(value)))
    return value.strip()


def _between(low: int, high: int) -> Callable[[object, Path], int]:
    def parse(value: object, base: Path) -> int:
        number = int(value) if isinstance(value, str) and value.strip().isdecimal() else value
        if isinstance(number, bool) or not isinstance(number, int) or not low <= number <= high:
            text = _(
                "must be a whole number from {low} to {high}, not {value}",
                low=low,
                high=high,
                value=repr(value),
            )
            raise Unusable(text)
        return number

    return parse


def _switch(value: object, base: Path) -> bool:
    word = str(value).strip().lower()
    if word not in ("1", "true", "yes", "on", "0", "false", "no", "off"):
        raise Unusable(_("must be true or false, not {value}", value=repr(value)))
    return word in ("1", "true", "yes", "on")


def _folder(value: object, base: Path) -> Path:
    text = str(value) if isinstance(value, os.PathLike) else _text(value, base)
    if "\0" in text:
        raise Unusable(_("must not contain a NUL character"))
    return Path(os.path.normpath(base / Path(text).expanduser()))


def _folders(value: object, base: Path) -> tuple[Path, ...]:
    parts = value.split(os.pathsep) if isinstance(value, str) else value
    if not isinstance(parts, list | tuple) or not parts:
        raise Unusable(_("must be a list of folders, not {value}", value=repr(value)))
    return tuple(_folder(part, base) for part in parts)


def _database(value: object, base: Path) -> str:
    """The driver is written out, since SQLAlchemy's default for `postgresql:` is another one."""
    scheme, mark, rest = (value if isinstance(value, str) else "").strip().partition("://")
    if not mark or scheme not in ("postgres", "postgresql", "postgresql+psycopg2"):
        raise Unusable(_("must begin with postgresql:// (the value is not shown, it may hold a password)"))
    return f"postgresql+psycopg2://{rest}"


def _web_address(value: object, base: Path) -> str:
    try:
        parts = urlsplit(_text(value, base))
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise Unusable(_("must look like https://crm.example.com, not {value}", value=repr(value)))
    return parts.geturl().rstrip("/")


def _issuer(value: object, base: Path) -> str:
    """Compared letter by letter with what the provider calls itself, so a final slash stays."""
    text = _text(value, base)
    _web_address(text, base)
    return text


def _one_of(*words: str) -> Callable[[object, Path], str]:
    def parse(value: object, base: Path) -> str:
        text = _text(value, base).lower()
        if text not in words:
            raise Unusable(
                _("must be one of {words}, not {value}", words=", ".join(words), value=repr(value))
            )
        return text

    return parse


def _mail_address(value: object, base: Path) -> str:
    text = _text(value, base)
    if not re.fullmatch(r"[!-~]+@[A-Za-z0-9.-]+", text):
        raise Unusable(_("must be an address such as crm@example.com, not {value}", value=repr(value)))
    return text


def _language(value: object, base: Path) -> str:
    text = _text(value, base).replace("-", "_")
    if not re.fullmatch(r"[a-z]{2,3}(_[A-Z][a-z]{3})?(_[A-Z]{2})?", text):
        raise Unusable(_("must be a language such as zh_CN or en, not {value}", value=repr(value)))
    return text


PARSERS: Final[dict[str, Parser]] = {
    "state_dir": _folder,
    "addons_path": _folders,
    "database_url": _database,
    "owner_url": _database,
    "replica_url": _database,
    "postgres_bin": _folder,
    "host": _text,
    "port": _between(0, 65535),
    "base_url": _web_address,
    "web_processes": _between(1, 256),
    "web_threads": _between(1, 256),
    "worker_processes": _between(0, 256),
    "language": _language,
    "upload_limit": _between(1, 4096),
    "import_seconds": _between(0, 3600),
    "smtp_host": _text,
    "smtp_port": _between(1, 65535),
    "smtp_security": _one_of("starttls", "tls", "none"),
    "smtp_user": _text,
    "smtp_password": _text,
    "mail_from": _mail_address,
    "openid_issuer": _issuer,
    "openid_client_id": _text,
    "openid_client_secret": _text,
    "openid_label": _text,
    "safe_mode": _switch,
}
"""How each setting is read."""
