"""Texts: plain, long, mail addresses, telephone numbers, web addresses, secrets, texts in several languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, ClassVar, Final
from urllib.parse import quote

from markupsafe import Markup, escape
from wtforms.widgets import html_params

from core.i18n import LANGUAGES
from core.orm.fields import Field
from core.orm.masking import MASK
from core.web.widgets.entry import SHOWN, Entry, fingerprint
from core.web.widgets.escaping import escaped

_IN_A_LIST: Final = 160
_DIALLED: Final = re.compile(r"[^0-9+]")
LANGUAGE_NAMES: Final = {"zh_CN": "中文", "en": "English"}


def cell(field: Field, at: int, whole: bool, linked: bool) -> Callable[[tuple[Any, ...]], str]:
    """A text; addresses are links, a long one is cut in a list."""
    if linked and field.kind in ("email", "phone", "url"):
        return _link(field.kind, at)
    if field.kind == "longtext" and whole:
        return lambda row: Markup('<div class="ky-text">{}</div>').format(row[at]) if row[at] else ""
    if field.kind in ("longtext", "json"):
        return lambda row: "" if row[at] is None else escaped(_cut(str(row[at])))
    return lambda row: "" if row[at] is None else escaped(row[at])


def _cut(text: str) -> str:
    return text if len(text) <= _IN_A_LIST else f"{text[:_IN_A_LIST].rstrip()}…"


def _link(kind: str, at: int) -> Callable[[tuple[Any, ...]], str]:
    def write(row: tuple[Any, ...]) -> str:
        text = row[at]
        if not text:
            return ""
        if text == MASK:
            return MASK
        if kind == "email":
            return f'<a href="mailto:{quote(text, safe="@.+-_")}">{escaped(text)}</a>'
        if kind == "phone":
            return f'<a href="tel:{_DIALLED.sub("", text)}">{escaped(text)}</a>'
        if not text.lower().startswith(("http://", "https://")):
            return escaped(text)
        safe = escape(text)
        return f'<a href="{safe}" rel="noopener noreferrer nofollow" target="_blank">{safe}</a>'

    return write


class TextEntry(Entry):
    """One line. The browser is told what is typed, so that a phone shows the fitting keyboard."""

    TYPES: ClassVar[dict[str, str]] = {"email": "email", "phone": "tel", "url": "url"}

    def __call__(self, **more: Any) -> Markup:
        more.setdefault("autocomplete", "off")
        kind = self.TYPES.get(self.source.kind, "text")
        attributes = self.attributes(type=kind, value=self.shown_text(), **more)
        return Markup("<input {}>").format(html_params(**attributes))


class LongTextEntry(Entry):
    """Several lines; the box grows with what is typed."""

    def parse(self, text: str) -> Any:
        return text.replace("\r\n", "\n").rstrip() or None

    def digest(self) -> str:
        return fingerprint(self.sent()[0].replace("\r\n", "\n").rstrip())

    def __call__(self, **more: Any) -> Markup:
        attributes = self.attributes(rows=more.pop("rows", 3), **more)
        return Markup("<textarea {}>\r\n{}</textarea>").format(html_params(**attributes), self.shown_text())


class SecretEntry(Entry):
    """Written and never shown: an empty input leaves what is stored."""

    input_type = "password"

    def text(self, value: Any) -> str:
        return ""

    def __call__(self, **more: Any) -> Markup:
        attributes = self.attributes(type="password", value="", autocomplete="new-password", **more)
        return Markup("<input {}>").format(html_params(**attributes))


class TranslatedEntry(Entry):
    """One input for each language of the product; one of them is enough."""

    wide = True

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.process_errors: list[Any] = []
        self.object_data = data
        self.data = dict(data) if isinstance(data, dict) else ({"en": str(data)} if data else {})
        self.raw_data = None
        if formdata is not None and any(self._key(code) in formdata for code in LANGUAGES):
            texts = {code: "".join(formdata.getlist(self._key(code))[:1]) for code in LANGUAGES}
            self.raw_data = list(texts.values())
            self.data = {code: text.strip() for code, text in texts.items() if text.strip()}

    def _key(self, language: str) -> str:
        return f"{self.name}.{language}"

    def names(self) -> set[str]:
        return {SHOWN + self.name, *(self._key(code) for code in LANGUAGES)}

    def sent(self) -> list[str]:
        return [str((self.data or {}).get(code, "")) for code in LANGUAGES]

    def is_empty(self) -> bool:
        return not self.data

    def __call__(self, **more: Any) -> Markup:
        parts = []
        for n, (code, text) in enumerate(zip(LANGUAGES, self.sent(), strict=True)):
            own = {"type": "text", "value": text, "name": self._key(code), "lang": code.replace("_", "-")}
            attributes = self.attributes(**more) | own
            attributes["required"] = False
            if n:
                attributes["id"] = f"{self.id}-{code}"
            attributes["aria-label"] = f"{self.title} ({LANGUAGE_NAMES[code]})"
            parts.append(
                Markup(
                    '<div class="input-group mb-1"><span class="input-group-text">{}</span><input {}></div>'
                ).format(LANGUAGE_NAMES[code], html_params(**attributes))
            )
        return Markup("").join(parts)
