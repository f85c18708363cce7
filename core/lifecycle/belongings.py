"""What an addon has in the database, read from the catalogue alone: its code may be gone or broken.

Its tables lie in a schema of its name, and in `removed_<name>` while it is set aside; its columns on the tables of
others begin with its name and two underscores.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, text

from core.orm.rls import quote

ASIDE: Final = "removed_"


def aside(name: str) -> str:
    """The schema in which the tables of a removed addon are kept."""
    return f"{ASIDE}{name}"


@dataclass(frozen=True)
class OwnTable:
    """A table of the addon. `rows` is what the server last counted, -1 where it never has."""

    schema: str
    name: str
    rows: int
    size: int
    """Bytes with indexes."""


@dataclass(frozen=True)
class _Part:
    """Something of a table."""

    schema: str
    table: str
    name: str

    @property
    def full_table(self) -> str:
        return f"{quote(self.schema)}.{quote(self.table)}"


@dataclass(frozen=True)
class OwnColumn(_Part):
    """A column of the addon on somebody else's table."""

    is_required: bool
    has_default: bool
    rows: int
    """Of the table, as the server last counted."""


@dataclass(frozen=True)
class Bond(_Part):
    """A constraint between the addon and the rest: a foreign key across the border, a check on its columns."""

    definition: str


@dataclass(frozen=True)
class Belongings:
    """All of it. Nothing at all for an addon that was never installed, or was purged."""

    addon: str
    schema: str | None
    tables: tuple[OwnTable, ...]
    columns: tuple[OwnColumn, ...]
    bonds: tuple[Bond, ...]

    @property
    def is_aside(self) -> bool:
        return self.schema is not None and self.schema.startswith(ASIDE)


_SCHEMA = text("select nspname from pg_namespace where nspname = any(:names) order by nspname")

_TABLES = text("""
    select n.nspname, c.relname, c.reltuples::bigint, pg_total_relation_size(c.oid)
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = :schema and c.relkind in ('r', 'p') and not c.relispartition
    order by c.relname
""")

_OWN_COLUMN: Final = (
    r"a.attname like :prefix and a.attname <> :sorted and a.attnum > 0 and not a.attisdropped"
)
"""`name__sort` orders the texts of a field called like the addon, and is not the addon's."""

_COLUMNS = text(f"""
    select n.nspname, c.relname, a.attname, a.attnotnull, a.atthasdef, c.reltuples::bigint
    from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
    where {_OWN_COLUMN} and c.relkind in ('r', 'p') and not c.relispartition
      and n.nspname <> all(:own) and n.nspname !~ '^(pg_|information_schema$)'
    order by n.nspname, c.relname, a.attname
""")

_BONDS = text(f"""
    with touched as (
        select k.oid, k.conname, k.conrelid, k.confrelid, k.contype, exists (
            select from pg_attribute a where a.attrelid = k.conrelid and a.attnum = any(k.conkey) and {_OWN_COLUMN}
        ) as is_own_column
        from pg_constraint k where k.contype in ('f', 'c') and k.conrelid <> 0 and k.conparentid = 0)
    select n.nspname, c.relname, t.conname, pg_get_constraintdef(t.oid)
    from touched t join pg_class c on c.oid = t.conrelid join pg_namespace n on n.oid = c.relnamespace
    left join pg_class o on o.oid = t.confrelid left join pg_namespace p on p.oid = o.relnamespace
    where case when n.nspname = any(:own) then t.contype = 'f' and p.nspname <> all(:own)
               else t.is_own_column or p.nspname = any(:own) end
    order by n.nspname, c.relname, t.conname
""")


def belongings(connection: Connection, name: str) -> Belongings:
    """What is in the database of the addon of this name. A few questions, whatever the number of rows."""
    own = [name, aside(name)]
    schema: str | None = connection.execute(_SCHEMA, {"names": own}).scalar()
    asked = {"own": own, "prefix": name.replace("_", r"\_") + r"\_\_%", "sorted": f"{name}__sort"}
    tables = connection.execute(_TABLES, {"schema": schema}) if schema else ()
    return Belongings(
        name, schema, tuple(OwnTable(*row) for row in tables),
        tuple(OwnColumn(*row) for row in connection.execute(_COLUMNS, asked)),
        tuple(Bond(*row) for row in connection.execute(_BONDS, asked)),
    )  # fmt: skip
