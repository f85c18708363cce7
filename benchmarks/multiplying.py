"""Many rows out of few: rows that the product has made are copied in the database, with their parts, under new numbers.

A copy has all that its original has (search column, sort keys, totals); ids and references among the copied tables are
shifted, and what has to be unique gets the number of the copy behind it. Days and points in time may be moved back, and
references to records beside be dealt out, by the number of the copy: then a million rows are not those of one month and
of one customer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Date, DateTime, Engine, text

from core.orm.compose import composition
from core.orm.env import Env
from core.orm.trust import TRUSTED

AT_ONCE: Final = 200
"""Copies of the originals that one statement makes."""


@dataclass(frozen=True)
class Spread:
    """How copies differ: moved back by up to so many days, and the column `column` dealt out over ids from `low` on."""

    days: int
    column: str = ""
    low: int = 0
    many: int = 1


@dataclass(frozen=True)
class Originals:
    """The last rows of a model's table: ids from `low` to `high`. `unique` are text columns that must differ."""

    model: str
    low: int
    high: int
    unique: Sequence[str] = field(default=())

    @property
    def span(self) -> int:
        return self.high - self.low + 1


def multiply(
    env: Env, owner: Engine, tables: Sequence[Originals], copies: int, spread: Spread | None = None
) -> None:
    """Copy the rows of all tables so many times; later ones may point to earlier ones."""
    spans = {composition().info(one.model).table.fullname: one for one in tables}
    for one in tables:
        statement = text(_statement(one, spans, spread))
        for first in range(1, copies + 1, AT_ONCE):
            last = min(copies, first + AT_ONCE - 1)
            env.session.execute(
                statement,
                {"low": one.low, "high": one.high, "first": first, "last": last},
                execution_options=TRUSTED,
            )
    env.session.commit()
    with owner.begin() as connection:
        for name in spans:
            connection.execute(
                text(f"select setval(pg_get_serial_sequence(:name, 'id'), (select max(id) from {name}))"),
                {"name": name},
            )


def _statement(one: Originals, spans: Mapping[str, Originals], spread: Spread | None) -> str:
    table = composition().info(one.model).table
    names, values = [], []
    for column in table.columns:
        if column.computed is not None:
            continue
        names.append(f'"{column.name}"')
        values.append(_value(one, column, spans, spread))
    return (
        f"insert into {table.fullname} ({', '.join(names)}) overriding system value "
        f"select {', '.join(values)} from {table.fullname} t cross join generate_series(:first, :last) n "
        "where t.id between :low and :high"
    )


def _value(one: Originals, column: Any, spans: Mapping[str, Originals], spread: Spread | None) -> str:
    if column.name == "id":
        return f"t.id + n * {one.span}"
    if column.name in one.unique:
        return f"t.\"{column.name}\" || '-' || n"
    targets = [key.column for key in column.foreign_keys if key.column.name == "id"]
    target = next((str(one.table.fullname) for one in targets), "")
    if target in spans:
        return f't."{column.name}" + n * {spans[target].span}'
    if spread is not None and column.name == spread.column:
        return f'{spread.low} + mod(t."{column.name}" - {spread.low} + n * 7, {spread.many})'
    if spread is not None and isinstance(column.type, Date):
        return f't."{column.name}" - mod(n, {spread.days})'
    if spread is not None and isinstance(column.type, DateTime):
        return f"t.\"{column.name}\" - mod(n, {spread.days}) * interval '1 day'"
    return f't."{column.name}"'


def rows_since(env: Env, model: str, before: int, unique: Sequence[str] = ()) -> Originals:
    """The rows of a model behind an id, which must follow each other."""
    table = composition().info(model).table.fullname
    count = env.session.execute(
        text(f"select count(*) from {table} where id > :before"),
        {"before": before},
        execution_options=TRUSTED,
    ).scalar_one()
    return last_rows(env, model, count, unique)


def last_id(env: Env, model: str) -> int:
    """The greatest id of a model, 0 where it has no rows."""
    table = composition().info(model).table.fullname
    statement = text(f"select coalesce(max(id), 0) from {table}")
    return int(env.session.execute(statement, execution_options=TRUSTED).scalar_one())


def last_rows(env: Env, model: str, count: int, unique: Sequence[str] = ()) -> Originals:
    """The newest `count` rows of a model, which must follow each other."""
    info = composition().info(model)
    low, high, number = env.session.execute(
        text(
            f"select min(id), max(id), count(*) from (select id from {info.table.fullname} order by id desc limit :n) x"
        ),
        {"n": count},
        execution_options=TRUSTED,
    ).one()
    if number != count or high - low + 1 != count:
        raise RuntimeError(f"{model}: the last {count} rows have gaps: {low} to {high}, {number} of them")
    return Originals(model, low, high, unique)
