"""Section: whether upgrades have left differences that wait for somebody's decision.

It is kept with the rights of a company because it is asked with every page (the menu shows it) and changes as rarely
as they do. What the differences are is read in `core.lifecycle.offers`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, select

from core.auth.company_rights import Section
from core.orm.compose import Composition
from core.orm.kernel_tables import shipped

Waiting = frozenset[tuple[bool, str]]
"""(whether all companies share the records, addon)."""


def _question(composed: Composition, company: ColumnElement[int]) -> Select[Any]:
    here = (shipped.c.company_id == 0) | (shipped.c.company_id == company)
    is_shared = (shipped.c.company_id == 0).label("is_shared")
    return select(is_shared, shipped.c.addon).where(here, shipped.c.offered.is_not(None)).distinct()


def _built(rows: Sequence[Mapping[str, Any]]) -> Waiting:
    return frozenset((row["is_shared"], row["addon"]) for row in rows)


OFFERS: Final = Section[Waiting]("offers", (), _question, _built, frozenset())
