"""Many-to-many links: written by difference, as part of the record's own change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table, delete, select

from core.orm.bulk import insert_rows
from core.orm.trust import TRUSTED

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env


def linked_ids(env: Env, link: Table, ids: Sequence[int]) -> dict[int, list[int]]:
    """Record id -> ids it is linked to."""
    statement = select(link.c.left_id, link.c.right_id).where(link.c.left_id.in_(ids)).order_by(link.c.right_id)
    found: dict[int, list[int]] = {one: [] for one in ids}
    for left, right in env.session.execute(statement, execution_options=TRUSTED):
        found[left].append(right)
    return found


def write_links(env: Env, info: ModelInfo, ids: Sequence[int], rows: Sequence[Mapping[str, Any]]) -> None:
    """Make the links of new records, one statement a field."""
    for name, link in info.link_tables.items():
        pairs = [(left, right) for left, row in zip(ids, rows, strict=True) for right in row.get(name) or ()]
        _insert(env, info, link, pairs)


def set_links(env: Env, info: ModelInfo, name: str, record_id: int, wanted: Sequence[int]) -> tuple[list[int], list[int]]:
    """Make the links of one record what is wanted; gives (before, after)."""
    link = info.link_tables[name]
    before = linked_ids(env, link, [record_id])[record_id]
    gone, new = set(before) - set(wanted), set(wanted) - set(before)
    if gone:
        statement = delete(link).where(link.c.left_id == record_id, link.c.right_id.in_(gone))
        env.session.execute(statement, execution_options=TRUSTED)
    _insert(env, info, link, [(record_id, right) for right in sorted(new)])
    return before, sorted(wanted)


def _insert(env: Env, info: ModelInfo, link: Table, pairs: Sequence[tuple[int, int]]) -> None:
    company = {"company_id": env.write_company(info)} if "company_id" in link.c else {}
    rows = [{**company, "left_id": left, "right_id": right} for left, right in pairs]
    insert_rows(env.session, link, [column.name for column in link.c], rows)
