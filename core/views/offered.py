"""Which presets are offered: none whose rows tell what the caller may not know.

A preset is a condition of the author on stored values. Its rows, and the number beside its name, would tell the value
of a field that the caller does not see, so it is left out for whom it reads such a field.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from core.errors import BadRequest
from core.orm.compose import ModelInfo
from core.orm.guards import fields_read_by
from core.views.effective import EffectiveRows
from core.views.listing import Preset

if TYPE_CHECKING:
    from core.orm.env import Env


def offered_view(env: Env, view: EffectiveRows) -> EffectiveRows:
    """The view with the presets that are offered to the caller; the same object each time."""
    offered = offered_presets(env, view.model, view.presets)
    return view if len(offered) == len(view.presets) else replace(view, presets=offered)


def offered_presets(env: Env, info: ModelInfo, presets: Sequence[Preset]) -> tuple[Preset, ...]:
    """Those of the presets that say nothing of values kept from the caller."""
    kept = kept_fields(env, info)
    return tuple(one for one in presets if not kept or not _tells(env, info, one, kept))


def kept_fields(env: Env, info: ModelInfo) -> frozenset[str]:
    """Fields whose values the caller does not get, on no row or not on every row."""
    fields = info.fields_for(env.addons).values()
    hidden = frozenset(one.name for one in fields if one.kind != "secret") - env.policy.readable(info)
    return hidden.union(env.policy.masks(info))


def _tells(env: Env, info: ModelInfo, preset: Preset, kept: frozenset[str]) -> bool:
    if preset.where is None:
        return False
    try:
        condition = preset.where(env)
    except BadRequest:  # it asks as the caller, for a field that is not theirs
        return True
    return not kept.isdisjoint(fields_read_by(info, condition))
