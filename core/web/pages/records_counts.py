"""Numbers of records as lists show them."""

from __future__ import annotations

from typing import Any, Final

from core.i18n import LazyString, _n, formatter
from core.orm.counting import Count
from core.orm.env import Env
from core.views.effective import EffectiveRows
from core.views.search import preset_where

MOST_COUNTED: Final = 99
"""A preset with more shows 99+: every list counts all its presets, so counting has to cost next to nothing."""


def preset_conditions(env: Env, view: EffectiveRows) -> list[tuple[list[Any], int]]:
    """What `env.counts` is asked for the presets that show their number."""
    counted = (preset for preset in view.presets if preset.count)
    return [(preset_where(env, view, preset.key), MOST_COUNTED) for preset in counted]


def count_text(count: Count, language: str) -> str:
    """10,000+ where nobody counted on."""
    return f"{formatter('integer', language)(count.value)}{'+' if count.capped else ''}"


def count_sentence(count: Count, language: str) -> LazyString:
    """The same with its noun."""
    return _n("{count} record", "{count} records", count.value).format(count=count_text(count, language))
