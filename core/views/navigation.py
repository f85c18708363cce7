"""The navigation tree: what the caller may open, by addon, in the caller's company."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from core.i18n import LazyString
from core.views.menu import Menu
from core.views.registry import Registry, registry_of, role_code
from core.views.report_scope import may_open
from core.views.view import View

if TYPE_CHECKING:
    from core.orm.env import Env


@dataclass(frozen=True, eq=False, slots=True)
class MenuNode:
    """An entry as the caller sees it; `url` is None for a branch."""

    key: str
    label: LazyString
    url: str | None
    icon: str | None
    children: tuple[MenuNode, ...] = ()


def menu_tree(env: Env) -> list[MenuNode]:
    """The top of the tree; branches without anything to open are left out.

    An entry whose parent is not there in this company stands at the top.
    """
    found: list[MenuNode] = env.policy.remembered("menu tree", lambda: _tree(env))
    return found


def _tree(env: Env) -> list[MenuNode]:
    registry = registry_of()
    enabled = registry.enabled(env.addons)
    present = {key: entry for key, (addon, entry) in registry.menus.items() if addon in enabled}
    children: dict[str | None, list[Menu]] = {}
    for entry in present.values():
        children.setdefault(entry.parent if entry.parent in present else None, []).append(entry)
    return _branch(env, registry, children, None)


def _branch(
    env: Env, registry: Registry, children: dict[str | None, list[Menu]], parent: str | None
) -> list[MenuNode]:
    nodes = []
    for entry in sorted(children.get(parent, ()), key=lambda entry: (entry.sequence, entry.key)):
        if not _is_shown(env, entry):
            continue
        below = tuple(_branch(env, registry, children, entry.key))
        url = _url(env, registry, entry)
        if url is not None or below:
            nodes.append(MenuNode(entry.key, entry.label, url, entry.icon, below))
    return nodes


def _is_shown(env: Env, entry: Menu) -> bool:
    """As the caller's roles say; where they say nothing, as the menu is declared. What has no occasion is not there."""
    if entry.when is not None and not entry.when(env):
        return False
    said = env.policy.shows("menu", entry.key)
    if said is not None:
        return said
    return not entry.roles or not env.roles.isdisjoint(map(role_code, entry.roles))


def _url(env: Env, registry: Registry, entry: Menu) -> str | None:
    """Where the entry leads; None when it is a branch or the caller may not go there."""
    if entry.page is not None:
        known = registry.pages.get(entry.page.key)
        open_here = known is not None and known[0] in registry.enabled(env.addons)
        return entry.page.url if open_here and entry.page.allowed(env) else None
    if entry.report is not None:
        known_report = registry.reports.get(entry.report.key)
        on = known_report is not None and known_report[0] in registry.enabled(env.addons)
        return entry.report.url if on and may_open(env, entry.report) else None
    declared = registry.views.get(entry.view) if entry.view is not None else None
    if declared is None:
        return None
    enabled = registry.enabled(env.addons)
    if declared.addon not in enabled or declared.model.addon not in enabled:
        return None
    if not env.can("read", declared.model.cls):
        return None
    return view_url(declared.model.key, declared.view, preset=entry.preset)


def view_url(model_key: str, view: type[View[Any]], *, preset: str | None = None) -> str:
    """The address of a view; a form's is that of a new record."""
    if view.kind == "form":
        return f"/r/{model_key}/new"
    name = view.name or view.kind
    params = [("view", name)] if name != "list" else []
    usual = next((known.key for known in getattr(view, "presets", ()) if known.default), None)
    if preset is not None and preset != usual:
        params.append(("preset", preset))
    return f"/r/{model_key}?{urlencode(params)}" if params else f"/r/{model_key}"
