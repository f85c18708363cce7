"""What the product knows about one composed model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect
from sqlalchemy.orm import aliased

from core.i18n import LazyString
from core.orm.column_types import State
from core.orm.conversion import converter
from core.orm.fields import TO_ONE, Field, field_name
from core.orm.methods import Method
from core.orm.model import Model, TableKind

if TYPE_CHECKING:
    from sqlalchemy import Table

    from core.orm.proposals import Proposal
    from core.orm.totals import Total
    from core.orm.write_plan import WritePlan


@dataclass(eq=False)
class ModelInfo:
    """Everything the product knows about one composed model; screens, API and import follow from it."""

    key: str
    addon: str
    name: str
    kind: TableKind
    label: LazyString
    plural: LazyString
    definition: type[Model]
    extensions: list[tuple[str, type[Model]]]
    options: dict[str, Any]
    fields: dict[str, Field] = field(default_factory=dict)
    methods: dict[str, Method[..., Any]] = field(default_factory=dict)
    states: dict[str, State] = field(default_factory=dict)
    link_tables: dict[str, Table] = field(default_factory=dict)
    cls: Any = None
    table: Table = None  # type: ignore[assignment]
    dependants: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    """Field name -> {(model key, computed field)} that are computed from it."""
    references: list[tuple[ModelInfo, Field]] = field(default_factory=list)
    """Every relation of an installed model that points to this one."""
    part_of: Field | None = None
    """The field that points to the record of which this one is a part, and of what model that is."""
    whole: ModelInfo | None = None
    totals: list[Total] = field(default_factory=list)
    """Totals of other records over records of this model."""
    own_totals: dict[str, Total] = field(default_factory=dict)
    """By field, the totals that records of this model hold."""
    _aliases: dict[int | str, Any] = field(default_factory=dict)
    _fields_for: dict[frozenset[str], dict[str, Field]] = field(default_factory=dict)
    proposals: list[Proposal] = field(default_factory=list)
    """What proposes values for its rows, in dependency order: see `core.orm.proposals`."""
    write_plans: dict[frozenset[str], WritePlan] = field(default_factory=dict)
    """See `core.orm.write_plan.plan_of`."""
    fields_read: dict[str, frozenset[str]] = field(default_factory=dict)
    """See `core.orm.following`."""

    def alias(self, slot: int | str) -> Any:
        """The alias of the composed class for a place in a statement, always the same one."""
        if slot not in self._aliases:
            self._aliases[slot] = aliased(self.cls)
        return self._aliases[slot]

    @cached_property
    def display(self) -> str:
        """The field that names a record."""
        declared = self.options.get("display")
        return declared or next((name for name in ("name", "title", "code") if name in self.fields), "id")

    @property
    def order(self) -> str:
        """The order of lists that ask for none, such as '-id'."""
        return str(self.options.get("ordered_by") or self.options.get("order", "-id"))

    @cached_property
    def searchable(self) -> tuple[Field, ...]:
        return tuple(found for found in self.fields.values() if found.searchable)

    @cached_property
    def searched_names(self) -> frozenset[str]:
        return frozenset(found.name for found in self.searchable)

    @cached_property
    def computed(self) -> dict[str, Field]:
        """The stored fields that follow from others."""
        return {name: found for name, found in self.fields.items() if found.compute is not None}

    @cached_property
    def needed(self) -> frozenset[str]:
        """Fields that no row can be without: declared so, or plain values with a default that are never empty."""
        columns = self.table.columns
        stored = (found for found in self.fields.values() if found.is_stored and found.kind != "number")
        return frozenset(
            found.name for found in stored
            if found.required or not (found.is_computed or found.system or columns[found.column_name].nullable)
        )  # fmt: skip

    @cached_property
    def converters(self) -> dict[str, Callable[[Any], Any]]:
        """By field, what makes of a given value the stored one."""
        return {name: converter(found, self.states) for name, found in self.fields.items()}

    @cached_property
    def secrets(self) -> frozenset[str]:
        return frozenset(name for name, found in self.fields.items() if found.kind == "secret")

    @cached_property
    def loaded(self) -> tuple[str, ...]:
        """The columns with which a record is loaded."""
        return tuple(one.columns[0].name for one in inspect(self.cls).column_attrs if not one.deferred)

    @cached_property
    def by_attribute(self) -> dict[str, Field]:
        """The stored fields by the attribute that holds the value."""
        return {
            found.attribute: found for found in self.fields.values() if found.is_stored and found.name != "id"
        }

    @cached_property
    def relations(self) -> tuple[Field, ...]:
        """The relations that are written from this side."""
        return tuple(f for f in self.fields.values() if f.kind in TO_ONE or f.kind == "many2many")

    @cached_property
    def uniques(self) -> list[tuple[str, ...]]:
        """Field names that must be unique together among live rows of a company."""
        single = [(found.name,) for found in self.fields.values() if found.unique]
        return [*map(tuple, self.options.get("unique", [])), *single]

    @property
    def names(self) -> tuple[str, ...]:
        """Fields whose texts name something of an addon: a model, or a model and one of its fields, or anything else by
        its dotted name. Where that addon is off or gone, the record sleeps.
        """
        return tuple(self.options.get("names", ()))

    @property
    def is_immutable(self) -> bool:
        """Whether rows are written once and never changed by anybody: see `core.orm.immutable`."""
        return bool(self.options.get("immutable", False))

    @property
    def is_undoable(self) -> bool:
        """Whether an operation that wrote such rows may be undone; else a further document corrects it."""
        return not self.is_immutable and bool(self.options.get("undoable", True))

    @property
    def is_owned(self) -> bool:
        return "owner" in self.fields and self.fields["owner"].target_key == "base.user"

    @cached_property
    def is_worked_off(self) -> bool:
        """Whether it is a queue: see `WorkedOff`."""
        return bool(getattr(self.definition, "__worked_off__", False))

    @cached_property
    def is_walled_deployment(self) -> bool:
        """Whether it is the deployment's while each row belongs to a company: see `WalledDeployment`."""
        return bool(getattr(self.definition, "__walled__", False))

    @cached_property
    def is_of_one_company(self) -> bool:
        """Whether each row belongs to exactly one company, so that those of others are out of reach."""
        return self.kind == "company" or self.is_walled_deployment

    @cached_property
    def is_walled(self) -> bool:
        """Whether rows belong to a company, or to all: the database keeps companies apart, and so does the audit."""
        return self.kind != "deployment" or self.is_walled_deployment

    @property
    def is_tracked(self) -> bool:
        return bool(getattr(self.cls, "__tracked__", False))

    @cached_property
    def state_field(self) -> Field | None:
        return next((found for found in self.fields.values() if found.kind == "state"), None)

    def state_of(self, record: Any) -> State | None:
        """The state that a record is in; None where its model has no states."""
        found = self.state_field
        return getattr(record, found.name) if found is not None else None

    @cached_property
    def final_states(self) -> list[State]:
        return [state for state in self.states.values() if state.final]

    @cached_property
    def editable_states(self) -> frozenset[str] | None:
        """Codes of the states in which people change the record by hand; None for all that are not final."""
        declared = self.options.get("editable_in")
        return None if declared is None else frozenset(state.code for state in declared)

    @cached_property
    def always_editable(self) -> frozenset[str]:
        """Fields that people change in every state but a final one: those declared, and who is responsible."""
        declared = map(field_name, self.options.get("always_editable") or ())
        return frozenset({*declared, *self.options.get("handed_over", ("owner",) if self.is_owned else ())})

    @property
    def initial_state(self) -> State | None:
        return self.state_field.default if self.state_field is not None else None

    def fields_for(self, addons: frozenset[str]) -> dict[str, Field]:
        """The fields that exist in a company with these addons on. Not to be changed: it is made once."""
        if addons not in self._fields_for:
            self._fields_for[addons] = {
                name: found for name, found in self.fields.items() if found.addon in addons
            }
        return self._fields_for[addons]

    def __repr__(self) -> str:
        return f"<model {self.key}>"
