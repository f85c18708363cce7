"""Which fields of a model somebody may see and set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.orm.compose import ModelInfo
from core.orm.fields import Field
from core.orm.policy import NO_LIMITS, FieldLimits

if TYPE_CHECKING:
    from core.auth.identity import Identity


def field_limits(index: Any, person: Identity) -> FieldLimits:
    return NO_LIMITS


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


def _takes_values(field: Field) -> bool:
    return not (field.system or field.is_computed or field.kind == "one2many")


def _may_set(field: Field, person: Identity) -> bool:
    return _admits(field.editable_by, person) and _admits(field.visible_to, person)


def _admits(roles: tuple[Any, ...], person: Identity) -> bool:
    """No roles named means everybody; roles are given as declarations or by code."""
    return not roles or any(getattr(role, "code", role) in person.roles for role in roles)
