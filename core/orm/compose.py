"""Composition: the definitions of the installed addons become one mapped class per model.

    definition  Lead            (crm_leads)        plain Python: fields are declarations, methods are functions
    definition  SlaLead         (crm_sla)          class SlaLead(Lead, extend=True)
    definition  LoyaltyLead     (acme_loyalty)     class LoyaltyLead(Lead, extend=True)
                      |
                   compose()                       only the *leaves* of the extension graph become bases,
                      |                            later addons first; C3 orders the rest
                      v
    composed    Lead <- LoyaltyLead <- SlaLead <- Lead <- CompanyOwned <- Model
                mapped imperatively to the table crm_leads.lead

Two kinds of class, two names. Authors write and name *definitions*; rows are instances of the *composed* class,
which is a subclass of all of them, so `isinstance(row, SlaLead)` holds and `super()` walks the whole chain.
`Lead.title` on a definition is a Field before composition and SQL afterwards (see `fields.Field.__get__`).

What an addon adds to another's model is a column `<addon>__<field>` of that model's table, nullable or with a
constant default, so that the row can be saved without the addon. A method that overrides another addon's steps
aside, and calls on with `super()`, in companies where its addon is switched off (`switch.py`).

There is one composition per process. Composing again (tests do) lets the definitions follow the newest one.
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import MetaData
from sqlalchemy.orm import registry

from core.errors import AddonError, CompositionError
from core.i18n import LazyString, _
from core.modules.collector import collector_at_rest
from core.modules.hooks import Hooks, use_hooks
from core.orm.clashes import refuse_clashes
from core.orm.column_types import StateType
from core.orm.fields import TO_ONE, Field
from core.orm.immutable import check_immutable
from core.orm.mapping import map_model
from core.orm.methods import Method
from core.orm.model import snake
from core.orm.model_info import ModelInfo
from core.orm.parts import declare_parts
from core.orm.places import place_of
from core.orm.proposals import collect_proposals
from core.orm.resolve import collect_fields, refuse_unknown_states, resolve_field_choices, resolve_fields
from core.orm.switch import install_switches
from core.orm.tables import build_link_tables, build_table
from core.orm.totals import declare_totals

if TYPE_CHECKING:
    from core.modules.loader import LoadedAddon

__all__ = ["Composition", "ModelInfo", "compose", "composition", "resume"]


@dataclass(eq=False)
class Composition:
    """All models of the process, and what else the addons declare."""

    addons: tuple[str, ...]
    loaded: Sequence[LoadedAddon]
    metadata: MetaData
    models: dict[str, ModelInfo] = field(default_factory=dict)
    aside: dict[str, AddonError] = field(default_factory=dict)
    """Addons that are wanted and cannot be used, each with the reason; nothing of them is composed."""
    hooks: Hooks = None  # type: ignore[assignment]

    def info(self, model: Any) -> ModelInfo:
        """The model of a key, a definition, a composed class or a record."""
        if isinstance(model, ModelInfo):
            return model
        if isinstance(model, str):
            try:
                return self.models[model]
            except KeyError:
                raise LookupError(f"no model {model!r} is installed") from None
        composed = getattr(model, "__composed__", None)
        if composed is None:
            raise LookupError(f"{model!r} is not a composed model")
        found: ModelInfo = composed.__model_info__
        return found

    def collect(self, mark: str) -> Iterator[tuple[str, Any]]:
        """What the addons declare under a mark, in dependency order: (addon, object)."""
        for addon in self.loaded:
            for found, declared, _module in addon.marked:
                if found == mark:
                    yield addon.name, declared


_current: Composition | None = None


def composition() -> Composition:
    """The composition of this process."""
    if _current is None:
        raise LookupError("the addons are not composed yet")
    return _current


@collector_at_rest()
def compose(loaded: Sequence[LoadedAddon]) -> Composition:
    """Build and map one class per model from addons in dependency order."""
    global _current
    _part_from_definitions()
    aside = {addon.name: addon.error for addon in loaded if addon.error is not None}
    loaded = [addon for addon in loaded if addon.error is None]
    composed = Composition(tuple(addon.name for addon in loaded), loaded, MetaData(), aside=aside)
    _current = composed
    _collect_models(composed)
    for info in composed.models.values():
        info.cls = _composed_class(info)
        info.fields = collect_fields(info)
    refuse_clashes(composed)
    names = _names_of_definitions(composed)
    for info in composed.models.values():
        resolve_fields(composed, info, names)
        _collect_methods(info, names)
        _collect_states(info)
    declare_totals(composed)
    declare_parts(composed)
    resolve_field_choices(composed)
    for info in composed.models.values():
        info.table = build_table(composed, info)
    for info in composed.models.values():
        info.link_tables = build_link_tables(composed, info)
    mapper_registry = registry(metadata=composed.metadata)
    for info in composed.models.values():
        map_model(composed, info, mapper_registry)
    mapper_registry.configure()
    _collect_dependants(composed)
    check_immutable(composed)
    collect_proposals(composed)
    for info in composed.models.values():
        install_switches(info)
    composed.hooks = Hooks(loaded)
    use_hooks(composed.hooks)
    return composed


def resume(composed: Composition) -> None:
    """Make an earlier composition that of the process again: what looks at a deployment with an addon and without it
    goes to and fro.
    """
    global _current
    _part_from_definitions()
    _current = composed
    for info in composed.models.values():
        for definition in (info.definition, *(cls for _addon, cls in info.extensions)):
            definition.__composed__ = info.cls
    use_hooks(composed.hooks)


def _part_from_definitions() -> None:
    for info in _current.models.values() if _current is not None else ():
        for definition in (info.definition, *(cls for _addon, cls in info.extensions)):
            definition.__composed__ = None


def _collect_models(composed: Composition) -> None:
    by_definition: dict[type, ModelInfo] = {}
    for addon, definition in composed.collect("model"):
        name = snake(definition.__name__)
        options = definition.__model_options__
        info = ModelInfo(
            f"{addon}.{name}", addon, name, definition.__table_kind__, options["label"], options["plural"],
            definition, [], options,
        )  # fmt: skip
        composed.models[info.key] = by_definition[definition] = info
    for addon, extension in composed.collect("extension"):
        try:
            by_definition[extension.__definition__].extensions.append((addon, extension))
        except KeyError:
            file, line = place_of(extension)
            raise CompositionError(
                _("{name} extends {base}, whose addon is not installed.",
                  name=extension.__qualname__, base=extension.__definition__.__qualname__),
                addon=addon, file=file, line=line,
            ) from None  # fmt: skip


def _composed_class(info: ModelInfo) -> Any:
    definitions = [info.definition, *(cls for _addon, cls in info.extensions)]
    leaves = [
        cls
        for cls in definitions
        if not any(other is not cls and issubclass(other, cls) for other in definitions)
    ]
    try:
        composed = types.new_class(
            info.definition.__name__, tuple(reversed(leaves)), {"composed": True}, lambda body: body.update(
                {"__module__": info.definition.__module__, "__model_info__": info}
            )
        )  # fmt: skip
    except TypeError as problem:
        addons = ", ".join(addon for addon, cls in info.extensions if cls in leaves)
        raise CompositionError(
            _("The extensions of {model} in {addons} contradict each other: {problem}. "
              "A bridge class that extends them in one order settles it.",
              model=info.key, addons=addons, problem=str(problem)),
            addon=info.extensions[-1][0], model=info.key,
        ) from problem  # fmt: skip
    composed.__qualname__ = f"composed {info.definition.__qualname__}"
    for cls in (composed, *definitions):
        cls.__composed__ = composed  # type: ignore[attr-defined]
    return composed


def _names_of_definitions(composed: Composition) -> dict[str, dict[str, Any]]:
    """By addon, the models that a name in an annotation there can mean: two addons may each have a `Receipt`. An
    addon's own come first, then those of the addons it depends on, then all others.
    """
    own: dict[str, dict[str, Any]] = {name: {} for name in composed.addons}
    for info in composed.models.values():
        own[info.addon][info.definition.__name__] = info.definition
    everything: dict[str, Any] = {}
    for name in reversed(composed.addons):
        everything.update(own[name])
    below: dict[str, dict[str, Any]] = {}
    for addon in composed.loaded:
        below[addon.name] = {}
        for name in addon.manifest.depends:
            below[addon.name].update(below.get(name, {}))
        below[addon.name].update(own[addon.name])
    return {name: {**everything, **found} for name, found in below.items()}


def _collect_methods(info: ModelInfo, names: Mapping[str, Mapping[str, Any]]) -> None:
    owners = {info.definition: info.addon} | {cls: addon for addon, cls in info.extensions}
    for cls in reversed(info.cls.__mro__[1:]):
        for name, value in vars(cls).items():
            if isinstance(value, Method) and name not in info.methods:
                addon = owners.get(cls, info.addon)
                guarded = value.guard(info.cls, info.key, addon, names[addon])
                info.methods[name] = guarded
                setattr(info.cls, name, guarded)


def _collect_states(info: ModelInfo) -> None:
    found = info.state_field
    if found is None:
        return
    for state in (found.default, *(s for m in info.methods.values() for s in (*m.sources, m.target))):
        if state is not None:
            info.states.setdefault(state.code, state)


def _collect_dependants(composed: Composition) -> None:
    for info in composed.models.values():
        for relation in info.relations:
            if relation.kind in TO_ONE and not relation.system and relation.target_key in composed.models:
                composed.models[relation.target_key].references.append((info, relation))
        if (found := info.state_field) is not None:
            column_type = info.table.columns[found.column_name].type
            assert isinstance(column_type, StateType)
            column_type.declare(info.states)
        refuse_unknown_states(info)
        for computed in (f for f in info.fields.values() if f.compute is not None):
            for path in computed.depends:
                first, _dot, rest = path.partition(".")
                if first not in info.fields or (rest and not _points_to(composed, info.fields[first], rest)):
                    raise _mistake(
                        info, computed,
                        _("{field} of {model} depends on {path}, which does not exist.",
                          field=computed.name, model=info.key, path=path)
                    )  # fmt: skip
                info.dependants.setdefault(first, set()).add((info.key, computed.name))
                if rest:
                    _refuse_too_far(composed, info, computed, path)
                    target = composed.models[str(info.fields[first].target_key)]
                    target.dependants.setdefault(rest, set()).add((info.key, computed.name))


def _points_to(composed: Composition, relation: Field, name: str) -> bool:
    return relation.target_key in composed.models and name in composed.models[relation.target_key].fields


def _refuse_too_far(composed: Composition, info: ModelInfo, computed: Field, path: str) -> None:
    """A change made in one company could not follow the rows of the others: the wall stands between them."""
    target = composed.models[str(info.fields[path.partition(".")[0]].target_key)]
    if target.kind != "company" and info.kind != target.kind:
        raise _mistake(
            info, computed,
            _("{field} of {model} depends on {path}, which belongs to all companies; stored values cannot follow it.",
              field=computed.name, model=info.key, path=path)
        )  # fmt: skip


def _mistake(info: ModelInfo, found: Field, text: LazyString) -> CompositionError:
    file, line = place_of(found.declared_in, found.name)
    return CompositionError(text, addon=found.addon, model=info.key, field=found.name, file=file, line=line)
