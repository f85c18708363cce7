"""What the audit says of a record, in the words of people: for the timeline, the history and undo."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from core.i18n import LazyString, _, formatter
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.fields import TO_ONE, Field
from core.orm.history import Entry, as_stored
from core.web.forms import in_language
from core.web.widgets.cell import Place
from core.web.widgets.relations import NO_ACCESS

Labels = Mapping[tuple[str, int], str]
Told = Callable[[ModelInfo, str], bool]
"""Whether a field of a model is told."""
LONGEST: Final = 200
EMPTY: Final = _("(empty)")
ERASED: Final = _("(erased)")


@dataclass(frozen=True, slots=True)
class Changed:
    """A field's way from one value to another, as people read it."""

    label: LazyString
    before: str
    after: str


def all_fields(info: ModelInfo, name: str) -> bool:
    """Every field that the model has today; what may not be seen is not in the entries."""
    found = info.fields.get(name)
    return found is not None and found.kind != "secret"


def changes_of(
    info: ModelInfo, entry: Entry, labels: Labels, place: Place, told: Told = all_fields
) -> Iterator[Changed]:
    """The fields of an entry that are told, where their words differ."""
    for name, change in entry.changes.items():
        if not told(info, name):
            continue
        found = info.fields[name]
        if name in entry.erased:
            yield Changed(found.label, str(ERASED), str(ERASED))
            continue
        before, after = (in_words(info, found, change.get(end), labels, place) for end in ("o", "n"))
        if before != after:
            yield Changed(found.label, before, after)


def in_words(info: ModelInfo, found: Field, value: Any, labels: Labels, place: Place) -> str:
    """A value of the audit as text."""
    if value is None or value == "" or value == []:
        return str(EMPTY)
    if found.kind in TO_ONE:
        return labels.get((str(found.target_key), value)) or str(NO_ACCESS)
    if found.kind == "many2many":
        return ", ".join(labels.get((str(found.target_key), one)) or str(NO_ACCESS) for one in value)
    if found.kind == "state":
        state = info.states.get(str(value))
        return str(state.label) if state is not None else str(value)
    if found.kind == "selection":
        return str(dict(found.choices).get(value, value))
    if found.kind == "translated":
        return in_language(value, place.language)
    stored = as_stored(found, value)
    if found.kind == "money":
        return formatter("money", place.language)((stored, place.currency))
    if found.kind in ("date", "datetime", "integer", "boolean"):
        return formatter(found.kind, place.language)(stored)
    if found.kind == "decimal":
        return formatter("number", place.language)(stored)
    text = str(stored)
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rstrip()}…"


def referred_to(info: ModelInfo, entries: Sequence[Entry], told: Told = all_fields) -> dict[str, set[int]]:
    """Everything that told references pointed to, by model."""
    wanted: dict[str, set[int]] = {}
    for entry in entries:
        for name, change in entry.changes.items():
            found = info.fields.get(name)
            if found is None or not told(info, name) or found.target_key is None:
                continue
            for value in (change.get("o"), change.get("n")):
                ids = value if isinstance(value, list) else [value]
                wanted.setdefault(found.target_key, set()).update(one for one in ids if isinstance(one, int))
    return {model: ids for model, ids in wanted.items() if ids}


def names_for(env: Env, info: ModelInfo, entries: Sequence[Entry]) -> dict[tuple[str, int], str]:
    """The names of everything that the entries refer to, as far as the caller may see it, and of who did it: everybody
    may know who changed what they may see.
    """
    people: Iterable[int] = {one for entry in entries for one in (entry.user_id, entry.real_user_id) if one}
    names = env.user_names(people)
    known = env.labels_of(referred_to(info, entries), binned=None)
    return {**known, **{("base.user", one): name for one, name in names.items()}}
