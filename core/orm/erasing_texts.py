"""Texts of other records that still name a person whose data are to be erased: found, shown, masked where chosen.

    what       the person's telephone numbers, e-mail addresses and full names, of today and of the past
    where      texts of the company that the caller may see and change, in the bin too, and what they were in the past
    how long   each kind of record for a few seconds at most; which ones were not searched to the end is told

In a longer text the words are masked; a value that is nothing else, such as another record's number, becomes empty.
Their past goes from the audit as that of the person does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Text, cast, func, or_, select
from sqlalchemy.exc import DBAPIError

from core.i18n import LazyString
from core.orm.audit_tables import audit, erasure
from core.orm.criteria import row_criteria
from core.orm.erasing import (
    Group,
    emptied,
    forget,
    named_in_reason,
    personal_fields,
    reach_of,
    rewrite,
    texts_in,
    words_of_the_past,
)
from core.orm.erasing_words import expression, first_place, masked
from core.orm.masking import mask_of
from core.orm.removing import belonging
from core.orm.savepoints import undoable
from core.orm.sentence import read_sentence, sentence_text
from core.orm.stored_file import StoredFile
from core.orm.trust import TRUSTED

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env
    from core.orm.fields import Field

KINDS: Final = frozenset({"text", "longtext", "email", "phone", "translated", "sentence", "file"})
MOST: Final = 200
"""Places that are shown, and masked, at a time."""
SECONDS: Final = 10
"""For the whole search; one kind of record takes half of it at most."""
AROUND: Final = 40
_CANCELLED: Final = "57014"
Key = tuple[str, int, str]


@dataclass(frozen=True)
class Place:
    """A field of a record that names the person: the text around it, or nothing where only its past does."""

    info: ModelInfo
    record_id: int
    field: Field
    around: tuple[str, str, str] | None
    is_whole: bool = False
    """The value is nothing else: perhaps another record's own, of somebody of the same name."""

    @property
    def key(self) -> Key:
        return self.info.key, self.record_id, self.field.name


@dataclass
class Places:
    """What was found; `is_cut` when there is more, `unsearched` where the time did not suffice (None: the past)."""

    found: list[Place] = field(default_factory=list)
    is_cut: bool = False
    unsearched: list[ModelInfo | None] = field(default_factory=list)


def places_of(env: Env, info: ModelInfo, ids: Collection[int], only: Collection[Key] | None = None) -> Places:
    """Where texts of other records name these people. `only`: at most these places. Raises NotFound as erasing does."""
    groups = reach_of(env, info, ids)
    found, places = _expression(env, info, ids), Places()
    if found is None:
        return places
    searched = {one.key: names for one in env.composition.models.values() if (names := _texts(env, one))}
    with _limited(env) as ends:
        for model, names in searched.items():
            wanted = None if only is None else {key for at, key, _name in only if at == model}
            if (wanted is None or wanted) and _is_time(places, env.composition.models[model], ends):
                with _in_time(env, places, env.composition.models[model]):
                    places.found += _of_today(env, env.composition.models[model], names, found, wanted)
        if _is_time(places, None, ends):
            with _in_time(env, places, None):
                known = {one.key for one in places.found}
                past = _of_the_past(env, searched, found, only)
                places.found += (one for one in past if one.key not in known)
    kept = _left(env, groups, places.found, only)
    places.found, places.is_cut = kept[:MOST], len(kept) > MOST
    return places


def _left(
    env: Env, groups: Iterable[Group], found: Iterable[Place], only: Collection[Key] | None
) -> list[Place]:
    """Without what erasing takes away by itself: the person's own values, and files that hang on them."""
    own = {(group.info.key, key, one.name) for group in groups for key in group.ids for one in group.fields}
    places = [one for one in found if one.key not in own and (only is None or one.key in only)]
    hanging = {one.info.key: one.info for one in places if {"model", "record_id"} <= one.info.fields.keys()}
    going = {
        (key, row) for key, info in hanging.items() for group in groups
        for row in belonging(env, info, group.info.key, group.ids)
    }  # fmt: skip
    return [one for one in places if one.key[:2] not in going]


def mask_places(env: Env, info: ModelInfo, ids: Collection[int], wanted: Collection[Key], reason: str) -> int:
    """Take these people out of the chosen texts, before they are erased themselves; gives how many places it were.

    Raises ValidationFailed for a reason that names them.
    """
    found = _expression(env, info, ids)
    if found is None or not wanted:
        return 0
    if first_place(reason, found) is not None:
        raise named_in_reason()
    changed: dict[str, dict[int, dict[str, Any]]] = {}
    past: dict[tuple[str, str], set[int]] = {}
    places = places_of(env, info, ids, only=wanted).found
    for place in places:
        model, key, name = place.key
        past.setdefault((model, name), set()).add(key)
        if place.around is not None:
            changed.setdefault(model, {}).setdefault(key, {})[name] = _without(env, place, found)
    for model, rows in changed.items():
        rewrite(env, env.info(model), rows)
    for (model, name), keys in past.items():
        forget(env, env.info(model), keys, [name], reason)
    return len(places)


def _without(env: Env, place: Place, found: str) -> Any:
    """What the field holds afterwards."""
    (record,) = env.load(place.info, [place.record_id])
    value = getattr(record, place.field.attribute)
    if isinstance(value, StoredFile):
        return replace(value, name=masked(value.name, found))
    if place.is_whole:
        return emptied(place.info, place.field, place.record_id)
    if isinstance(value, Mapping):
        return {language: masked(text, found) for language, text in value.items()}
    if isinstance(value, LazyString):
        return read_sentence(masked(sentence_text(value), found))
    return masked(str(value), found)


def _expression(env: Env, info: ModelInfo, ids: Collection[int]) -> str | None:
    telling = tuple(
        one for one in personal_fields(info) if one.kind in ("phone", "email") or one.name == info.display
    )
    return expression(words_of_the_past(env, Group(info, set(ids), telling))) if telling else None


def _texts(env: Env, info: ModelInfo) -> tuple[Field, ...]:
    """The texts of a model that the caller may see and change on every row that is within reach."""
    if info.kind != "company" or info.is_immutable or info.addon not in env.addons:
        return ()
    if not all(env.policy.allowed(info, action) for action in ("read", "update")):
        return ()
    names = env.policy.readable(info) & env.policy.editable(info)
    fields = info.fields_for(env.addons).values()
    return tuple(
        one for one in fields
        if one.kind in KINDS and one.is_stored and one.name in names and mask_of(env, info, one.name) is None
    )  # fmt: skip


def _rows(env: Env, info: ModelInfo) -> list[Any]:
    """What the caller may see and change, in the bin or out of it."""
    reach = env.reach(info, "update")
    return [*row_criteria(env, info, info.cls, binned=None), *([] if reach is None else [reach])]


def _of_today(
    env: Env, info: ModelInfo, names: Iterable[Field], found: str, only: Collection[int] | None
) -> Iterator[Place]:
    columns = {one.name: getattr(info.cls, one.attribute) for one in names}
    statement = select(info.cls.id, *columns.values()).where(
        *_rows(env, info), or_(*(cast(column, Text).op("~*")(found) for column in columns.values()))
    )
    if only is not None:
        statement = statement.where(info.cls.id.in_(only))
    rows = env.session.execute(statement.order_by(info.cls.id).limit(MOST + 1), execution_options=TRUSTED)
    for row in rows.all():
        for name, value in zip(columns, row[1:], strict=True):
            texts = texts_in(value)
            named = [(text, span) for text in texts if (span := first_place(text, found)) is not None]
            if named:
                around = _around(named[0][0], *named[0][1])
                is_whole = len(named) == len(texts) and all(span == (0, len(text)) for text, span in named)
                yield Place(info, row[0], info.fields[name], around, is_whole)


def _around(text: str, start: int, end: int) -> tuple[str, str, str]:
    """What stands before it, itself, and what stands after it, not too long."""
    before, after = text[max(start - AROUND, 0) : start], text[end : end + AROUND]
    return "…" * (start > AROUND) + before, text[start:end], after + "…" * (len(text) > end + AROUND)


def _of_the_past(
    env: Env, searched: Mapping[str, Iterable[Field]], found: str, only: Collection[Key] | None
) -> list[Place]:
    """Fields that named the person once, of records that are still there."""
    names = {(model, one.name) for model, fields in searched.items() for one in fields}
    statement = select(audit.c.model, audit.c.record_id, audit.c.changes).where(
        audit.c.company_id == env.company_id, audit.c.model.in_(list(searched)),
        cast(audit.c.changes, Text).op("~*")(found),
    )  # fmt: skip
    if only is not None:
        statement = statement.where(audit.c.record_id.in_({key for _model, key, _name in only}))
    told: set[Key] = set()
    for model, key, changes in env.session.execute(
        statement.limit(10 * MOST), execution_options=TRUSTED
    ).all():
        told |= {
            (model, key, name) for name, change in changes.items()
            if (model, name) in names and _names_them(change, found)
        }  # fmt: skip
    told -= _asked_already(env)
    places = []
    for model in sorted({key[0] for key in told}):
        info = env.composition.models[model]
        wanted = select(info.cls.id).where(info.cls.id.in_({key[1] for key in told if key[0] == model}))
        reached = set(env.session.scalars(wanted.where(*_rows(env, info)), execution_options=TRUSTED))
        places += [Place(info, key, info.fields[name], None) for at, key, name in sorted(told)
                   if at == model and key in reached]  # fmt: skip
    return places


def _asked_already(env: Env) -> set[Key]:
    """What the owner takes out of the audit in the next seconds."""
    waiting = select(erasure.c.model, erasure.c.record_ids, erasure.c.fields).where(
        erasure.c.company_id == env.company_id, erasure.c.done_at.is_(None)
    )
    rows = env.session.execute(waiting, execution_options=TRUSTED).all()
    return {(model, key, name) for model, keys, names in rows for key in keys for name in names}


def _names_them(change: Mapping[str, Any], found: str) -> bool:
    texts = [text for end in ("o", "n") for text in texts_in(change.get(end))]
    return any(first_place(one, found) is not None for one in texts)


@contextmanager
def _limited(env: Env) -> Iterator[float]:
    """Statements are given up after their share of the time; gives the moment at which no more are begun."""

    def limit(to: str) -> None:
        setting = func.set_config("statement_timeout", to, True)
        env.session.execute(select(setting), execution_options=TRUSTED)

    before = env.session.scalar(select(func.current_setting("statement_timeout")), execution_options=TRUSTED)
    limit(str(SECONDS * 500))
    yield monotonic() + SECONDS
    limit(str(before))


def _is_time(places: Places, info: ModelInfo | None, ends: float) -> bool:
    if monotonic() > ends:
        places.unsearched.append(info)
        return False
    return True


@contextmanager
def _in_time(env: Env, places: Places, info: ModelInfo | None) -> Iterator[None]:
    """A search that is given up where it takes longer than it may."""
    try:
        with undoable(env):
            yield
    except DBAPIError as problem:
        if getattr(problem.orig, "pgcode", None) != _CANCELLED:
            raise
        places.unsearched.append(info)
