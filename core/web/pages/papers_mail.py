"""Sending a document by mail: to whom, with which words; the document itself is attached as PDF."""

from __future__ import annotations

from typing import Any

from core.errors import NotFound, UserError, ValidationFailed
from core.exchange.outgoing import Outgoing
from core.exchange.paper import Document
from core.i18n import _
from core.mail.sending import Draft, proposal, send, sent_mails
from core.mail.server import missing, server_of
from core.orm.attempts import attempt
from core.web import errors
from core.web.navigation import Crumb
from core.web.pages.papers import OF_RECORD, OF_REPORT, outgoing
from core.web.pages.records import record_crumbs
from core.web.pages.records_once import first_answer, known_answer, new_key, remember_answer
from core.web.rendering import render
from core.web.request import Request
from core.web.routes import endpoint


@endpoint("paper_mail", f"{OF_RECORD}/mail", "GET")
@endpoint("report_mail", f"{OF_REPORT}/mail", "GET")
def ask(request: Request) -> Any:
    """The mail as it is proposed."""
    given = outgoing(request)
    document = given.document()
    return _page(request, given, document, proposal(given, document))


@endpoint("paper_mail", f"{OF_RECORD}/mail", "POST")
@endpoint("report_mail", f"{OF_REPORT}/mail", "POST")
def give(request: Request) -> Any:
    """Kept, counted, noted, and on its way; back to where the document comes from."""
    given = outgoing(request)
    if (known := known_answer(request)) is not None:
        return known
    draft = Draft(
        *(str(request.POST.get(name, "")).replace("\r\n", "\n") for name in ("to", "subject", "text"))
    )
    answer = first_answer(request)
    if answer is not None:
        return answer
    try:
        with attempt(request.env):
            send(given, draft)
    except UserError as refusal:
        return _page(request, given, given.document(), draft, refusal)
    request.toast(_("The mail is on its way."))
    return remember_answer(request, given.back)


def _page(
    request: Request, given: Outgoing, document: Document, draft: Draft, refusal: UserError | None = None
) -> Any:
    env, language, about = request.env, given.asked.language, given.about()
    if about is None:
        raise NotFound()
    problems = refusal.problems if isinstance(refusal, ValidationFailed) else {}
    values = {
        "title": _("Send by mail: {document}", document=document.name), "draft": draft, "problems": problems,
        "problem": refusal.message if refusal is not None and not problems else None, "action": given.url("/mail"),
        "back": given.url(language=language), "key": new_key(), "document_language": language,
        "file_name": f"{document.name}.pdf", "missing": None if server_of(env) else missing(),
        "mails": sent_mails(env, *about), "breadcrumbs": _crumbs(given, document),
    }  # fmt: skip
    return render(request, "paper_mail.pt", values, status=errors.status_of(refusal) if refusal else 200)


def _crumbs(given: Outgoing, document: Document) -> list[Crumb]:
    last = _("Send by mail")
    if given.asked.report:
        return [Crumb(given.asked.title(given.env), given.back), Crumb(last)]
    info = given.env.info(given.asked.model)
    return record_crumbs(info, given.asked.ids[0], document.number, last)
