"""References: to one record, to many, to an option of a list that administrators edit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from markupsafe import Markup
from wtforms.widgets import html_params

from core.i18n import _
from core.orm.among import fitting
from core.orm.context import current_env
from core.orm.fields import Field
from core.web.widgets.choices import select
from core.web.widgets.entry import FIND, Entry
from core.web.widgets.escaping import all_escaped, escaped

NO_ACCESS = _("no access")
SYSTEM = _("System")
SYSTEM_USER = 0
"""What the kernel itself has written; nobody's account."""
_LARGEST_ID = 2**63


def no_access() -> Markup:
    """What stands for a record that the caller may not see."""
    return Markup('<span class="ky-hidden">{}</span>').format(NO_ACCESS)


def cell(field: Field, at: int, linked: bool, language: str) -> Callable[[tuple[Any, ...]], str]:
    """The label, as a link to the record. Without a label it is the kernel itself, or a record that the caller may not
    see.
    """
    kernel = escaped(SYSTEM.translate(language))
    hidden = f'<span class="ky-hidden">{escaped(NO_ACCESS.translate(language))}</span>'
    path = link_to(field, linked)

    def write(row: tuple[Any, ...]) -> str:
        key, label = row[at], row[at + 1]
        if key is None:
            return ""
        if label is None:
            return kernel if key == SYSTEM_USER else hidden
        return escaped(label) if path is None else f'{path}{key}">{escaped(label)}</a>'

    return write


def column(
    field: Field, at: int, linked: bool, language: str
) -> Callable[[Sequence[tuple[Any, ...]]], Sequence[str]]:
    """The same for many rows."""
    write = cell(field, at, linked, language)
    path = link_to(field, linked)

    def write_all(rows: Sequence[tuple[Any, ...]]) -> Sequence[str]:
        labels = [row[at + 1] for row in rows]
        shown = zip(rows, labels, all_escaped(labels), strict=True)
        if path is None:
            return [write(row) if label is None else text for row, label, text in shown]
        return [write(row) if label is None else f'{path}{row[at]}">{text}</a>' for row, label, text in shown]

    return write_all


def link_to(field: Field, linked: bool) -> str | None:
    """How a link to a record begins; options have no page worth going to."""
    return f'<a href="/r/{escaped(field.target_key)}/' if linked and field.kind != "option" else None


def links(model: str, found: Sequence[tuple[int, str | None]]) -> Markup:
    """Many references in a row."""
    parts = [
        Markup('<a class="badge ky-tag" href="/r/{}/{}">{}</a>').format(model, key, label)
        if label
        else no_access()
        for key, label in found
    ]
    return Markup(" ").join(parts)


def parse_id(text: str) -> int:
    """An id as a form sends it; ValueError for anything else."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 19 and 0 < int(text) < _LARGEST_ID):
        raise ValueError(text)
    return int(text)


class RecordEntry(Entry):
    """One record of another model: proposals come while typing, without scripts after a search."""

    input_class = "form-select"
    labels: dict[int, str]
    found: Sequence[tuple[int, str]] = ()
    searched: str | None = None

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.labels = {}

    @property
    def target(self) -> str:
        return str(self.source.target_key)

    def names(self) -> set[str]:
        return {*super().names(), FIND + self.name}

    def ids(self) -> list[int]:
        """The ids whose labels the input shows."""
        return [] if self.data is None else [self.data]

    def parse(self, text: str) -> Any:
        if not text.strip():
            return None
        try:
            return parse_id(text.strip())
        except ValueError:
            raise ValueError(_("{name}: there is no such record.", name=self.title)) from None

    def process_data(self, value: Any) -> None:
        self.data = getattr(value, "id", value)

    def options(self) -> list[tuple[Any, Any]]:
        known = [(key, self.labels.get(key) or NO_ACCESS) for key in self.ids()]
        return known + [choice for choice in self.found if choice[0] not in self.ids()]

    def __call__(self, *, is_late: bool = False, **more: Any) -> Markup:
        """`is_late`: the search comes when somebody goes there, for forms with hundreds of such inputs."""
        attributes = self.attributes(**more) | {
            "data-select-late" if is_late else "data-select": True, "data-src": self.setting.source(self),
            "placeholder": str(_("Search …")), "aria-label": str(self.title),
        }  # fmt: skip
        if names := self._depends_on():
            attributes["data-with"] = names
        box = select(attributes, [("", ""), *self.options()], frozenset(self.sent()))
        if is_late and not self.is_empty() and self.searched is None:
            return box
        return Markup("{}{}").format(box, self._search_without_scripts())

    def _depends_on(self) -> str:
        """Inputs that decide what fits here, as `name=input`; those of a row come before those of its whole."""
        _where, names = (
            fitting(current_env(), self.source, {}) if self.source.among is not None else (None, {})
        )
        prefix = self.name.removesuffix(self.short_name)
        inputs = {
            name: name.rpartition(".")[2] if "." in name else prefix + name
            for name in names
            if " " not in name
        }
        return " ".join(f"{name}={place}" for name, place in inputs.items())

    def _search_without_scripts(self) -> Markup:
        named = html_params(
            type="search", name=FIND + self.name, value=self.searched or "", class_="form-control",
            aria_label=str(_("Search: {name}", name=self.title)), maxlength="100",
        )  # fmt: skip
        button = html_params(type="submit", name="find", value=self.name, formnovalidate=True, class_="btn")
        return Markup('<div class="input-group mt-1 ky-no-js"><input {}><button {}>{}</button></div>').format(
            named, button, _("Search")
        )


class RecordsEntry(RecordEntry):
    """Several records of another model."""

    wide = True

    def process_data(self, value: Any) -> None:
        self.data = [getattr(one, "id", one) for one in value or ()]

    def ids(self) -> list[int]:
        return list(self.data or [])

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = sorted({self.parse(str(text)) for text in valuelist if str(text).strip()})

    def sent(self) -> list[str]:
        return [str(key) for key in sorted(self.data or [])]

    def __call__(self, *, is_late: bool = False, **more: Any) -> Markup:
        attributes = self.attributes(**more) | {
            "data-select": True, "data-src": self.setting.source(self), "multiple": True,
            "placeholder": str(_("Search …")),
            "aria-label": str(self.title),
        }  # fmt: skip
        box = select(attributes, self.options(), frozenset(self.sent()))
        return Markup("{}{}").format(box, self._search_without_scripts())


class OptionEntry(RecordEntry):
    """An active option of one list; the stored one stays possible when it is no longer offered."""

    def names(self) -> set[str]:
        return Entry.names(self)

    @property
    def offered(self) -> Sequence[tuple[int, str]]:
        return self.setting.options.get(str(self.source.option_list), ())

    def parse(self, text: str) -> Any:
        key = super().parse(text)
        stored = getattr(self.object_data, "id", self.object_data)
        if key is not None and key != stored and all(key != known for known, _label in self.offered):
            raise ValueError(_("{name}: please choose from the list.", name=self.title))
        return key

    def options(self) -> list[tuple[Any, Any]]:
        offered = {key for key, _label in self.offered}
        kept = [(key, self.labels.get(key) or NO_ACCESS) for key in self.ids() if key not in offered]
        return [*kept, *self.offered]

    def __call__(self, *, is_late: bool = False, **more: Any) -> Markup:
        return select(self.attributes(**more), [("", ""), *self.options()], frozenset(self.sent()))
