"""What an index is, whether the code declares it or the database has it: the two are compared in this form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from sqlalchemy import Index, PrimaryKeyConstraint, Table, UniqueConstraint
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.elements import UnaryExpression
from sqlalchemy.sql.operators import desc_op, nulls_first_op, nulls_last_op

from core.orm.rls import full_name, quote
from core.orm.tables import LIVE

UseKind = Literal["order", "find", "search", "unique"]
_DIALECT: Final = postgresql.dialect()  # type: ignore[no-untyped-call]
_CAST: Final = re.compile(r"::[a-z_]+( varying| with(out)? time zone)?(\[\])?")


@dataclass(frozen=True, slots=True)
class Key:
    """A column of an index, or the text of an expression, with its direction."""

    column: str
    descending: bool = False
    nulls_first: bool = False

    def __str__(self) -> str:
        words = [self.column, "desc"] if self.descending else [self.column]
        if self.nulls_first != self.descending:
            words.append("nulls first" if self.nulls_first else "nulls last")
        return " ".join(words)


@dataclass(frozen=True, slots=True)
class Shape:
    """Equal shapes serve the same questions. `special` names what no declaration asks for, such as a foreign operator
    class.
    """

    keys: tuple[Key, ...]
    method: str = "btree"
    unique: bool = False
    where: str = ""
    special: str = ""
    condition: str = field(default="", compare=False)
    """`where` as it is written in a statement."""

    def __str__(self) -> str:
        method = "" if self.method == "btree" else f"{self.method} "
        tail = f" where {self.condition}" if self.condition else ""
        return f"{method}({', '.join(map(str, self.keys))}){tail}"

    def begins(self, other: Shape) -> bool:
        """Whether `other` serves every question that this shape serves: it begins with the same keys."""
        alike = (self.method, self.where, self.special) == (other.method, other.where, other.special)
        return alike and self.method == "btree" and other.keys[: len(self.keys)] == self.keys

    def serves(self, kind: UseKind, columns: Sequence[str]) -> bool:
        """Whether a question of this kind about live rows of one company is one read of such an index."""
        if self.special or self.where not in ("", LIVE):
            return False
        if kind == "search":
            return self.method == "gin" and self.keys[0].column == columns[0]
        own = self.keys[1:] if self.keys[0].column == "company_id" != columns[0] else self.keys
        if self.method != "btree" or [key.column for key in own[: len(columns)]] != list(columns):
            return False
        if kind == "unique":
            return self.unique and len(own) == len(columns)
        return kind == "find" or _orders(own)


def _orders(keys: Sequence[Key]) -> bool:
    """Lists have empty values first upwards and last downwards, and the id settles ties in the same direction."""
    first, *rest = keys
    if first.column != "id" and first.descending == first.nulls_first:
        return False
    return not rest or (rest[0].column == "id" and rest[0].descending == first.descending)


@dataclass(frozen=True)
class Declared:
    """An index that the code asks for, by name."""

    table: Table
    name: str
    shape: Shape
    constraint: str = ""
    """`primary key` or `unique` where it belongs to a constraint of the same name."""

    def statements(self, parts: Sequence[tuple[str, str]] = ()) -> list[str]:
        """What makes it without stopping anybody's work. `parts` are (schema, table) of a partitioned table."""
        target, name = full_name(self.table), quote(self.name)
        if parts:
            return list(self._of_parts(parts))
        made = create_statement(self.name, target, self.shape)
        if not self.constraint:
            return [made]
        return [made, f"alter table {target} add constraint {name} {self.constraint} using index {name}"]

    def _of_parts(self, parts: Sequence[tuple[str, str]]) -> Iterator[str]:
        whole = f"{quote(str(self.table.schema))}.{quote(self.name)}"
        body = create_statement(self.name, f"only {full_name(self.table)}", self.shape)
        yield body.replace(" concurrently ", " ", 1)
        for schema, part in parts:
            name = f"{part}_{self.name}"[:63]
            yield create_statement(name, f"{quote(schema)}.{quote(part)}", self.shape)
            yield f"alter index {whole} attach partition {quote(schema)}.{quote(name)}"


def create_statement(name: str, target: str, shape: Shape) -> str:
    """`create index concurrently …` on `target`, a quoted name."""
    unique = "unique " if shape.unique else ""
    using = "" if shape.method == "btree" else f"using {shape.method} "
    keys = ", ".join(str(Key(quote(key.column), key.descending, key.nulls_first)) for key in shape.keys)
    where = f" where {shape.condition}" if shape.condition else ""
    return f"create {unique}index concurrently {quote(name)} on {target} {using}({keys}){where}"


def declared_indexes(table: Table) -> Iterator[Declared]:
    """All indexes of a declared table, those of its constraints among them."""
    for constraint in table.constraints:
        if isinstance(constraint, (PrimaryKeyConstraint, UniqueConstraint)) and constraint.name:
            keys = tuple(Key(column.name) for column in constraint.columns)
            kind = "primary key" if isinstance(constraint, PrimaryKeyConstraint) else "unique"
            yield Declared(table, str(constraint.name), Shape(keys, unique=True), kind)
    for index in table.indexes:
        yield Declared(table, str(index.name), _shape_of(index))


def _shape_of(index: Index) -> Shape:
    options = index.dialect_options["postgresql"]
    where = options["where"]
    condition = "" if where is None else _literal(where)
    return Shape(
        keys_of(index),
        str(options["using"] or "btree"),
        bool(index.unique),
        normalised(condition),
        condition=condition,
    )


def keys_of(index: Index) -> tuple[Key, ...]:
    """What a declared index is ordered by."""
    return tuple(_key_of(expression) for expression in index.expressions)


def _literal(clause: Any) -> str:
    return str(
        clause.compile(dialect=_DIALECT, compile_kwargs={"literal_binds": True, "include_table": False})
    )


def _key_of(expression: Any) -> Key:
    descending, nulls_first = False, None
    while isinstance(expression, UnaryExpression):
        if expression.modifier is desc_op:
            descending = True
        elif expression.modifier in (nulls_first_op, nulls_last_op):
            nulls_first = expression.modifier is nulls_first_op
        expression = expression.element
    name = getattr(expression, "name", None)
    column = str(name) if name is not None else _literal(expression)
    return Key(column, descending, descending if nulls_first is None else nulls_first)


def normalised(condition: str) -> str:
    """A condition without what the server adds when it writes it down: parentheses, casts, capitals of words."""
    parts = condition.split("'")
    parts[::2] = [_CAST.sub("", re.sub(r'[()"\s]+', " ", part.lower())) for part in parts[::2]]
    return re.sub(r"\s+", " ", "'".join(parts)).strip()
