"""Documents of a record or a report: a preview in the language that is chosen, then a page that prints or a PDF,
counted.
"""

from __future__ import annotations

import base64
from typing import Any, Final

from pyramid.response import Response

from core.errors import BadRequest, NotFound, UserError
from core.exchange.asked import Asked
from core.exchange.outgoing import Outgoing, outgoing_of
from core.exchange.paper import Document, logo_of
from core.exchange.pdf import WIDE, fonts_for, pdf_of
from core.exchange.printing import open_print
from core.exchange.report_paper import NAME
from core.i18n import LANGUAGES, _
from core.mail.server import missing, server_of
from core.orm.attempts import attempt
from core.orm.dormant import model_here
from core.orm.policy import require
from core.web import errors
from core.web.file_answers import disposition
from core.web.pages.records import id_of, model_of
from core.web.pages.records_once import first_answer, known_answer, new_key, remember_answer
from core.web.pages.reports_asked import asked_report
from core.web.rendering import LANGUAGE_NAMES, render
from core.web.request import Request
from core.web.routes import endpoint

OF_RECORD: Final = r"/r/{model}/{id:\d{1,19}}/paper/{paper}"
OF_REPORT: Final = "/report/{key}/paper"
PDF: Final = "application/pdf"


@endpoint("paper", OF_RECORD, "GET")
@endpoint("report_paper", OF_REPORT, "GET")
def preview(request: Request) -> Any:
    """The document as it would be given out."""
    return _preview(request, outgoing(request))


@endpoint("paper", OF_RECORD, "POST")
@endpoint("report_paper", OF_REPORT, "POST")
def give(request: Request) -> Any:
    """Counted as a print, whether it is printed or taken as PDF; on to where it is given out."""
    given = outgoing(request)
    if (known := known_answer(request)) is not None:
        return known
    document, as_pdf = given.document(), request.POST.get("as") == "pdf"
    answer = first_answer(request)
    if answer is not None:
        return answer
    try:
        if as_pdf:
            fonts_for(document)
        with attempt(request.env):
            made = given.note_down(document, "print")
    except UserError as refusal:
        return _preview(request, given, refusal)
    way = request.path_of("printed", id=made)
    return remember_answer(request, f"{way}/pdf" if as_pdf else way)


@endpoint("printed_pdf", r"/prints/{id:\d{1,18}}/pdf", "GET")
def printed_pdf(request: Request) -> Any:
    """The PDF that was asked for, for who asked and for a short while. Nobody on the way keeps a copy."""
    env = request.env
    found = open_print(env, int(request.matchdict["id"]))
    given = _printed(request, found)
    document = given.document()
    note = given.note(given.count(), found.number)
    content = pdf_of(document, found.created_at, logo=logo_of(env, document), note=note)
    response = Response(content, content_type=PDF, charset=None)
    shown = "inline" if request.GET.get("show") else "attachment"
    response.content_disposition = disposition(f"{document.name}.pdf", shown)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def printed_paper(request: Request, found: Any) -> Any:
    """The page that prints a document."""
    given = _printed(request, found)
    return _page(request, given, given.document(), given.note(given.count(), found.number), {"given": found})


def _printed(request: Request, found: Any) -> Outgoing:
    """What was given out, to be made as it is today. Raises `NotFound` where it was no document."""
    asked = Asked.from_json(found.asked)
    require(request.env.policy, model_here(request.env, found.model), "print")
    if not asked.paper:
        raise NotFound()
    return outgoing_of(request.env, asked if asked.report else asked.with_(ids=(found.record_id,)))


def outgoing(request: Request) -> Outgoing:
    """The document that the address names, for callers who may print such records or the report."""
    language = asked_language(request)
    if "key" in request.matchdict:
        return outgoing_of(request.env, asked_report(request, "print").with_(language=language, paper=NAME))
    info = model_of(request)
    require(request.env.policy, info, "print")
    paper = request.matchdict["paper"]
    return outgoing_of(request.env, Asked(info.key, ids=(id_of(request),), language=language, paper=paper))


def asked_language(request: Request) -> str:
    """The one that is asked for, else the reader's own."""
    given = str(request.params.get("language", "")) or request.env.language
    if given not in LANGUAGES:
        raise BadRequest(_("There is no such language."))
    return given


def _preview(request: Request, given: Outgoing, refusal: UserError | None = None) -> Any:
    count, language = given.count(), given.asked.language
    may_mail = given.about() is not None
    values = {
        "given": None, "action": given.url(), "key": new_key(), "said": count.in_words() if count else None,
        "is_refused": count is not None and count.is_refused,
        "problem": refusal.message if refusal is not None else None,
        "mail_url": given.url("/mail", language=language) if may_mail else None,
        "mail_missing": missing() if may_mail and not server_of(request.env) else None,
        "choices": [(one, LANGUAGE_NAMES[one], given.url(language=one), one == language) for one in LANGUAGES],
    }  # fmt: skip
    status = errors.status_of(refusal) if refusal is not None else 200
    return _page(request, given, given.document(), given.note(count), values, status)


def _page(
    request: Request,
    given: Outgoing,
    document: Document,
    note: str,
    values: dict[str, Any],
    status: int = 200,
) -> Any:
    """The template of documents: a preview unless one was `given` out."""
    logo = logo_of(request.env, document)
    shown = {
        "document": document, "note": note, "title": document.name, "company": document.company,
        "lang": "zh-CN" if document.language == "zh_CN" else "en", "choices": [], "problem": None, "said": None,
        "is_refused": False, "action": "", "key": "", "mail_url": None, "mail_missing": None, "back": given.back,
        "logo": base64.b64encode(logo).decode() if logo else None,
        "is_wide": bool(given.asked.report) and len(document.tables[0].columns) > WIDE,
        "lines": lambda text: text.strip().splitlines(),
    }  # fmt: skip
    return render(request, "paper.pt", {**shown, **values}, status=status)
