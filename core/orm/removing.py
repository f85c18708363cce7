"""Rows that go for good: what lay in the bin long enough, and copies of a person's data. Audited without values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy import ColumnElement, Text, cast, delete, false, or_, select
from sqlalchemy.exc import IntegrityError

from core.orm.erasing_words import expression, short_ones
from core.orm.history import Change, record_changes
from core.orm.savepoints import undoable
from core.orm.trust import TRUSTED

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env

REMOVE: Final = "purge"
"""The operation in the audit."""
BATCH: Final = 500


def remove_rows(env: Env, info: ModelInfo, ids: Iterable[int]) -> set[int]:
    """Remove rows with their links; gives the ids of those that went. What other rows still point to stays."""
    wanted = sorted(ids)
    if not wanted:
        return set()
    try:
        with undoable(env):
            gone = _remove(env, info, wanted)
    except IntegrityError:
        if len(wanted) == 1:
            return set()
        middle = len(wanted) // 2
        return remove_rows(env, info, wanted[:middle]) | remove_rows(env, info, wanted[middle:])
    record_changes(env, info, REMOVE, [Change(key, version, {}) for key, version in gone.items()])
    return set(gone)


def _remove(env: Env, info: ModelInfo, ids: list[int]) -> dict[int, int]:
    for other in env.composition.models.values():
        for name, link in other.link_tables.items():
            ends = [link.c.left_id] if other is info else []
            ends += [link.c.right_id] if other.fields[name].target_key == info.key else []
            for end in ends:
                env.session.execute(delete(link).where(end.in_(ids)), execution_options=TRUSTED)
    table = info.table
    statement = delete(table).where(table.c.id.in_(ids)).returning(table.c.id, table.c.version)
    return {row[0]: row[1] for row in env.session.execute(statement, execution_options=TRUSTED)}


def belonging(env: Env, info: ModelInfo, model: str, ids: Iterable[int]) -> set[int]:
    """Rows of `info`, which has the fields `model` and `record_id`, that belong to these records; the bin included."""
    cls = info.cls
    statement = select(cls.id).where(
        cls.company_id == env.company_id, cls.model == model, cls.record_id.in_(sorted(ids))
    )
    return set(env.session.scalars(statement, execution_options=TRUSTED))


def telling(columns: Iterable[ColumnElement[object]], words: Iterable[str]) -> ColumnElement[bool]:
    """A condition: one of the columns, as text, contains one of the words, or a short one of them written otherwise."""
    known, texts = list(words), [cast(column, Text) for column in columns]
    alike = expression(short_ones(known))
    return or_(
        false(), *(text.contains(word, autoescape=True) for text in texts for word in known),
        *(text.op("~*")(alike) for text in texts if alike is not None),
    )  # fmt: skip


def purge_bin(env: Env, before: datetime, tell: Callable[[int], object] | None = None) -> int:
    """Remove for good what came into the company's bin before a moment, with what hangs on it; gives how many records.

    Parts go before their wholes. A record that others still point to stays, and is tried again the next time.
    """
    models = [
        one for one in env.composition.models.values() if one.kind == "company" and one.addon in env.addons
    ]
    waiting, removed = models, 0
    while waiting:
        again: list[ModelInfo] = []
        progress = removed
        for info in waiting:
            for ids in _batches(env, info, before):
                gone = remove_rows(env, info, ids)
                removed += len(gone)
                _remove_what_hangs_on(env, models, info, gone)
                if len(gone) < len(ids) and info not in again:
                    again.append(info)
                if tell is not None:
                    tell(removed)
        waiting = again if removed > progress else []
    return removed


def _remove_what_hangs_on(env: Env, models: Iterable[ModelInfo], info: ModelInfo, gone: set[int]) -> None:
    for other in models:
        if gone and {"model", "record_id"} <= other.fields.keys():
            remove_rows(env, other, belonging(env, other, info.key, gone))


def _batches(env: Env, info: ModelInfo, before: datetime) -> Iterator[list[int]]:
    cls, last = info.cls, 0
    while True:
        old = (cls.company_id == env.company_id, cls.deleted_at < before, cls.id > last)
        statement = select(cls.id).where(*old).order_by(cls.id).limit(BATCH)
        ids = list(env.session.scalars(statement, execution_options=TRUSTED))
        if not ids:
            return
        yield ids
        last = ids[-1]
