"""Kept addresses of lists that name what an addon brought, opened where that addon is off or gone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from core.errors import BadRequest
from core.i18n import LazyString
from core.orm.dormant import field_asleep, part_asleep, switched_off
from core.views.effective import EffectiveRows
from core.views.registry import registry_of
from core.views.resolve import rows_view_for

Pairs = list[tuple[str, str]]
_LISTS: Final = ("group", "cols")


def awake(env: Any, view: EffectiveRows, params: Iterable[tuple[str, str]]) -> tuple[Pairs, list[LazyString]]:
    """The address without the names that sleep, and why each of them does. Other unknown names stay, to be refused."""
    kept: Pairs = []
    reasons: dict[LazyString, None] = {}
    for name, value in params:
        sleeping = _sleeping(env, view, name, value)
        reasons |= dict.fromkeys(sleeping.values())
        if not sleeping:
            kept.append((name, value))
        elif name in _LISTS and (left := [one for one in value.split(",") if one not in sleeping]):
            kept.append((name, ",".join(left)))
    return kept, list(reasons)


def view_here(env: Any, model: str, name: str | None) -> EffectiveRows:
    """The view that an address names, the list where that one sleeps. BadRequest for other names."""
    try:
        return rows_view_for(env, model, name)
    except BadRequest:
        view = rows_view_for(env, model)
        if _view_asleep(env, view, name or "") is None:
            raise
        return view


def refuse_asleep(env: Any, view: EffectiveRows, params: Iterable[tuple[str, str]]) -> None:
    """Where leaving a condition out would take more rows along than were meant. Raises BadRequest with the reason."""
    _kept, reasons = awake(env, view, params)
    if reasons:
        raise BadRequest(reasons[0])


def _sleeping(env: Any, view: EffectiveRows, name: str, value: str) -> Mapping[str, LazyString]:
    """The parts of one parameter that sleep, with their reasons."""
    if name == "view" and value not in ("", view.name):
        reason = _view_asleep(env, view, value)
        return {} if reason is None else {value: reason}
    if name == "preset":
        known = not value or any(one.key == value for one in view.presets)
        reason = None if known else _preset_asleep(env, view, value)
        return {} if reason is None else {value: reason}
    found = {}
    for part, field in _fields_of(name, value):
        if field not in view.fields and (reason := field_asleep(env, view.model, field)) is not None:
            found[part] = reason
    return found


def _fields_of(name: str, value: str) -> list[tuple[str, str]]:
    """(part of the value, field that it names) of a parameter."""
    if name == "f":
        return [(value, value.partition(":")[0])]
    if name.startswith("f."):
        return [(value, name[2:].partition(".")[0])]
    if name == "order":
        return [(value, value.removeprefix("-"))] if value else []
    if name in _LISTS:
        return [(one, one.partition(":")[0]) for one in value.split(",") if one]
    return []


def _preset_asleep(env: Any, view: EffectiveRows, key: str) -> LazyString | None:
    """By the addon that extends the view with it, where that is off; else by those that are gone."""
    registry = registry_of()
    for declared in (one for some in registry.extensions.values() for one in some):
        is_off = declared.addon not in registry.enabled(env.addons)
        presets = getattr(declared.view, "presets", ()) if is_off and declared.model is view.model else ()
        if any(one.key == key for one in presets):
            return switched_off(registry.titles[declared.addon])
    return part_asleep(env, key)


def _view_asleep(env: Any, view: EffectiveRows, name: str) -> LazyString | None:
    registry = registry_of()
    for declared in registry.views.values():
        if declared.model is view.model and declared.name == name and declared.addon in registry.titles:
            is_here = declared.addon in registry.enabled(env.addons)
            return None if is_here else switched_off(registry.titles[declared.addon])
    return part_asleep(env, name)
