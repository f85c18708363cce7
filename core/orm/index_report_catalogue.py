"""Indexes and tables as the server has them, with what it has counted about their use.

Every role may ask this; nothing is locked but by the question for a size, which waits for nobody long.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from core.errors import UserError
from core.i18n import _
from core.orm.index_report_shape import Key, Shape, normalised

SECONDS: Final = 20
"""A question that takes longer is given up."""
_LOCK_SECONDS: Final = 3
_GIVEN_UP: Final = frozenset({"57014", "55P03"})
_PAGE: Final = 8192

_INDEXES: Final = text("""
    select n.nspname as schema, t.relname as table, i.relname as name, am.amname as method, x.indisunique as unique,
           x.indisvalid and x.indisready as valid, t.relkind = 'p' as divided,
           exists (select from pg_constraint k where k.conindid = i.oid and k.contype in ('p', 'u', 'x')) as guards,
           pg_get_expr(x.indpred, x.indrelid) as predicate, part.*, keys.*, i.reltuples::bigint as entries,
           concat_ws(' ', case when x.indnatts > x.indnkeyatts then 'include' end,
                     case when x.indnullsnotdistinct then 'nulls not distinct' end) as special
    from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid
    join pg_namespace n on n.oid = t.relnamespace join pg_am am on am.oid = i.relam
    cross join lateral (
        select array_agg(coalesce(a.attname::text, pg_get_indexdef(i.oid, k.place::int, true)) order by k.place)
                   as columns,
               array_agg(k.option::int order by k.place) as options,
               array_agg(a.attlen::int order by k.place) as widths,
               bool_and(c.opcdefault and k.coll = coalesce(a.attcollation, k.coll)) as usual
        from unnest(x.indkey::int2[], x.indoption::int2[], x.indclass::oid[], x.indcollation::oid[])
             with ordinality k(att, option, class, coll, place)
        left join pg_attribute a on a.attrelid = t.oid and a.attnum = k.att and k.att > 0
        left join pg_opclass c on c.oid = k.class
        where k.place <= x.indnkeyatts
    ) keys
    cross join lateral (
        select sum(pg_relation_size(p.oid))::bigint as bytes, coalesce(sum(s.idx_scan), 0)::bigint as scans,
               coalesce(sum(b.idx_blks_read + b.idx_blks_hit), 0)::bigint as touched
        from (select i.oid union select relid::oid from pg_partition_tree(i.oid)) p
        left join pg_stat_all_indexes s on s.indexrelid = p.oid
        left join pg_statio_all_indexes b on b.indexrelid = p.oid
    ) part
    where n.nspname = any(:schemas) and not i.relispartition
    order by n.nspname, t.relname, i.relname
""")

_TABLES: Final = text("""
    select n.nspname as schema, t.relname as table, whole.*,
           array(select array[pn.nspname::text, pc.relname::text]
                 from pg_partition_tree(t.oid) p join pg_class pc on pc.oid = p.relid
                 join pg_namespace pn on pn.oid = pc.relnamespace where p.isleaf and t.relkind = 'p'
                 order by pc.relname) as parts
    from pg_class t join pg_namespace n on n.oid = t.relnamespace
    cross join lateral (
        select coalesce(sum(greatest(c.reltuples, s.n_live_tup, 0)), 0)::bigint as rows,
               coalesce(sum(s.seq_scan), 0)::bigint as scans, coalesce(sum(s.seq_tup_read), 0)::bigint as read
        from (select t.oid union select relid::oid from pg_partition_tree(t.oid)) p
        join pg_class c on c.oid = p.oid and c.relkind = 'r' left join pg_stat_all_tables s on s.relid = p.oid
    ) whole
    where n.nspname = any(:schemas) and t.relkind in ('r', 'p') and not t.relispartition
""")

_SINCE: Final = text("select stats_reset from pg_stat_database where datname = current_database()")

Place = tuple[str, str]
"""Schema and name of a table."""


@dataclass(frozen=True)
class Found:
    """An index of the database. `scans` counts its uses, `touched` the pages read or written for it."""

    place: Place
    name: str
    shape: Shape
    valid: bool
    guards: bool
    """Whether a constraint stands on it."""
    divided: bool
    bytes: int
    scans: int
    touched: int
    entries: int
    widths: tuple[int | None, ...]

    @property
    def wasted(self) -> int:
        """Bytes that a new one of the same entries would not need, roughly; 0 where the size of an entry is unknown."""
        if (
            self.shape.method != "btree"
            or self.entries < 0
            or any(not width or width < 0 for width in self.widths)
        ):
            return 0
        row = 12 + -(-sum(width or 0 for width in self.widths) // 8) * 8
        needed = (self.entries * row / ((_PAGE - 40) * 0.9) * 1.01 + 2) * _PAGE
        return max(0, self.bytes - int(needed))


@dataclass(frozen=True)
class Counted:
    """A table: about how many rows it has, how often it was read whole, and how many rows that were in all."""

    rows: int
    scans: int
    read: int
    parts: tuple[Place, ...]


@dataclass(frozen=True)
class Catalogue:
    """All indexes of some schemas; `since` is when the server began to count, None where it never began anew."""

    indexes: tuple[Found, ...]
    tables: dict[Place, Counted]
    since: datetime | None


def read_catalogue(connection: Connection, schemas: Sequence[str]) -> Catalogue:
    """Ask the server, within bounded time. Raises UserError where it does not answer in time."""
    with _bounded(connection):
        given = {"schemas": sorted(schemas)}
        indexes = tuple(_found(row) for row in connection.execute(_INDEXES, given))
        tables = {
            (row.schema, row.table): Counted(
                row.rows, row.scans, row.read, tuple((a, b) for a, b in row.parts)
            )
            for row in connection.execute(_TABLES, given)
        }
        return Catalogue(indexes, tables, connection.execute(_SINCE).scalar_one())


@contextmanager
def _bounded(connection: Connection) -> Iterator[None]:
    limits = {"statement": f"{SECONDS}s", "lock": f"{_LOCK_SECONDS}s"}
    set_limits = text(
        "select set_config('statement_timeout', :statement, true), set_config('lock_timeout', :lock, true)"
    )
    try:
        connection.execute(set_limits, limits)
        yield
    except DBAPIError as error:
        if getattr(error.orig, "pgcode", None) not in _GIVEN_UP:
            raise
        raise UserError(
            _("The server is too busy to be asked about its indexes, or somebody is changing a table. Please try "
              "again later.")
        ) from error  # fmt: skip


def _found(row: Any) -> Found:
    keys = tuple(
        Key(column, bool(option & 1), bool(option & 2))
        for column, option in zip(row.columns, row.options, strict=True)
    )
    special = row.special if row.usual else f"{row.special} operator class or collation".strip()
    where = row.predicate or ""
    shape = Shape(keys, row.method, row.unique, normalised(where), special, where)
    return Found(
        (row.schema, row.table), row.name, shape, row.valid, row.guards, row.divided, row.bytes, row.scans, row.touched,
        row.entries, tuple(row.widths),
    )  # fmt: skip
