"""The company switch: an override steps aside where its addon is off for the company of the current Env."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from types import FunctionType
from typing import TYPE_CHECKING, Any

from core.orm.context import enabled_addons
from core.orm.methods import Method

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo


def install_switches(info: ModelInfo) -> None:
    """Wrap the overriding methods of all extensions, once; methods that override nothing cost nothing."""
    for addon, definition in info.extensions:
        for name, value in list(vars(definition).items()):
            if name.startswith("__") or hasattr(value, "__keyuan_switch__"):
                continue
            if not _overrides(definition, name):
                continue
            if isinstance(value, Method):
                setattr(definition, name, stepping_aside(definition, name, value.function, addon))
            elif isinstance(value, FunctionType):
                setattr(definition, name, stepping_aside(definition, name, value, addon))
            elif isinstance(value, property) and value.fget is not None:
                setattr(definition, name, _property_stepping_aside(definition, name, value, addon))


def _overrides(definition: type, name: str) -> bool:
    inherited = next((vars(base)[name] for base in definition.__mro__[1:] if name in vars(base)), None)
    return isinstance(inherited, (FunctionType, Method, property)) or hasattr(inherited, "__keyuan_switch__")


def stepping_aside(
    definition: type, name: str, function: Callable[..., Any], addon: str
) -> Callable[..., Any]:
    """An override that does its work where its addon is on, and is passed by where it is off."""

    @wraps(function)
    def switched(self: Any, *args: Any, **kwargs: Any) -> Any:
        addons = enabled_addons()
        if addons is None or addon in addons:
            return function(self, *args, **kwargs)
        return getattr(super(definition, self), name)(*args, **kwargs)

    switched.__keyuan_switch__ = addon  # type: ignore[attr-defined]
    return switched


class _SwitchedProperty(property):
    __keyuan_switch__ = True


def _property_stepping_aside(definition: type, name: str, declared: property, addon: str) -> property:
    def switched(self: Any) -> Any:
        addons = enabled_addons()
        if addons is None or addon in addons:
            return declared.fget(self)  # type: ignore[misc]
        return getattr(super(definition, self), name)

    return _SwitchedProperty(switched, declared.fset, declared.fdel, declared.__doc__)
