"""Creating records: a batch goes through rights, hooks, checks, numbers and audit with a fixed number of statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from core.errors import AccessDenied
from core.i18n import _
from core.orm.bulk import insert_rows
from core.orm.derived import add_grams, add_sort_keys, computed_order, computed_values, transient
from core.orm.guards import check_targets
from core.orm.history import Change, record_changes
from core.orm.links import write_links
from core.orm.numbers import draw_numbers
from core.orm.policy import require
from core.orm.trust import TRUSTED
from core.orm.uniques import explain_duplicates
from core.orm.values import (
    Problems,
    check_row,
    convert_all,
    raise_problems,
    refuse_locked,
    refuse_unknown,
    with_defaults,
)

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env

Row = dict[str, Any]


def create_rows(env: Env, info: ModelInfo, given: Sequence[Mapping[str, Any]], *, strict: bool = False,
                waived: frozenset[str] = frozenset()) -> tuple[list[int], list[Any]]:  # fmt: skip
    """Create records; gives their ids in the same order, and the records where hooks wanted to have them.

    `strict` also refuses fields that the caller may not set (values from a form, a file or the API). `waived` names
    required fields that may be missing (imported rows; the next edit asks for them). After a refusal the transaction,
    or the `attempt` around, is to be taken back.
    """
    require(env.policy, info, "create")
    for row in given:
        refuse_unknown(info, env, row)
        if strict:
            refuse_locked(info, env, row)
    rows = [with_defaults(info, env, row) for row in given]
    env.announce("before_create", info, rows=rows)
    rows = _checked(env, info, rows, waived)
    check_targets(env, info, rows)
    _draw(env, info, rows)
    _compute(env, info, rows)
    ids = _insert(env, info, rows)
    write_links(env, info, ids, rows)
    _check_reach(env, info, ids)
    record_changes(env, info, "create", _changes(info, ids, rows))
    if not env.listens("after_create", info):
        return ids, []
    records = env.load(info, ids)
    env.announce("after_create", info, records=records)
    return ids, records


def _checked(env: Env, info: ModelInfo, rows: Sequence[Row], waived: frozenset[str]) -> list[Row]:
    found: list[Problems] = [{} for _row in rows]
    ready = [convert_all(info, row, env.language, found[n]) for n, row in enumerate(rows)]
    names = [f.name for f in info.fields_for(env.addons).values() if f.is_stored and not f.system]
    for row, problems in zip(ready, found, strict=True):
        check_row(info, row, names, problems, waived)
    raise_problems(found)
    return ready


def _draw(env: Env, info: ModelInfo, rows: Sequence[Row]) -> None:
    for field in info.fields_for(env.addons).values():
        if field.kind == "number" and field.sequence is not None:
            without = [row for row in rows if not row.get(field.name)]
            if without:
                numbers = draw_numbers(env, field.sequence, len(without))
                for row, number in zip(without, numbers, strict=True):
                    row[field.name] = number


def _compute(env: Env, info: ModelInfo, rows: Sequence[Row]) -> None:
    if not info.computed:
        return
    fields = computed_order(info, None)
    for row, values in zip(
        rows, computed_values(env, info, fields, [transient(info, row) for row in rows]), strict=True
    ):
        row.update({name: new for name, (_old, new) in values.items()})


def _insert(env: Env, info: ModelInfo, rows: Sequence[Row]) -> list[int]:
    now = env.now
    stored = [f for f in info.fields.values() if f.is_stored and any(f.name in row for row in rows)]
    columns = [field.column_name for field in stored if not field.system]
    prepared: list[Row] = []
    for row in rows:
        values: Row = {field.column_name: row.get(field.name) for field in stored if not field.system}
        add_sort_keys(info, row, row, values)
        values |= {"created_at": now, "changed_at": now, "created_by_id": env.user_id, "changed_by_id": env.user_id,
                   "version": 1}  # fmt: skip
        if info.kind != "deployment":
            values["company_id"] = env.write_company(info)
        prepared.append(values)
    if info.searchable:
        add_grams(info, rows, prepared)
    known = dict.fromkeys([*columns, *(name for values in prepared for name in values)])
    with explain_duplicates(env, info, [(None, row) for row in rows]):
        return insert_rows(env.session, info.table, list(known), prepared)


def _check_reach(env: Env, info: ModelInfo, ids: Sequence[int]) -> None:
    where = env.reach(info, "create")
    if where is None:
        return
    statement = select(info.cls.id).where(info.cls.id.in_(ids), where)
    if len(env.session.scalars(statement, execution_options=TRUSTED).all()) < len(ids):
        raise AccessDenied(_("You may not create {model} with these values.", model=info.label))


def _changes(info: ModelInfo, ids: Sequence[int], rows: Sequence[Row]) -> list[Change]:
    return [
        Change(
            key, 1, {n: (None, v) for n, v in row.items() if v is not None and not info.fields[n].is_computed}
        )
        for key, row in zip(ids, rows, strict=True)
    ]
