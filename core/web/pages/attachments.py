"""The attachments of a record: a panel that the record's page fetches when it is looked at, and a page for itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from markupsafe import Markup

from core.errors import AccessDenied, NotFound
from core.files.access import takes_files
from core.files.attaching import attach
from core.files.kinds import opens
from core.files.reading import attachments_of, may_add
from core.i18n import LazyString, _, _n
from core.orm.compose import ModelInfo
from core.orm.stored_file import StoredFile
from core.web.names import name_columns
from core.web.pages.records import id_of, model_of, part, place, record_crumbs
from core.web.pages.records_page import name_of
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
    """One attachment as a line of a list."""

    id: int
    name: str
    icon: str
    thumb: Markup
    size: str
    at: datetime
    who: str | None
    url: str
    show_url: str | None
    page_url: str
    record: tuple[str, int] | None = None


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
    kept, problems = keep_all(request, uploads)
    if not kept:
        return _panel(request, info, key, name, problems, status=422)
    attach(env, info, key, kept)
    said = _n("{n} file was added.", "{n} files were added.", len(kept)).format(n=len(kept))
    request.toast(said, undo=request.request_id)
    if problems or request.is_partial:
        return _panel(request, info, key, name, problems)
    return redirect(request, f"/r/{info.key}/{key}/attachments")


def _record(request: Request) -> tuple[ModelInfo, int, str]:
    """The record that the address names; NotFound where it is not to be seen, or is in the bin."""
    info, key = model_of(request), id_of(request)
    if not takes_files(info):
        raise NotFound()
    cells = Cells([info.fields[name] for name in name_columns(request.env, info)], place(request))
    return info, key, name_of(info, cells, request.env.read(info.cls, key, cells.names))


def _panel(
    request: Request, info: ModelInfo, key: int, name: str, problems: Sequence[LazyString] = (), status: int = 200
) -> Any:  # fmt: skip
    env, path = request.env, f"/r/{info.key}/{key}"
    page = attachments_of(env, info, key, after=request.GET.get("after"), limit=SHOWN)
    values = {
        "title": _("Attachments: {name}", name=name), "breadcrumbs": record_crumbs(info, key, name, _("Attachments")),
        "lines": lines(page.rows, env.language), "problems": problems, "action": f"{path}/attachments",
        "record_url": path, "can_add": may_add(env, info, key),
        "more_url": f"{path}/attachments?after={page.next}" if page.next else None,
        "is_first": "after" not in request.GET, "panel_part": part(request, "attachments_panel.pt"),
    }  # fmt: skip
    macro = None if not request.is_partial else "panel" if values["is_first"] else "lines"
    return render(request, "attachments_panel.pt", values, status=status, macro=macro)


def lines(rows: Sequence[tuple[Any, ...]], language: str) -> list[Line]:
    """Rows of `env.page` over name, content, created_at, created_by, and perhaps the record, ready to be shown."""
    return [_line(row, language) for row in rows]


def _line(row: tuple[Any, ...], language: str) -> Line:
    key, _version, name, content, at, _by, who, *record = row
    url = address("base.attachment", key, "content")
    shown = f"{url}?show=1" if opens(content.type) else None
    return Line(
        key, name, icon_of_file(content), picture(url, content), size_text(content.size, language), at, who,
        url, shown, f"/r/base.attachment/{key}", (record[0], record[1]) if record else None,
    )  # fmt: skip


def icon_of_file(stored: StoredFile) -> str:
    """The picture that stands for a kind of file."""
    if opens(stored.type) == "pdf":
        return "file-type-pdf"
    family = stored.media.partition("/")[0]
    return {"image": "photo", "text": "file-text"}.get(family, "file")
