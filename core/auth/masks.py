"""Masks: fields of a model that are kept from the caller on some rows, however they come to them.

An addon declares which fields, and as one SQL condition the rows on which they are kept back. The kernel reads every
value through it (`core.orm.masking`). What follows from a masked field is masked with it: stored values computed from
it and expressions that read it.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, false, func, or_, true
from sqlalchemy.sql.elements import False_

from core.auth.conditions import switched_off
from core.errors import CompositionError
from core.i18n import _
from core.orm.binding import sealed
from core.orm.compose import Composition, ModelInfo
from core.orm.fields import TO_MANY, field_name
from core.orm.following import followers
from core.orm.methods import Where

if TYPE_CHECKING:
    from core.orm.env import Env

_log: Final = logging.getLogger("keyuan.access")
Rows = Callable[["Env"], Where]


@dataclass(frozen=True, slots=True, eq=False)
class Mask:
    """`function(env)` says on which rows of the model the fields are kept from the caller."""

    __keyuan_mark__: ClassVar[str] = "mask"

    function: Rows
    model: type[Any]
    fields: tuple[str, ...]

    def __call__(self, env: Env) -> Where:
        return self.function(env)


def mask(model: type[Any], *fields: Any) -> Callable[[Rows], Mask]:
    """Keep the values of `fields` from the caller on some rows of `model`, in every channel.

    The function returns one SQL condition: the rows on which the caller does not get the values, `false()` for none.
    A condition that fails or is unknown for a row keeps them back, and is logged.
    """

    def declare(function: Rows) -> Mask:
        return Mask(function, model, tuple(field_name(one) for one in fields))

    return declare


class MaskIndex:
    """The masks of a composition: model key -> field -> masks, with the fields that follow from masked ones."""

    def __init__(self, composed: Composition) -> None:
        self._masks: dict[str, dict[str, list[tuple[str, Mask]]]] = defaultdict(lambda: defaultdict(list))
        for addon, found in composed.collect("mask"):
            info = _model_of(composed, addon, found)
            for name in found.fields:
                _check_field(info, addon, name)
            for name in _with_followers(composed, info, addon, found.fields):
                self._masks[info.key][name].append((addon, found))

    def of(self, info: ModelInfo, addons: frozenset[str]) -> dict[str, tuple[Mask, ...]]:
        """The masks of each field in a company with these addons on."""
        found = {
            name: tuple(one for addon, one in masks if addon in addons)
            for name, masks in self._masks.get(info.key, {}).items()
        }
        return {name: masks for name, masks in found.items() if masks}


_indexes: WeakKeyDictionary[Composition, MaskIndex] = WeakKeyDictionary()


def mask_index(composed: Composition) -> MaskIndex:
    """The index of a composition, built at the first question. Raises CompositionError for impossible masks."""
    if (index := _indexes.get(composed)) is None:
        index = _indexes[composed] = MaskIndex(composed)
    return index


def masks_for(index: MaskIndex, info: ModelInfo, env: Env) -> Mapping[str, Where]:
    """Field -> rows on which it is kept from the caller. One expression serves all fields of the same masks."""
    made: dict[tuple[Mask, ...], Where] = {}
    found: dict[str, Where] = {}
    for name, masks in index.of(info, env.addons).items():
        if masks not in made:
            made[masks] = _condition(masks, env)
        if not isinstance(made[masks], False_):
            found[name] = made[masks]
    return found


def _condition(masks: tuple[Mask, ...], env: Env) -> Where:
    parts = [part for one in masks if not isinstance(part := _rows(one, env), False_)]
    return func.coalesce(sealed(or_(*parts)), true()) if parts else false()


def _rows(one: Mask, env: Env) -> Where:
    try:
        condition = one(env)
        if not isinstance(condition, ColumnElement):
            raise TypeError(f"a mask returns an SQL condition, not {condition!r}")
        asleep = switched_off(condition, env.addons)
        if asleep:
            raise LookupError(f"the mask reads {', '.join(asleep)}, switched off in this company")
    except Exception:
        _log.exception("mask %s keeps everything back", one.function.__qualname__)
        return true()
    return condition


def _model_of(composed: Composition, addon: str, found: Mask) -> ModelInfo:
    try:
        return composed.info(found.model)
    except LookupError:
        name = getattr(found.model, "__qualname__", str(found.model))
        raise CompositionError(
            _("A mask names {model}, which is not an installed model.", model=name), addon=addon
        ) from None


def _check_field(info: ModelInfo, addon: str, name: str) -> None:
    found = info.fields.get(name)
    if found is None or found.system or found.kind in (*TO_MANY, "state"):
        raise CompositionError(
            _("A mask names {model}.{field}, whose values cannot be kept back.", model=info.key, field=name),
            addon=addon, model=info.key,
        )  # fmt: skip


def _with_followers(
    composed: Composition, info: ModelInfo, addon: str, names: tuple[str, ...]
) -> Iterator[str]:
    """The fields and what follows from them on the same row. What other records compute from them cannot be kept
    back together with them, so it is refused.
    """
    yield from names
    for model, name in sorted(followers(composed.models, ((info.key, one) for one in names))):
        if model != info.key:
            raise CompositionError(
                _("{other} is computed from fields of {model} that a mask keeps back.",
                  other=f"{model}.{name}", model=info.key), addon=addon, model=info.key,
            )  # fmt: skip
        yield name
