"""Forms made of effective views and of a method's arguments: WTForms fields, bound to the caller's language and zone.

form = RecordForm(env, entries_of(view), setting, stored=values)
form.read(posted)           # what the browser sent; problems stand at the fields
form.changed()              # the values that somebody touched
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from wtforms.form import BaseForm
from wtforms.meta import DefaultMeta

from core.errors import BadRequest, ValidationFailed
from core.i18n import LazyString, _
from core.orm.among import fitting
from core.orm.compose import composition
from core.orm.env import Env
from core.orm.fields import TO_MANY, Field
from core.orm.masking import masked_on
from core.orm.methods import Argument, Method, arg
from core.orm.values import converted
from core.views.effective import ShownField
from core.views.filters import shortened
from core.web.uploads import is_no_choice, is_upload
from core.web.widgets.choices import BooleanEntry, SelectionEntry
from core.web.widgets.entry import FIND, SHOWN, Entry, Setting
from core.web.widgets.files import FileEntry
from core.web.widgets.moments import DateEntry, DateTimeEntry
from core.web.widgets.numbers import IntegerEntry, MoneyEntry, NumberEntry
from core.web.widgets.relations import OptionEntry, RecordEntry, RecordsEntry
from core.web.widgets.texts import LongTextEntry, SecretEntry, TextEntry, TranslatedEntry

MOST_FOUND: Final = 20
RECORD: Final = " record"
"""Under this name conditions of arguments get the record of the dialog."""
MOST_OPTIONS: Final = 2000
ENTRIES: Final[dict[str, type[Entry]]] = {
    "text": TextEntry, "email": TextEntry, "phone": TextEntry, "url": TextEntry, "longtext": LongTextEntry,
    "number": TextEntry, "secret": SecretEntry, "translated": TranslatedEntry, "integer": IntegerEntry,
    "decimal": NumberEntry, "money": MoneyEntry, "boolean": BooleanEntry, "date": DateEntry, "datetime": DateTimeEntry,
    "selection": SelectionEntry, "option": OptionEntry, "many2one": RecordEntry, "many2many": RecordsEntry,
    "file": FileEntry,
}  # fmt: skip
"""The form field of each kind; kinds without one are read only."""


class Meta(DefaultMeta):  # type: ignore[misc]
    """Our own words at the fields, our own token in the page."""

    csrf = False
    locales = False


@dataclass(frozen=True, slots=True)
class Typed:
    """A field to be typed: what it is, and its label in this place."""

    source: Field
    label: LazyString
    wide: bool = False


def typed_fields(shown: Sequence[ShownField]) -> list[Typed]:
    """The fields of a view that have an input."""
    return [Typed(one.field, one.label, one.wide) for one in shown if one.field.kind in ENTRIES]


def typed_on(env: Env, record: Any, shown: Sequence[ShownField]) -> list[Typed]:
    """Those of the fields whose values the caller gets on this record: nobody types what they are not to know."""
    info = env.composition.info(record)
    kept = masked_on(env, info, [record.id]).get(record.id, frozenset())
    return [one for one in typed_fields(shown) if one.source.name not in kept]


def typed_arguments(method: Method[..., Any]) -> list[Typed]:
    """The arguments of a method, which are asked for like fields."""
    return [Typed(_as_field(argument), argument.label, True) for argument in method.arguments]


def _as_field(argument: Argument) -> Field:
    spec = argument.spec
    found = Field(
        argument.kind, argument.label, choices=spec.choices, help=spec.help,
        list=spec.list if argument.kind == "option" else None,
    )  # fmt: skip
    found.name, found.required = argument.name, argument.required and argument.kind != "boolean"
    if argument.kind == "option":
        found.target_key = "base.option"
    elif argument.kind == "many2one":
        found.among = _limit(spec)
        found.target_key = composition().info(argument.value_type).key
    return found


def _limit(spec: arg) -> Callable[[Env, Mapping[str, Any]], Any] | None:
    """What fits an argument, by the record in whose dialog it is asked for."""
    where = spec.where
    return (
        None
        if where is None
        else lambda env, values: where(env, values[RECORD]) if values.get(RECORD) else None
    )


class RecordForm:
    """The inputs of one record or dialog. `stored` are the values they begin with."""

    def __init__(self, env: Env, typed: Sequence[Typed], setting: Setting, stored: Mapping[str, Any]) -> None:
        self.env = env
        setting.options = setting.options or options_of(env, [one.source for one in typed])
        unbound = {
            one.source.name: ENTRIES[one.source.kind](source=one.source, label=one.label, setting=setting)
            for one in typed
        }
        self._form = BaseForm(unbound, meta=Meta())
        self._stored = stored
        self.problems: list[LazyString | str] = []
        self.shown: dict[str, str] = {}
        self.sent: frozenset[str] = frozenset()
        for entry in self:
            entry.process(None, stored.get(entry.name))
            self.shown[entry.name] = entry.digest()

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._form)

    def __contains__(self, name: str) -> bool:
        return name in self._form

    def __getitem__(self, name: str) -> Entry:
        found: Entry = self._form[name]
        return found

    def read(self, posted: Any, *, complete: bool = False) -> None:
        """Take what the browser sent. `complete` says that every field counts, whether it was touched or not."""
        wrapped = Meta().wrap_formdata(self._form, posted)
        sent = set()
        for entry in self:
            if not entry.names().isdisjoint(posted):
                entry.process(wrapped, self._stored.get(entry.name))
                digest = posted.get(SHOWN + entry.name)
                self.shown[entry.name] = "" if digest is None or complete else str(digest)
                if complete or digest is None or entry.problems or entry.digest() != str(digest):
                    sent.add(entry.name)
        self.sent = frozenset(sent)

    def prefill(self, given: Any) -> None:
        """Begin with values from the address, as far as they mean anything."""
        wrapped = Meta().wrap_formdata(self._form, given)
        for entry in self:
            if not entry.names().isdisjoint(given):
                entry.process(wrapped, self._stored.get(entry.name))
                if entry.problems:
                    entry.process(None, self._stored.get(entry.name))

    def changed(self) -> dict[str, Any]:
        """The values that were touched. Nothing of an untouched or empty secret."""
        return {
            entry.name: entry.data
            for entry in self
            if entry.name in self.sent and not (entry.source.kind == "secret" and entry.is_empty())
        }

    def check(self) -> bool:
        """Whether every value fits and none that is required is missing; all problems are told at once."""
        for entry in self:
            asked = entry.name in self.sent and not entry.problems
            problem = entry.missing() or misfit(entry, self.env.language) if asked else None
            if problem is not None:
                entry.raised.append(problem)
        return not any(entry.problems for entry in self)

    def refuse(self, refusal: ValidationFailed) -> None:
        """Put the problems of a refused save at their fields, the others above the form."""
        for name, texts in refusal.problems.items():
            if name in self:
                self[name].raised += texts
            else:
                self.problems += texts

    @property
    def has_files(self) -> bool:
        """Whether the form has to be sent in parts."""
        return any(isinstance(entry, FileEntry) for entry in self)

    def references(self) -> list[RecordEntry]:
        """The inputs that hold references to records."""
        return [entry for entry in self if isinstance(entry, RecordEntry)]

    def control_names(self) -> set[str]:
        """Names that the browser sends beside those of the inputs."""
        return set()

    def summary(self) -> list[tuple[str | None, LazyString | str]]:
        """Every problem with the place it is at, the general ones first."""
        found: list[tuple[str | None, LazyString | str]] = [(None, text) for text in self.problems]
        return found + [(entry.id, text) for entry in self for text in entry.problems]

    def find(self, name: str, text: str) -> None:
        """Search for a reference without scripts: the proposals stand in the select box of the next page."""
        for entry in self.references():
            if entry.name != name:
                continue
            entry.searched = text
            where, _names = fitting(self.env, entry.source, self.values_around(entry))
            entry.found = self.env.complete(
                entry.target, text, MOST_FOUND, *([] if where is None else [where])
            )

    def values_around(self, entry: Entry) -> Mapping[str, Any]:
        """The values on which it depends what fits into an input."""
        return {**self._stored, **{one.name: None if one.problems else one.data for one in self}}

    def add_labels(self, known: Mapping[tuple[str, int], str] | None = None) -> None:
        """Look up the names of referenced records that are not `known`, in one statement."""
        labels = dict(known or {})
        wanted: dict[str, set[int]] = {}
        entries = self.references()
        for entry in entries:
            offered = {key for key, _label in entry.offered} if isinstance(entry, OptionEntry) else set()
            missing = {key for key in entry.ids() if key not in offered and (entry.target, key) not in labels}
            if missing:
                wanted.setdefault(entry.target, set()).update(missing)
        labels |= self.env.labels_of(wanted)
        for entry in entries:
            entry.labels = {
                key: labels[entry.target, key] for key in entry.ids() if (entry.target, key) in labels
            }


def misfit(entry: Entry, language: str) -> LazyString | None:
    """What the kernel will say about the value of this one field."""
    try:
        converted(entry.source, entry.data, language)
    except ValueError as problem:
        told = problem.args[0] if problem.args else None
        return told if isinstance(told, LazyString) else _("{name} is not valid.", name=entry.title)
    return None


def refuse_unknown_names(posted: Any, form: RecordForm, *controls: str) -> None:
    """A form holds what the page put there; anything else is somebody's experiment and is told so."""
    known = {"csrf_token", *controls, *form.control_names()}
    for entry in form:
        known |= {*entry.names(), FIND + entry.name, f"choose.{entry.name}"}
    files = {entry.name for entry in form if isinstance(entry, FileEntry)}
    for name, value in posted.items():
        if name not in known:
            raise BadRequest(_("The form has no field “{name}”.", name=shortened(str(name))))
        if is_no_choice(value) or (is_upload(value) and name in files):
            continue
        if not isinstance(value, str):
            raise BadRequest(_("The field “{name}” takes no file.", name=shortened(str(name))))


def options_of(env: Env, fields: Sequence[Field]) -> dict[str, list[tuple[int, str]]]:
    """The active options of all lists of a form, in one statement."""
    codes = sorted({str(found.option_list) for found in fields if found.kind == "option"})
    if not codes:
        return {}
    option = env.info("base.option").cls
    statement = (
        select(option.id, option.list_code, option.name)
        .where(option.list_code.in_(codes), option.active.is_(True))
        .order_by(option.sequence, option.id)
        .limit(MOST_OPTIONS)
    )
    found: dict[str, list[tuple[int, str]]] = {code: [] for code in codes}
    for key, code, name in env.rows(statement):
        found[code].append((key, in_language(name, env.language)))
    return found


def in_language(texts: Any, language: str) -> str:
    """A translated value in one language, else in any."""
    if not isinstance(texts, dict):
        return str(texts or "")
    return str(texts.get(language) or next(iter(texts.values()), ""))


def stored_values(env: Env, record: Any, fields: Sequence[Field]) -> dict[str, Any]:
    """The values of a record as the inputs need them: ids of references, every language of a text."""
    values: dict[str, Any] = {}
    for found in fields:
        if found.kind in TO_MANY:
            values[found.name] = env.linked(record, found.name)
        elif found.kind != "secret":
            values[found.name] = getattr(record, found.attribute)
    return values
