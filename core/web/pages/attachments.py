"""The attachments of a record: a panel that the record's page fetches when it is looked at, and a page for itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup

from core.errors import AccessDenied, NotFound, ValidationFailed
from core.files.access import takes_files
from core.files.attaching import attach
from core.files.document_kinds import document_kinds
from core.files.kinds import opens
from core.files.reading import (
    NO_KIND,
    Document,
    KindCount,
    attachments_of,
    documents,
    kinds_among,
    kinds_of,
    may_add,
)
from core.i18n import LazyString, _, _n
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.stored_file import StoredFile
from core.web.names import name_columns
from core.web.pages.records import id_of, model_of, part, place, record_crumbs
from core.web.pages.records_name import name_of
from core.web.redirects import redirect
from core.web.rendering import render
from core.web.request import Request
from core.web.routes import endpoint
from core.web.uploads import is_upload, keep_all
from core.web.widgets.cell import Cells
from core.web.widgets.files import address, picture, size_text

SHOWN: Final = 20
MOST_AT_ONCE: Final = 20


@dataclass(frozen=True, slots=True)
class Line:
    """One document as a line of a list."""

    document: Document
    icon: str
    thumb: Markup
    size: str
    url: str
    show_url: str | None
    page_url: str


@dataclass(frozen=True, slots=True)
class Chip:
    """One kind of document of the record, and the address of the panel with those alone."""

    label: LazyString | str
    count: int
    url: str
    is_on: bool


@endpoint("attachments", r"/r/{model}/{id:\d{1,19}}/attachments", "GET")
def show(request: Request) -> Any:
    """The panel alone for a page that asks for it, else a page around it."""
    return _panel(request, *_record(request))


@endpoint("attachments", r"/r/{model}/{id:\d{1,19}}/attachments", "POST")
def add(request: Request) -> Any:
    """Keep every file that can be kept and say what is wrong with the others."""
    env = request.env
    info, key, name = _record(request)
    if not may_add(env, info, key):
        raise AccessDenied(_("You may see this record but not change it."))
    uploads = [one for one in request.POST.getall("files") if is_upload(one)]
    if not 0 < len(uploads) <= MOST_AT_ONCE:
        problem = _("Please choose one file or more, {most} at most.", most=MOST_AT_ONCE)
        return _panel(request, info, key, name, [problem], status=422)
    kind = _chosen_kind(request)
    kept, problems = keep_all(request, uploads)
    if not kept:
        return _panel(request, info, key, name, problems, status=422)
    attach(env, info, key, kept, kind=kind)
    said = _n("{n} file was added.", "{n} files were added.", len(kept)).format(n=len(kept))
    request.toast(said, undo=request.request_id)
    if problems or request.is_partial:
        return _panel(request, info, key, name, problems)
    return redirect(request, f"/r/{info.key}/{key}/attachments")


def panel_of(
    request: Request, model: str, key: int, problems: Sequence[LazyString] = (), status: int = 200
) -> Any:
    """The panel of a record as the answer to a change of one of its files."""
    info = request.env.info(model)
    return _panel(request, info, key, _name(request, info, key), problems, status)


def _record(request: Request) -> tuple[ModelInfo, int, str]:
    """The record that the address names; NotFound where it is not to be seen, or is in the bin."""
    info, key = model_of(request), id_of(request)
    if not takes_files(info):
        raise NotFound()
    return info, key, _name(request, info, key)


def _name(request: Request, info: ModelInfo, key: int) -> str:
    cells = Cells([info.fields[name] for name in name_columns(request.env, info)], place(request))
    return name_of(info, cells, request.env.read(info.cls, key, cells.names))


def _chosen_kind(request: Request) -> int | None:
    """What the form says the files are. Raises `ValidationFailed` for what is not offered."""
    text = str(request.POST.get("kind", ""))
    if not text:
        return None
    found = next((one for one in document_kinds(request.env) if one.active and str(one.id) == text), None)
    if found is None:
        raise ValidationFailed.at("kind", _("Please choose one of the kinds of documents."))
    return found.id


def _panel(
    request: Request, info: ModelInfo, key: int, name: str, problems: Sequence[LazyString] = (), status: int = 200
) -> Any:  # fmt: skip
    env, path = request.env, f"/r/{info.key}/{key}"
    asked = request.GET if request.method == "GET" else {}
    kind = _asked_kind(asked)
    page = attachments_of(env, info, key, kind=kind, after=asked.get("after"), limit=SHOWN)
    found, action = documents(env, page), f"{path}/attachments"
    can_add, is_first = may_add(env, info, key), "after" not in asked
    has_all = is_first and kind is None and page.next is None
    narrowed = "" if kind is None else f"kind={kind}&"
    values = {
        "title": _("Attachments: {name}", name=name), "breadcrumbs": record_crumbs(info, key, name, _("Attachments")),
        "lines": lines(found, env.language), "problems": problems, "action": action,
        "record_url": path, "can_add": can_add,
        "more_url": f"{action}?{narrowed}after={page.next}" if page.next else None,
        "is_first": is_first, "panel_part": part(request, "attachments_panel.pt"), "chosen": kind,
        "kinds": _offered(env) if is_first and can_add else (),
        "chips": _chips(kinds_among(found) if has_all else kinds_of(env, info, key), action, kind) if is_first else (),
    }  # fmt: skip
    macro = None if not request.is_partial else "panel" if values["is_first"] else "lines"
    return render(request, "attachments_panel.pt", values, status=status, macro=macro)


def _asked_kind(asked: Mapping[str, str]) -> int | None:
    text = asked.get("kind", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _offered(env: Env) -> list[tuple[int, str]]:
    return [(one.id, one.name(env.language)) for one in document_kinds(env) if one.active]


def _chips(counts: Sequence[KindCount], action: str, chosen: int | None) -> list[Chip]:
    """All documents and those of each kind; nothing where none has a kind."""
    if all(one.id == NO_KIND for one in counts):
        return []
    everything = Chip(_("All"), sum(one.count for one in counts), action, chosen is None)
    return [everything] + [
        Chip(one.name or (_("Without a kind") if one.id == NO_KIND else f"#{one.id}"), one.count,
             f"{action}?kind={one.id}", chosen == one.id)
        for one in sorted(counts, key=lambda one: one.id == NO_KIND)
    ]  # fmt: skip


def lines(found: Sequence[Document], language: str) -> list[Line]:
    """Documents, ready to be shown."""
    return [_line(one, language) for one in found]


def _line(document: Document, language: str) -> Line:
    content, url = document.content, address("base.attachment", document.id, "content")
    return Line(
        document, icon_of_file(content), picture(url, content), size_text(content.size, language), url,
        f"{url}?show=1" if opens(content.type) else None, f"/r/base.attachment/{document.id}",
    )  # fmt: skip


def icon_of_file(stored: StoredFile) -> str:
    """The picture that stands for a kind of file."""
    if opens(stored.type) == "pdf":
        return "file-type-pdf"
    family = stored.media.partition("/")[0]
    return {"image": "photo", "text": "file-text"}.get(family, "file")
