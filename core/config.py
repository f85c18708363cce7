"""Settings of one deployment: read once at start, frozen, handed down.

The order of authority is: explicit overrides (command line), environment variables `KEYUAN_*`, one TOML file,
defaults. This is the only module that reads the process environment; other rooms take a `Config`.
"""

from __future__ import annotations

import hashlib
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core.config_secret import read_or_create_secret
from core.config_values import PARSERS, Unusable
from core.errors import ConfigError
from core.i18n import _

FILE_NAME = "keyuan.toml"
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
    replica_url: str | None = field(default=None, repr=False)
    """URL of the application role on a streaming replica, where lists put together by groups are read."""
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
    import_seconds: int = 30
    """Seconds that importing one addon may take; one that takes longer stands aside. 0 means no limit."""
    smtp_host: str | None = None
    """Server that takes our mail; with it `mail_from`. None means that no mail is sent."""
    smtp_port: int = 587
    """Its port: 587 for submission with `starttls`, 465 for `tls`."""
    smtp_security: str = "starttls"
    """How the connection is protected: `starttls`, `tls`, or `none` on a machine of one's own."""
    smtp_user: str | None = None
    """Account on the mail server, where it asks for one."""
    smtp_password: str | None = field(default=None, repr=False)
    """The password that goes with it."""
    mail_from: str | None = None
    """Address from which mail comes, in the name of the company; answers go to the address of who sent it."""
    openid_issuer: str | None = None
    """Address of an OpenID Connect provider by which people may sign in; with it `openid_client_id` and `_secret`."""
    openid_client_id: str | None = None
    """The name under which the provider knows this deployment; it sends people back to `/login/openid/back`."""
    openid_client_secret: str | None = field(default=None, repr=False)
    """The password that goes with it."""
    openid_label: str = "OpenID Connect"
    """What the button on the sign-in page calls the provider."""
    source: Path | None = None
    """The TOML file these settings came from, for messages."""

    @property
    def secret(self) -> bytes:
        """Random key of this deployment (32 bytes), made at first use and readable by its owner only.

        It signs what must survive a restart. Losing it ends all web sessions; it is part of the backup.
        """
        return read_or_create_secret(make_private_folder(self.state_dir) / "secret")


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
    if values.get("openid_issuer") and not (
        values.get("openid_client_id") and values.get("openid_client_secret")
    ):
        problem = _("openid_issuer: needs openid_client_id and openid_client_secret too")
        raise ConfigError(problem, setting="openid_issuer")
    if values.get("smtp_host") and not values.get("mail_from"):
        raise ConfigError(_("smtp_host: needs mail_from too"), setting="smtp_host")
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
        if key not in PARSERS:
            known = ", ".join(sorted(PARSERS))
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
        return PARSERS[key](value, base)
    except Unusable as error:
        text = _("{key}: {problem} (in {origin})", key=key, problem=error.problem, origin=origin)
        raise ConfigError(text, setting=key) from None
