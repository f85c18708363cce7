"""The bar of a record's states, and the buttons of what can be done with it now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from core.i18n import LazyString
from core.orm.compose import ModelInfo
from core.orm.methods import Method
from core.views.effective import EffectiveForm

ALL_BUTTONS_BELOW: Final = 4
"""Up to so many further steps stand beside the first ones; more go into the menu."""


@dataclass(frozen=True, slots=True)
class Step:
    """One state of the bar above a record."""

    label: LazyString | str
    is_current: bool
    is_past: bool
    colour: str


@dataclass(frozen=True, slots=True)
class ActionButton:
    """A method that may be run now. `asks` says that it has a dialog; else one click runs it."""

    method: Method[..., Any]
    style: str
    url: str
    asks: bool

    @property
    def icon(self) -> str | None:
        return self.method.icon


def steps_of(form: EffectiveForm, state: Any) -> list[Step]:
    """The bar: every state of the usual way. Once the record has left it, those from which a step leads to where it is,
    and that one.
    """
    if form.statusbar is None:
        return []
    states = [one for one in form.statusbar.states if not one.aside]
    if state is not None and state not in states:
        before = _leading_to(form.model, state)
        states = [one for one in states if not before or one in before] + [state]
    at = states.index(state) if state in states else -1
    return [Step(one.label, n == at, n < at, one.colour) for n, one in enumerate(states)]


def _leading_to(info: ModelInfo, state: Any) -> set[Any]:
    """The states from which steps, one after another, lead to this one."""
    found: set[Any] = set()
    new = {state}
    while new:
        ways = [set(one.sources) for one in info.methods.values() if one.target in new]
        new = set().union(*ways) - found - {state}
        found |= new
    return found


def buttons_of(
    info: ModelInfo, form: EffectiveForm, key: int, methods: Iterable[Method[..., Any]]
) -> tuple[list[ActionButton], list[ActionButton]]:
    """The buttons in the header as the view places them, and the others that are possible."""
    allowed = {method.name: method for method in methods}
    placed = [shown for shown in form.buttons if shown.name in allowed]
    buttons = [_button(info, key, allowed.pop(shown.name), shown.style) for shown in placed]
    further = [_button(info, key, method, "secondary") for method in allowed.values()]
    if len(buttons) > ALL_BUTTONS_BELOW:
        buttons, further = buttons[:ALL_BUTTONS_BELOW], [*buttons[ALL_BUTTONS_BELOW:], *further]
    return buttons, further


def _button(info: ModelInfo, key: int, method: Method[..., Any], style: str) -> ActionButton:
    asks = bool(method.arguments) or method.confirm is not None
    return ActionButton(method, style, f"/r/{info.key}/{key}/do/{method.name}", asks)
