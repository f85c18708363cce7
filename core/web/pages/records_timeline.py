"""The timeline of a record: what happened to it, in words, newest first, with its activities in between."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from core.errors import AccessDenied
from core.i18n import LazyString, _
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.history import Entry, entries_of
from core.views.doings import said
from core.web.navigation import initials
from core.web.pages.records_words import LONGEST, Changed, Labels, changes_of, referred_to
from core.web.widgets.cell import Place

USER: Final = "base.user"
MOST_ENTRIES: Final = 60
MOST_ACTIVITIES: Final = 30
ACTIVITIES: Final = "activities"


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
    record are read in one statement, as far as the caller may see what they name; those of people in another: everybody
    may know who changed what they see.
    """
    entries = _told_once(info, entries_of(env, info, key, limit=MOST_ENTRIES))
    wanted = referred_to(info, entries, _is_tracked)
    names = {one: label for (model, one), label in known.items() if model == USER}
    names |= {entry.user_id: entry.user_name for entry in entries if entry.user_id and entry.user_name}
    names |= env.user_names({*people} - names.keys())
    told = {**known, **{(USER, one): name for one, name in names.items()}}
    missing = {
        model: [one for one in ids if (model, one) not in told] for model, ids in sorted(wanted.items())
    }
    labels = {**told, **env.labels_of(missing, binned=None)}
    events = [_event(env, info, entry, names, labels, place) for entry in entries]
    events += _activities(env, info, key, place)
    return sorted(events, key=lambda event: event.at, reverse=True), names


def _told_once(info: ModelInfo, entries: Iterable[Entry]) -> list[Entry]:
    """A step that wrote a record several times is one event: the writes that changed what is told, else the first."""
    told = [entry for entry in entries if _is_told(info, entry)]
    seen = {_step(entry) for entry in told if _changes(info, entry)}
    found = []
    for entry in reversed(told):
        if entry.operation == "write" or _changes(info, entry) or _step(entry) not in seen:
            found.append(entry)
            seen.add(_step(entry))
    return found[::-1]


def _step(entry: Entry) -> tuple[str, str]:
    return entry.request_id, entry.operation


def _changes(info: ModelInfo, entry: Entry) -> bool:
    return any(_is_tracked(info, name) for name in entry.changes)


def _is_told(info: ModelInfo, entry: Entry) -> bool:
    return entry.operation != "write" or _changes(info, entry)


def _is_tracked(info: ModelInfo, name: str) -> bool:
    found = info.fields.get(name)
    return found is not None and (found.tracked or found.kind == "state") and found.kind != "secret"


def _nothing(_info: ModelInfo, _name: str) -> bool:
    return False


def _event(
    env: Env,
    info: ModelInfo,
    entry: Entry,
    names: Mapping[int, str],
    labels: Labels,
    place: Place,
) -> Event:
    what, icon = said(env, info, entry.operation)
    told = _is_tracked if entry.operation != "create" else _nothing
    changes = tuple(changes_of(info, entry, labels, place, told))
    who = names.get(entry.user_id or 0) or str(_("System"))
    shown = str(_("{name} by {actor}", name=who, actor=entry.real_user_name)) if entry.real_user_name else who
    return Event(entry.at, shown, initials(who), what, changes, icon)


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
        events.append(Event(at, who, initials(who), what, (), icon, url, text(row, "result")[:LONGEST]))
    return events
