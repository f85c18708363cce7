"""Pictures on a record's page, cut to the company and to the caller."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from core.i18n import LazyString
from core.orm.fields import TO_ONE, Field
from core.views.layout import Show
from core.views.scope import Scope, named_field
from core.views.strips import Chain, Process, Steps, Strip

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo


@dataclass(frozen=True, eq=False, slots=True)
class ShownProcess:
    """`due` and `limits` by code of the state."""

    key: str
    label: LazyString
    field: Field
    due: Mapping[str, Field]
    limits: Mapping[str, timedelta]
    kind: ClassVar[str] = "strip"
    what: ClassVar[str] = "process"


@dataclass(frozen=True, eq=False, slots=True)
class ShownSteps:
    """Fields of `model`, whose records point here through `back`; `further` are fields of the record itself."""

    key: str
    label: LazyString
    model: ModelInfo
    back: str
    title: Field
    state: Field
    due: Field | None
    after: Field | None
    person: Field | None
    done: Field | None
    further: tuple[Field, ...]
    kind: ClassVar[str] = "strip"
    what: ClassVar[str] = "steps"


@dataclass(frozen=True, eq=False, slots=True)
class ShownChain:
    """Fields that point to what came before, and those that hold what came after."""

    key: str
    label: LazyString
    before: tuple[Field, ...]
    after: tuple[Field, ...]
    kind: ClassVar[str] = "strip"
    what: ClassVar[str] = "chain"


ShownStrip: TypeAlias = ShownProcess | ShownSteps | ShownChain


def shown_strip(scope: Scope, info: ModelInfo, strip: Strip, children: list[Any]) -> ShownStrip | None:
    """What is left of it; None where its field is off or hidden."""
    items = [child.field for child in children if isinstance(child, Show)]
    if isinstance(strip, Process):
        return _process(scope, info, strip)
    if isinstance(strip, Steps):
        return _steps(scope, info, strip, items)
    return _chain(scope, info, strip, items)


def _process(scope: Scope, info: ModelInfo, strip: Process) -> ShownProcess | None:
    field = scope.field(info, strip.field)
    if field is None:
        return None
    due = {
        state.code: found for state, one in strip.due.items() if (found := scope.field(info, one)) is not None
    }
    limits = {state.code: limit for state, limit in strip.limits.items()}
    return ShownProcess(strip.key, strip.label, field, due, limits)


def _steps(scope: Scope, info: ModelInfo, strip: Steps, items: list[Any]) -> ShownSteps | None:
    found = scope.field(info, strip.field)
    target = scope.model(found.target_key) if found is not None and found.kind == "one2many" else None
    if found is None or target is None:
        return None

    def of_task(reference: Any) -> Field | None:
        return scope.field(target, reference) if reference is not None else None

    title, state = of_task(strip.title), of_task(strip.state)
    if title is None or state is None:
        return None
    further = dict.fromkeys(one for item in items if (one := scope.field(info, item)) is not None)
    return ShownSteps(
        strip.key, strip.label or found.label, target, str(found.back), title, state, of_task(strip.due),
        of_task(strip.after), of_task(strip.person), of_task(strip.done), tuple(further),
    )  # fmt: skip


def _chain(scope: Scope, info: ModelInfo, strip: Chain, items: list[Any]) -> ShownChain | None:
    fields = list(_open(scope, info, items))
    if not fields:
        return None
    said_before = {named_field(info, one) for one in strip.before}
    said_after = {named_field(info, one) for one in strip.after}

    def is_before(field: Field) -> bool:
        return field.name in said_before or (field.kind in TO_ONE and field.name not in said_after)

    before = tuple(one for one in fields if is_before(one))
    return ShownChain(strip.key, strip.label, before, tuple(one for one in fields if not is_before(one)))


def _open(scope: Scope, info: ModelInfo, items: list[Any]) -> Iterator[Field]:
    """Fields that lead to models that are on, each once."""
    seen: set[str] = set()
    for item in items:
        found = scope.field(info, item)
        if found is not None and found.name not in seen and scope.model(found.target_key) is not None:
            seen.add(found.name)
            yield found
