"""The pages of docs/reference on what an addon is: manifest, declarations, events, and what it may import."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from typing import Any, Final

import addons
import core.api
from core.auth.grants import Role, grant, record_rule
from core.auth.masks import mask
from core.auth.outside import call_outside
from core.automation.jobs import job
from core.automation.queue import enqueue
from core.modules.events import HookSpec, hookspec, implements
from core.modules.hookspecs import KERNEL_EVENTS
from core.modules.loader import CONVENTION, OTHER_FILES
from core.modules.manifest import Manifest
from core.modules.marks import MARKS
from core.orm.declared import demo, numbering, options, seed
from tools.signatures import (
    callable_entry,
    class_entry,
    dataclass_rows,
    described,
    documentation,
    table,
    titled,
)

MARK_SOURCES: Final = {
    "card": "card(), figure()", "demo": "@demo", "extension": "class X(Model, extend=True)", "grant": "grant()",
    "hint": "@hint(Model)", "hookimpl": "@implements(event)", "hookspec": "@hookspec", "job": "@job(title)",
    "menu": "menu()", "mixin": "class X(Base, mixin=True)", "model": "class X(CompanyOwned)",
    "mask": "@mask(Model, Model.field, …)", "numbering": "numbering()", "options": "options()", "page": "Page()",
    "report": "Report()", "report_change": "change_report()",
    "record_rule": "@record_rule(Model, role=…)",
    "picks": "@picks(Model.field, words=Model.field)", "proposal": "@proposal(Model, depends=…)",
    "role": "Role()", "seed": "@seed", "state": "State()", "view": "class X(FormView[Model])",
    "view_extension": "class X(SomeForm, extend=True)",
}  # fmt: skip


def hooks_page() -> str:
    parts: list[str] = []
    for module, events in _events_of_addons():
        parts.append(f"## Events of {module.split('.')[1]}")
        parts.append(f"Imported from `{module}`.")
        parts += [callable_entry(event.function) for event in events]
    return titled(
        "Hooks",
        "An event is announced with `@hookspec` and answered with `@implements(event)`, in an addon's `hooks.py`. "
        "Answers run in the transaction of the event, in companies where their addon is on.",
        callable_entry(hookspec),
        callable_entry(implements),
        "## Events of every model",
        *(callable_entry(spec.function) for spec in KERNEL_EVENTS),
        *parts,
    )


def _events_of_addons() -> Iterator[tuple[str, list[HookSpec[..., Any]]]]:
    """The shipped addons that announce events, by name."""
    for found in pkgutil.iter_modules(addons.__path__):
        name = f"addons.{found.name}.hookspecs"
        if importlib.util.find_spec(name) is not None:
            values = vars(importlib.import_module(name)).values()
            yield name, [one for one in values if isinstance(one, HookSpec) and one.__module__ == name]


def addons_page() -> str:
    return titled(
        "Addons",
        "## The manifest",
        table(("key", "default", "meaning"), dataclass_rows(Manifest)),
        "## Files that are read, in this order",
        ", ".join(f"`{name}`" for name in CONVENTION) + ". Each may be a file or a folder of files.",
        "Beside them may lie: " + ", ".join(f"`{name}`" for name in sorted(OTHER_FILES)) + ". A file "
        "`migrations/1.2.0.py` belongs to the step to that version; it may define `before(op)` and `after(op)`, run "
        "around the change of tables in one transaction.",
        "## What is collected",
        table(("mark", "set by"), described(MARKS, MARK_SOURCES, "mark", code=True)),
        "## What makes an addon stand aside",
        "An addon that cannot be loaded, composed or brought up stands aside with its error, with those that depend "
        "on it, and the others work; `keyuan addon list` tells why. Of two addons that claim one name on a model, one "
        "part of a form, or one key of a menu, page, report, card, role, choice or numbering rule, and do not depend "
        "on each other, the later one in the order of addons stands aside.",
        "## Rights",
        class_entry(Role),
        *(callable_entry(one) for one in (grant, record_rule, mask)),
        "## Data and work",
        *(callable_entry(one) for one in (options, numbering, seed, demo, job, enqueue)),
        "## Calls to the outside",
        callable_entry(call_outside),
    )


def api_page() -> str:
    """Nothing that an addon may import is left out: a test compares the page with the door itself."""
    return titled(
        "core.api",
        "Every name that an addon may import from the kernel.",
        table(
            ("name", "what it is"),
            ((f"`{name}`", _said(name)) for name in sorted(core.api.__all__, key=str.lower)),
        ),
    )


def _said(name: str) -> str:
    """The first paragraph of what it says of itself; a constant as it is written."""
    value: Any = getattr(core.api, name)
    module = str(getattr(value, "__module__", ""))
    for library in ("sqlalchemy", "typing"):
        if module.startswith(library):
            return f"of {library}"
    if inspect.isclass(value) or inspect.isroutine(value) or isinstance(value, HookSpec):
        return " ".join(documentation(value).partition("\n\n")[0].split()).replace("|", "\\|")
    return f"`{value!r}`".replace("|", "\\|")
