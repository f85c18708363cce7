"""What all form fields have in common: the value, the text that stands for it, and whether anybody touched it.

A form sends back what it showed. The digest of the shown text travels along, so that a value nobody touched is not
written: seconds that an input does not show stay, and a reference that the caller may not see is never cleared.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final
from zoneinfo import ZoneInfo

from markupsafe import Markup
from wtforms import Field as FormField
from wtforms.widgets import html_params

from core.i18n import LazyString, _
from core.orm.fields import Field

SHOWN: Final = "shown."
FIND: Final = "find."
CHOOSE: Final = "choose."


@dataclass
class Setting:
    """What entries need to know of the page around them. `source(field)` is the address that proposes records."""

    language: str
    timezone: ZoneInfo
    currency: str
    source: Any
    options: Mapping[str, Sequence[tuple[int, str]]] = field(default_factory=dict)


def fingerprint(text: str) -> str:
    """Short, and different for different texts; nobody gains by forging one of the own form."""
    return hashlib.blake2s(text.encode("utf-8", "replace"), digest_size=6).hexdigest()


class Entry(FormField):  # type: ignore[misc]
    """One field of a form. `problems` are told at the field."""

    input_class: ClassVar[str] = "form-control"
    input_type: ClassVar[str] = "text"
    wide: bool = False
    raw_data: list[Any] | None

    def __init__(self, *, source: Field, label: LazyString, setting: Setting, **options: Any) -> None:
        self.source, self.setting, self.help = source, setting, source.help
        self.title = label
        self.is_required = source.required
        self.raised: list[LazyString | str] = []
        super().__init__(label=label, **options)
        self.id = f"f-{self.name}"

    @property
    def problems(self) -> list[LazyString | str]:
        return [*self.process_errors, *self.raised]

    def text(self, value: Any) -> str:
        """The text that the input shows for a value."""
        return "" if value is None else str(value)

    def parse(self, text: str) -> Any:
        """The value that a text means. Raises ValueError with words."""
        return text.strip() or None

    def process_data(self, value: Any) -> None:
        self.data = value

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist:
            self.data = None
            self.data = self.parse(str(valuelist[0]))

    def hold(self, value: Any) -> None:
        """Show another value than was sent."""
        if value != self.data:
            self.raw_data = None
            self.process(None, value)

    def names(self) -> set[str]:
        """The names under which a browser sends this field."""
        return {self.name, SHOWN + self.name}

    def sent(self) -> list[str]:
        """What the browser sent for this field, or would send for the value it shows."""
        return [str(text) for text in self.raw_data] if self.raw_data else [self.text(self.data)]

    def digest(self) -> str:
        """A fingerprint of the shown text, equal for what a browser makes of it."""
        return fingerprint("\n".join(" ".join(text.split()) for text in self.sent()))

    def is_empty(self) -> bool:
        return self.data is None or self.data == "" or self.data == []

    def missing(self) -> LazyString | None:
        """The problem of a required field without a value."""
        if self.is_required and self.is_empty() and not self.problems:
            return _("{name} is required.", name=self.title)
        return None

    def attributes(self, **more: Any) -> dict[str, Any]:
        """Attributes of the input, with what a screen reader tells. `is_late` is for references only."""
        more.pop("is_late", None)
        invalid = bool(self.problems)
        found: dict[str, Any] = {
            "id": self.id,
            "name": self.name,
            "class": f"{self.input_class}{' is-invalid' if invalid else ''}",
            "required": self.is_required,
            "aria-invalid": "true" if invalid else False,
            **more,
        }
        described = [f"{self.id}-problem"] if invalid else []
        described += [f"{self.id}-help"] if self.help else []
        if described:
            found["aria-describedby"] = " ".join(described)
        return found

    def shown_text(self) -> str:
        return self.sent()[0]

    def __call__(self, **more: Any) -> Markup:
        attributes = self.attributes(type=self.input_type, value=self.shown_text(), **more)
        return Markup("<input {}>").format(html_params(**attributes))
