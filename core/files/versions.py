"""What a file field has held: the audit of the field is its history of versions, counted from 1.

A version is found by the version of its record at which the field got it (`place`), which is in its address and never
changes; people see its number, since a record has versions in which the file stayed the same.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select

from core.errors import NotFound
from core.orm.audit_tables import audit
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.history import as_stored, entries_of, gives
from core.orm.stored_file import StoredFile
from core.orm.trust import TRUSTED

MOST_VERSIONS: Final = 100


@dataclass(frozen=True, slots=True)
class Version:
    """A file as it was from `at` on."""

    number: int
    place: int
    file: StoredFile
    at: datetime
    who: str | None


@dataclass(frozen=True, slots=True)
class Newest:
    """The last version of a field: its number, when it came and who brought it."""

    number: int
    at: datetime
    who: str | None


def versions(env: Env, info: ModelInfo, record_id: int, field: str) -> tuple[list[Version], bool]:
    """The files that a field has held, newest first, and whether there are older ones than those given."""
    entries = entries_of(env, info, record_id, limit=MOST_VERSIONS + 1, giving=field)
    told = [(entry, entry.changes[field]["n"]) for entry in entries if field in entry.changes]
    number = len(told)
    if number > MOST_VERSIONS:
        number = newest_versions(env, info, [record_id], field)[record_id].number
    found = [
        Version(number - n, entry.version, as_stored(info.fields[field], value), entry.at, entry.user_name)
        for n, (entry, value) in enumerate(told)
    ]
    return found[:MOST_VERSIONS], len(found) > MOST_VERSIONS


def version(env: Env, info: ModelInfo, record_id: int, field: str, place: int) -> StoredFile:
    """The file that a field got with one version of its record. Raises `NotFound` where it got none."""
    for entry in entries_of(env, info, record_id, since=place - 1, until=place, limit=1, giving=field):
        if field in entry.changes:
            stored: StoredFile = as_stored(info.fields[field], entry.changes[field]["n"])
            return stored
    raise NotFound()


def newest_versions(env: Env, info: ModelInfo, ids: Collection[int], field: str) -> dict[int, Newest]:
    """The last version of a field on many records, which the caller has been shown, in one statement."""
    if not ids:
        return {}
    user = env.composition.info("base.user").table
    told = (
        select(
            audit.c.record_id, audit.c.at, audit.c.user_id,
            func.count().over(partition_by=audit.c.record_id).label("number"),
            func.row_number().over(partition_by=audit.c.record_id, order_by=audit.c.id.desc()).label("place"),
        )
        .where(audit.c.company_id == env.company_id, audit.c.model == info.key)
        .where(audit.c.record_id.in_(sorted(ids)), gives(field))
        .subquery()
    )  # fmt: skip
    statement = (
        select(told.c.record_id, told.c.number, told.c.at, user.c.name)
        .outerjoin_from(told, user, told.c.user_id == user.c.id)
        .where(told.c.place == 1)
    )
    rows = env.session.execute(statement, execution_options=TRUSTED)
    return {key: Newest(number, at, who) for key, number, at, who in rows}
