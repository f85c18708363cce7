"""Limits of roles to values: "this role reaches these categories only", of any relation or choice of any model.

A way to rows comes by a role, so the limit binds the roles and not the person: whoever holds another role that gives
the same action without a limit, or with another one, reaches what that role reaches. Values of a relation whose
records form a tree mean everything below them as well.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, false, or_, select

from core.auth.field_rights import granting_roles
from core.auth.rights_of_fields import LIMITS, RoleLimits
from core.auth.ways import Way
from core.orm.binding import sealed
from core.orm.bulk import among
from core.orm.compose import ModelInfo
from core.orm.fields import TO_ONE, Field
from core.orm.methods import Where

if TYPE_CHECKING:
    from core.auth.access_index import AccessIndex
    from core.auth.identity import Identity

LIMITING: Final = frozenset({*TO_ONE, "selection"})
"""Kinds of fields that a role can be limited by."""


def shares_of_roles(
    info: ModelInfo, person: Identity, index: AccessIndex
) -> list[tuple[frozenset[str], Where | None]]:
    """The caller's roles: those without a limit on the model together, each limited one with the rows that it reaches.

    What a role opens by itself is bound by its own limit: a second role without one does not make the first reach more.
    """
    by_role = person.rights.of(LIMITS).by_model.get(info.key, {})
    bound = sorted(role for role in person.granting if by_role.get(role))
    found: list[tuple[frozenset[str], Where | None]] = [(person.granting.difference(bound), None)]
    return found + [(frozenset({role}), _of_role(info, by_role[role], index.models)) for role in bound]


def limited(ways: list[Way], info: ModelInfo, action: str, person: Identity, index: AccessIndex) -> list[Way]:
    """Ways that the person has and no role by itself, such as a superior's, within the limits of the roles that give
    the action; the same where one of them has none.
    """
    return within(ways, limit_of(info, action, person, index))


def within(ways: list[Way], rows: Where | None) -> list[Way]:
    """The ways, as far as they lead to these rows."""
    return ways if rows is None else [_within(way, rows) for way in ways]


def limit_of(info: ModelInfo, action: str, person: Identity, index: AccessIndex) -> Where | None:
    """The rows within the limits of the caller's roles for an action; None where one of them has no limit."""
    by_role = person.rights.of(LIMITS).by_model.get(info.key)
    if not by_role:
        return None
    giving = [role for role, actions in granting_roles(index, info, person).items() if action in actions]
    alternatives = []
    for role in giving:
        limits = by_role.get(role)
        if not limits:
            return None
        alternatives.append(_of_role(info, limits, index.models))
    return or_(*alternatives) if alternatives else None


def _of_role(info: ModelInfo, limits: RoleLimits, models: Mapping[str, ModelInfo]) -> Where:
    return and_(*(_of_field(info, info.fields.get(name), values, models) for name, values in limits.items()))


def _of_field(
    info: ModelInfo, field: Field | None, values: Collection[str], models: Mapping[str, ModelInfo]
) -> Where:
    """A limit by a field that is not there any more lets nothing through."""
    if field is None or field.kind not in LIMITING:
        return false()
    column = getattr(info.cls, field.attribute)
    if field.kind not in TO_ONE:
        found: Where = column.in_(sorted(values))
        return found
    ids = _ids(values)
    target = models.get(str(field.target_key))
    if not ids or target is None:
        return false()
    parent = _parent(target)
    return among(column, ids) if parent is None else sealed(column.in_(_tree(target, parent, ids)))


def _tree(target: ModelInfo, parent: Field, ids: Iterable[int]) -> Any:
    """Ids of the records and of all below them: walked when it is asked, so that a moved record is right at once."""
    own, child = target.table.alias(), target.table.alias()
    below = select(own.c.id).where(among(own.c.id, ids)).cte(recursive=True)
    return select(
        below.union(
            select(child.c.id).join_from(below, child, child.c[parent.column_name] == below.c.id)
        ).c.id
    )


def _parent(target: ModelInfo) -> Field | None:
    """The field by which records of the model form a tree."""
    found = target.fields.get("parent")
    return (
        found if found is not None and found.kind == "many2one" and found.target_key == target.key else None
    )


def _ids(values: Iterable[str]) -> list[int]:
    return [int(one) for one in values if one.isascii() and one.isdecimal() and len(one) < 19]


def _within(way: Way, within: Where) -> Way:
    """A way without owners and condition that is not everything leads nowhere, and stays so."""
    if not (way.everything or way.owners or way.condition is not None):
        return way
    condition = within if way.condition is None else and_(way.condition, within)
    return Way(way.kind, way.label, owners=way.owners, condition=condition)
