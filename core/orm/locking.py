"""Records kept for the length of a transaction: for counters and balances that several people compete for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from core.errors import NotFound
from core.orm.bulk import given_ids
from core.orm.criteria import row_criteria
from core.orm.merging import hold_values
from core.orm.trust import TRUSTED
from core.orm.values import Problems, convert_all, raise_problems, refuse_unknown

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env


def locked(env: Env, info: ModelInfo, ids: Sequence[int]) -> list[Any]:
    """The records as their rows are now, nobody else changes them before the end of the transaction. All of them or
    NotFound. Rows are taken in the order of their ids, so that two who want the same ones wait and never block each
    other; who locks rows of several models takes the models in one order everywhere. Records may go on to point here.
    """
    if any(not 0 < key < 2**63 for key in ids):
        raise NotFound()
    statement = env.policy.remembered(("locked", info.key), lambda: _statement(env, info))
    options = TRUSTED | {"populate_existing": True}
    found = env.session.scalars(statement, {"ids": sorted(set(ids))}, execution_options=options)
    by_id = {one.id: one for one in found}
    if len(by_id) < len(set(ids)):
        raise NotFound()
    return [by_id[key] for key in ids]


def _statement(env: Env, info: ModelInfo) -> Any:
    rows = select(info.cls).where(given_ids(info.cls.id), *row_criteria(env, info, info.cls))
    return rows.order_by(info.cls.id).with_for_update(of=info.cls, key_share=True)


def hold_rows(env: Env, info: ModelInfo, rows: Mapping[int, Mapping[str, Any]]) -> list[Any]:
    """Different values on many records, held until the next flush; the records in the order of `rows`."""
    problems: list[Problems] = [{} for _row in rows]
    ready = []
    for row, found in zip(rows.values(), problems, strict=True):
        refuse_unknown(info, env, row)
        ready.append(convert_all(info, row, env.language, found))
    raise_problems(problems)
    records: list[Any] = env.get_many(info.key, list(rows))
    for record, values in zip(records, ready, strict=True):
        hold_values(env, info, record, values)
    return records
