"""Columns that follow from others: sort keys, search grams, stored computed values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm.attributes import set_committed_value

from core.orm.bulk import set_derived
from core.orm.fields import TEXTS, Field
from core.orm.grams import grams_many
from core.orm.pinyin import sort_key
from core.orm.trust import TRUSTED

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env


def searched_texts(info: ModelInfo, row: Mapping[str, Any]) -> list[str]:
    """The texts of a row that people search by."""
    texts: list[str] = []
    for field in info.searchable:
        value = row.get(field.name)
        if isinstance(value, dict):
            texts.extend(str(text) for text in value.values())
        elif value is not None:
            texts.append(str(value))
    return texts


def add_sort_keys(info: ModelInfo, names: Iterable[str], row: Mapping[str, Any], columns: dict[str, Any]) -> None:
    """Fill the stored pinyin keys of the sortable texts among `names`."""
    for name in names:
        field = info.fields[name]
        if field.sortable and field.kind in TEXTS:
            value = row.get(name)
            columns[f"{field.column_name}__sort"] = None if value is None else sort_key(value)


def add_grams(info: ModelInfo, rows: Sequence[Mapping[str, Any]], columns: Sequence[dict[str, Any]]) -> None:
    """Fill the search column, one batch for all rows."""
    for target, grams in zip(columns, grams_many([searched_texts(info, row) for row in rows]), strict=True):
        target["grams"] = grams


def computed_order(info: ModelInfo, changed: Iterable[str] | None) -> list[Field]:
    """Computed fields to fill, each after those it depends on; `changed` None means all."""
    wanted = {f.name: f for f in info.fields.values() if f.compute is not None}
    if changed is not None:
        touched = set(changed)
        for _round in wanted:
            touched |= {n for n, f in wanted.items() if any(d.partition(".")[0] in touched for d in f.depends)}
        wanted = {name: found for name, found in wanted.items() if name in touched}
    ordered: dict[str, Field] = {}
    while wanted:
        ready = {n: f for n, f in wanted.items() if not any(d in wanted and d != n for d in f.depends)}
        ordered |= ready or wanted
        wanted = {name: f for name, f in wanted.items() if name not in ordered}
    return list(ordered.values())


def transient(info: ModelInfo, row: Mapping[str, Any]) -> Any:
    """An instance outside of any session with the values of a row, for computing."""
    record = info.cls()
    for name, value in row.items():
        field = info.fields[name]
        if field.is_stored:
            set_committed_value(record, field.attribute, _as_state(info, field, value))
    return record


def _as_state(info: ModelInfo, field: Field, value: Any) -> Any:
    return info.states.get(value, value) if field.kind == "state" and isinstance(value, str) else value


def relations_needed(info: ModelInfo, fields: Sequence[Field]) -> set[str]:
    """Relations whose target is read by these computed fields."""
    return {path.partition(".")[0] for field in fields for path in field.depends if "." in path}


def attach_relations(env: Env, info: ModelInfo, names: Iterable[str], records: Sequence[Any]) -> None:
    """Load the targets of to-one relations of many records with one statement a relation."""
    for name in names:
        field = info.fields[name]
        target = env.composition.models[str(field.target_key)]
        ids = {value for record in records if (value := getattr(record, field.attribute)) is not None}
        if not ids:
            continue
        statement = select(target.cls).where(target.cls.id.in_(sorted(ids)))
        found = {one.id: one for one in env.session.scalars(statement, execution_options=TRUSTED)}
        for record in records:
            if (value := getattr(record, field.attribute)) in found:
                set_committed_value(record, name, found[value])


def recompute_dependants(env: Env, info: ModelInfo, ids: Sequence[int], changed: Iterable[str]) -> None:
    """Computed fields of other records that depend on these: set by set, one read and one write a model."""
    wanted: dict[tuple[str, str], set[str]] = {}
    for name in changed:
        for model_key, computed in info.dependants.get(name, ()):
            other = env.composition.models[model_key]
            for path in other.fields[computed].depends:
                relation, _dot, rest = path.partition(".")
                if rest == name and other.fields[relation].target_key == info.key:
                    wanted.setdefault((model_key, relation), set()).add(computed)
    for (model_key, relation), names in wanted.items():
        _recompute(env, env.composition.models[model_key], relation, ids, names)


def _recompute(env: Env, other: ModelInfo, relation: str, ids: Sequence[int], names: set[str]) -> None:
    column = getattr(other.cls, other.fields[relation].attribute)
    statement = select(other.cls).where(column.in_(ids))
    records = list(env.session.scalars(statement, execution_options=TRUSTED | {"populate_existing": False}))
    fields = computed_order(other, names)
    attach_relations(env, other, relations_needed(other, fields), records)
    rows = []
    for record in records:
        row: dict[str, Any] = {"_id": record.id}
        for field in fields:
            value = field.compute(record) if field.compute is not None else None
            set_committed_value(record, field.name, value)
            row[field.column_name] = value
        rows.append(row)
    set_derived(env.session, other.table, [field.column_name for field in fields], rows)
