"""Questions that no index serves, and indexes that serve nobody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from core.i18n import _
from core.orm.index_report_catalogue import Found, Place
from core.orm.index_report_finding import (
    LARGE_BYTES,
    LARGE_ROWS,
    Comparison,
    Finding,
    drop_statement,
    index_name,
    megabytes,
    place_of,
)
from core.orm.index_report_shape import Shape, create_statement
from core.orm.rls import full_name

_OFTEN: Final = 10


def unserved(compared: Comparison) -> Iterator[Finding]:
    """Questions about large tables that neither a declared index serves nor one of the database."""
    shapes: dict[Place, list[Shape]] = {}
    for declared in compared.wanted:
        shapes.setdefault(place_of(declared.table), []).append(declared.shape)
    for found in compared.catalogue.indexes:
        if found.valid:
            shapes.setdefault(found.place, []).append(found.shape)
    ordered = {(use.table, use.columns) for use, _purposes in compared.uses if use.kind == "order"}
    for use, purposes in compared.uses:
        place = place_of(use.table)
        if any(shape.serves(use.kind, use.columns) for shape in shapes.get(place, ())):
            continue
        if use.kind == "find" and (use.table, use.columns) in ordered:
            continue  # an index that gives the order finds as well
        counted = compared.counted(place)
        if counted.rows < LARGE_ROWS:
            compared.small_wanted += 1
            continue
        name, shape = use.proposal()
        words = _(
            "No index serves {columns}. The table has about {rows} rows and was read whole {times} times. Declare "
            "index=True or sortable=True, or make one here: {shape}.",
            columns=", ".join(use.columns), rows=counted.rows, times=counted.scans, shape=str(shape),
        )  # fmt: skip
        made = create_statement(name, full_name(use.table), shape)
        gain = max(counted.read, counted.rows)
        reasons = (*purposes, *compared.purposes(use.table.fullname, shape))
        yield Finding("wanted", use.table.fullname, words, (made,), tuple(dict.fromkeys(reasons)), rows=gain)


def read_whole(compared: Comparison) -> Iterator[Finding]:
    """Large tables that are read from end to end again and again, by whomever."""
    for (schema, name), counted in compared.catalogue.tables.items():
        if counted.rows < LARGE_ROWS or counted.scans < _OFTEN or counted.read < counted.scans * LARGE_ROWS:
            continue
        words = _(
            "The table was read whole {times} times, {rows} rows a time.",
            times=counted.scans, rows=counted.read // counted.scans,
        )  # fmt: skip
        yield Finding("read whole", f"{schema}.{name}", words, rows=counted.read)


def superfluous(compared: Comparison) -> Iterator[Finding]:
    """Indexes of which another one is a copy, or begins with the same columns."""
    for found in compared.catalogue.indexes:
        key = (found.place, found.name)
        if found.shape.unique or found.guards or not found.valid or key in compared.settled:
            continue
        other = next((one for one in compared.catalogue.indexes if _replaces(compared, one, found)), None)
        if other is None:
            continue
        compared.settled.add(key)
        words = _(
            "The index {index} {shape} is superfluous: {other} {other_shape} serves everything that it serves.",
            index=found.name, shape=str(found.shape), other=other.name, other_shape=str(other.shape),
        )  # fmt: skip
        drop = (drop_statement(found),) if compared.may_go(found) else ()
        yield Finding("superfluous", ".".join(found.place), words, drop, bytes=found.bytes)


def _replaces(compared: Comparison, other: Found, found: Found) -> bool:
    if other is found or other.place != found.place or not other.valid or not found.shape.begins(other.shape):
        return False
    if other.shape.keys != found.shape.keys or other.shape.unique:
        return True
    declared, declared_too = ((one.place, one.name) in compared.names for one in (other, found))
    return declared if declared != declared_too else other.name < found.name


def spare(compared: Comparison) -> Iterator[Finding]:
    """Of the rest: what nobody declares, what nobody uses, and what has grown far beyond its entries."""
    for found in compared.catalogue.indexes:
        key = (found.place, found.name)
        if key not in compared.settled:
            yield from _unused(compared, found) if key in compared.names else [_undeclared(compared, found)]
        yield from _overgrown(found)


def _undeclared(compared: Comparison, found: Found) -> Finding:
    drop = (drop_statement(found),) if compared.may_go(found) and not found.guards else ()
    if not found.valid:
        words = _("Nobody declares the index {index} {shape}, and it was never finished.")
    elif found.scans or found.guards or found.shape.unique:
        drop = ()
        words = _(
            "Nobody declares the index {index} {shape}. It was used {times} times and takes {size} MB; what needs it "
            "should declare it, since no other deployment has it."
        )
    else:
        words = _("Nobody declares the index {index} {shape}, and nobody has used it. It takes {size} MB.")
    words = words.format(
        index=found.name, shape=str(found.shape), times=found.scans, size=megabytes(found.bytes)
    )
    table = ".".join(found.place)
    return Finding("undeclared", table, words, drop, compared.purposes(table, found.shape), bytes=found.bytes)


def _unused(compared: Comparison, found: Found) -> Iterator[Finding]:
    if found.scans or found.shape.unique or found.guards:
        return
    if found.bytes < LARGE_BYTES:
        compared.small_unused += 1
        return
    words = _(
        "Nobody has used the index {index} {shape}. It takes {size} MB, and {pages} pages were touched to keep it up "
        "to date. Where no replica needs it either, its declaration may go.",
        index=found.name, shape=str(found.shape), size=megabytes(found.bytes), pages=found.touched,
    )  # fmt: skip
    table = ".".join(found.place)
    yield Finding("unused", table, words, (), compared.purposes(table, found.shape), bytes=found.bytes)


def _overgrown(found: Found) -> Iterator[Finding]:
    if found.divided or found.wasted < max(LARGE_BYTES, found.bytes // 2):
        return
    words = _(
        "The index {index} takes {size} MB, of which about {wasted} MB are empty.",
        index=found.name, size=megabytes(found.bytes), wasted=megabytes(found.wasted),
    )  # fmt: skip
    remedy = f"reindex index concurrently {index_name(found)}"
    yield Finding("overgrown", ".".join(found.place), words, (remedy,), bytes=found.wasted)
