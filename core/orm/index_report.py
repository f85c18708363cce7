"""Which indexes are missing and which are of no use: what the code declares, what the database has, what is used.

A declared index that is missing, unfinished or another one than declared is a *fault*. Everything else is advice: a
question that people may ask and no index serves, an index that nobody declared, that nobody has used, that another one
makes superfluous, that has grown too large. Nothing is changed here; each finding carries the statements that would.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Table

from core.i18n import LazyString
from core.orm.index_report_advice import read_whole, spare, superfluous, unserved
from core.orm.index_report_catalogue import read_catalogue
from core.orm.index_report_faults import faults
from core.orm.index_report_finding import Comparison, Finding
from core.orm.index_report_shape import declared_indexes
from core.orm.index_report_uses import Use

__all__ = ["Finding", "IndexReport", "index_report"]


@dataclass(frozen=True)
class IndexReport:
    """Findings by gain, faults first. What was left out because it is small is counted."""

    findings: tuple[Finding, ...]
    declared: int
    since: datetime | None
    """When the server began to count uses; None where it has not begun anew since the database was made."""
    small_unused: int
    small_wanted: int

    @property
    def faulty(self) -> int:
        return sum(finding.is_fault for finding in self.findings)


def index_report(
    connection: Connection, tables: Iterable[Table], uses: Iterable[Use], *, complete: bool = True
) -> IndexReport:
    """Compare the declared `tables` and the questions that people may ask with the database.

    `complete` says that all addons of the deployment are among the tables; else no unknown index is proposed for
    removal. Takes seconds at most: raises UserError where the server does not answer.
    """
    wanted = [declared for table in tables for declared in declared_indexes(table)]
    schemas = sorted({str(declared.table.schema) for declared in wanted})
    compared = Comparison(wanted, _once(uses), read_catalogue(connection, schemas), complete)
    found = [part for look in (faults, unserved, superfluous, spare, read_whole) for part in look(compared)]
    return IndexReport(
        tuple(sorted(found, key=lambda finding: finding.rank)), len(wanted), compared.catalogue.since,
        compared.small_unused, compared.small_wanted,
    )  # fmt: skip


def _once(uses: Iterable[Use]) -> list[tuple[Use, list[LazyString]]]:
    """Each question with all the reasons for asking it."""
    found: dict[tuple[str, str, tuple[str, ...]], tuple[Use, list[LazyString]]] = {}
    for use in uses:
        _use, purposes = found.setdefault((use.table.fullname, use.kind, use.columns), (use, []))
        if use.purpose not in purposes:
            purposes.append(use.purpose)
    return list(found.values())
