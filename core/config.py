"""Settings of one deployment: read once at start, frozen, handed down.

The order of authority is: explicit overrides (command line), environment variables `KEYUAN_*`, one TOML file,
defaults. This is the only module that reads the process environment; other rooms take a `Config`.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from core.errors import ConfigError
from core.i18n import LazyString, _

FILE_NAME = "keyuan.toml"
SECRET_BYTES = 32
_PREFIX = "KEYUAN_"
# Set by others on purpose: the file's own name, fixtures of the tests, what the parent process tells its
# children, and the variables that Kubernetes adds for a service called "keyuan".
_FOREIGN = re.compile(r"KEYUAN_(CONFIG$|TEST_|CHILD_|SERVICE_|PORT_\d)")


@dataclass(frozen=True)
class Config:
    """Everything a process of Keyuan needs to know before it opens the database."""

    state_dir: Path
    """Data folder of this installation: embedded cluster, attachments, secret. Never shared by two clones."""
    addons_path: tuple[Path, ...]
    """Folders that hold addon packages, searched in this order."""
    database_url: str | None = field(default=None, repr=False)
    """URL of the application role. None means: start the embedded server."""
    owner_url: str | None = field(default=None, repr=False)
    """Direct connection (no pooler) of the role that owns the schema: DDL, LISTEN, advisory locks."""
    postgres_bin: Path | None = None
    """Folder with `postgres` and `initdb`, when neither the wheel nor the system's packages shall be used."""
    host: str = "127.0.0.1"
    """Address to listen on; 0.0.0.0 for all."""
    port: int = 6543
    """Port to listen on; 0 takes a free one."""
    base_url: str = "http://127.0.0.1:6543"
    """Address that people type; links in mails are made from it, never from a request's Host header."""
    web_processes: int = 1
    """Processes that answer requests."""
    web_threads: int = 8
    """Requests that one of them answers at a time; each holds a database connection."""
    worker_processes: int = 1
    """Processes that run jobs; 0 where `keyuan worker` runs elsewhere."""
    language: str = "zh_CN"
    """Language of visitors whose browser asks for none of ours, and of the company that a first `serve` makes."""
    upload_limit: int = 64
    """Most megabytes that one upload may have: the files of a form together."""
    safe_mode: bool = False
    """Start with the kernel's own addon only, so that one that breaks the start can be removed."""
    source: Path | None = None
    """The TOML file these settings came from, for messages."""

    @property
    def secret(self) -> bytes:
        """Random key of this deployment (32 bytes), made at first use and readable by its owner only.

        It signs what must survive a restart. Losing it ends all web sessions; it is part of the backup.
        """
        return _read_or_create_secret(self.state_dir / "secret")


def load_config(overrides: Mapping[str, object] | None = None) -> Config:
    """Settings of this process; raises `ConfigError` for an unknown key or a value of the wrong kind."""
    path = _config_file()
    values: dict[str, object] = {}
    for key, (value, origin) in _collect(path, overrides or {}).items():
        if value is not None:
            values[key] = _parse(key, value, origin, path)
    if values.get("owner_url") and not values.get("database_url"):
        raise ConfigError(
            _("owner_url: needs database_url too, the URL of the application role"), setting="owner_url"
        )
    host, port = str(values.get("host", "127.0.0.1")), values.get("port", 6543)
    values.setdefault("base_url", f"http://{_reachable(host)}:{port}")
    values.setdefault("state_dir", _default_state_dir())
    values.setdefault("addons_path", (installation_root() / "addons",))
    return Config(source=path, **values)  # type: ignore[arg-type]


def installation_root() -> Path:
    """The folder that holds the `core` package: a clone's top level, or site-packages."""
    return Path(__file__).resolve().parent.parent


def process_environment(**changes: str) -> dict[str, str]:
    """Copy of the environment for a child process, so that no other room touches `os.environ`."""
    return {**os.environ, **changes}


def make_private_folder(path: Path) -> Path:
    """Create a folder of the deployment's state with its missing parents; existing ones stay as they are.

    Root's folders can be entered, not listed, by others: the embedded server runs as another user.
    """
    missing = [p for p in (path, *path.parents) if not p.exists()]
    for folder in reversed(missing):
        try:
            folder.mkdir(mode=0o700)
            folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
        except FileExistsError:
            continue
        except OSError as error:
            problem = _(
                "state_dir: cannot create {folder}: {reason}", folder=str(folder), reason=error.strerror or ""
            )
            raise ConfigError(problem, setting="state_dir") from error
    return path


def _config_file() -> Path | None:
    named = os.environ.get("KEYUAN_CONFIG")
    if named:
        path = Path(named).expanduser().absolute()
        if not path.is_file():
            raise ConfigError(
                _("KEYUAN_CONFIG: there is no file {path}", path=str(path)), setting="KEYUAN_CONFIG"
            )
        return path
    home = Path("/etc") if os.geteuid() == 0 else _xdg("XDG_CONFIG_HOME", ".config")
    candidates = (Path.cwd() / FILE_NAME, home / "keyuan" / FILE_NAME)
    return next((path for path in candidates if path.is_file()), None)


def _xdg(variable: str, fallback: str) -> Path:
    value = os.environ.get(variable, "")
    return Path(value) if os.path.isabs(value) else Path.home() / fallback


def _default_state_dir() -> Path:
    root = installation_root()
    name = f"{root.name}-{hashlib.sha256(os.fsencode(root)).hexdigest()[:8]}"
    home = Path("/var/lib") if os.geteuid() == 0 else _xdg("XDG_STATE_HOME", ".local/state")
    return home / "keyuan" / name


def _reachable(host: str) -> str:
    if host in ("", "0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        return "localhost"
    return f"[{host}]" if ":" in host else host


def _collect(path: Path | None, overrides: Mapping[str, object]) -> dict[str, tuple[object, str]]:
    """Raw value and origin per key; stronger sources win, and an unknown key is an error."""
    layers: list[tuple[str, object, str]] = []
    if path is not None:
        layers += [(key, value, str(path)) for key, value in _read_toml(path).items()]
    for name, text in os.environ.items():
        if name.startswith(_PREFIX) and not _FOREIGN.match(name):
            layers.append((name.removeprefix(_PREFIX).lower(), text or None, name))
    layers += [(key, value, str(_("command line"))) for key, value in overrides.items() if value is not None]
    found: dict[str, tuple[object, str]] = {}
    for key, value, origin in layers:
        if key not in _PARSERS:
            known = ", ".join(sorted(_PARSERS))
            problem = _("unknown setting; known are {known}", known=known)
            problem = _("{key}: {problem} (in {origin})", key=key, problem=problem, origin=origin)
            raise ConfigError(problem, setting=key)
        found[key] = (value, origin)
    return found


def _read_toml(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(_("{path}: cannot be read: {reason}", path=str(path), reason=str(error))) from error


def _parse(key: str, value: object, origin: str, path: Path | None) -> object:
    base = path.parent if path is not None and origin == str(path) else Path.cwd()
    try:
        return _PARSERS[key](value, base)
    except _Unusable as error:
        text = _("{key}: {problem} (in {origin})", key=key, problem=error.problem, origin=origin)
        raise ConfigError(text, setting=key) from None


class _Unusable(ValueError):
    def __init__(self, problem: LazyString) -> None:
        self.problem = problem
        super().__init__(problem)


def _text(value: object, base: Path) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _Unusable(_("must be a text, not {value}", value=repr(value)))
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
            raise _Unusable(text)
        return number

    return parse


def _switch(value: object, base: Path) -> bool:
    word = str(value).strip().lower()
    if word not in ("1", "true", "yes", "on", "0", "false", "no", "off"):
        raise _Unusable(_("must be true or false, not {value}", value=repr(value)))
    return word in ("1", "true", "yes", "on")


def _folder(value: object, base: Path) -> Path:
    text = str(value) if isinstance(value, os.PathLike) else _text(value, base)
    if "\0" in text:
        raise _Unusable(_("must not contain a NUL character"))
    return Path(os.path.normpath(base / Path(text).expanduser()))


def _folders(value: object, base: Path) -> tuple[Path, ...]:
    parts = value.split(os.pathsep) if isinstance(value, str) else value
    if not isinstance(parts, list | tuple) or not parts:
        raise _Unusable(_("must be a list of folders, not {value}", value=repr(value)))
    return tuple(_folder(part, base) for part in parts)


def _database(value: object, base: Path) -> str:
    """The driver is written out, since SQLAlchemy's default for `postgresql:` is another one."""
    scheme, mark, rest = (value if isinstance(value, str) else "").strip().partition("://")
    if not mark or scheme not in ("postgres", "postgresql", "postgresql+psycopg2"):
        raise _Unusable(_("must begin with postgresql:// (the value is not shown, it may hold a password)"))
    return f"postgresql+psycopg2://{rest}"


def _web_address(value: object, base: Path) -> str:
    try:
        parts = urlsplit(_text(value, base))
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise _Unusable(_("must look like https://crm.example.com, not {value}", value=repr(value)))
    return parts.geturl().rstrip("/")


def _language(value: object, base: Path) -> str:
    text = _text(value, base).replace("-", "_")
    if not re.fullmatch(r"[a-z]{2,3}(_[A-Z][a-z]{3})?(_[A-Z]{2})?", text):
        raise _Unusable(_("must be a language such as zh_CN or en, not {value}", value=repr(value)))
    return text


_PARSERS: dict[str, Callable[[object, Path], object]] = {
    "state_dir": _folder,
    "addons_path": _folders,
    "database_url": _database,
    "owner_url": _database,
    "postgres_bin": _folder,
    "host": _text,
    "port": _between(0, 65535),
    "base_url": _web_address,
    "web_processes": _between(1, 256),
    "web_threads": _between(1, 256),
    "worker_processes": _between(0, 256),
    "language": _language,
    "upload_limit": _between(1, 4096),
    "safe_mode": _switch,
}


def _read_or_create_secret(path: Path) -> bytes:
    """Made beside its place and linked into it, so that of several first processes exactly one wins."""
    make_private_folder(path.parent)
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
