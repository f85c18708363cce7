"""A report leaves the product: as a file, by the right to export, or on paper, by the right to print."""

from __future__ import annotations

from typing import Any

from core.errors import UserError
from core.exchange.asked import Asked, checked_form
from core.exchange.exporting import headings_asked
from core.exchange.models import FORMATS
from core.exchange.printing import print_list
from core.i18n import _
from core.views.report_address import url_of
from core.views.report_scope import report_for
from core.web import errors
from core.web.navigation import Crumb
from core.web.pages.exports import begun
from core.web.pages.prints import paper
from core.web.pages.records_once import KEY, first_answer, known_answer, new_key, remember_answer
from core.web.pages.reports_asked import asked_report
from core.web.pages.reports_sheet import report_sheet
from core.web.rendering import render
from core.web.request import Request
from core.web.routes import endpoint


@endpoint("report_export", "/report/{key}/export", "GET")
def ask(request: Request) -> Any:
    """In which format."""
    return _form(request, asked_report(request, "export"))


@endpoint("report_export", "/report/{key}/export", "POST")
def export(request: Request) -> Any:
    """To the file, which is there at once or made by a job."""
    asked = asked_report(request, "export").with_(form=checked_form(str(request.POST.get("format", ""))))
    if (known := known_answer(request)) is not None:
        return known
    return begun(request, asked, lambda refusal: _form(request, asked, refusal))


@endpoint("report_print", "/report/{key}/print", "GET")
def preview(request: Request) -> Any:
    """The paper before it is given out."""
    asked = asked_report(request, "print")
    return paper(
        request,
        {**report_sheet(request, asked), "hidden": asked.query, "action": f"/report/{asked.report}/print"},
    )


@endpoint("report_print", "/report/{key}/print", "POST")
def give_out(request: Request) -> Any:
    """Counted, and open for printing for a while."""
    asked = asked_report(request, "print")
    if (known := known_answer(request)) is not None:
        return known
    answer = first_answer(request)
    if answer is not None:
        return answer
    number = report_sheet(request, asked)["number"]
    return remember_answer(request, request.path_of("printed", id=print_list(request.env, asked, number)))


def _form(request: Request, asked: Asked, refusal: UserError | None = None) -> Any:
    env = request.env
    title, report = asked.title(env), report_for(env, asked.report)
    values = {
        "title": _("Export: {model}", model=title), "report": report, "asked": asked, "words": asked.words(env),
        "formats": FORMATS, "headings": headings_asked(env, asked), "key": new_key(), "key_name": KEY,
        "problem": refusal.message if refusal is not None else None,
        "breadcrumbs": [Crumb(title, url_of(report, asked.query)), Crumb(_("Export"))],
    }  # fmt: skip
    status = errors.status_of(refusal) if refusal is not None else 200
    return render(request, "report_export.pt", values, status=status)
