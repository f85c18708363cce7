"""What somebody can notice of an addon: nothing, in a company where it is off."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from core.errors import AccessDenied, BadRequest, NotFound, ValidationFailed
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.testing.programs import listed
from core.views.effective import EffectiveBoard, strips_in
from core.views.effective_paper import EffectivePaper
from core.views.effective_strips import ShownChain, ShownStrip
from core.views.navigation import MenuNode, menu_tree
from core.views.registry import registry_of
from core.views.report_scope import may_open
from core.views.resolve import form_for, papers_of, rows_view_for, views_of
from core.web.api.openapi import document, models_of
from core.web.api.settable import settable
from core.web.api.values import givable


def traces(env: Env, addon: str) -> list[str]:
    """Everything of `addon` that the caller of `env` can reach, in words."""
    found = [*_menus(env, addon), *_pages(env, addon), *_hooks(env, addon), *_described(env, addon)]
    for info in env.composition.models.values():
        found += _of_own_model(env, info) if info.addon == addon else _in_other_model(env, info, addon)
    return found


def picture(env: Env) -> dict[str, Any]:
    """What the screens of a company consist of for this caller: equal before an addon was on and after it is off."""
    shown: dict[str, Any] = {"menus": _keys(menu_tree(env))}
    for info in env.composition.models.values():
        if info.addon not in env.addons:
            continue
        form = form_for(env, info.key)
        shown[info.key] = {
            "form": [*(one.name for one in form.buttons), *form.fields],
            "pictures": [_strip_picture(one) for one in strips_in(form.body).values()],
            "hints": [function.__qualname__ for function in form.hints],
            "papers": [_paper_picture(paper) for paper in papers_of(env, info.key)],
            "readable": sorted(env.policy.readable(info)),
            **{
                name: _rows_picture(env, info, name)
                for name in views_of(info.key, env.addons)
                if name != "form"
            },
        }
    return shown


def _strip_picture(strip: ShownStrip) -> list[str]:
    fields = (strip.before + strip.after) if isinstance(strip, ShownChain) else getattr(strip, "further", ())
    return [strip.key, *(field.name for field in fields)]


def _paper_picture(paper: EffectivePaper) -> list[str]:
    columns = (column.name for table in paper.tables for column in table.columns)
    parts = (shown.name for part in (paper.head, paper.totals, paper.texts) for shown in part)
    return [paper.name, *columns, *parts, *(str(one.label) for one in paper.parties)]


def _rows_picture(env: Env, info: ModelInfo, name: str) -> dict[str, Any]:
    view = rows_view_for(env, info.key, name)
    columns = view.card if isinstance(view, EffectiveBoard) else view.columns
    return {
        "columns": [column.name for column in columns],
        "fields": list(view.fields),
        "filters": [field.name for field in view.filters],
        "presets": [preset.key for preset in view.presets],
        "actions": [method.name for method in getattr(view, "actions", ())],
    }


def _keys(nodes: Iterable[MenuNode]) -> list[str]:
    return [key for node in nodes for key in (node.key, *_keys(node.children))]


def _menus(env: Env, addon: str) -> Iterator[str]:
    declared = registry_of(env.composition).menus
    yield from (f"menu {key}" for key in _keys(menu_tree(env)) if declared[key][0] == addon)


def _pages(env: Env, addon: str) -> Iterator[str]:
    registry = registry_of(env.composition)
    for key, (owner, page) in registry.pages.items():
        if owner == addon and owner in registry.enabled(env.addons) and page.allowed(env):
            yield f"page {key}"
    for key, (owner, report) in registry.reports.items():
        if owner == addon and owner in registry.enabled(env.addons) and may_open(env, report):
            yield f"report {key}"


def _hooks(env: Env, addon: str) -> Iterator[str]:
    for event in env.composition.hooks.answered_by(addon, env.addons):
        yield f"hook {event}"


def _described(env: Env, addon: str) -> Iterator[str]:
    """What programs are told: types of the addon, and what it adds to types of others."""
    whole = document(env)
    own = f"{addon}."
    for name in [*whole["components"]["schemas"], *(path.lstrip("/") for path in whole["paths"])]:
        if name.startswith(own):
            yield f"{name} for programs"
    for info in models_of(env):
        operations = (
            path.rpartition("/")[2] for path in whole["paths"] if path.startswith(f"/{info.key}/{{id}}/")
        )
        told = {*givable(env, info), *settable(env, info), *operations}
        added = {name for name, one in info.fields.items() if one.addon == addon}
        added |= {name for name, one in info.methods.items() if one.addon == addon}
        yield from (f"{info.key}.{name} for programs" for name in sorted(told & added))


def _of_own_model(env: Env, info: ModelInfo) -> Iterator[str]:
    ways: dict[str, Callable[[], Any]] = {
        "views": lambda: views_of(info.key, env.addons),
        "form": lambda: form_for(env, info.key),
        "list": lambda: rows_view_for(env, info.key),
        "list for programs": lambda: listed(env, info, [1]),
        "search": lambda: env.search(info.key, limit=1),
        "page": lambda: env.page(info.key, [info.display], limit=1),
        "count": lambda: env.count(info.key),
        "complete": lambda: env.complete(info.key, ""),
        "condition": lambda: env.condition(info.key, "id", "eq", "1"),
        "create": lambda: env.create_many(info.key, [{}]),
    }
    for name, ask in ways.items():
        if not _refused(env, ask):
            yield f"{name} of {info.key}"
    if env.can("read", info.key) or env.can("create", info.key):
        yield f"a right on {info.key}"


def _in_other_model(env: Env, info: ModelInfo, addon: str) -> Iterator[str]:
    fields = {name: field for name, field in info.fields.items() if field.addon == addon}
    methods = {name for name, method in info.methods.items() if method.addon == addon}
    if info.addon not in env.addons or not (fields or methods):
        return
    for name in sorted(fields.keys() & (env.policy.readable(info) | env.policy.editable(info))):
        yield f"right to the field {info.key}.{name}"
    form = form_for(env, info.key)
    shown = {*form.fields, *(one.name for one in form.buttons), *(one.field.name for one in form.related)}
    view = rows_view_for(env, info.key)
    shown |= {*view.fields, *(method.name for method in getattr(view, "actions", ()))}
    for name in sorted(shown & (fields.keys() | methods)):
        yield f"{info.key}.{name} on a screen"
    for name in sorted(fields):
        yield from _asked_for(env, info, name)


def _asked_for(env: Env, info: ModelInfo, name: str) -> Iterator[str]:
    ways: dict[str, Callable[[], Any]] = {
        "filter": lambda: env.condition(info.key, name, "empty", "1"),
        "column": lambda: env.page(info.key, [name], limit=1),
        "order": lambda: env.page(info.key, [info.display], order=name, limit=1),
        "group": lambda: env.group(info.key, [name]),
        "new value": lambda: env.create_many(info.key, [{name: None}]),
    }
    for way, ask in ways.items():
        if not _refused(env, ask):
            yield f"{info.key}.{name} as {way}"


def _refused(env: Env, ask: Callable[[], Any]) -> bool:
    """Whether the kernel says that there is no such thing here; whatever the question did is taken back."""
    savepoint = env.session.begin_nested()
    try:
        ask()
    except (NotFound, BadRequest, AccessDenied):
        return True
    except ValidationFailed:
        return False
    finally:
        savepoint.rollback()
    return False
