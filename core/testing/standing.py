"""Who stands to the records of a model in the same way: what one of them is told, the others are told as well.

The expensive checks of the conformance tests go through every way to a record. Nothing on those ways knows a person or
a role: they know rights, rows within reach, and fields. Callers for whom all of these are equal, here and on the models
around, are one case, and the first of them is asked.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Final

from sqlalchemy import select

from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.guards import reached
from core.testing.conformance import MOST, Population, reachable

ACTIONS: Final = ("read", "create", "update", "delete", "assign", "export", "import", "print", "share")


def standing(env: Env, population: Population, *, rows: bool = True) -> Hashable:
    """Everything that decides what the caller of `env` gets to see of these records, and may do with them.

    Without `rows` only what is the same for every record: rights and fields.
    """
    info, policy = population.info, env.policy
    actions = tuple(action for action in ACTIONS if policy.allowed(info, action))
    around = [other for other in neighbours(env, info) if policy.allowed(other, "read")]
    return (
        env.company_id,
        actions,
        frozenset(name for name, method in info.methods.items() if policy.allowed(info, method.right)),
        policy.readable(info),
        policy.editable(info),
        tuple((other.key, policy.readable(other)) for other in around),
        _within_reach(env, population, actions, around) if rows else None,
    )


def neighbours(env: Env, info: ModelInfo) -> list[ModelInfo]:
    """The models that point here, and those pointed to from here: names and values go both ways."""
    pointing = [other for other, _field in info.references]
    targets = [
        field.target_key for field in info.fields.values() if field.target_key in env.composition.models
    ]
    found = {other.key: other for other in pointing}
    found |= {str(key): env.composition.models[str(key)] for key in targets}
    return [other for key, other in sorted(found.items()) if other.addon in env.addons and key != info.key]


def _within_reach(
    env: Env, population: Population, actions: Sequence[str], around: Sequence[ModelInfo]
) -> Hashable:
    info = population.info
    return (
        tuple(reached(env, info, population.all, action) for action in actions),
        reachable(env, info, population.binned, binned=True) if "read" in actions else None,
        tuple(
            tuple(env.scalars(select(other.cls.id).order_by(other.cls.id).limit(MOST))) for other in around
        ),
    )
