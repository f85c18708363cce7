"""Creating records: a batch goes through rights, hooks, checks, numbers and audit with a fixed number of statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import literal, select, union_all

from core.errors import AccessDenied, ValidationFailed
from core.i18n import _
from core.orm.bulk import insert_rows
from core.orm.criteria import row_criteria
from core.orm.derived import add_grams, add_sort_keys, attach_relations, computed_order, relations_needed, transient
from core.orm.fields import TO_ONE, Field
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
                waived: frozenset[str] = frozenset()) -> list[int]:  # fmt: skip
    """Create records and give their ids in the same order.

    `strict` also refuses fields that the caller may not set (values from a form, a file or the API). `waived` names
    required fields that may be missing (imported rows; the next edit asks for them).
    """
    require(env.policy, info, "create")
    for row in given:
        refuse_unknown(info, env, row)
        if strict:
            refuse_locked(info, env, row)
    rows = [with_defaults(info, env, row) for row in given]
    env.announce("before_create", info, rows=rows)
    found: list[Problems] = [{} for _row in rows]
    rows = [convert_all(info, row, env.language, found[n]) for n, row in enumerate(rows)]
    names = [f.name for f in info.fields_for(env.addons).values() if f.is_stored and not f.system]
    for row, problems in zip(rows, found, strict=True):
        check_row(info, row, names, problems, waived)
    raise_problems(found)
    check_targets(env, info, rows)
    _draw(env, info, rows)
    _compute(env, info, rows)
    ids = _insert(env, info, rows)
    write_links(env, info, ids, rows)
    _check_reach(env, info, ids)
    record_changes(env, info, "create", _changes(info, ids, rows))
    if env.listens("after_create", info):
        env.announce("after_create", info, records=env.load(info, ids))
    return ids


def _draw(env: Env, info: ModelInfo, rows: Sequence[Row]) -> None:
    for field in info.fields_for(env.addons).values():
        if field.kind == "number" and field.sequence is not None:
            without = [row for row in rows if not row.get(field.name)]
            if without:
                numbers = draw_numbers(env, field.sequence, len(without))
                for row, number in zip(without, numbers, strict=True):
                    row[field.name] = number


def _compute(env: Env, info: ModelInfo, rows: Sequence[Row]) -> None:
    fields = computed_order(info, None)
    if not fields:
        return
    records = [transient(info, row) for row in rows]
    attach_relations(env, info, relations_needed(info, fields), records)
    for row, record in zip(rows, records, strict=True):
        for field in fields:
            assert field.compute is not None
            row[field.name] = field.compute(record)
            setattr(record, field.name, row[field.name])


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
    with explain_duplicates(env, info, rows):
        return insert_rows(env.session, info.table, list(known), prepared)


def check_targets(env: Env, info: ModelInfo, rows: Sequence[Row]) -> None:
    """Every record that is pointed to exists and may be seen by the caller: one statement for all relations."""
    wanted: list[tuple[str, Any, set[int]]] = []
    for field in info.fields.values():
        if field.kind not in (*TO_ONE, "many2many") or field.target_key not in env.composition.models:
            continue
        ids: set[int] = set()
        for row in rows:
            value = row.get(field.name)
            ids.update(value if isinstance(value, list) else () if value is None else (value,))
        if ids:
            wanted.append((field.name, env.composition.models[str(field.target_key)], ids))
    if not wanted:
        return
    selects = [
        select(literal(name).label("name"), target.cls.id.label("id"))
        .where(target.cls.id.in_(sorted(ids)), *row_criteria(env, target, target.cls), *_of_list(info.fields[name], target))
        for name, target, ids in wanted
    ]  # fmt: skip
    statement = selects[0] if len(selects) == 1 else union_all(*selects)
    seen = {(name, key) for name, key in env.session.execute(statement, execution_options=TRUSTED)}
    problems: Problems = {}
    for name, _target, ids in wanted:
        if any((name, one) not in seen for one in ids):
            problems[name] = [_("{name}: there is no such record.", name=info.fields[name].label)]
    if problems:
        raise ValidationFailed(problems)


def _of_list(field: Field, target: ModelInfo) -> list[Any]:
    """A choice of another option list is no choice of this field."""
    return [target.cls.list_code == field.option_list] if field.option_list is not None else []


def _check_reach(env: Env, info: ModelInfo, ids: Sequence[int]) -> None:
    where = env.policy.where(info, "create")
    if where is None:
        return
    statement = select(info.cls.id).where(info.cls.id.in_(ids), where)
    if len(env.session.scalars(statement, execution_options=TRUSTED).all()) < len(ids):
        raise AccessDenied(_("You may not create {model} with these values.", model=info.label))


def _changes(info: ModelInfo, ids: Sequence[int], rows: Sequence[Row]) -> list[Change]:
    return [
        Change(key, 1, {n: (None, v) for n, v in row.items() if v is not None and not info.fields[n].is_computed})
        for key, row in zip(ids, rows, strict=True)
    ]
