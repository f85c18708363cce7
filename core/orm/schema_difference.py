"""Differences between existing tables and their declaration, found by alembic and sifted by us.

Alembic proposes everything, drops included. Kept is what adds: columns, named indexes and constraints that
are not there, types on a short list of widenings, NOT NULL taken away, further choices of a selection.
Everything else is returned as `ignored`: a missing addon must not cost its columns, and a changed
definition needs a migration.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from alembic.autogenerate import produce_migrations
from alembic.operations import ops
from alembic.runtime.migration import MigrationContext
from sqlalchemy import CheckConstraint, Column, Connection, MetaData, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeEngine

from core.errors import CompositionError
from core.i18n import _
from core.orm import schema_plan as words
from core.orm.schema_catalogue import Existing, aside, choices
from core.orm.schema_plan import Difference

_DIALECT: Final = postgresql.dialect()  # type: ignore[no-untyped-call]
_PLUGINS: Final = ["alembic.autogenerate.*", "alembic.ext.checkconstraint_byname"]
_SIZED: Final = re.compile(r"(VARCHAR|NUMERIC)\((\d+)(?:, (\d+))?\)")


def compare(
    connection: Connection, metadata: MetaData, tables: Sequence[Table], existing: Existing
) -> Difference:
    """What `tables`, which all exist, lack. Raises `CompositionError` for a column that existing rows
    cannot have.
    """
    difference = Difference()
    by_name = {(str(table.schema), table.name): table for table in tables}
    for change in _proposed(connection, metadata, by_name):
        table = by_name.get(_place(change))
        if table is None or not _keep(change, table, existing, difference):
            difference.ignored.append(_describe(change))
    _widen_choices(tables, existing, difference)
    order = (ops.AddColumnOp, ops.AlterColumnOp, ops.DropConstraintOp, ops.AddConstraintOp, ops.CreateIndexOp)
    difference.changes.sort(key=lambda change: _rank(change, order))
    return difference


def _rank(change: ops.MigrateOperation, order: tuple[type, ...]) -> int:
    if isinstance(change, ops.CreateForeignKeyOp):
        return len(order)
    return next(number for number, kind in enumerate(order) if isinstance(change, kind))


def _proposed(
    connection: Connection, metadata: MetaData, tables: dict[tuple[str, str], Table]
) -> Iterator[ops.MigrateOperation]:
    schemas = {schema for schema, _name in tables}

    def include_name(name: str | None, kind: str, parents: Any) -> bool:
        if kind == "schema":
            return name in schemas
        return kind != "table" or (str(parents["schema_name"]), str(name)) in tables

    def include_object(item: Any, name: str | None, kind: str, reflected: bool, other: Any) -> bool:
        return kind != "table" or (str(item.schema), str(name)) in tables

    context = MigrationContext.configure(
        connection,
        opts={
            "include_schemas": True,
            "include_name": include_name,
            "include_object": include_object,
            "compare_type": _is_widening,
            "compare_server_default": False,
            "target_metadata": metadata,
            "autogenerate_plugins": _PLUGINS,
        },
    )
    script = produce_migrations(context, metadata)
    for change in script.upgrade_ops.ops if script.upgrade_ops is not None else ():
        if isinstance(change, ops.ModifyTableOps):
            yield from change.ops
        else:
            yield change


def _place(change: ops.MigrateOperation) -> tuple[str, str]:
    """Schema and table that a change concerns; foreign keys name theirs in their own way."""
    if isinstance(change, ops.CreateForeignKeyOp):
        return str(change.kw.get("source_schema")), change.source_table
    return str(getattr(change, "schema", "")), str(getattr(change, "table_name", ""))


def _keep(change: ops.MigrateOperation, table: Table, existing: Existing, difference: Difference) -> bool:
    """Take an additive change over; False leaves it out."""
    match change:
        case ops.AddColumnOp(column=column):
            _refuse_impossible(column, table, existing)
            difference.add(change, words.new_column(table, column.name))
        case ops.AlterColumnOp():
            return _keep_loosening(change, table, difference)
        case ops.CreateIndexOp(index_name=str(name)) if existing.part(table, name) is None:
            if not existing.is_empty(table):
                difference.deferred.append(words.new_index(table, name))
            else:
                difference.add(change, words.new_index(table, name))
        case ops.CreateIndexOp() | ops.DropIndexOp() if _is_renewed(str(change.index_name), table, existing):
            return True  # it is among what is deferred
        case ops.CreateForeignKeyOp(constraint_name=str(name)) if existing.part(table, name) is None:
            if not existing.is_empty(table):
                change.kw["postgresql_not_valid"] = True
                difference.deferred.append(words.validation(table, name))
            difference.add(change, words.new_constraint(table, name))
        case ops.CreateCheckConstraintOp(constraint_name=name) if existing.part(table, str(name)) is None:
            if not existing.is_empty(table):
                change.kw["postgresql_not_valid"] = True
                difference.deferred.append(words.validation(table, str(name)))
            difference.add(change, words.new_constraint(table, str(name)))
        case ops.CreateUniqueConstraintOp(constraint_name=name) if existing.part(table, str(name)) is None:
            difference.add(change, words.new_constraint(table, str(name)))
        case _:
            return False
    return True


def _is_renewed(name: str, table: Table, existing: Existing) -> bool:
    """Whether it is an index that is made anew, or its old form."""
    return any(name in (one, aside(one)) for one in existing.changed_indexes(table))


def _refuse_impossible(column: Column[Any], table: Table, existing: Existing) -> None:
    given = column.server_default is not None or column.identity is not None or column.computed is not None
    if not (column.nullable or given or existing.is_empty(table)):
        raise CompositionError(
            _("{table} has rows already, so the new column {column} must be optional, have a constant "
              "default, or be filled by a migration.", table=table.fullname, column=column.name),
            addon=str(column.info.get("addon", table.schema)), model=table.name, field=column.name,
        )  # fmt: skip


def _keep_loosening(change: ops.AlterColumnOp, table: Table, difference: Difference) -> bool:
    kept = ops.AlterColumnOp(change.table_name, change.column_name, schema=change.schema)
    kept.existing_type, kept.existing_nullable = change.existing_type, change.existing_nullable
    if change.modify_type is not None:
        kept.modify_type = change.modify_type
        name = change.modify_type.compile(_DIALECT)
        difference.add(kept, words.wider_type(table, change.column_name, name))
    if change.modify_nullable is True:
        kept.modify_nullable = True
        if change.modify_type is None:
            difference.changes.append(kept)
        difference.operations.append(words.optional_column(table, change.column_name))
    return change.modify_type is not None or change.modify_nullable is True


def _is_widening(
    context: MigrationContext,
    found: Column[Any],
    wanted: Column[Any],
    found_type: TypeEngine[Any],
    wanted_type: TypeEngine[Any],
) -> bool:
    """Types that take every old value: the short list. Other differences of type are a migration's
    business.
    """
    old, new = str(found_type.compile(_DIALECT)), str(wanted_type.compile(_DIALECT))
    if (old, new) in {("SMALLINT", "INTEGER"), ("SMALLINT", "BIGINT"), ("INTEGER", "BIGINT")}:
        return True
    before, after = _SIZED.fullmatch(old), _SIZED.fullmatch(new)
    if old.startswith("VARCHAR") and new in ("TEXT", "VARCHAR"):
        return old != new
    if before is None or after is None or before[1] != after[1]:
        return False
    scale = int(after[3] or 0) - int(before[3] or 0)
    digits = int(after[2]) - int(before[2])
    return (scale > 0 or digits > 0) and scale >= 0 and digits >= scale


def _widen_choices(tables: Sequence[Table], existing: Existing, difference: Difference) -> None:
    """A selection with further codes has a check of the same name that would refuse them: it is replaced."""
    for table in tables:
        for check in (part for part in table.constraints if isinstance(part, CheckConstraint)):
            definition = existing.part(table, str(check.name))
            if choices(definition) and choices(definition) < choices(str(check.sqltext)):
                drop = ops.DropConstraintOp(str(check.name), table.name, type_="check", schema=table.schema)
                difference.changes.append(drop)
                widened = ops.CreateCheckConstraintOp.from_constraint(check)
                difference.add(widened, words.wider_choice(table, str(check.name)))


def _describe(change: ops.MigrateOperation) -> str:
    kind = type(change).__name__.removesuffix("Op")
    place = ".".join(_place(change))
    names = (getattr(change, key, None) for key in ("index_name", "constraint_name", "column_name"))
    return " ".join([kind, place, *(str(name) for name in names if name)])
