"""Many-to-many links: written by difference, as part of the record's own change, audited at both ends.

Links to records that the caller may not see stay: a form cannot show them, so leaving them out means nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table, delete, select, tuple_

from core.orm.bulk import insert_rows
from core.orm.criteria import row_criteria
from core.orm.history import record_links
from core.orm.trust import TRUSTED

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env
    from core.orm.pending import Pending

Pair = tuple[int, int]


@dataclass
class LinkPlan:
    """Pairs (record, target) to be made and unmade, by field."""

    new: dict[str, list[Pair]] = field(default_factory=dict)
    gone: dict[str, list[Pair]] = field(default_factory=dict)


def linked_ids(env: Env, link: Table, ids: Sequence[int]) -> dict[int, list[int]]:
    """Record id -> ids it is linked to."""
    statement = (
        select(link.c.left_id, link.c.right_id).where(link.c.left_id.in_(ids)).order_by(link.c.right_id)
    )
    found: dict[int, list[int]] = {one: [] for one in ids}
    for left, right in env.session.execute(statement, execution_options=TRUSTED):
        found[left].append(right)
    return found


def write_links(env: Env, info: ModelInfo, ids: Sequence[int], rows: Sequence[Mapping[str, Any]]) -> None:
    """Make the links of new records, one statement a field."""
    plan = LinkPlan()
    for name in info.link_tables:
        pairs = [(left, right) for left, row in zip(ids, rows, strict=True) for right in row.get(name) or ()]
        if pairs:
            plan.new[name] = pairs
    store_links(env, info, plan)


def plan_links(env: Env, info: ModelInfo, pending: Sequence[Pending]) -> LinkPlan:
    """What the wanted links of changed records mean. Each record gets the difference as a value, (before, after), and
    keeps among its wanted links only the new ones.
    """
    plan = LinkPlan()
    for name in sorted({name for one in pending for name in one.links}):
        asked = [one for one in pending if name in one.links]
        known = linked_ids(env, info.link_tables[name], [one.record.id for one in asked])
        gone = {key for one in asked for key in known[one.record.id] if key not in one.links[name]}
        hidden = gone - _visible(env, info, name, gone)
        for one in asked:
            before = known[one.record.id]
            kept = () if env.is_granted(one.record) else (key for key in before if key in hidden)
            after = sorted({*one.links[name], *kept})
            new = [key for key in after if key not in before]
            plan.new.setdefault(name, []).extend((one.record.id, key) for key in new)
            plan.gone.setdefault(name, []).extend((one.record.id, key) for key in before if key not in after)
            if after == before:
                del one.links[name]
            else:
                one.links[name] = new
                one.values[name] = (before, after)
    return plan


def _visible(env: Env, info: ModelInfo, name: str, ids: set[int]) -> set[int]:
    if not ids or env.is_system:
        return ids
    target = env.composition.models[str(info.fields[name].target_key)]
    statement = select(target.cls.id).where(target.cls.id.in_(ids), *row_criteria(env, target, target.cls))
    return set(env.session.scalars(statement, execution_options=TRUSTED))


def store_links(env: Env, info: ModelInfo, plan: LinkPlan) -> None:
    """Make and unmake the planned links."""
    for name, pairs in plan.gone.items():
        if pairs:
            link = info.link_tables[name]
            statement = delete(link).where(tuple_(link.c.left_id, link.c.right_id).in_(pairs))
            env.session.execute(statement, execution_options=TRUSTED)
    for name, pairs in plan.new.items():
        if pairs:
            link = info.link_tables[name]
            company = {"company_id": env.write_company(info)} if "company_id" in link.c else {}
            rows = [{**company, "left_id": left, "right_id": right} for left, right in pairs]
            insert_rows(env.session, link, [column.name for column in link.c], rows)
    for name in plan.new.keys() | plan.gone.keys():
        record_links(env, info, name, plan.new.get(name, ()), plan.gone.get(name, ()))
