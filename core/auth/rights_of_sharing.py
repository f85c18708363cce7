"""The section of a company's rights that sharing rules make: the rules, and the people whom they name.

A rule names departments and roles, so the section holds who belongs to these; whoever moves, comes or leaves raises the
company's number as a changed rule does. A company without rules has nothing to load but the rules.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    Text,
    cast,
    exists,
    func,
    literal,
    null,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from core.auth.company_rights import Section
from core.auth.models.employee import ACTIVE
from core.auth.models.sharing import EDIT
from core.orm.compose import Composition

Users = frozenset[int]
NOBODY: Final[Users] = frozenset()
READING: Final = frozenset({"read", "export", "print"})
EDITING: Final = READING | {"update"}
"""What a share for editing is good for: never delete, assign, approve or share."""


@dataclass(frozen=True, eq=False)
class Rule:
    """One rule as it decides. `owners` None means everybody's records and those of nobody."""

    id: int
    name: str
    model: str
    condition: str | None
    actions: frozenset[str]
    owners: Users | None
    to_role: str | None
    to_users: Users

    def reaches(self, user_id: int, roles: frozenset[str]) -> bool:
        """Whether somebody with these roles gets the records."""
        return self.to_role in roles if self.to_role is not None else user_id in self.to_users


@dataclass(frozen=True, eq=False)
class People:
    """Who belongs to which department, and holds which role; departments as a tree.

    `members` leave their records in a department that they have left; `working` are those who have a post there now,
    which alone gives them anything.
    """

    members: Mapping[int, Users] = field(default_factory=dict)
    working: Mapping[int, Users] = field(default_factory=dict)
    below: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    holders: Mapping[str, Users] = field(default_factory=dict)

    def owners_of(self, department: int, *, and_below: bool) -> Users:
        """Users with a post in it, also one that they have left, and in those below it at whatever depth."""
        return NOBODY.union(*(self.members[one] for one in self._tree(department, and_below)))

    def receivers_of(self, department: int, *, and_below: bool) -> Users:
        """Users who work in it or below it now."""
        return NOBODY.union(*(self.working[one] for one in self._tree(department, and_below)))

    def _tree(self, department: int, and_below: bool) -> set[int]:
        """A department with those below it; one in the bin has no people, and nothing below it."""
        found = {department} & self.members.keys()
        new = list(found)
        while and_below and new:
            below = set(self.below.get(new.pop(), ())) - found
            found |= below
            new += below
        return found


@dataclass(frozen=True, eq=False)
class Sharing:
    """The active rules of a company by model."""

    rules: Mapping[str, tuple[Rule, ...]] = field(default_factory=dict)
    people: People = field(default_factory=People)

    def of(self, model: str, user_id: int, roles: frozenset[str]) -> list[Rule]:
        """The rules by which somebody gets records of the model."""
        return [rule for rule in self.rules.get(model, ()) if rule.reaches(user_id, roles)]


def _question(composed: Composition, company: ColumnElement[int]) -> Select[Any]:
    """Rules as (kind, id, data), departments as (kind, id, above, users), roles as (kind, code, users)."""
    rule = composed.info("base.sharing_rule").table
    is_used = exists(select(rule.c.id).where(rule.c.company_id == company, rule.c.deleted_at.is_(None)))
    parts = [
        _rules(composed, company),
        _departments(composed, company).where(is_used),
        _roles(composed, company).where(is_used),
    ]
    found = parts[0].union_all(*parts[1:]).subquery("of_rules")
    return select(found)


def _rules(composed: Composition, company: ColumnElement[int]) -> Select[Any]:
    rule, role = composed.info("base.sharing_rule").table, composed.info("base.role").table
    owner_role, to_role = role.alias(), role.alias()
    names = ("name", "model", "condition", "may", "owner_department_id", "owners_below", "to_department_id",
             "receivers_below", "to_user_id", "owner_role_id", "to_role_id")  # fmt: skip
    data = func.jsonb_build_object(
        *(part for name in names for part in (literal(name, Text), rule.c[name])),
        literal("owner_role", Text), owner_role.c.code, literal("to_role", Text), to_role.c.code, type_=JSONB,
    )  # fmt: skip
    return (
        select(literal("rule", Text).label("kind"), rule.c.id, cast(null(), Text).label("code"),
               cast(null(), BigInteger).label("above"), cast(null(), ARRAY(BigInteger)).label("users"),
               data.label("data"))
        .join_from(rule, owner_role, (owner_role.c.id == rule.c.owner_role_id) & _in_use(owner_role), isouter=True)
        .outerjoin(to_role, (to_role.c.id == rule.c.to_role_id) & _in_use(to_role))
        .where(rule.c.company_id == company, rule.c.active, rule.c.deleted_at.is_(None))
    )  # fmt: skip


def _in_use(role: Any) -> ColumnElement[bool]:
    found: ColumnElement[bool] = role.c.active & role.c.deleted_at.is_(None)
    return found


def _departments(composed: Composition, company: ColumnElement[int]) -> Select[Any]:
    department, person = composed.info("base.department").table, composed.info("base.employee").table
    here = (person.c.company_id == company, person.c.deleted_at.is_(None), person.c.user_id.is_not(None))
    user, is_working = person.c.user_id.distinct(), person.c.status == ACTIVE
    users, working = (
        select(found)
        .where(person.c.department_id == department.c.id, *here)
        .correlate(department)
        .scalar_subquery()
        for found in (func.array_agg(user), func.array_agg(user).filter(is_working))
    )
    return select(
        literal("department", Text), department.c.id, cast(null(), Text), department.c.parent_id, users,
        func.to_jsonb(working, type_=JSONB),
    ).where(department.c.company_id == company, department.c.deleted_at.is_(None))  # fmt: skip


def _roles(composed: Composition, company: ColumnElement[int]) -> Select[Any]:
    role, held = composed.info("base.role").table, composed.info("base.user_role").table
    rule = composed.info("base.sharing_rule").table
    named = select(rule.c.owner_role_id).where(rule.c.company_id == company, rule.c.deleted_at.is_(None))
    return (
        select(literal("role", Text), cast(null(), BigInteger), role.c.code, cast(null(), Integer),
               func.array_agg(held.c.user_id.distinct()), cast(null(), JSONB))
        .join_from(held, role, held.c.role_id == role.c.id)
        .where(held.c.company_id == company, held.c.deleted_at.is_(None), held.c.role_id.in_(named))
        .group_by(role.c.code)
    )  # fmt: skip


def _build(rows: Sequence[Mapping[str, Any]]) -> Sharing:
    below: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        if row["kind"] == "department" and row["above"] is not None:
            below[row["above"]].append(row["id"])
    departments = [row for row in rows if row["kind"] == "department"]
    people = People(
        {row["id"]: frozenset(row["users"] or ()) for row in departments},
        {row["id"]: frozenset(row["data"] or ()) for row in departments},
        {above: tuple(found) for above, found in below.items()},
        {row["code"]: frozenset(row["users"] or ()) for row in rows if row["kind"] == "role"},
    )
    rules: dict[str, list[Rule]] = defaultdict(list)
    for row in rows:
        if row["kind"] == "rule":
            rule = _rule(row["id"], row["data"], people)
            rules[rule.model].append(rule)
    return Sharing({model: tuple(found) for model, found in rules.items()}, people)


def _rule(rule_id: int, data: Mapping[str, Any], people: People) -> Rule:
    """A role that is gone or out of use has no holders; it never stands for everybody."""
    owners: Users | None = None
    if data["owner_department_id"] is not None:
        owners = people.owners_of(data["owner_department_id"], and_below=data["owners_below"])
    elif data["owner_role_id"] is not None:
        owners = people.holders.get(data["owner_role"] or "", NOBODY)
    receivers = NOBODY
    if data["to_department_id"] is not None:
        receivers = people.receivers_of(data["to_department_id"], and_below=data["receivers_below"])
    elif data["to_user_id"] is not None:
        receivers = frozenset({data["to_user_id"]})
    return Rule(
        rule_id, data["name"], data["model"], data["condition"], EDITING if data["may"] == EDIT else READING, owners,
        data["to_role"] if data["to_role_id"] is not None else None, receivers,
    )  # fmt: skip


SHARING: Final = Section(
    "sharing", ("base.sharing_rule", "base.department", "base.employee", "base.user_role", "base.role"),
    _question, _build, Sharing(),
)  # fmt: skip
