"""Which methods of a model have a button, in a form and for marked rows of a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from core.orm.methods import Method
from core.views.layout import ButtonStyle, MethodRef
from core.views.references import method_name

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo


def offered_methods(info: ModelInfo, addons: frozenset[str]) -> dict[str, Method[..., Any]]:
    """The methods with a button in a company that has these addons, as the model declares them."""
    return {
        name: method
        for name, method in info.methods.items()
        if not method.automatic and (method.addon or info.addon) in addons
    }


def bulk_methods(
    info: ModelInfo, addons: frozenset[str], named: Sequence[MethodRef]
) -> tuple[Method[..., Any], ...]:
    """The methods for marked rows: those that the list names, else all offered ones."""
    offered = offered_methods(info, addons)
    if not named:
        return tuple(offered.values())
    names = dict.fromkeys(method_name(reference) for reference in named)
    return tuple(offered[name] for name in names if name in offered)


def button_style(method: Method[..., Any], wanted: ButtonStyle | None) -> ButtonStyle:
    """The look of a button: as written, else by what the method says of itself."""
    if wanted is not None:
        return wanted
    if method.danger:
        return "danger"
    return "primary" if method.kind == "transition" else "secondary"
