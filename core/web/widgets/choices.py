"""One of a few: states, selections, yes and no."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from markupsafe import Markup
from wtforms.widgets import html_params

from core.i18n import LazyString, _, formatter
from core.i18n.currencies import CurrencyName
from core.orm.fields import Field
from core.web.widgets.entry import Entry
from core.web.widgets.escaping import escaped

COLOURS: Final = frozenset(
    (
        "blue",
        "azure",
        "indigo",
        "purple",
        "pink",
        "red",
        "orange",
        "yellow",
        "lime",
        "green",
        "teal",
        "cyan",
        "secondary",
    )
)


def cell(field: Field, at: int, language: str, whole: bool) -> Callable[[tuple[Any, ...]], str]:
    """The label of the value; a state wears its colour. In a list a currency is its code: amounts wear its sign."""
    if field.kind == "state":
        known: dict[str, str] = {}
        return lambda row: (
            "" if row[at] is None else (known.get(row[at].code) or _keep(known, row[at], language))
        )
    if field.kind == "boolean":
        write = formatter("boolean", language)
        return lambda row: "" if row[at] is None else escaped(write(row[at]))
    labels = {code: _label(label, language, whole) for code, label in field.choices}
    return lambda row: "" if row[at] is None else labels.get(row[at]) or escaped(row[at])


def _label(label: LazyString, language: str, whole: bool) -> str:
    text = escaped(label.translate(language))
    if whole or not isinstance(label, CurrencyName):
        return text
    return f'<span title="{text}">{escaped(label.msgid)}</span>'


def _keep(known: dict[str, str], state: Any, language: str) -> str:
    known[state.code] = badge(state, language)
    return known[state.code]


def badge(state: Any, language: str) -> Markup:
    """A state as a coloured word."""
    colour = state.colour if state.colour in COLOURS else "secondary"
    label = state.label if isinstance(state.label, str) else state.label.translate(language)
    return Markup('<span class="badge ky-state is-{}">{}</span>').format(colour, label)


def select(attributes: dict[str, Any], options: Iterable[tuple[Any, Any]], chosen: frozenset[str]) -> Markup:
    """A select box; values and labels are escaped."""
    items = [
        Markup("<option {}>{}</option>").format(
            html_params(value=str(value), selected=str(value) in chosen), label
        )
        for value, label in options
    ]
    return Markup("<select {}>{}</select>").format(html_params(**attributes), Markup("").join(items))


class SelectionEntry(Entry):
    """One of the codes that the program knows."""

    input_class = "form-select"

    def parse(self, text: str) -> Any:
        code = text.strip() or None
        if code is not None and code not in dict(self.source.choices):
            raise ValueError(_("{name}: please choose from the list.", name=self.title))
        return code

    def __call__(self, **more: Any) -> Markup:
        options: list[tuple[str, Any]] = [] if self.is_required and not self.is_empty() else [("", "")]
        options += [choice for choice in self.source.choices if choice[0] != ""]
        return select(self.attributes(**more), options, frozenset(self.sent()))


class BooleanEntry(Entry):
    """Yes or no. A browser says nothing of an empty box, so the form marks that it asked."""

    input_class = "form-check-input"

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = bool(valuelist)

    def sent(self) -> list[str]:
        return ["1" if self.data else ""]

    def missing(self) -> None:
        return None

    def __call__(self, **more: Any) -> Markup:
        attributes = self.attributes(type="checkbox", value="1", checked=bool(self.data), **more)
        attributes["required"] = False
        return Markup('<label class="form-check form-switch m-0"><input {}></label>').format(
            html_params(**attributes)
        )
