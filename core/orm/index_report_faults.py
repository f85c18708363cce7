"""Declared indexes that are not as declared."""

from __future__ import annotations

from collections.abc import Iterator

from core.i18n import LazyString, _
from core.orm.index_report_catalogue import Found
from core.orm.index_report_finding import Comparison, Finding, Kind, drop_statement, index_name, place_of
from core.orm.index_report_shape import Declared
from core.orm.rls import quote


def faults(compared: Comparison) -> Iterator[Finding]:
    """One finding for each declared index that does not exist as it should."""
    for declared in compared.wanted:
        place = place_of(declared.table)
        found = compared.found.get((place, declared.name))
        if found is not None and found.valid and found.shape == declared.shape:
            continue
        kind, words, statements = _judged(compared, declared, found)
        compared.settled.add((place, declared.name))
        yield Finding(
            kind, declared.table.fullname, words.format(index=declared.name, shape=str(declared.shape)),
            tuple(statements), compared.purposes(declared.table.fullname, declared.shape),
            rows=max(compared.counted(place).rows, 1),
        )  # fmt: skip


def _judged(
    compared: Comparison, declared: Declared, found: Found | None
) -> tuple[Kind, LazyString, list[str]]:
    """What is wrong, in words that still need index and shape, and what would mend it."""
    made = declared.statements(compared.counted(place_of(declared.table)).parts)
    if found is None:
        other = _of_other_name(compared, declared)
        if other is None:
            return "missing", _("The index {index} {shape} does not exist."), made
        compared.settled.add((other.place, other.name))
        words = _("The index {index} {shape} has another name: {other}.", other=other.name)
        return "renamed", words, [f"alter index {index_name(other)} rename to {quote(declared.name)}"]
    mended = [] if found.guards else [drop_statement(found), *made]
    if not found.valid:
        words = _("The index {index} {shape} was begun and never finished; it serves nobody.")
        return "unfinished", words, mended
    words = _("The index {index} should be {shape} and is {other}.", other=str(found.shape))
    return "different", words, mended


def _of_other_name(compared: Comparison, declared: Declared) -> Found | None:
    place = place_of(declared.table)
    alike = (
        one for one in compared.catalogue.indexes
        if one.place == place and one.valid and one.shape == declared.shape
        and one.guards == bool(declared.constraint) and (place, one.name) not in compared.names
    )  # fmt: skip
    return next(alike, None)
