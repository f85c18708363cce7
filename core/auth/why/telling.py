"""What may be told to somebody about the way of another: nothing that names records which the asker may not see."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from core.auth.conditions import models_read
from core.auth.ways import Way
from core.i18n import LazyString, _
from core.modules.manifest import KERNEL
from core.orm.compose import ModelInfo
from core.orm.env import Env

BY_SOMETHING_ELSE: Final = _("By a rule, through something that you do not see yourself.")


def told(env: Env, info: ModelInfo, ways: Iterable[Way]) -> list[LazyString]:
    """The ways in words for the caller, each text once. A condition that holds because of other records says that there
    are such records, so its words are kept from who does not see all of their kind.
    """
    return list(dict.fromkeys(way.label if _may_know(env, info, way) else BY_SOMETHING_ELSE for way in ways))


def _may_know(env: Env, info: ModelInfo, way: Way) -> bool:
    """Posts, roles and shares are about people and rights, and parts of the record about the record: they are told."""
    read = models_read(way.condition) if way.condition is not None else {}
    others = [env.composition.models[model] for model, addon in read.items() if addon != KERNEL]
    wholes = _wholes(info)
    return all(
        other.key == info.key or other.key in wholes or _is_part(other, info) or _sees_all(env, other)
        for other in others
    )


def _wholes(info: ModelInfo) -> set[str]:
    """Whoever sees a part sees what it is a part of."""
    found = set()
    while info.whole is not None:
        info = info.whole
        found.add(info.key)
    return found


def _is_part(other: ModelInfo, info: ModelInfo) -> bool:
    fields = other.fields.values()
    return any(
        one.target_key == info.key and one.on_delete == "part_of" and one.kind == "many2one" for one in fields
    )


def _sees_all(env: Env, info: ModelInfo) -> bool:
    return env.policy.allowed(info, "read") and env.policy.where(info, "read") is None
