"""Sending a document by mail: to whom, with which words; the document itself is attached as PDF."""

from __future__ import annotations

from typing import Any

from core.errors import UserError, ValidationFailed
from core.exchange.paper import document_of
from core.i18n import _
from core.mail.sending import Draft, proposal, send, sent_mails
from core.mail.server import missing, server_of
from core.orm.attempts import attempt
from core.orm.compose import ModelInfo
from core.views.effective_paper import EffectivePaper
from core.web import errors
from core.web.pages.papers import ADDRESS, asked_language, paper_of
from core.web.pages.records import id_of, record_crumbs
from core.web.pages.records_once import first_answer, known_answer, new_key, remember_answer
from core.web.rendering import render
from core.web.request import Request
from core.web.routes import endpoint


@endpoint("paper_mail", f"{ADDRESS}/mail", "GET")
def ask(request: Request) -> Any:
    """The mail as it is proposed."""
    info, paper = paper_of(request)
    document = document_of(request.env, paper, id_of(request), asked_language(request))
    return _page(request, info, paper, proposal(request.env, paper, id_of(request), document))


@endpoint("paper_mail", f"{ADDRESS}/mail", "POST")
def give(request: Request) -> Any:
    """Kept, counted, noted, and on its way; back to the record."""
    info, paper = paper_of(request)
    if (known := known_answer(request)) is not None:
        return known
    draft = Draft(
        *(str(request.POST.get(name, "")).replace("\r\n", "\n") for name in ("to", "subject", "text"))
    )
    answer = first_answer(request)
    if answer is not None:
        return answer
    key = id_of(request)
    try:
        with attempt(request.env):
            send(request.env, paper, key, asked_language(request), draft)
    except UserError as refusal:
        return _page(request, info, paper, draft, refusal)
    request.toast(_("The mail is on its way."))
    return remember_answer(request, f"/r/{info.key}/{key}")


def _page(
    request: Request, info: ModelInfo, paper: EffectivePaper, draft: Draft, refusal: UserError | None = None
) -> Any:
    env, key, language = request.env, id_of(request), asked_language(request)
    document = document_of(env, paper, key, language)
    problems = refusal.problems if isinstance(refusal, ValidationFailed) else {}
    here = f"/r/{info.key}/{key}/paper/{paper.name}"
    values = {
        "title": _("Send by mail: {document}", document=document.name), "draft": draft, "problems": problems,
        "problem": refusal.message if refusal is not None and not problems else None, "action": f"{here}/mail",
        "back": f"{here}?language={language}", "key": new_key(), "document_language": language,
        "file_name": f"{document.name}.pdf", "missing": None if server_of(env) else missing(),
        "mails": sent_mails(env, info.key, key),
        "breadcrumbs": record_crumbs(info, key, document.number, _("Send by mail")),
    }  # fmt: skip
    return render(request, "paper_mail.pt", values, status=errors.status_of(refusal) if refusal else 200)
