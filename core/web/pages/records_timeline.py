"""The timeline of a record: what happened to it, in words, newest first, with its activities in between."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from core.errors import AccessDenied
from core.i18n import LazyString, _, formatter
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.fields import TO_ONE, Field
from core.orm.history import Entry, as_stored, entries_of
from core.web.forms import in_language
from core.web.navigation import initials
from core.web.widgets.cell import Place
from core.web.widgets.relations import NO_ACCESS

Labels = Mapping[tuple[str, int], str]
USER: Final = "base.user"
MOST_ENTRIES: Final = 60
MOST_ACTIVITIES: Final = 30
ACTIVITIES: Final = "activities"
_LONGEST: Final = 200
_SAID: Final[dict[str, LazyString]] = {
    "create": _("Created"),
    "write": _("Changed"),
    "delete": _("Put into the bin"),
    "restore": _("Taken out of the bin"),
    "undo": _("Undone"),
    "print": _("Printed"),
}
EMPTY: Final = _("(empty)")


@dataclass(frozen=True, slots=True)
class Changed:
    """A field's way from one value to another, as people read it."""

    label: LazyString
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Event:
    """One line: who did what, when; `url` where there is more to see."""

    at: datetime
    who: str
    initials: str
    what: LazyString | str
    changes: tuple[Changed, ...] = ()
    icon: str = "edit"
    url: str | None = None
    note: str = ""


def timeline(
    env: Env, info: ModelInfo, key: int, place: Place, people: Iterable[int], known: Labels
) -> tuple[list[Event], dict[int, str]]:
    """Tracked changes and steps from the audit, and the record's activities where it has some.

    The second part are names of users: of those in the history and of `people`. Names that are not `known` from the
    record are read in one statement, those of people in another: everybody may know who changed what they see.
    """
    entries = [entry for entry in entries_of(env, info, key, limit=MOST_ENTRIES) if _is_told(info, entry)]
    wanted = _referred_to(info, entries)
    users = wanted.pop(USER, set())
    names = {one: label for (model, one), label in known.items() if model == USER}
    names |= {entry.user_id: entry.user_name for entry in entries if entry.user_id and entry.user_name}
    names |= env.user_names({*people, *users} - names.keys())
    missing = {
        model: [one for one in ids if (model, one) not in known] for model, ids in sorted(wanted.items())
    }
    labels = {**known, **{(USER, one): name for one, name in names.items()}, **env.labels_of(missing)}
    events = [_event(env, info, entry, names, labels, place) for entry in entries]
    events += _activities(env, info, key, place)
    return sorted(events, key=lambda event: event.at, reverse=True), names


def _is_told(info: ModelInfo, entry: Entry) -> bool:
    return entry.operation != "write" or any(_is_tracked(info, name) for name in entry.changes)


def _is_tracked(info: ModelInfo, name: str) -> bool:
    found = info.fields.get(name)
    return found is not None and (found.tracked or found.kind == "state") and found.kind != "secret"


def _event(
    env: Env,
    info: ModelInfo,
    entry: Entry,
    names: Mapping[int, str],
    labels: Labels,
    place: Place,
) -> Event:
    method = info.methods.get(entry.operation)
    if method is not None and method.addon not in env.addons:
        method = None
    what = _SAID.get(entry.operation, _SAID["write"]) if method is None else method.label
    icon = (method.icon if method is not None else None) or {
        "create": "plus", "delete": "trash", "restore": "restore", "undo": "arrow-back-up",
        "print": "printer",
    }.get(entry.operation, "edit")  # fmt: skip
    changes = () if entry.operation == "create" else tuple(_changes(info, entry, labels, place))
    who = names.get(entry.user_id or 0) or str(_("System"))
    return Event(entry.at, who, initials(who), what, changes, icon)


def _changes(info: ModelInfo, entry: Entry, labels: Labels, place: Place) -> Iterable[Changed]:
    for name, change in entry.changes.items():
        if _is_tracked(info, name):
            found = info.fields[name]
            before, after = (_in_words(info, found, change.get(end), labels, place) for end in ("o", "n"))
            if before != after:
                yield Changed(found.label, before, after)


def _in_words(info: ModelInfo, found: Field, value: Any, labels: Labels, place: Place) -> str:
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
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rstrip()}…"


def _referred_to(info: ModelInfo, entries: Sequence[Entry]) -> dict[str, set[int]]:
    """Everything that tracked references pointed to, by model."""
    wanted: dict[str, set[int]] = {}
    for entry in entries:
        for name, change in entry.changes.items():
            found = info.fields.get(name)
            if found is None or not _is_tracked(info, name) or found.target_key is None:
                continue
            for value in (change.get("o"), change.get("n")):
                ids = value if isinstance(value, list) else [value]
                wanted.setdefault(found.target_key, set()).update(one for one in ids if isinstance(one, int))
    return {model: ids for model, ids in wanted.items() if ids}


def _activities(env: Env, info: ModelInfo, key: int, place: Place) -> list[Event]:
    """Records of the related list `activities`, told at their own time."""
    found = info.fields.get(ACTIVITIES)
    if found is None or found.kind != "one2many" or found.addon not in env.addons or not found.back:
        return []
    target = env.composition.models.get(str(found.target_key))
    if target is None or target.addon not in env.addons or not env.can("read", target.key):
        return []
    fields = target.fields_for(env.addons)
    moment = "at" if fields.get("at") is not None and fields["at"].kind == "datetime" else "created_at"
    readable = env.policy.readable(target)
    moment = moment if moment in readable else "created_at"
    names = [name for name in (target.display, moment, "owner", "kind", "result") if name in readable]
    back = getattr(target.cls, fields[str(found.back)].attribute)
    try:
        page = env.page(target, names, back == key, order=f"-{moment}", limit=MOST_ACTIVITIES)
    except AccessDenied:
        return []
    columns = {column.name: column for column in page.columns}

    def text(row: tuple[Any, ...], name: str) -> str:
        column = columns.get(name)
        value = row[column.offset + column.width - 1] if column is not None else None
        choices: dict[Any, Any] = dict(column.field.choices) if column is not None else {}
        label = choices.get(value, value)
        return "" if label is None else str(label)

    events = []
    for row in page.rows:
        at = row[columns[moment].offset] or datetime.now(UTC)
        who, kind = text(row, "owner"), text(row, "kind") or str(target.label)
        what = f"{kind} · {text(row, target.display) or row[0]}"
        url = f"/r/{target.key}/{row[0]}"
        icon = target.options.get("icon") or "calendar-event"
        events.append(Event(at, who, initials(who), what, (), icon, url, text(row, "result")[:_LONGEST]))
    return events
