"""Sending a document: the PDF is made and kept as it is now, counted, noted, and handed to a job."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any, Final

from core.automation.queue import enqueue
from core.errors import NotFound, UserError, ValidationFailed
from core.exchange.outgoing import Outgoing
from core.exchange.paper import Document, logo_of
from core.exchange.pdf import pdf_of
from core.files.keeping import keep, register
from core.i18n import LazyString, _
from core.mail.addresses import addresses_in
from core.mail.jobs import send_mail
from core.mail.models import Mail
from core.mail.server import missing, server_of
from core.orm.env import Env

LONGEST_SUBJECT: Final = 200
LONGEST_TEXT: Final = 20_000
_FIRST_WORDS: Final = _("Please find attached: {document}.")


@dataclass(frozen=True, slots=True)
class Draft:
    """A mail as it is proposed or typed."""

    to: str
    subject: str
    text: str


def proposal(given: Outgoing, document: Document) -> Draft:
    """To the first of whom it may go to that has an address, with the company's own words where it has any."""
    words = document.texts.mail or _FIRST_WORDS.format(document=document.name).translate(document.language)
    return Draft(_address(given), f"{document.name} · {document.company}"[:LONGEST_SUBJECT], words)


def _address(given: Outgoing) -> str:
    env = given.env
    for target, key in given.addressees():
        if not env.can("read", target.key):
            continue
        readable = env.policy.readable(target)
        kinds = (one.name for one in target.fields_for(env.addons).values() if one.kind == "email")
        names = [name for name in kinds if name in readable]
        for row in env.page(target.cls, names, target.cls.id == key, limit=1).rows if names else ():
            address = next((str(one) for one in row[2:] if one and "@" in str(one)), None)
            if address is not None:
                return address
    return ""


def send(given: Outgoing, draft: Draft) -> int:
    """Keep the mail and have it sent; gives its id. Raises `ValidationFailed` at "to", "subject" or "text", `NotFound`
    where the document is about nobody, `TooMuch` where the record was printed and sent as often as its company allows,
    and what making the document and the PDF raise.
    """
    env, about = given.env, given.about()
    if about is None:
        raise NotFound()
    if server_of(env) is None:
        raise UserError(missing())
    recipients = addresses_in(draft.to)
    _check(draft)
    document = given.document()
    content = pdf_of(document, env.now, logo=logo_of(env, document), note=given.note(given.count()))
    given.note_down(document, "mail")
    stored = keep(env, f"{document.name}.pdf", io.BytesIO(content))
    register(env, [stored])
    values = {
        "user": env.user_id, "recipients": ", ".join(recipients), "subject": " ".join(draft.subject.split()),
        "text": draft.text, "paper": stored, "model": about[0], "record_id": about[1],
    }  # fmt: skip
    (made,) = env.sudo(_("sending of mail")).create_many(Mail, [values])
    enqueue(env, send_mail, mail=made)
    return made


def _check(draft: Draft) -> None:
    problems: dict[str, list[LazyString]] = {}
    if not draft.subject.strip():
        problems["subject"] = [_("A mail needs a subject.")]
    elif len(draft.subject) > LONGEST_SUBJECT:
        problems["subject"] = [_("At most {most} characters.", most=LONGEST_SUBJECT)]
    if len(draft.text) > LONGEST_TEXT:
        problems["text"] = [_("At most {most} characters.", most=LONGEST_TEXT)]
    if problems:
        raise ValidationFailed(problems)


def sent_mails(env: Env, model: str, key: int, limit: int = 10) -> list[Any]:
    """The newest mails of a record that the caller may see."""
    found: list[Any] = env.search(Mail, Mail.model == model, Mail.record_id == key, order="-id", limit=limit)
    return found
