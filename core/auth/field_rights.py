"""Which fields of a model somebody may see and set.

    declared       visible_to and editable_by of the field: the outer bound, which no company widens
    configured     rows of base.field_right: hidden, read only or editable for a role

The configured right of somebody is the most generous of the roles that let them at the model: a role that gives a
right on it and says nothing of the field leaves it as declared, a role that says something counts with what it says.
Somebody changes what a role that lets them write, or one that says "editable", leaves open. What is computed from a
hidden field is hidden with it, unless a role of theirs says something of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from core.auth.access_index import AccessIndex
from core.auth.models.field_right import EDITABLE, HIDDEN
from core.auth.rights_of_fields import FIELDS
from core.orm.compose import ModelInfo
from core.orm.fields import Field
from core.orm.following import Place, followers
from core.orm.policy import NO_LIMITS, FieldLimits

if TYPE_CHECKING:
    from core.auth.identity import Identity

WRITES: Final = frozenset({"create", "update", "import"})


def readable_fields(info: ModelInfo, person: Identity, limits: FieldLimits = NO_LIMITS) -> frozenset[str]:
    """Fields of enabled addons that the caller's roles may see; a secret is never read by anybody."""
    fields = info.fields_for(person.addons).values()
    seen = (f.name for f in fields if f.kind != "secret" and _admits(f.visible_to, person))
    return frozenset(name for name in seen if (info.key, name) not in limits.hidden)


def editable_fields(info: ModelInfo, person: Identity, limits: FieldLimits = NO_LIMITS) -> frozenset[str]:
    """Fields that the caller's roles may give values for; computed and system fields take none.

    A secret can be set without being readable; any other field only by those who see it. `Field.readonly` is not
    asked here: it says that people do not type the value, while transitions and services write it for them.
    """
    fields = info.fields_for(person.addons).values()
    taken = (f.name for f in fields if _takes_values(f) and _may_set(f, person))
    return frozenset(name for name in taken if (info.key, name) not in limits.locked)


def field_limits(index: AccessIndex, person: Identity) -> FieldLimits:
    """What the company has taken from the caller's roles, over all models."""
    hidden: set[Place] = set()
    locked: set[Place] = set()
    heard: set[Place] = set()
    for key, fields in person.rights.of(FIELDS).by_model.items():
        info = index.models.get(key)
        if info is None:
            continue
        granting = granting_roles(index, info, person)
        for name, by_role in fields.items():
            said = {role: right for role, right in by_role.items() if role in person.granting}
            if not said or name not in info.fields or not is_limitable(info.fields[name]):
                continue
            heard.add((key, name))
            if not _is_seen(said, granting):
                hidden.add((key, name))
            elif not _is_set(said, granting):
                locked.add((key, name))
    if not hidden and not locked:
        return NO_LIMITS
    hidden |= followers(index.models, hidden) - heard
    return FieldLimits(frozenset(hidden), frozenset(hidden | locked))


def granting_roles(index: AccessIndex, info: ModelInfo, person: Identity) -> dict[str, set[str]]:
    """The caller's roles that let them at the model, with the actions that each of them gives."""
    found: dict[str, set[str]] = {}
    for code, action, _level in index.levels(info, person.addons, person.rights):
        if code in person.granting:
            found.setdefault(code, set()).add(action)
    return found


def is_limitable(field: Field) -> bool:
    """Whether a company may take the field from roles: not what the kernel itself keeps, nor the state."""
    return not field.system and field.kind != "state" and field.name != "id"


def _is_seen(said: Mapping[str, str], granting: Mapping[str, set[str]]) -> bool:
    return any(right != HIDDEN for right in said.values()) or not granting.keys() <= said.keys()


def _is_set(said: Mapping[str, str], granting: Mapping[str, set[str]]) -> bool:
    return EDITABLE in said.values() or any(
        actions & WRITES and role not in said for role, actions in granting.items()
    )


def _takes_values(field: Field) -> bool:
    return not (field.system or field.is_computed or field.kind == "one2many")


def _may_set(field: Field, person: Identity) -> bool:
    return _admits(field.editable_by, person) and _admits(field.visible_to, person)


def _admits(roles: tuple[Any, ...], person: Identity) -> bool:
    """No roles named means everybody; roles are given as declarations or by code."""
    return not roles or any(getattr(role, "code", role) in person.roles for role in roles)
