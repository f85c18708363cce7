"""What follows from a field: values computed from it, of the same record and of others, and expressions that read it.

Who is not to know a value is not to know what is made of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from core.orm.guards import fields_read_by

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.orm.compose import ModelInfo

Place = tuple[str, str]
"""(model key, name of a field)"""


def followers(models: Mapping[str, ModelInfo], places: Iterable[Place]) -> frozenset[Place]:
    """The fields that follow from these, at whatever distance, without these themselves."""
    start = set(places)
    found: set[Place] = set()
    new = list(start)
    while new:
        key, name = new.pop()
        fresh = _next(models[key], name) - found - start
        found |= fresh
        new += fresh
    return frozenset(found)


def _next(info: ModelInfo, name: str) -> set[Place]:
    computed = set(info.dependants.get(name, ()))
    reading = (
        one.name for one in info.fields.values() if one.sql is not None and name in _read(info, one.name)
    )
    return computed | {(info.key, one) for one in reading}


def _read(info: ModelInfo, name: str) -> frozenset[str]:
    """What an expression reads, looked at once: each caller with hidden fields asks for it."""
    if name not in info.fields_read:
        expression = info.fields[name].sql
        info.fields_read[name] = (
            frozenset() if expression is None else fields_read_by(info, expression(info.cls))
        )
    return info.fields_read[name]
