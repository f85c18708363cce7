"""Handing mails in, each by a job of its own: what may succeed later is tried again, further and further apart."""

from __future__ import annotations

from datetime import timedelta
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from typing import Any, Final

from core.auth.models import Company
from core.automation.jobs import job
from core.automation.queue import enqueue
from core.files.shelf import shelf_of
from core.i18n import _
from core.mail.addresses import addresses_in
from core.mail.models import Mail
from core.mail.server import MailRefused, MailServer, missing, server_of
from core.orm.env import Env

ATTEMPTS: Final = 6
FIRST_PAUSE: Final = timedelta(minutes=1)
"""Each further pause is four times as long: the last try is a day after the first."""


@job(_("Send a mail"), attempts=1)
def send_mail(env: Env, run: Any, *, mail: int) -> dict[str, Any]:
    """The sender is told where it does not go out for good."""
    system = env.sudo(_("sending of mail"))
    row: Any = system.get(Mail, mail)
    if row.state != "waiting":
        return {"state": row.state}
    run.refuse_unwanted()
    server = server_of(env)
    try:
        if server is None:
            raise MailRefused(str(missing()), again=True)
        server.deliver(message_of(system, row, server))
    except MailRefused as refused:
        return _refused(env, system, row, refused)
    system.write(row, state="sent", sent_at=env.now, attempts=row.attempts + 1, error=None)
    return {"state": "sent"}


def _refused(env: Env, system: Env, row: Any, refused: MailRefused) -> dict[str, Any]:
    attempts = row.attempts + 1
    if refused.again and attempts < ATTEMPTS:
        system.write(row, attempts=attempts, error=refused.reason)
        enqueue(env, send_mail, at=env.now + FIRST_PAUSE * 4 ** (attempts - 1), mail=row.id)
        return {"state": "waiting"}
    system.write(row, state="failed", attempts=attempts, error=refused.reason)
    text = _(
        "The mail “{subject}” to {recipients} was not sent.", subject=row.subject, recipients=row.recipients
    )
    system.notify([row.user_id], text, row)
    return {"state": "failed"}


def message_of(system: Env, row: Any, server: MailServer) -> EmailMessage:
    """The mail as it goes out: from the deployment's address in the company's name, answers to the sender's own."""
    company: Any = system.get(Company, system.company_id)
    user: Any = system.get("base.user", row.user_id)
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = formataddr((" ".join(str(company.name).split()), server.sender))
    message["To"] = ", ".join(addresses_in(row.recipients))
    if user.email:
        message["Reply-To"] = formataddr((" ".join(str(user.name).split()), user.email))
    message["Subject"] = " ".join(row.subject.split())
    message["Date"] = format_datetime(row.created_at)
    domain = server.sender.rpartition("@")[2]
    message["Message-ID"] = f"<{system.company_id}.{row.id}.{row.created_at:%Y%m%d%H%M%S}@{domain}>"
    message.set_content(row.text or "")
    if row.paper is not None:
        content = shelf_of(system).existing(row.paper.sha256).read_bytes()
        main, _slash, kind = row.paper.media.partition("/")
        message.add_attachment(content, maintype=main, subtype=kind, filename=row.paper.name)
    return message
