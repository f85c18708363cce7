"""Whether every screen names things that exist: asked at start and by the contract tests of addons.

All addons of the composition count as enabled, so that what is reported is a mistake and not a company's
choice.
"""

from __future__ import annotations

from collections.abc import Iterator

from core.i18n import _
from core.modules.loader import LoadedAddon
from core.orm.compose import Composition
from core.views.check_cards import check_card, check_target
from core.views.check_reports import check_change, check_report
from core.views.check_views import check_view
from core.views.clashes import clashes
from core.views.menu import Menu
from core.views.problem import Problem
from core.views.registry import ALWAYS_ON, Registry, registry_of


def check(composed: Composition) -> list[Problem]:
    """All mistakes in the views, menus and pages of the composition, by addon in dependency order."""
    registry = registry_of(composed)
    found = [*_orphans(registry), *_doubled(registry)]
    for declared in registry.views.values():
        found += check_view(registry, declared)
    for key, (addon, entry) in registry.menus.items():
        found += _menu(registry, key, addon, entry)
    for loaded in composed.loaded:
        found += _pages(loaded)
    for addon, shown in composed.collect("card"):
        found += check_card(registry, addon, shown)
    for addon, report in registry.reports.values():
        found += check_report(addon, registry.report(report, frozenset(registry.addons)))
    for changes in registry.report_changes.values():
        for addon, change in changes:
            found += check_change(registry, addon, change)
    for addon, entry in registry.repeated_menus:
        if registry.menus[entry.key][0] == addon:
            text = _("Another menu has this key already.")
            found.append(Problem(addon, f"menu {entry.key}", "key", text, entry.location))
    for clash in clashes(composed):
        addon, place = clash.second
        found.append(Problem(addon, clash.subject, clash.part, clash.text, place))
    order = {name: index for index, name in enumerate(composed.addons)}
    return sorted(found, key=lambda problem: order.get(problem.addon, len(order)))


def _orphans(registry: Registry) -> Iterator[Problem]:
    for addon, view in registry.orphans:
        text = (
            _("The view that it extends is not declared by an installed addon.")
            if view.__keyuan_view__ is not view
            else _("Its model is not installed.")
        )
        yield Problem(addon, view.__qualname__, "model", text, view.__keyuan_location__)


def _doubled(registry: Registry) -> Iterator[Problem]:
    """Views that can never be reached, because an earlier one of the model has their name."""
    first: dict[tuple[str, str], str] = {}
    for declared in registry.views.values():
        known = first.setdefault((declared.model.key, declared.name), declared.view.__qualname__)
        if known != declared.view.__qualname__:
            text = _("{model} has the view {other} of the same name. Set another one: name = '…'.",
                     model=declared.model.key, other=known)  # fmt: skip
            view = declared.view
            yield Problem(declared.addon, view.__qualname__, declared.name, text, view.__keyuan_location__)


def _pages(addon: LoadedAddon) -> Iterator[Problem]:
    """Pages whose template does not lie in the addon's folder; `other:name` is a template of another addon."""
    folder = addon.found.folder
    for page in addon.collect("page"):
        if folder is None or ":" in page.template or addon.name == ALWAYS_ON:
            continue
        if not (folder / "templates" / page.template).is_file():
            text = _("There is no such template.")
            yield Problem(addon.name, f"page {page.key}", page.template, text, page.location)


def _menu(registry: Registry, key: str, addon: str, entry: Menu) -> Iterator[Problem]:
    def problem(part: str, text: object) -> Problem:
        return Problem(addon, f"menu {key}", part, text, entry.location)  # type: ignore[arg-type]

    if entry.parent is not None and entry.parent not in registry.menus:
        yield problem(entry.parent, _("There is no such menu to stand under."))
    if _hangs_below_itself(registry, entry):
        yield problem(entry.parent or key, _("The menu stands below itself."))
    if sum(one is not None for one in (entry.view, entry.page, entry.report)) > 1:
        yield problem("view", _("A menu opens one thing: a view, a page or a report."))
    if entry.page is not None and entry.page.key not in registry.pages:
        yield problem(entry.page.key, _("There is no such page."))
    if entry.report is not None and entry.report.key not in registry.reports:
        yield problem(entry.report.key, _("There is no such report."))
    if entry.view is None:
        if entry.preset is not None:
            yield problem(entry.preset, _("A preset needs a view."))
        return
    for part, text in check_target(registry, entry.view, entry.preset):
        yield problem(part, text)


def _hangs_below_itself(registry: Registry, entry: Menu) -> bool:
    seen = {entry.key}
    parent = entry.parent
    while parent is not None and parent in registry.menus:
        if parent in seen:
            return True
        seen.add(parent)
        parent = registry.menus[parent][1].parent
    return False
