"""Two addons that give one model something of the same name, and do not know of each other.

A field twice is refused wherever it happens. A method, property or field of an extension that replaces what the model
itself has, or what an addon has that this one builds on, is an override. What is left is chance: whichever addon comes
later would be called by both.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import FunctionType
from typing import TYPE_CHECKING, Any, Final

from core.errors import CompositionError
from core.i18n import _
from core.modules.graph import knows
from core.orm.fields import Field
from core.orm.methods import Method
from core.orm.places import place_of, said_place

if TYPE_CHECKING:
    from core.orm.compose import Composition, ModelInfo

_NAMED: Final = (Field, Method, FunctionType, property, classmethod, staticmethod)


def refuse_clashes(composed: Composition) -> None:
    """Raise a `CompositionError` of the later addon, which names both with file and line."""
    manifests = {addon.name: addon.manifest for addon in composed.loaded}
    for info in composed.models.values():
        seen: dict[str, list[tuple[str, type]]] = {}
        for addon, extension in info.extensions:
            for name in _brought(info, extension):
                for first, other in seen.get(name, ()):
                    if (
                        addon != first
                        and not issubclass(extension, other)
                        and not knows(manifests, addon, first)
                    ):
                        raise clash(info, name, (first, other), (addon, extension))
                seen.setdefault(name, []).append((addon, extension))


def clash(info: ModelInfo, name: str, first: tuple[str, type], second: tuple[str, type]) -> CompositionError:
    """What to say of two declarations of one name."""
    text = _(
        "{model} has {name} twice: from {first} ({place}) and from {second} ({other}). Rename one of them.",
        model=info.key, name=name, first=first[0], place=said_place(first[1], name),
        second=second[0], other=said_place(second[1], name),
    )  # fmt: skip
    file, line = place_of(second[1], name)
    return CompositionError(text, addon=second[0], model=info.key, field=name, file=file, line=line)


def _brought(info: ModelInfo, extension: type) -> Iterator[str]:
    """The names that an extension adds to the model, without its overrides of the model's own."""
    own = {name for cls in info.definition.__mro__ for name in vars(cls)}
    for name, value in vars(extension).items():
        if not name.startswith("__") and name not in own and _is_declaration(value):
            yield name


def _is_declaration(value: Any) -> bool:
    return isinstance(value, _NAMED) or hasattr(value, "__keyuan_switch__")
