"""Sections of a company's rights that roles make: which there are, and their hierarchy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, select

from core.auth.company_rights import Section
from core.orm.compose import Composition


@dataclass(frozen=True, slots=True)
class KnownRole:
    """A role in use in a company; `is_own` of those that the company has made. `titles` by language."""

    id: int
    code: str
    titles: Mapping[str, str]
    is_own: bool

    def title(self, language: str) -> str:
        """The name in the reader's language, else in the one it has."""
        return self.titles.get(language) or next(iter(self.titles.values()), self.code)


Roles = Mapping[str, KnownRole]
"""The roles in use in a company by code, declared ones and its own."""


def _known(composed: Composition, company: ColumnElement[int]) -> Select[Any]:
    role = composed.info("base.role").table
    here = role.c.company_id.is_(None) | (role.c.company_id == company)
    columns = (role.c.id, role.c.code, role.c.title, role.c.company_id)
    return select(*columns).where(here, role.c.active, role.c.deleted_at.is_(None)).order_by(role.c.code)


def _by_code(rows: Sequence[Mapping[str, Any]]) -> Roles:
    return {
        row["code"]: KnownRole(row["id"], row["code"], row["title"], row["company_id"] is not None)
        for row in rows
    }


_NO_ROLES: Final[Roles] = {}
ROLES: Final = Section("roles", ("base.role",), _known, _by_code, _NO_ROLES)


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
