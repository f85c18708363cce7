"""From a template and values to an answer: every template gets the same few names beside its own values.

`env` and `request`; `_`; the macros `layout` (signed-in pages) and `plain` (everything else); `icon('bell')`,
`static('keyuan.css')`, `csrf_field()`, `path('home')`; `fmt`, which writes values as the reader does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping
from functools import lru_cache, partial
from typing import Any, Final

from markupsafe import Markup
from pyramid.response import Response

from core.i18n import Kind, current_language, formatter
from core.web import toasts
from core.web.csrf import FIELD
from core.web.kept import ADDRESS, TOKEN, Fill, blank, kept
from core.web.navigation import Chrome
from core.web.request import Request
from core.web.static_files import StaticFiles
from core.web.templating import Snippet, Templates

_MACRO: Final = Snippet('<tal:block metal:use-macro="macro" />')
_ICON_NAME: Final = re.compile(r"[a-z0-9-]+")
LANGUAGE_NAMES: Final = {"zh_CN": "中文", "en": "English"}


def render(
    request: Request,
    template: str,
    values: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
    macro: str | None = None,
) -> Response:
    """The answer made of a template, or of one macro of it (a fragment for htmx)."""
    html = render_text(request, template, values, macro=macro)
    return Response(html, status=status, content_type="text/html", charset="utf-8")


def render_text(
    request: Request, template: str, values: Mapping[str, Any] | None = None, *, macro: str | None = None
) -> str:
    """The same as text, for answers made of several fragments."""
    templates: Templates = request.registry.settings["keyuan.templates"]
    found = templates[template]
    names = {**names_for(request, templates), **(values or {})}
    if macro is None:
        return found.render(names)
    part = {"macro": found.file.macros[macro], "_": found.translator, "translate": found.file.translate}
    return str(_MACRO.render(**{**names, **part}))


def names_for(request: Request, templates: Templates) -> dict[str, Any]:
    """What every template may use."""
    static: StaticFiles = request.registry.settings["keyuan.static"]
    sprite = static.url("vendor/icons.svg")
    language = current_language()
    return {
        "request": request,
        "env": request._env,
        "layout": templates["layout.pt"].file,
        "plain": templates["plain.pt"].file,
        "chrome": Chrome(request),
        "csrf_field": lambda: csrf_field(request.csrf_token),
        "fmt": Formats(language),
        "has_static": static.has,
        "icon": lambda name, extra="": icon(sprite, name, extra),
        "language": language,
        "languages": templates["languages.pt"].file,
        "language_names": LANGUAGE_NAMES,
        "path": request.path_of,
        "search_text": None,
        "shell": partial(shell, request),
        "static": static.url,
        "title": "",
        "toasts": lambda: toasts.read(request),
    }


def shell(request: Request, name: str, search_text: str | None = None) -> Markup:
    """A piece of what stands around every signed-in page: "links", "side", "top" or "blank_toast"."""
    chrome = Chrome(request)
    if name == "side":
        current = chrome.current
        key = (current, request.path == "/", chrome.company_name)
        return piece(request, "layout.pt", name, key, lambda: {"entries": chrome.entries(current)})
    if name == "top":
        person = None if search_text else chrome.person
        return piece(request, "layout.pt", name, person, lambda: {"search_text": search_text})
    if name == "blank_toast":
        return piece(request, "plain.pt", name, ())
    return piece(request, "layout.pt", name, (request.features,))


def piece(
    request: Request,
    template: str,
    macro: str,
    key: tuple[Hashable, ...] | None,
    values: Callable[[], Mapping[str, Any]] = dict,
    fill: Fill | None = None,
) -> Markup:
    """A macro that the caller's next pages will have again, as far as `key` is the same; one without key they will not.
    `values` is asked only when it has to be rendered. What is of one page only is the `blank` of a name there:
    `csrf_field()` and `here`, and what `fill` knows.
    """
    templates: Templates = request.registry.settings["keyuan.templates"]

    def build() -> str:
        return render_text(request, template, {**values(), **_BLANKS}, macro=macro)

    again = key is not None and not templates.reload
    return kept(request, f"{template} {macro}", key or (), build, fill, again=again)


def csrf_field(token: str) -> Markup:
    """What every form sends along."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, token)


_BLANKS: Final[dict[str, Any]] = {
    "csrf_token": blank(TOKEN), "csrf_field": lambda: csrf_field(blank(TOKEN)), "here": blank(ADDRESS),
}  # fmt: skip


@lru_cache(maxsize=1000)
def icon(sprite: str, name: str, extra: str = "") -> Markup:
    """A picture from the sprite, without meaning of its own for a screen reader."""
    if not _ICON_NAME.fullmatch(name):
        raise ValueError(f"no icon is called {name!r}")
    return Markup(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>'
    ).format(extra, sprite, name)


class Formats:
    """`fmt.datetime(value)`, `fmt.money((amount, 'CNY'))`: values as the reader's language writes them."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, kind: Kind, value: Any, **options: Any) -> str:
        return formatter(kind, self.language, **options)(value)

    def date(self, value: Any) -> str:
        return self("date", value)

    def datetime(self, value: Any) -> str:
        return self("datetime", value)

    def relative(self, value: Any) -> str:
        return self("relative", value)

    def integer(self, value: Any) -> str:
        return self("integer", value)

    def number(self, value: Any) -> str:
        return self("number", value)

    def money(self, value: Any) -> str:
        return self("money", value)
