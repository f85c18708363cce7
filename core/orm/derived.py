"""Columns that follow from others: sort keys, search grams, stored computed values.

They are written with the values that they follow from, and have no audit of their own: who knows those knows these.
A row whose computed values follow a change of *another* record keeps its version and its last editor for the same
reason. Rows are locked while they are read for computing, so that two changes at a time do not leave an old result.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select
from sqlalchemy.orm.attributes import instance_dict

from core.errors import UserError
from core.i18n import _
from core.orm.bulk import set_derived
from core.orm.conversion import rounded
from core.orm.fields import TEXTS, Field
from core.orm.grams import grams_many
from core.orm.pending import held, is_changed
from core.orm.pinyin import sort_key
from core.orm.totals import Total, Wholes, groups_of, taken_anew
from core.orm.trust import TRUSTED

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env

Values = dict[str, tuple[Any, Any]]
_AT_ONCE: Final = 1000
_DEEPEST: Final = 100
_ABSENT: Final = object()


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


def add_sort_keys(
    info: ModelInfo, names: Iterable[str], row: Mapping[str, Any], columns: dict[str, Any]
) -> None:
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
    wanted = dict(info.computed)
    if wanted and changed is not None:
        touched = set(changed)
        for _round in range(len(wanted)):
            touched |= {
                n for n, f in wanted.items() if any(d.partition(".")[0] in touched for d in f.depends)
            }
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
    values = instance_dict(record)
    for name, value in row.items():
        field = info.fields[name]
        if field.is_stored:
            is_code = field.kind == "state" and isinstance(value, str)
            values[field.attribute] = info.states.get(value, value) if is_code else value
    for name, total in info.own_totals.items():
        values.setdefault(name, total.zero)
    return record


def computed_values(
    env: Env, info: ModelInfo, fields: Sequence[Field], records: Sequence[Any]
) -> list[Values]:
    """Old and new values of computed fields by record. The records hold the new ones then."""
    if not fields:
        return [{} for _record in records]
    with _related(env, info, followed(fields), records):
        return [_computed(fields, record) for record in records]


def followed(fields: Iterable[Field]) -> set[str]:
    """The relations by which computed fields follow values of other records."""
    return {path.partition(".")[0] for field in fields for path in field.depends if "." in path}


def _computed(fields: Sequence[Field], record: Any) -> Values:
    values: Values = {}
    for field in fields:
        assert field.compute is not None
        old, new = getattr(record, field.name), rounded(field, field.compute(record))
        values[field.name] = (old, new)
        instance_dict(record)[field.name] = new
    return values


@contextmanager
def _related(env: Env, info: ModelInfo, names: Iterable[str], records: Sequence[Any]) -> Iterator[None]:
    """Let records hold what they point to, whoever may see it, for the time of computing only."""
    before: list[tuple[dict[str, Any], str, Any]] = []
    for name in names:
        field = info.fields[name]
        target = env.composition.models[str(field.target_key)]
        ids = {value for record in records if (value := getattr(record, field.attribute)) is not None}
        found = _as_they_are(env, target, ids, lock="share")
        for record in records:
            values = instance_dict(record)
            before.append((values, name, values.get(name, _ABSENT)))
            values[name] = found.get(getattr(record, field.attribute))
    try:
        yield
    finally:
        for values, name, value in before:
            values.pop(name, None)
            if value is not _ABSENT:
                values[name] = value


def _as_they_are(env: Env, info: ModelInfo, ids: Iterable[int], *, lock: str) -> dict[int, Any]:
    """Records by id as their rows are now, kept like that until the commit; changed ones as they are held."""
    wanted = set(ids)
    found = {key: record for key, record in held(env, info, sorted(wanted)).items() if is_changed(record)}
    rest = sorted(wanted - found.keys())
    if rest:
        statement = select(info.cls).where(info.cls.id.in_(rest)).order_by(info.cls.id)
        if (
            info.kind == "company" and not info.is_immutable
        ):  # rows of all companies may be read, and not locked
            statement = statement.with_for_update(read=lock == "share", key_share=lock == "update")
        options = TRUSTED | {"populate_existing": True}
        found |= {one.id: one for one in env.session.scalars(statement, execution_options=options)}
    return found


def recompute_dependants(
    env: Env, info: ModelInfo, ids: Sequence[int], changed: Iterable[str], *, left: Wholes | None = None,
    depth: int = 0,
) -> None:  # fmt: skip
    """Computed fields and totals of other records that depend on these, and what depends on those in turn. `left` are
    the records of which these were parts before.
    """
    wanted: dict[tuple[str, str], set[str]] = {}
    names_changed = set(changed)
    for name in names_changed:
        for model_key, computed in info.dependants.get(name, ()):
            other = env.composition.models[model_key]
            for path in other.fields[computed].depends:
                relation, _dot, rest = path.partition(".")
                if rest == name and other.fields[relation].target_key == info.key:
                    wanted.setdefault((model_key, relation), set()).add(computed)
    for (model_key, relation), names in wanted.items():
        other = env.composition.models[model_key]
        column = getattr(other.cls, other.fields[relation].attribute)
        recompute_rows(env, other, column.in_(ids), names, depth=depth + 1)
    total_up(env, (one for one in info.totals if one.names & names_changed), ids, left, depth=depth)


def total_up(
    env: Env, totals: Iterable[Total], parts: Iterable[int], wholes: Wholes | None = None, *, depth: int = 0
) -> None:
    """Totals over these parts, and of `wholes`, taken anew, with what follows from them."""
    if depth > _DEEPEST:
        raise UserError(_("These records refer to each other in a circle."))
    for info, ids, names in list(taken_anew(env, groups_of(totals), parts=parts, wholes=wholes)):
        fields, changed = computed_order(info, names), set(names)
        for first in range(0, len(ids) if fields else 0, _AT_ONCE):
            changed |= _recompute(env, info, ids[first : first + _AT_ONCE], fields)[1]
        recompute_dependants(env, info, ids, changed, depth=depth + 1)


def recompute_rows(env: Env, info: ModelInfo, where: Any, changed: Iterable[str], *, depth: int = 0) -> None:
    """Computed fields that follow from `changed` on the rows of a condition, in the bin too; only rows that differ
    are written.
    """
    if depth > _DEEPEST:
        raise UserError(_("These records refer to each other in a circle: {model}.", model=info.plural))
    fields = computed_order(info, changed)
    last = 0
    while fields:
        statement = select(info.cls.id).where(where, info.cls.id > last).order_by(info.cls.id).limit(_AT_ONCE)
        ids = env.session.scalars(statement, execution_options=TRUSTED).all()
        if not ids:
            return
        last = ids[-1]
        different, names = _recompute(env, info, ids, fields)
        if different:
            recompute_dependants(env, info, different, names, depth=depth)


def refresh_grams(env: Env, info: ModelInfo, ids: Sequence[int]) -> None:
    """Write the search column of these rows anew."""
    records = list(_as_they_are(env, info, ids, lock="update").values())
    rows: list[dict[str, Any]] = [{"_id": record.id} for record in records]
    add_grams(
        info, [{name: getattr(record, name) for name in info.searched_names} for record in records], rows
    )
    set_derived(env.session, info.table, ["grams"], rows)


def _recompute(
    env: Env, info: ModelInfo, ids: Sequence[int], fields: Sequence[Field]
) -> tuple[list[int], set[str]]:
    """Write what is different now; gives the ids of the rows, and the names of the fields."""
    records = list(_as_they_are(env, info, ids, lock="update").values())
    found = zip(records, computed_values(env, info, fields, records), strict=True)
    different = [
        (record, values) for record, values in found if any(old != new for old, new in values.values())
    ]
    if not different:
        return [], set()
    names = {name for _record, values in different for name, (old, new) in values.items() if old != new}
    rows = []
    for record, values in different:
        new = {name: pair[1] for name, pair in values.items() if name in names}
        row = {"_id": record.id} | {info.fields[name].column_name: value for name, value in new.items()}
        add_sort_keys(info, new, new, row)
        if names & info.searched_names:
            add_grams(info, [{name: getattr(record, name) for name in info.searched_names}], [row])
        rows.append(row)
    set_derived(env.session, info.table, [name for name in rows[0] if name != "_id"], rows)
    return [record.id for record, _values in different], names
