"""Imperative mapping of composed classes: every column explicitly, every relation view-only.

Relations are never written through SQLAlchemy's unit of work: assigning `lead.customer = acme` sets
`customer_id`, and the Env's write pipeline writes it with policy, hooks and audit. Reading them goes through the
session and so through the policy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import ColumnElement, Select, and_, event, exists, false, inspect, select
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import (
    RelationshipProperty,
    aliased,
    column_property,
    deferred,
    foreign,
    registry,
    remote,
)
from sqlalchemy.orm.attributes import instance_dict
from sqlalchemy.sql.util import ClauseAdapter

from core.orm.binding import sealed
from core.orm.fields import TO_ONE, Field
from core.orm.relations import Relation

if TYPE_CHECKING:
    from core.orm.compose import Composition, ModelInfo


class ToOneComparator(RelationshipProperty.Comparator[Any]):
    """`Lead.owner == user`, `Lead.owner.is_(None)`, `Lead.owner.in_(users)`: comparisons of the stored id."""

    __keyuan_relation__ = True

    def _stored(self) -> Any:
        entity = self._adapt_to_entity or self._parententity
        return getattr(entity.entity, f"{self.prop.key}_id")

    def __eq__(self, other: Any) -> ColumnElement[bool]:  # type: ignore[override]
        stored = self._stored()
        return cast("ColumnElement[bool]", stored.is_(None) if other is None else stored == record_id(other))

    def __ne__(self, other: Any) -> ColumnElement[bool]:  # type: ignore[override]
        stored = self._stored()
        return cast(
            "ColumnElement[bool]", stored.is_not(None) if other is None else stored != record_id(other)
        )

    def is_(self, other: Any) -> ColumnElement[bool]:  # type: ignore[override]
        return cast("ColumnElement[bool]", self == other)

    def is_not(self, other: Any) -> ColumnElement[bool]:  # type: ignore[override]
        return cast("ColumnElement[bool]", self != other)

    def in_(self, other: Iterable[Any] | Select[Any]) -> ColumnElement[bool]:  # type: ignore[override]
        if isinstance(other, Select):
            return cast("ColumnElement[bool]", self._stored().in_(other))
        ids = [record_id(one) for one in other]
        return cast("ColumnElement[bool]", self._stored().in_(ids)) if ids else false()

    def has(self, criterion: Any = None, **values: Any) -> ColumnElement[bool]:
        if not _points_home(self):
            return super().has(criterion, **values)
        return _exists_beside(self, criterion, values, lambda other: other.id == self._stored())

    __hash__ = object.__hash__  # type: ignore[assignment]


class ToManyComparator(RelationshipProperty.Comparator[Any]):
    """`Customer.contacts.any(…)`, also where a model refers to itself."""

    def any(self, criterion: Any = None, **values: Any) -> ColumnElement[bool]:
        if not _points_home(self):
            return super().any(criterion, **values)
        own = (self._adapt_to_entity or self._parententity).entity.id
        self.prop.work_out()
        link, (_near, far) = self.prop.secondary, self.prop.local_remote_pairs[0]
        if link is None:
            stored = self.prop.mapper.get_property_by_column(far).key
            return _exists_beside(self, criterion, values, lambda other: getattr(other, stored) == own)
        linked = sealed(select(link.c.right_id).where(link.c.left_id == own).scalar_subquery())
        return _exists_beside(self, criterion, values, lambda other: other.id.in_(linked))

    __hash__ = object.__hash__  # type: ignore[assignment]


def _points_home(comparator: Any) -> bool:
    """Whether a relation leads to its own model; SQLAlchemy then binds the outer record instead of the inner one."""
    return comparator.prop.mapper is comparator.prop.parent


def _exists_beside(
    comparator: Any, criterion: Any, values: dict[str, Any], meets: Any
) -> ColumnElement[bool]:
    other: Any = aliased(comparator.prop.mapper.class_)
    inner = select(other.id).where(
        meets(other), *(getattr(other, name) == value for name, value in values.items())
    )
    if criterion is not None:
        inner = inner.where(ClauseAdapter(inspect(other).selectable).traverse(criterion))
    return exists(inner)


def record_id(value: Any) -> Any:
    """The id of a record, or the id itself."""
    return getattr(value, "id", value)


def map_model(composed: Composition, info: ModelInfo, mapper_registry: registry) -> None:
    """Map the composed class of one model to its table."""
    table = info.table
    properties: dict[str, Any] = {}
    for found in info.fields.values():
        if found.is_stored:  # active history: a record that was expired still tells the audit its old value
            properties[found.attribute] = column_property(table.c[found.column_name], active_history=True)
            if found.kind in TO_ONE and found.target_key in composed.models:
                properties[found.name] = _to_one(composed, info, found)
        elif found.kind == "one2many":
            properties[found.name] = _one2many(composed, info, found)
        elif found.kind == "many2many" and found.name in info.link_tables:
            properties[found.name] = _many2many(composed, info, found)
    for column in table.c:
        if column.name == "grams" or column.name.endswith("__sort"):
            properties[f"_{column.name}"] = column
    if "company_id" in table.c:
        properties["company_id"] = table.c.company_id
    late = {
        name: deferred(table.c[name.removeprefix("_")]) for name in ("_grams", "custom") if name in properties
    }
    mapper_registry.map_imperatively(info.cls, table, properties={**properties, **late})
    for found in info.fields.values():
        if found.kind in TO_ONE and found.name in properties:
            _follow(info.cls, found)
        if found.sql is not None:
            setattr(info.cls, found.name, hybrid_property(found.value_of_record, expr=_worked_out(found.sql)))


def _worked_out(sql: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The expression of a field is the same for all who may see the field, in a condition as in a column."""
    return lambda model: sealed(sql(model))


def _to_one(composed: Composition, info: ModelInfo, found: Field) -> Any:
    """A relation whose loading always asks the database, within the caller's reach.

    A plain join on the key would be answered out of the session, where `sudo` may have left any record.
    """
    target = composed.models[str(found.target_key)]

    def join() -> ColumnElement[bool]:
        key = remote(target.table.c.id)
        return and_(key == foreign(info.table.c[found.column_name]), key > 0)

    return Relation(target.cls, primaryjoin=join, uselist=False, comparator_factory=ToOneComparator)


def _one2many(composed: Composition, info: ModelInfo, found: Field) -> Any:
    target = composed.models[str(found.target_key)]
    back = target.fields[str(found.back)]
    return Relation(
        target.cls,
        primaryjoin=lambda: info.table.c.id == foreign(remote(target.table.c[back.column_name])),
        order_by=target.table.c.id,
        uselist=True,
        comparator_factory=ToManyComparator,
    )


def _many2many(composed: Composition, info: ModelInfo, found: Field) -> Any:
    target = composed.models[str(found.target_key)]
    link = info.link_tables[found.name]
    return Relation(
        target.cls,
        secondary=link,
        primaryjoin=lambda: info.table.c.id == link.c.left_id,
        secondaryjoin=lambda: target.table.c.id == link.c.right_id,
        order_by=target.table.c.id,
        uselist=True,
        comparator_factory=ToManyComparator,
    )


def _follow(cls: Any, found: Field) -> None:
    """Keep relation and id together: setting one sets the other."""
    stored, relation = found.attribute, found.name

    @event.listens_for(getattr(cls, relation), "set")
    def set_id(target: Any, value: Any, _old: Any, _initiator: Any) -> None:
        if instance_dict(target).get(stored, ...) != (new := record_id(value)):
            setattr(target, stored, new)

    @event.listens_for(getattr(cls, stored), "set")
    def forget_relation(target: Any, value: Any, _old: Any, _initiator: Any) -> None:
        loaded = instance_dict(target).get(relation)
        if loaded is not None and record_id(loaded) != value:
            instance_dict(target).pop(relation, None)
