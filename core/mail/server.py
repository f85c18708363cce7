"""The server that takes our mail, as the deployment's settings name it, and what can go wrong with it.

Nothing here knows a record: a message goes out, or a `MailRefused` says in words why not and whether to try again.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any, Final

from core.config import Config
from core.files.shelf import shelves
from core.i18n import LazyString, _
from core.orm.env import Env

_SETTING: Final = "keyuan.mail"
SECONDS: Final = 20.0
"""How long the server may take for each of its answers."""


class MailRefused(Exception):
    """The mail did not go out; `again` says that it may another time."""

    def __init__(self, reason: str, *, again: bool) -> None:
        self.reason, self.again = reason, again
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in, and from whom it comes."""

    host: str
    port: int
    security: str
    sender: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    def deliver(self, message: EmailMessage) -> None:
        """Hand a message in. Raises `MailRefused`."""
        try:
            with self._connected() as server:
                server.send_message(message, from_addr=self.sender)
        except smtplib.SMTPRecipientsRefused as refused:
            code, text = next(iter(refused.recipients.values()))
            raise MailRefused(_in_words(code, text), again=code < 500) from refused
        except smtplib.SMTPAuthenticationError as error:
            raise MailRefused(_in_words(error.smtp_code, error.smtp_error), again=True) from error
        except smtplib.SMTPResponseException as error:
            raise MailRefused(
                _in_words(error.smtp_code, error.smtp_error), again=error.smtp_code < 500
            ) from error
        except (OSError, smtplib.SMTPException) as error:
            raise MailRefused(f"{type(error).__name__}: {error}"[:500], again=True) from error

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        trusted = ssl.create_default_context()
        server: smtplib.SMTP
        if self.security == "tls":
            server = smtplib.SMTP_SSL(self.host, self.port, timeout=SECONDS, context=trusted)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=SECONDS)
        with server:
            if self.security == "starttls":
                server.starttls(context=trusted)
            if self.user:
                server.login(self.user, self.password or "")
            yield server


def _in_words(code: int, text: bytes | str) -> str:
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"{code} {' '.join(said.split())}"[:500]


def mail_server(config: Config) -> MailServer | None:
    """The server of the settings; None where they name none."""
    if not (config.smtp_host and config.mail_from):
        return None
    return MailServer(
        config.smtp_host, config.smtp_port, config.smtp_security, config.mail_from, config.smtp_user,
        config.smtp_password,
    )  # fmt: skip


def outside(config: Config) -> dict[str, Any]:
    """What a session has to be told of the world outside the database: where files lie, and who takes mail."""
    return {**shelves(config), _SETTING: mail_server(config)}


def server_of(env: Env) -> MailServer | None:
    """The server for the Env's mail; None where the deployment has none."""
    found: MailServer | None = env.session.info.get(_SETTING)
    return found


def missing() -> LazyString:
    """What an administrator has to do where there is no server."""
    return _("Mail cannot be sent yet: the settings smtp_host and mail_from of this deployment are empty.")
