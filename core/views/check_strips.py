"""Whether what a picture names exists: states, tasks with their fields, and documents before and after."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from core.i18n import LazyString, _
from core.orm.compose import ModelInfo
from core.orm.fields import TO_ONE
from core.views.references import describe
from core.views.registry import Registry
from core.views.scope import named_field
from core.views.strips import Chain, Process, Steps, Strip

Found = Iterator[tuple[str, LazyString]]


def check_strip(registry: Registry, info: ModelInfo, strip: Strip) -> Found:
    """The mistakes of one picture as its author wrote it."""
    if isinstance(strip, Process):
        yield from _field(info, strip.field, "state")
        for one in strip.due.values():
            yield from _field(info, one, "date", "datetime")
    elif isinstance(strip, Steps):
        yield from _steps(registry, info, strip)
    elif isinstance(strip, Chain):
        for one in strip.items:
            yield from _field(info, one, *TO_ONE, "one2many")


def _steps(registry: Registry, info: ModelInfo, strip: Steps) -> Found:
    name = named_field(info, strip.field)
    if name is None or info.fields[name].kind != "one2many":
        yield describe(strip.field), _("{model} has no such list of related records.", model=info.key)
        return
    target = registry.models[str(info.fields[name].target_key)]
    yield from _field(target, strip.title)
    yield from _field(target, strip.state, "state", "selection")
    for reference, kinds in (
        (strip.due, ("date",)), (strip.after, ("many2many",)), (strip.person, tuple(TO_ONE)),
        (strip.done, ("date", "datetime")),
    ):  # fmt: skip
        if reference is not None:
            yield from _field(target, reference, *kinds)
    for reference in strip.items:
        yield from _field(info, reference, "state", "selection")


def _field(info: ModelInfo, reference: Any, *kinds: str) -> Found:
    name = named_field(info, reference)
    if name is None:
        yield describe(reference), _("{model} has no such field.", model=info.key)
    elif kinds and info.fields[name].kind not in kinds:
        yield name, _("A field of this kind cannot stand here.")
