"""Tables of composed models: columns, keys, constraints and the indexes that the declarations ask for."""

from __future__ import annotations

from hashlib import blake2s
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from core.orm.column_types import COLUMN_TYPES, GRAMS, SQL_LITERAL_KINDS, State, StateType, sql_literal
from core.orm.fields import MISSING, TEXTS, TO_ONE, Field
from core.orm.immutable import GRANTS

if TYPE_CHECKING:
    from core.orm.compose import Composition, ModelInfo

LIVE = "deleted_at is null"
SYSTEM_COLUMNS = frozenset({"id", "created_at", "changed_at", "version", "deleted_at", "custom"})
POSTGRES_NAME_LENGTH = 63
FILLED = 80
"""Per cent of a page that new rows fill. A changed row then finds room beside its old version, so that none of the
indexes on other columns (a lead has two dozen) is touched: changing a thousand leads takes half the time.
"""


def short_name(*parts: str) -> str:
    """A constraint or index name within PostgreSQL's 63 bytes, unique by a hash of the whole."""
    name = "_".join(parts)
    if len(name) <= POSTGRES_NAME_LENGTH:
        return name
    return f"{name[:52]}_{blake2s(name.encode(), digest_size=5).hexdigest()}"


def build_table(composed: Composition, info: ModelInfo) -> Table:
    """The table of a model with all columns of all addons."""
    company = info.kind != "deployment"
    columns: list[Any] = [
        Column("id", BigInteger, Identity(always=True), nullable=False),
        Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Column("changed_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Column("version", Integer, nullable=False, server_default=text("1")),
        Column("deleted_at", DateTime(timezone=True)),
        Column("custom", JSONB(none_as_null=True)),
        PrimaryKeyConstraint("id", name=short_name("pk", info.name)),
    ]
    if company:
        columns.insert(1, Column("company_id", BigInteger, nullable=False))
        columns.append(UniqueConstraint("company_id", "id", name=short_name("uq", info.name, "company_id")))
    for found in info.fields.values():
        if found.is_stored and found.name not in SYSTEM_COLUMNS and not (company and found.name == "company"):
            columns.extend(_columns_of(info, found))
    if info.searchable:
        columns.append(Column("grams", GRAMS))
    table = Table(
        info.name, composed.metadata, *columns, schema=info.addon,
        info={"keyuan": {"kind": info.kind, "model": info.key, "addon": info.addon, **_wall(info), **_grants(info)}},
        postgresql_with={"fillfactor": 100 if info.is_immutable else FILLED},
    )  # fmt: skip
    for found in info.fields.values():
        _constrain(composed, info, table, found)
    for names in info.uniques:
        _unique(info, table, names)
    for names in info.options.get("indexed", ()):
        ways: list[Any] = [table.c[info.fields[name].column_name] for name in names]
        whole_name = "_".join(column.name for column in ways)
        if is_ordered_as_stored(info.fields[names[-1]]):
            ways[-1] = ways[-1].nulls_first()  # as lists have them: see `_order_index`
        scope = [table.c.company_id] if company else []
        _live_index(info, table, whole_name, [*scope, *ways, table.c.id])
    if info.searchable:
        Index(short_name("ix", info.name, "grams"), table.c.grams, postgresql_using="gin")
    return table


def _grants(info: ModelInfo) -> dict[str, Any]:
    """Rows that are written once: the database lets the application do no more with them."""
    return {"grants": GRANTS} if info.is_immutable else {}


def _wall(info: ModelInfo) -> dict[str, Any]:
    """Other kinds of tables say it by their kind alone."""
    return {"walled": True} if info.is_walled_deployment else {}


def may_be_waived(info: ModelInfo, found: Field) -> bool:
    """Whether imported rows may lack this required field (`create_many(waived=…)`); people are asked at the next edit.

    What a record cannot be without stays NOT NULL: its name, what it is part of, what is unique.
    """
    names_it = found.name == info.display and found.kind not in TO_ONE
    if info.kind != "company" or names_it or found.on_delete == "part_of":
        return False
    return found.kind not in ("number", "state", "boolean") and not any(
        found.name in names for names in info.uniques
    )


def is_ordered_as_stored(found: Field) -> bool:
    """Whether lists are ordered by the very column of the field, and not by a name, a position or a sort key."""
    if found.kind in TO_ONE or found.kind in ("selection", "state", "translated"):
        return False
    return not (found.sortable and found.kind in TEXTS)


def _columns_of(info: ModelInfo, found: Field) -> list[Column[Any]]:
    foreign = found.addon != info.addon
    nullable = foreign or not found.required or may_be_waived(info, found)
    default = None
    if (
        found.kind in SQL_LITERAL_KINDS | {"state"}
        and found.default is not MISSING
        and found.default is not None
    ):
        literal = sql_literal(found.default)
        default = None if literal is None else text(literal)
        nullable = nullable and default is None
    if found.kind == "number":
        nullable = foreign
    columns = [
        Column(found.column_name, _type_of(info, found), nullable=nullable, server_default=default,
               info={"addon": found.addon})
    ]  # fmt: skip
    if found.sortable and found.kind in TEXTS:
        columns.append(Column(f"{found.column_name}__sort", Text, info={"addon": found.addon}))
    return columns


def _type_of(info: ModelInfo, found: Field) -> Any:
    if found.kind in TO_ONE:
        return BigInteger
    if found.kind == "state":
        return StateType(info.key)
    if found.kind == "json":
        return JSONB(none_as_null=True)
    return COLUMN_TYPES["decimal" if found.is_exact_money else found.kind]


def _constrain(composed: Composition, info: ModelInfo, table: Table, found: Field) -> None:
    if not found.is_stored or found.name in ("id", "deleted_at", "custom", "version", "changed_at"):
        return
    if found.name == "company" and info.kind != "deployment":
        return
    column = table.c[found.column_name]
    scope = [table.c.company_id] if info.kind != "deployment" else []
    if found.kind in TO_ONE and found.name not in ("created_by", "changed_by"):
        _foreign_key(composed, info, table, found)
        _live_index(info, table, found.column_name, [*scope, column, table.c.id])
    elif found.sortable:
        sorted_by = table.c[f"{found.column_name}__sort"] if found.kind in TEXTS else column
        _order_index(info, table, [*scope, sorted_by.nulls_first(), table.c.id])
        if found.kind in TEXTS and found.index:
            _live_index(info, table, found.column_name, [*scope, column, table.c.id])
    elif found.index or found.kind == "state":
        _live_index(info, table, found.column_name, [*scope, column, table.c.id])
    if found.kind == "selection" and found.choices_from is None:
        codes = ", ".join(str(sql_literal(code)) for code, _label in found.choices)
        name = short_name("ck", info.name, found.column_name)
        table.append_constraint(CheckConstraint(text(f'"{found.column_name}" in ({codes})'), name=name))


def _live_index(info: ModelInfo, table: Table, column_name: str, columns: list[Any]) -> None:
    Index(short_name("ix", info.name, column_name), *columns, postgresql_where=text(LIVE), _table=table)


def _order_index(info: ModelInfo, table: Table, columns: list[Any]) -> None:
    """A list ordered by the column, from any key on and in both directions, is one read of this index. It needs the
    empty values first, as lists have them upwards: an index of the usual kind would be sorted again.
    """
    name = short_name("by", info.name, columns[-2].element.name)
    Index(name, *columns, postgresql_where=text(LIVE), _table=table)


def _foreign_key(composed: Composition, info: ModelInfo, table: Table, found: Field) -> None:
    target = composed.models.get(str(found.target_key))
    if target is None:
        return
    remote = f"{target.addon}.{target.name}"
    name = short_name("fk", info.name, found.column_name)
    if info.kind == "company" and target.kind == "company":
        columns, remotes = ["company_id", found.column_name], [f"{remote}.company_id", f"{remote}.id"]
    else:
        columns, remotes = [found.column_name], [f"{remote}.id"]
    table.append_constraint(ForeignKeyConstraint(columns, remotes, name=name, use_alter=True))


def _unique(info: ModelInfo, table: Table, names: tuple[str, ...]) -> None:
    columns = [table.c[info.fields[name].column_name] for name in names]
    scope = [table.c.company_id] if info.kind != "deployment" else []
    Index(
        short_name("uq", info.name, *names),
        *scope,
        *columns,
        unique=True,
        postgresql_where=text(LIVE),
        _table=table,
    )


def build_link_tables(composed: Composition, info: ModelInfo) -> dict[str, Table]:
    """A table for each many2many field, in the schema of the addon that declares it."""
    tables = {}
    for found in info.fields.values():
        target = composed.models.get(str(found.target_key))
        if found.kind != "many2many" or target is None:
            continue
        company = [Column("company_id", BigInteger, nullable=False)] if info.is_walled else []
        name = f"{info.name}__{found.name}"
        table = Table(
            name, composed.metadata, *company,
            Column("left_id", BigInteger, nullable=False), Column("right_id", BigInteger, nullable=False),
            PrimaryKeyConstraint("left_id", "right_id", name=short_name("pk", name)),
            _link_key(info, info, name, "left"), _link_key(info, target, name, "right"),
            schema=found.addon,
            info={"keyuan": {"kind": info.kind, "model": info.key, "addon": found.addon, "link": found.name,
                             **_wall(info)}},
        )  # fmt: skip
        Index(short_name("ix", name, "right_id"), table.c.right_id, table.c.left_id)
        tables[found.name] = table
    return tables


def _link_key(info: ModelInfo, end: ModelInfo, name: str, side: str) -> ForeignKeyConstraint:
    """Both ends of a link between records of companies are in the company of the link."""
    within = ["company_id"] if info.kind == end.kind == "company" else []
    columns, remotes = [*within, f"{side}_id"], [*within, "id"]
    table = f"{end.addon}.{end.name}"
    return ForeignKeyConstraint(
        columns,
        [f"{table}.{column}" for column in remotes],
        name=short_name("fk", name, side),
        use_alter=True,
    )


def state_literal(value: object) -> object:
    """A state's code, anything else as it is."""
    return value.code if isinstance(value, State) else value
