"""Files: a link in lists and records, with a small picture where it is one; choosing, replacing, removing in forms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from markupsafe import Markup
from wtforms.widgets import html_params

from core.files.kinds import opens
from core.i18n import LazyString, _, formatter
from core.orm.fields import Field
from core.orm.stored_file import StoredFile
from core.web.widgets.entry import SHOWN, Entry, fingerprint
from core.web.widgets.escaping import escaped

LARGEST_PICTURE: Final = 2 << 20
"""Bytes up to which a picture is shown itself, small, where it is named."""
REMOVE: Final = "remove."
KEPT: Final = "kept."
_UNITS: Final = ("B", "KB", "MB", "GB")


def address(model: str, record_id: int, field: str) -> str:
    """Where a file of a record is asked for; who may not read the record gets nothing there."""
    return f"/r/{model}/{record_id}/file/{field}"


def size_text(size: int, language: str) -> str:
    """A size as people read it: 3.4 MB."""
    value, unit = float(size), 0
    while value >= 1000 and unit < len(_UNITS) - 1:
        value, unit = value / 1024, unit + 1
    shown = round(value, 1 if unit and value < 100 else 0)
    return f"{formatter('number', language)(shown)} {_UNITS[unit]}"


def cell(field: Field, at: int, linked: bool) -> Callable[[tuple[Any, ...]], str]:
    """The name as a link; pictures are shown small before it."""

    def write(row: tuple[Any, ...]) -> str:
        stored: StoredFile | None = row[at]
        if stored is None:
            return ""
        if not linked or not row[0]:
            return escaped(stored.name)
        url = address(field.model_key, row[0], field.name)
        return Markup('<a class="ky-file" href="{}">{}{}</a>').format(url, picture(url, stored), stored.name)

    return write


def picture(url: str, stored: StoredFile) -> Markup:
    """A file that is a picture, small; nothing for others."""
    if opens(stored.type) != "image" or stored.size > LARGEST_PICTURE:
        return Markup()
    return Markup('<img class="ky-thumb" src="{}?show=1" alt="" loading="lazy">').format(url)


class FileEntry(Entry):
    """A file to choose. What is stored stays unless another one is chosen or it is to be removed."""

    input_type = "file"

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.process_errors: list[Any] = []
        self.object_data = self.data = data
        self.raw_data = None
        self.upload: Any = None
        self.fresh: StoredFile | None = None
        self.ticket = self.sent_ticket = ""
        self.is_removed = False
        self._digest = fingerprint("" if data is None else data.sha256)
        if formdata is None:
            return
        sent = formdata.getlist(self.name)
        self.upload = next((one for one in sent if getattr(one, "filename", None)), None)
        self.sent_ticket = "".join(map(str, formdata.getlist(KEPT + self.name)[:1]))
        self.is_removed = bool(formdata.getlist(REMOVE + self.name))
        if self.is_removed:
            self.data = None
        self._digest = "".join(map(str, formdata.getlist(SHOWN + self.name)[:1]))

    def take(self, stored: StoredFile) -> None:
        """What was chosen has been kept."""
        self.data = self.fresh = stored
        self.is_removed = False

    def refuse(self, problem: LazyString) -> None:
        """What was chosen is not taken."""
        self.raised.append(problem)

    def names(self) -> set[str]:
        return {self.name, SHOWN + self.name, KEPT + self.name, REMOVE + self.name}

    def digest(self) -> str:
        """Another one than was shown as soon as somebody has chosen or removed."""
        is_touched = self.upload is not None or self.sent_ticket or self.is_removed
        return "" if is_touched else self._digest

    def __call__(self, **more: Any) -> Markup:
        known = self.fresh or self.object_data
        parts = [self._known(known)] if known is not None else []
        attributes = self.attributes(type="file", **more)
        attributes["required"] = self.is_required and known is None
        parts.append(Markup("<input {}>").format(html_params(**attributes)))
        if self.ticket:
            parts.append(Markup("<input {}>").format(
                html_params(type="hidden", name=KEPT + self.name, value=self.ticket)))  # fmt: skip
        return Markup('<div class="ky-file-entry">{}</div>').format(Markup("").join(parts))

    def _known(self, known: StoredFile) -> Markup:
        text = _("Chosen: {name}") if self.fresh is not None else _("Now: {name}")
        size = size_text(known.size, self.setting.language)
        line = Markup('<span class="ky-file-name">{}</span>').format(
            text.format(name=f"{known.name} ({size})")
        )
        if self.is_required:
            return Markup("<p>{}</p>").format(line)
        named: dict[str, Any] = {"name": REMOVE + self.name, "class": "form-check-input"}
        box = html_params(type="checkbox", value="1", checked=self.is_removed, **named)
        remove = Markup('<label class="form-check"><input {}> {}</label>').format(box, _("Remove"))
        return Markup("<p>{} {}</p>").format(line, remove)
