"""Relations that work out their join when somebody first follows them.

A composition has hundreds of relations, and a process follows a few dozen. SQLAlchemy works out all of them while it
configures the mappers, twice over for lazy loading, which was half of the time and of the memory of a composition.
Nothing is written through relations (core/orm/mapping.py), so nothing else needs them earlier.
"""

from __future__ import annotations

from functools import cached_property
from threading import RLock, get_ident
from typing import Any, Final

from sqlalchemy import inspect
from sqlalchemy.orm import RelationshipProperty
from sqlalchemy.orm.attributes import _register_attribute_impl

_LATE: Final = frozenset(
    {
        "_calculated_foreign_keys", "_join_condition", "_lazy_strategy", "_strategies", "_user_defined_foreign_keys",
        "direction", "local_columns", "local_remote_pairs", "order_by", "primaryjoin", "remote_side",
        "secondary", "secondary_synchronize_pairs", "secondaryjoin", "strategy", "synchronize_pairs",
    }
)  # fmt: skip
"""What SQLAlchemy's `do_init` finds out of a relation."""
_working: Final = RLock()


class Relation(RelationshipProperty[Any]):
    """A view-only relation. Its joins may be given as functions, which are called when they are wanted."""

    inherit_cache = True
    _worked_out_by: int | None = None

    def __init__(self, argument: Any, secondary: Any = None, **options: Any) -> None:
        super().__init__(argument, secondary, viewonly=True, **options)
        del self.local_remote_pairs  # empty until it is worked out, and then another

    @cached_property
    def entity(self) -> Any:
        """The mapper of the related model, which is known from the start."""
        return inspect(self.argument)

    @cached_property
    def target(self) -> Any:
        return self.entity.persist_selectable

    def init(self) -> None:
        """The mapper's call after all mappers are there: nothing has to be ready yet."""
        self._configure_started = self._configure_finished = True

    def post_instrument_class(self, mapper: Any) -> None:
        """Have the attribute ask for its value when it is read; no cascades, as nobody adds records by it."""
        _register_attribute_impl(
            mapper.class_, self.key, parent_token=self, uselist=bool(self.uselist), useobject=True,
            callable_=self._load, trackparent=False, active_history=False, _deferred_history=True,
            send_modified_events=False,
        )  # fmt: skip

    def setup(self, context: Any, query_entity: Any, path: Any, adapter: Any, **others: Any) -> None:
        """A SELECT of the records: loads nothing of the relation unless an option of the statement says so."""
        if self._is_asked_for(context, path):
            super().setup(context, query_entity, path, adapter, **others)

    def create_row_processor(
        self,
        context: Any,
        query_entity: Any,
        path: Any,
        mapper: Any,
        result: Any,
        adapter: Any,
        populators: Any,
    ) -> None:
        """Rows of such a SELECT: a record that is read anew forgets whom it was related to."""
        if self._is_asked_for(context, path):
            super().create_row_processor(context, query_entity, path, mapper, result, adapter, populators)
        elif context.populate_existing or mapper.always_refresh:
            populators["new"].append((self.key, self._forget))

    def work_out(self) -> None:
        """Find out by which columns the relation goes. One thread does it, the others wait."""
        with _working:
            if "_lazy_strategy" in self.__dict__:
                return
            self._worked_out_by = get_ident()
            try:
                self.local_remote_pairs = ()
                self.do_init()
                self._lazy_strategy.is_class_level = True
            finally:
                self._worked_out_by = None

    def __getattr__(self, name: str) -> Any:
        if name not in _LATE or self._worked_out_by == get_ident():
            return super().__getattr__(name)
        self.work_out()
        return object.__getattribute__(self, name)

    def _is_asked_for(self, context: Any, path: Any) -> bool:
        return bool(context.attributes) and self._get_context_loader(context, path) is not None

    def _load(self, state: Any, passive: Any) -> Any:
        loader: Any = self._lazy_strategy
        return loader._load_for_state(state, passive)

    def _forget(self, state: Any, values: Any, _row: Any) -> None:
        state._reset(values, self.key)
