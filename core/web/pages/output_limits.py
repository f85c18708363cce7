"""Setting how much may be exported and printed."""

from __future__ import annotations

from typing import Any

from core.errors import AccessDenied
from core.exchange.limits import LARGEST, ExportLimits, PrintLimit, keep_limits
from core.exchange.screens import LIMITS
from core.i18n import LazyString, _
from core.web.redirects import redirect
from core.web.rendering import render
from core.web.request import Request
from core.web.routes import endpoint


@endpoint("output_limits", LIMITS.url, "GET")
def show(request: Request) -> Any:
    """The limits as they are."""
    return _page(request, {}, [])


@endpoint("output_limits", LIMITS.url, "POST")
def save(request: Request) -> Any:
    """All of them, or none where a number is none."""
    _require(request)
    given = {name: str(value).strip() for name, value in request.POST.items()}
    problems: list[LazyString] = []
    rows = _number(given.get("rows", ""), _("Rows in one export"), problems)
    day = _number(given.get("day", ""), _("Rows that one user exports on a day"), problems)
    prints = {}
    for info in LIMITS.data(request.env, {})["models"]:
        text = given.get(f"most.{info.key}", "")
        if text:
            most = _number(text, info.plural, problems)
            prints[info.key] = PrintLimit(
                most, "refuse" if given.get(f"then.{info.key}") == "refuse" else "copy"
            )
    if problems:
        return _page(request, given, problems)
    keep_limits(request.env, ExportLimits(rows, day), prints)
    request.toast(_("Saved."))
    return redirect(request, LIMITS.url)


def _number(text: str, label: LazyString, problems: list[LazyString]) -> int:
    if text.isascii() and text.isdecimal() and len(text) < 12 and 1 <= int(text) <= LARGEST:
        return int(text)
    problems.append(
        _("{name}: please give a whole number from 1 to {most}.", name=label, most=f"{LARGEST:,}")
    )
    return 0


def _require(request: Request) -> None:
    if not LIMITS.allowed(request.env):
        raise AccessDenied()


def _page(request: Request, given: dict[str, str], problems: list[LazyString]) -> Any:
    _require(request)
    values = {**LIMITS.data(request.env, {}), "title": LIMITS.title, "given": given, "problems": problems}
    return render(request, LIMITS.template, values, status=422 if problems else 200)
