"""The records that a caller has by hand or as a member of a team, read with the statement that opens the request.

They are bound into lists as one array of ids, as owners are: the server looks a bound array up by a hash and knows how
many rows to expect, while an array that it reads itself is searched from its beginning for every row it looks at. With
2,000 such records and more the ids stay in the database, and the ways to them are subqueries.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import CTE, Table, Text, cast, func, literal, null, select, union_all
from sqlalchemy.dialects.postgresql import JSONB

from core.auth.models.sharing import EDIT, is_shareable
from core.orm.compose import Composition, ModelInfo

BY_HAND: Final = ""
"""The source of what was shared by hand; other sources are keys of models of team members."""
MOST: Final = 2_000
Row = tuple[str, str, int, bool]


@dataclass(frozen=True, slots=True)
class SharedRecords:
    """(model, source, id, for editing) of each record; `is_whole` when these are all. `models` are those concerned."""

    rows: tuple[Row, ...] = ()
    models: frozenset[str] = frozenset()
    is_whole: bool = True

    def ids(self, model: str, source: str, *, editing: bool) -> list[int]:
        """The records of one model and source, all or those to be edited."""
        return [
            one for key, kind, one, edits in self.rows if (key, kind) == (model, source) and edits >= editing
        ]


NOTHING: Final = SharedRecords()


def shared_records(
    chosen: CTE, share: Table, teams: Mapping[str, Sequence[tuple[ModelInfo, str]]], live: Any
) -> Any:
    """[[model, source, id, may, last day], …] of the user in `chosen`, NULL for none; one more than `MOST` at most."""

    def mine(table: Table) -> Any:
        is_mine = (table.c.company_id == chosen.c.company_id) & (table.c.user_id == chosen.c.user_id)
        return is_mine & live(table)

    parts = [
        select(share.c.model, literal(BY_HAND, Text).label("source"), share.c.record_id, share.c.may, share.c.until)
        .where(mine(share), share.c.until.is_(None) | (share.c.until >= func.current_date() - 1)).correlate(chosen)
    ]  # fmt: skip
    for key, found in teams.items():
        for team, relation in found:
            member = team.table
            parts.append(
                select(literal(key, Text), literal(team.key, Text), member.c[f"{relation}_id"], member.c.may,
                       cast(null(), share.c.until.type))
                .where(mine(member)).correlate(chosen)
            )  # fmt: skip
    rows = union_all(*parts).limit(MOST + 1).lateral("shared_with")
    one = func.jsonb_build_array(*rows.c, type_=JSONB)
    return select(func.jsonb_agg(one, type_=JSONB)).select_from(rows).correlate(chosen).scalar_subquery()


def read_shared(
    found: Iterable[Sequence[Any]] | None, zone: ZoneInfo, composed: Composition
) -> SharedRecords:
    """What `shared_records` gave, without what has ended by the company's day."""
    rows = list(found or ())
    if len(rows) > MOST:
        keys = (info.key for info in composed.models.values() if is_shareable(info))
        return SharedRecords(models=frozenset(keys), is_whole=False)
    today = datetime.now(zone).date() if rows else date.min
    kept = tuple(
        sorted(
            (model, source, int(key), may == EDIT)
            for model, source, key, may, until in rows
            if until is None or date.fromisoformat(until) >= today
        )
    )
    return SharedRecords(kept, frozenset(row[0] for row in kept)) if kept else NOTHING
