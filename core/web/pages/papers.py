"""Documents made of a record: a preview in the language that is chosen, then a page that prints or a PDF, counted."""

from __future__ import annotations

import base64
from typing import Any, Final

from pyramid.response import Response

from core.errors import BadRequest, NotFound, UserError
from core.exchange.asked import Asked
from core.exchange.paper import Document, document_of, logo_of
from core.exchange.pdf import WIDE, fonts_for, pdf_of
from core.exchange.printing import count_of, open_print, print_record
from core.exchange.report_paper import report_document
from core.i18n import LANGUAGES, _
from core.mail.sending import copy_note
from core.mail.server import missing, server_of
from core.orm.attempts import attempt
from core.orm.compose import ModelInfo
from core.orm.dormant import model_here
from core.orm.policy import require
from core.views.effective_paper import EffectivePaper
from core.views.resolve import paper_for
from core.web import errors
from core.web.file_answers import disposition
from core.web.pages.records import id_of, model_of
from core.web.pages.records_once import first_answer, known_answer, new_key, remember_answer
from core.web.rendering import LANGUAGE_NAMES, render
from core.web.request import Request
from core.web.routes import endpoint

ADDRESS: Final = r"/r/{model}/{id:\d{1,19}}/paper/{paper}"
PDF: Final = "application/pdf"


@endpoint("paper", ADDRESS, "GET")
def preview(request: Request) -> Any:
    """The document as it would be given out."""
    info, paper = paper_of(request)
    return _preview(request, info, paper)


@endpoint("paper", ADDRESS, "POST")
def give(request: Request) -> Any:
    """Counted as a print of the record, whether it is printed or taken as PDF; on to where it is given out."""
    info, paper = paper_of(request)
    if (known := known_answer(request)) is not None:
        return known
    key, language, as_pdf = id_of(request), asked_language(request), request.POST.get("as") == "pdf"
    document = document_of(request.env, paper, key, language)
    answer = first_answer(request)
    if answer is not None:
        return answer
    try:
        if as_pdf:
            fonts_for(document)
        with attempt(request.env):
            asked = Asked(info.key, ids=(key,), language=language, paper=paper.name)
            made = print_record(request.env, info, key, document.name, asked)
    except UserError as refusal:
        return _preview(request, info, paper, refusal)
    way = request.path_of("printed", id=made)
    return remember_answer(request, f"{way}/pdf" if as_pdf else way)


@endpoint("printed_pdf", r"/prints/{id:\d{1,18}}/pdf", "GET")
def printed_pdf(request: Request) -> Any:
    """The PDF that was asked for, for who asked and for a short while. Nobody on the way keeps a copy."""
    env = request.env
    found = open_print(env, int(request.matchdict["id"]))
    document, note = printed_document(request, found)
    content = pdf_of(document, found.created_at, logo=logo_of(env, document), note=note)
    response = Response(content, content_type=PDF, charset=None)
    shown = "inline" if request.GET.get("show") else "attachment"
    response.content_disposition = disposition(f"{document.name}.pdf", shown)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def printed_paper(request: Request, found: Any) -> Any:
    """The page that prints a document."""
    document, note = printed_document(request, found)
    asked = Asked.from_json(found.asked)
    back = asked.url() if asked.report else f"/r/{found.model}/{found.record_id}"
    is_wide = bool(asked.report) and len(document.tables[0].columns) > WIDE
    return page(request, document, note, {"given": found, "back": back, "is_wide": is_wide})


def printed_document(request: Request, found: Any) -> tuple[Document, str]:
    """What was given out, as it is today, with the number of the copy. Raises `NotFound` where it was no document."""
    env, asked = request.env, Asked.from_json(found.asked)
    info = model_here(env, found.model)
    require(env.policy, info, "print")
    if not asked.paper:
        raise NotFound()
    if asked.report:
        return report_document(env, asked), ""
    document = document_of(env, paper_for(env, info.key, asked.paper), found.record_id, asked.language)
    copy = count_of(env, info, found.record_id).copy_number(found.number)
    return document, copy_note(copy, asked.language)


def paper_of(request: Request) -> tuple[ModelInfo, EffectivePaper]:
    """The paper that the address names, for callers who may print such records."""
    info = model_of(request)
    require(request.env.policy, info, "print")
    return info, paper_for(request.env, info.key, request.matchdict["paper"])


def asked_language(request: Request) -> str:
    """The one that is asked for, else the reader's own."""
    given = str(request.params.get("language", "")) or request.env.language
    if given not in LANGUAGES:
        raise BadRequest(_("There is no such language."))
    return given


def _preview(
    request: Request, info: ModelInfo, paper: EffectivePaper, refusal: UserError | None = None
) -> Any:
    key, language = id_of(request), asked_language(request)
    document = document_of(request.env, paper, key, language)
    count = count_of(request.env, info, key)
    copy = count.copy_number(count.before + 1)
    here = f"/r/{info.key}/{key}/paper/{paper.name}"
    values = {
        "given": None, "back": f"/r/{info.key}/{key}", "action": here, "key": new_key(), "said": count.in_words(),
        "is_refused": count.is_refused, "problem": refusal.message if refusal is not None else None,
        "mail_url": f"{here}/mail?language={language}", "mail_missing": None if server_of(request.env) else missing(),
        "choices": [(one, LANGUAGE_NAMES[one], f"{here}?language={one}", one == language) for one in LANGUAGES],
    }  # fmt: skip
    note = copy_note(copy, language)
    return page(request, document, note, values, errors.status_of(refusal) if refusal is not None else 200)


def page(request: Request, document: Document, note: str, values: dict[str, Any], status: int = 200) -> Any:
    """The template of documents: a preview unless one was `given` out."""
    logo = logo_of(request.env, document)
    shown = {
        "document": document, "note": note, "title": document.name, "company": document.company,
        "lang": "zh-CN" if document.language == "zh_CN" else "en", "choices": [], "problem": None, "said": None,
        "is_refused": False, "action": "", "key": "", "mail_url": None, "mail_missing": None,
        "logo": base64.b64encode(logo).decode() if logo else None, "is_wide": False,
        "lines": lambda text: text.strip().splitlines(),
    }  # fmt: skip
    return render(request, "paper.pt", {**shown, **values}, status=status)
