"""Sections of a company's rights that roles make: their hierarchy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, select

from core.auth.company_rights import Section
from core.orm.compose import Composition


@dataclass(frozen=True, eq=False)
class Places:
    """The tree of roles: code of a role -> codes of those directly below it."""

    below: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def with_those_below(self, roles: Iterable[str]) -> frozenset[str]:
        """The roles and all that stand below them, at whatever depth."""
        found, new = set(roles), list(roles)
        while new:
            below = self.below.get(new.pop(), frozenset()) - found
            found |= below
            new += below
        return frozenset(found)


def _places(composed: Composition, company: ColumnElement[int]) -> Select[Any]:
    place, role = composed.info("base.role_place").table, composed.info("base.role").table
    above = role.alias()
    here = (place.c.company_id == company) & place.c.deleted_at.is_(None)
    in_use = (role.c.active, above.c.active, role.c.deleted_at.is_(None), above.c.deleted_at.is_(None))
    return (
        select(role.c.code, above.c.code.label("above"))
        .join_from(place, role, place.c.role_id == role.c.id)
        .join(above, place.c.superior_id == above.c.id)
        .where(here, *in_use)
    )


def _tree(rows: Sequence[Mapping[str, Any]]) -> Places:
    below: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        below[row["above"]].add(row["code"])
    return Places({code: frozenset(found) for code, found in below.items()})


PLACES: Final = Section("places", ("base.role", "base.role_place"), _places, _tree, Places())
