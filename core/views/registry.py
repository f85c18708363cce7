"""All views of a composition, found once: which model has which, and who changes them.

Of several views with one name (say, two addons each declare a list of the same model) the first addon in
dependency order wins among those enabled; `core.views.check` reports the other.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final
from weakref import WeakKeyDictionary

from core.errors import NotFound
from core.orm.compose import Composition, ModelInfo, composition
from core.orm.dormant import Asleep, switched_off, titles
from core.views.hint import HintFunction
from core.views.menu import Menu
from core.views.page import Page
from core.views.picks import PicksFunction
from core.views.report import Report
from core.views.report_change import ReportChange, changed
from core.views.view import View

ALWAYS_ON: Final = "base"
MOST_REMEMBERED: Final = 4096


@dataclass(frozen=True, eq=False, slots=True)
class Declared:
    """A view or an extension of one, with the addon that declares it."""

    view: type[View[Any]]
    addon: str
    model: ModelInfo

    @property
    def name(self) -> str:
        return self.view.name or self.view.kind


class Registry:
    """What the addons of one composition declare for screens, in dependency order."""

    def __init__(self, composed: Composition) -> None:
        self.models = composed.models
        self.addons = composed.addons
        self.titles = titles(composed)
        self.views: dict[type[View[Any]], Declared] = {}
        self.extensions: dict[type[View[Any]], list[Declared]] = {}
        self.orphans: list[tuple[str, type[View[Any]]]] = []
        self.picks: list[tuple[str, PicksFunction]] = []
        self.hints: dict[str, list[tuple[str, HintFunction]]] = {}
        self.menus: dict[str, tuple[str, Menu]] = {}
        self.repeated_menus: list[tuple[str, Menu]] = []
        self.pages: dict[str, tuple[str, Page]] = {}
        self.reports: dict[str, tuple[str, Report]] = {}
        self.report_changes: dict[str, list[tuple[str, ReportChange]]] = {}
        self._effective: dict[Hashable, Any] = {}
        self._lock = Lock()
        self._collect_views(composed)
        self._collect_hints(composed)
        self._collect_menus(composed)
        self.roles = _roles_that_matter(composed.models.values())

    def _collect_views(self, composed: Composition) -> None:
        for addon, view in composed.collect("view"):
            model = _installed(composed, view.__keyuan_model__)
            if model is None:
                self.orphans.append((addon, view))
            else:
                self.views.setdefault(view, Declared(view, addon, model))
        for addon, view in composed.collect("view_extension"):
            changed = self.views.get(view.__keyuan_view__)
            if changed is None:
                self.orphans.append((addon, view))
                continue
            known = self.extensions.setdefault(changed.view, [])
            if all(declared.view is not view for declared in known):
                known.append(Declared(view, addon, changed.model))

    def _collect_hints(self, composed: Composition) -> None:
        for addon, function in composed.collect("hint"):
            model = _installed(composed, function.__keyuan_model__)
            known = self.hints.setdefault(model.key, []) if model is not None else []
            if all(function is not other for _addon, other in known):
                known.append((addon, function))

    def _collect_menus(self, composed: Composition) -> None:
        for addon, entry in composed.collect("menu"):
            _addon, first = self.menus.setdefault(entry.key, (addon, entry))
            if first is not entry:
                self.repeated_menus.append((addon, entry))
        for addon, page in composed.collect("page"):
            self.pages.setdefault(page.key, (addon, page))
        self.picks += composed.collect("picks")
        for addon, report in composed.collect("report"):
            self.reports.setdefault(report.key, (addon, report))
        for addon, change in composed.collect("report_change"):
            known = self.report_changes.setdefault(change.report.key, [])
            if all(change is not other for _addon, other in known):
                known.append((addon, change))

    def enabled(self, addons: frozenset[str]) -> frozenset[str]:
        """The addons that count: those of the company that are installed, and the kernel's own."""
        return frozenset(name for name in self.addons if name in addons or name == ALWAYS_ON)

    def model(self, key: str, addons: frozenset[str]) -> ModelInfo:
        """The model of that key; NotFound where it does not exist, `Asleep` where its addon is off."""
        info = self.models.get(key)
        if info is None:
            raise NotFound
        if info.addon not in self.enabled(addons):
            raise Asleep(switched_off(self.titles[info.addon]))
        return info

    def report(self, report: Report, addons: frozenset[str]) -> Report:
        """A declared report as it is in a company: with what the addons that are on there add to it."""
        enabled = self.enabled(addons)
        changes = [one for addon, one in self.report_changes.get(report.key, ()) if addon in enabled]
        if not changes or self.reports.get(report.key, ("", None))[1] is not report:
            return report
        found: Report = self.remembered(("report", report, *changes), lambda: changed(report, changes))
        return found

    def declared_for(self, key: str, addons: frozenset[str]) -> Mapping[str, Declared]:
        """The declared views of a model in a company, by name, the model's own addon first."""
        enabled = self.enabled(addons)
        found: Mapping[str, Declared] = self.remembered(
            ("declared", key, enabled), lambda: self._declared_for(key, enabled)
        )
        return found

    def _declared_for(self, key: str, enabled: frozenset[str]) -> dict[str, Declared]:
        found: dict[str, Declared] = {}
        for declared in self.views.values():
            if declared.model.key == key and declared.addon in enabled:
                found.setdefault(declared.name, declared)
        return found

    def remembered(self, key: Hashable, build: Callable[[], Any]) -> Any:
        """What `build` returned for `key` before. Past `MOST_REMEMBERED` the oldest one is dropped."""
        found = self._effective.get(key)
        if found is None:
            found = build()
            with self._lock:
                while len(self._effective) >= MOST_REMEMBERED:
                    self._effective.pop(next(iter(self._effective)))
                found = self._effective.setdefault(key, found)
        return found


_registries: WeakKeyDictionary[Composition, Registry] = WeakKeyDictionary()


def registry_of(composed: Composition | None = None) -> Registry:
    """The registry of a composition, by default of this process's."""
    composed = composed if composed is not None else composition()
    found = _registries.get(composed)
    if found is None:
        found = _registries.setdefault(composed, Registry(composed))
    return found


def role_code(role: Any) -> str:
    """A role as field rights name it: the Role or its code."""
    return str(getattr(role, "code", role))


def _installed(composed: Composition, model: Any) -> ModelInfo | None:
    try:
        return composed.info(model)
    except LookupError:
        return None


def _roles_that_matter(models: Iterable[ModelInfo]) -> frozenset[str]:
    return frozenset(
        role_code(role)
        for info in models
        for field in info.fields.values()
        for role in (*field.visible_to, *field.editable_by)
    )
