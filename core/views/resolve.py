"""From declared views to effective ones: what a view contains in one company, for one set of roles.

Changes of all enabled addons are applied first, in dependency order; only then are the fields and methods
of addons that are off taken away, and blocks that became empty with them. The result is remembered per
composition, view, set of addons, those roles on which any field depends, and what the company has taken from the
caller of the fields. Nothing here asks who may read
which rows: that is the Env's.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from core.errors import BadRequest, NotFound
from core.i18n import LazyString, _
from core.orm.compose import composition
from core.orm.policy import NO_LIMITS, FieldLimits
from core.views.build_form import build_form
from core.views.build_paper import build_paper
from core.views.build_rows import build_board, build_list
from core.views.effective import EffectiveBoard, EffectiveForm, EffectiveList, EffectiveRows, EffectiveView
from core.views.effective_paper import EffectivePaper
from core.views.filters import shortened
from core.views.form import FormView
from core.views.listing import ListView
from core.views.offered import offered_view
from core.views.registry import Registry, registry_of
from core.views.scope import Scope
from core.views.view import View

if TYPE_CHECKING:
    from core.orm.env import Env

_ALWAYS: Final[dict[str, type[View[Any]]]] = {"list": ListView, "form": FormView}


@dataclass(frozen=True, slots=True)
class ViewChoice:
    """A view that a model has in a company; `name` stands in the address."""

    name: str
    kind: str
    label: LazyString
    icon: str


def views_of(model: Any, addons: frozenset[str]) -> dict[str, ViewChoice]:
    """The views of a model in a company, by name; a list and a form are always there.

    NotFound where the model does not exist in that company.
    """
    registry = registry_of()
    info = registry.model(_key(model), addons)
    views = dict(_ALWAYS)
    for name, declared in registry.declared_for(info.key, addons).items():
        if declared.view.kind != "paper":
            views[name] = declared.view
    return {name: ViewChoice(name, view.kind, view.label, view.icon) for name, view in views.items()}


def resolve(view: type[View[Any]], addons: frozenset[str], roles: frozenset[str] | None = None) -> Any:
    """What `view` contains in a company with these addons; NotFound where its addon is off.

    With `roles`, fields that these roles may not see are left out too.
    """
    registry = registry_of()
    declared = registry.views.get(view.__keyuan_view__ or view)
    if declared is None or declared.addon not in registry.enabled(addons):
        raise NotFound
    registry.model(declared.model.key, addons)
    return _effective(registry, declared.model.key, declared.view, declared.view.kind, addons, roles)


def form_for(env: Env, model: Any) -> EffectiveForm:
    """The form of a model for the caller."""
    found: EffectiveForm = _named(env, model, "form")
    return found


def list_for(env: Env, model: Any) -> EffectiveList:
    """The list of a model for the caller."""
    found: EffectiveList = _named(env, model, "list")
    return found


def board_for(env: Env, model: Any) -> EffectiveBoard:
    """The board of a model for the caller; NotFound where it has none."""
    found: EffectiveBoard = _named(env, model, "board")
    return found


def rows_view_for(env: Env, model: Any, name: str | None = None) -> EffectiveRows:
    """The view of many records that an address names, the list when it names none. BadRequest for another."""
    choice = views_of(model, env.addons).get(name or "list")
    if choice is None or choice.kind == "form":
        raise BadRequest(_("There is no view “{name}” here.", name=shortened(name or "")))
    found: EffectiveRows = _named(env, model, choice.name)
    return found


def rows_views_for(env: Env, model: Any) -> list[tuple[ViewChoice, EffectiveRows]]:
    """The lists and boards that a model has for the caller: no board of a field that they do not see."""
    found: list[tuple[ViewChoice, EffectiveRows]] = []
    for choice in views_of(model, env.addons).values():
        if choice.kind in ("list", "board"):
            with suppress(NotFound):
                found.append((choice, rows_view_for(env, model, choice.name)))
    return found


def papers_of(env: Env, model: Any) -> list[EffectivePaper]:
    """The papers of a model in the caller's company; in which states each is offered, it says itself."""
    registry = registry_of()
    info = registry.model(_key(model), env.addons)
    names = [
        name for name, one in registry.declared_for(info.key, env.addons).items() if one.view.kind == "paper"
    ]
    return [_named(env, info.key, name) for name in names]


def paper_for(env: Env, model: Any, name: str) -> EffectivePaper:
    """The paper of that name; NotFound where the model has none here."""
    found = next((one for one in papers_of(env, model) if one.name == name), None)
    if found is None:
        raise NotFound
    return found


def _named(env: Env, model: Any, name: str) -> Any:
    key = _key(model)
    return env.policy.remembered(("view named", key, name), lambda: _found(env, key, name))


def _found(env: Env, key: str, name: str) -> Any:
    registry = registry_of()
    info = registry.model(key, env.addons)
    declared = registry.declared_for(info.key, env.addons).get(name)
    if declared is None and name not in _ALWAYS:
        raise NotFound
    kind = declared.view.kind if declared is not None else name
    view = declared.view if declared else None
    found = _effective(registry, info.key, view, kind, env.addons, env.roles, env.policy.limits)
    if isinstance(found, (EffectiveForm, EffectivePaper)) or not found.presets:
        return found
    return offered_view(env, found)


def _key(model: Any) -> str:
    return model if isinstance(model, str) else composition().info(model).key


def _effective(
    registry: Registry,
    key: str,
    view: type[View[Any]] | None,
    kind: str,
    addons: frozenset[str],
    roles: frozenset[str] | None,
    limits: FieldLimits = NO_LIMITS,
) -> EffectiveView | EffectivePaper:
    mattering = None if roles is None else roles & registry.roles
    scope = Scope(registry, registry.enabled(addons), mattering, limits)
    known = (key, view, kind, scope.addons, mattering, limits)
    found: EffectiveView | EffectivePaper = registry.remembered(known, lambda: _built(scope, key, view, kind))
    return found


def _built(scope: Scope, key: str, view: type[View[Any]] | None, kind: str) -> EffectiveView | EffectivePaper:
    registry = scope.registry
    info = registry.models[key]
    declared = registry.views[view] if view is not None else None
    if kind == "form":
        return build_form(scope, info, declared)
    if kind == "paper" and declared is not None:
        return build_paper(scope, info, declared)
    if kind == "board" and declared is not None:
        return build_board(scope, info, declared, registry.declared_for(key, scope.addons).get("list"))
    return build_list(scope, info, declared)
