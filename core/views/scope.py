"""What of a composition exists for one company and one set of roles: the measure that views are cut to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.orm.column_types import State
from core.orm.compose import ModelInfo
from core.orm.fields import Field, field_name
from core.orm.methods import Method
from core.orm.policy import NO_LIMITS, FieldLimits
from core.views.references import method_name, owner_of
from core.views.registry import Declared, Registry, role_code


@dataclass(frozen=True, eq=False, slots=True)
class Scope:
    """The addons that are on, and the roles that open fields; None for roles: every field there is."""

    registry: Registry
    addons: frozenset[str]
    roles: frozenset[str] | None = None
    limits: FieldLimits = NO_LIMITS
    """What the company has taken from the caller's roles."""

    def fields(self, info: ModelInfo) -> dict[str, Field]:
        """The fields that exist here and may be seen."""
        return {
            name: found
            for name, found in info.fields_for(self.addons).items()
            if self._open(found.visible_to) and (info.key, name) not in self.limits.hidden
        }

    def readable(self, info: ModelInfo) -> dict[str, Field]:
        """The fields whose values are given out: a secret is only ever written."""
        return {name: found for name, found in self.fields(info).items() if found.kind != "secret"}

    def field(self, info: ModelInfo, reference: Any) -> Field | None:
        """The model's field that an author names; None where it does not exist here."""
        name = named_field(info, reference)
        return self.fields(info).get(name) if name is not None else None

    def method(self, info: ModelInfo, reference: Any) -> Method[..., Any] | None:
        """The model's method that an author names; None where it does not exist here."""
        found = named_method(info, reference)
        return found if found is not None and (found.addon or info.addon) in self.addons else None

    def readonly(self, field: Field) -> bool:
        """Whether nobody edits the field in a form, or none with these roles."""
        fixed = field.readonly or field.system or field.is_computed or field.kind in ("state", "one2many")
        return (
            fixed or not self._open(field.editable_by) or (field.model_key, field.name) in self.limits.locked
        )

    def states(self, info: ModelInfo) -> tuple[State, ...]:
        """The states that records can reach here: the first one, and those of methods that are on."""
        reached = [info.initial_state]
        for method in info.methods.values():
            if (method.addon or info.addon) in self.addons:
                reached += [*method.sources, method.target]
        codes = {state.code for state in reached if state is not None}
        return tuple(state for code, state in info.states.items() if code in codes)

    def model(self, key: str | None) -> ModelInfo | None:
        """A model of an addon that is on."""
        info = self.registry.models.get(key or "")
        return info if info is not None and info.addon in self.addons else None

    def extensions(self, declared: Declared) -> list[Declared]:
        """The changes of addons that are on, in dependency order."""
        known = self.registry.extensions.get(declared.view, ())
        return [extension for extension in known if extension.addon in self.addons]

    def _open(self, roles: tuple[Any, ...]) -> bool:
        return not roles or self.roles is None or not self.roles.isdisjoint(map(role_code, roles))


def named_field(info: ModelInfo, reference: Any) -> str | None:
    """The name of the field of `info` that is meant; None when it is not a field of that model."""
    try:
        name = field_name(reference)
    except TypeError:
        return None
    return name if name in info.fields and belongs(info, reference) else None


def named_method(info: ModelInfo, reference: Any) -> Method[..., Any] | None:
    """The method of `info` that is meant; None when that model has no such method."""
    found = info.methods.get(method_name(reference))
    return found if found is not None and belongs(info, reference) else None


def belongs(info: ModelInfo, reference: Any) -> bool:
    """Whether what is named was reached through this model, one of its extensions or its mixins.

    Definitions outlive a composition, so classes of an older composition count by their definition.
    """
    owner = owner_of(reference)
    if owner is None:
        return True
    definition = getattr(owner, "__definition__", None)
    if definition is not None:
        return definition is info.definition
    return issubclass(info.cls, owner)
