"""Sending a document of a record: the PDF is made and kept as it is now, counted, noted, and handed to a job."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any, Final

from core.automation.queue import enqueue
from core.errors import UserError, ValidationFailed
from core.exchange.asked import Asked
from core.exchange.paper import Document, document_of, logo_of
from core.exchange.pdf import pdf_of
from core.exchange.printing import count_of, print_record
from core.files.keeping import keep, register
from core.i18n import LazyString, _
from core.mail.addresses import addresses_in
from core.mail.jobs import send_mail
from core.mail.models import Mail
from core.mail.server import missing, server_of
from core.orm.env import Env
from core.views.effective_paper import EffectivePaper

LONGEST_SUBJECT: Final = 200
LONGEST_TEXT: Final = 20_000
_FIRST_WORDS: Final = _("Please find attached: {document}.")


@dataclass(frozen=True, slots=True)
class Draft:
    """A mail as it is proposed or typed."""

    to: str
    subject: str
    text: str


def proposal(env: Env, paper: EffectivePaper, key: int, document: Document) -> Draft:
    """To the address of the first party that has one, with the company's own words where it has any."""
    words = document.texts.mail or _FIRST_WORDS.format(document=document.name).translate(document.language)
    return Draft(_address(env, paper, key), f"{document.name} · {document.company}"[:LONGEST_SUBJECT], words)


def _address(env: Env, paper: EffectivePaper, key: int) -> str:
    for party in paper.parties:
        field, target = party.field, party.model
        if field is None or target is None or not env.can("read", target.key):
            continue
        readable = env.policy.readable(target)
        kinds = (one.name for one in target.fields_for(env.addons).values() if one.kind == "email")
        names = [name for name in kinds if name in readable]
        other = env.read(paper.model.cls, key, [field.name])[2] if names else None
        for row in env.page(target.cls, names, target.cls.id == other, limit=1).rows if other else ():
            address = next((str(one) for one in row[2:] if one and "@" in str(one)), None)
            if address is not None:
                return address
    return ""


def send(env: Env, paper: EffectivePaper, key: int, language: str, draft: Draft) -> int:
    """Keep the mail and have it sent; gives its id. Raises `ValidationFailed` at "to", "subject" or "text", `TooMuch`
    where the record was printed and sent as often as its company allows, and what `document_of` and `pdf_of` raise.
    """
    if server_of(env) is None:
        raise UserError(missing())
    recipients = addresses_in(draft.to)
    _check(draft)
    document, info = document_of(env, paper, key, language), paper.model
    number = count_of(env, info, key)
    content = pdf_of(
        document, env.now, logo=logo_of(env, document), note=copy_note(number.copy_number(number.before + 1), language)
    )  # fmt: skip
    asked = Asked(info.key, ids=(key,), language=language, paper=paper.name)
    print_record(env, info, key, document.name, asked, how="mail")
    stored = keep(env, f"{document.name}.pdf", io.BytesIO(content))
    register(env, [stored])
    values = {
        "user": env.user_id, "recipients": ", ".join(recipients), "subject": " ".join(draft.subject.split()),
        "text": draft.text, "paper": stored, "model": info.key, "record_id": key,
    }  # fmt: skip
    (made,) = env.sudo(_("sending of mail")).create_many(Mail, [values])
    enqueue(env, send_mail, mail=made)
    return made


def copy_note(number: int | None, language: str) -> str:
    """What stands on a copy; nothing on an original."""
    return "" if number is None else _("Copy {n}", n=number).translate(language)


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
