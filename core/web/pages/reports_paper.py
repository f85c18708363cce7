"""A report as a paper for somebody outside: a preview in the language that is chosen, then page or PDF, counted."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from core.errors import UserError
from core.exchange.pdf import WIDE, fonts_for
from core.exchange.printing import print_list
from core.exchange.report_paper import NAME, report_document
from core.i18n import LANGUAGES
from core.orm.attempts import attempt
from core.web import errors
from core.web.pages.papers import asked_language, page
from core.web.pages.records_once import first_answer, known_answer, new_key, remember_answer
from core.web.pages.reports_out import asked_report
from core.web.rendering import LANGUAGE_NAMES
from core.web.request import Request
from core.web.routes import endpoint


@endpoint("report_paper", "/report/{key}/paper", "GET")
def preview(request: Request) -> Any:
    """The paper as it would be given out."""
    return _preview(request)


@endpoint("report_paper", "/report/{key}/paper", "POST")
def give(request: Request) -> Any:
    """Counted as a print of the report, whether it is printed or taken as PDF; on to where it is given out."""
    asked = asked_report(request, "print").with_(language=asked_language(request), paper=NAME)
    if (known := known_answer(request)) is not None:
        return known
    document, as_pdf = report_document(request.env, asked), request.POST.get("as") == "pdf"
    answer = first_answer(request)
    if answer is not None:
        return answer
    try:
        if as_pdf:
            fonts_for(document)
        with attempt(request.env):
            made = print_list(request.env, asked, len(document.tables[0].rows))
    except UserError as refusal:
        return _preview(request, refusal)
    way = request.path_of("printed", id=made)
    return remember_answer(request, f"{way}/pdf" if as_pdf else way)


def _preview(request: Request, refusal: UserError | None = None) -> Any:
    asked = asked_report(request, "print").with_(language=asked_language(request), paper=NAME)
    document = report_document(request.env, asked)
    here = f"/report/{asked.report}/paper"
    values = {
        "given": None, "back": asked.url(), "action": f"{here}?{urlencode(asked.query)}", "key": new_key(),
        "problem": refusal.message if refusal is not None else None, "is_wide": len(document.tables[0].columns) > WIDE,
        "choices": [
            (one, LANGUAGE_NAMES[one], f"{here}?{urlencode([*asked.query, ('language', one)])}", one == asked.language)
            for one in LANGUAGES
        ],
    }  # fmt: skip
    return page(request, document, "", values, errors.status_of(refusal) if refusal is not None else 200)
