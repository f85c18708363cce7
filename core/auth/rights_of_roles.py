"""Sections of a company's rights that roles make: which there are, and their hierarchy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, select

from core.auth.company_rights import Question, Section
from core.orm.compose import Composition


@dataclass(frozen=True, slots=True)
class KnownRole:
    """A role in use in a company; `is_own` of those that it has made. `titles` by language, `basis` the code of the
    declared role that it is a copy of.
    """

    id: int
    code: str
    titles: Mapping[str, str]
    is_own: bool
    basis: str | None = None

    def title(self, language: str) -> str:
        """The name in the reader's language, else in the one it has."""
        return self.titles.get(language) or next(iter(self.titles.values()), self.code)


@dataclass(frozen=True, eq=False)
class Roles:
    """The roles in use in a company by code, declared ones and its own; and the copies of each declared one."""

    by_code: Mapping[str, KnownRole] = field(default_factory=dict)
    copies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def with_bases(self, roles: frozenset[str]) -> frozenset[str]:
        """The roles and the declared ones that they are copies of: what the code of addons asks for by name."""
        bases = (known.basis for code in roles if (known := self.by_code.get(code)) is not None)
        return roles.union(basis for basis in bases if basis is not None)

    def alike(self, code: str) -> tuple[str, ...]:
        """A declared role and its copies."""
        return code, *self.copies.get(code, ())


def _known(composed: Composition, company: ColumnElement[int]) -> Select[Any]:
    role = composed.info("base.role").table
    basis = role.alias()
    here = role.c.company_id.is_(None) | (role.c.company_id == company)
    columns = (role.c.id, role.c.code, role.c.title, role.c.company_id, basis.c.code.label("basis"))
    rows = select(*columns).outerjoin_from(role, basis, (role.c.basis_id == basis.c.id) & basis.c.active)
    return rows.where(here, role.c.active, role.c.deleted_at.is_(None)).order_by(role.c.code)


def _by_code(rows: Sequence[Mapping[str, Any]]) -> Roles:
    copies: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row["basis"] is not None:
            copies[row["basis"]].append(row["code"])
    return Roles(
        {
            row["code"]: KnownRole(
                row["id"], row["code"], row["title"], row["company_id"] is not None, row["basis"]
            )
            for row in rows
        },
        {basis: tuple(found) for basis, found in copies.items()},
    )


def rows_of_roles(model: str, *names: str) -> Question:
    """The question for a model whose rows say something of a role: its code and these columns. What a company says
    counts for more than what is said for all, so the rows of company 0 come first.
    """

    def question(composed: Composition, company: ColumnElement[int]) -> Select[Any]:
        row, role = composed.info(model).table, composed.info("base.role").table
        return (
            select(role.c.code, *(row.c[name] for name in names))
            .join_from(row, role, row.c.role_id == role.c.id)
            .where(
                row.c.company_id.in_([0, company]), row.c.deleted_at.is_(None), role.c.deleted_at.is_(None)
            )
            .order_by(row.c.company_id, row.c.id)
        )

    return question


ROLES: Final = Section("roles", ("base.role",), _known, _by_code, Roles())


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
