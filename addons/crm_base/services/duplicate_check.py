"""The question before saving: is there such a customer, contact or lead already?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from addons.crm_base.hookspecs import collect_duplicates
from addons.crm_base.services.duplicates import Match, Probe
from core.api import Env, Hint, LazyString, _

SWITCH: Final = "crm_base.duplicate_check"
"""The setting of a company that turns the check off: {"on": false}."""
MOST_SHOWN: Final = 8


def hints_for(env: Env, probe: Probe) -> list[Hint]:
    """One sentence for each record that may be the same, the likeliest first; none where the check is off."""
    if not is_on(env):
        return []
    found = [match for matches in collect_duplicates(env=env, probe=probe) for match in matches]
    found.sort(key=lambda match: (-len(match.reasons), match.url is None, match.name))
    return [Hint(_sentence(match), match.url) for match in found[:MOST_SHOWN]]


def is_on(env: Env) -> bool:
    """Whether the company checks for duplicates; it does unless an administrator has switched it off."""
    system = env.sudo(_("duplicate check"))
    setting: Any = system.first("base.setting", system.condition("base.setting", "key", "eq", SWITCH))
    return setting is None or bool(setting.value.get("on", True))


def probe_of(values: Mapping[str, Any], model: str, **texts: tuple[str, ...]) -> Probe:
    """What a form knows of its record: for each part of the probe the fields that tell it."""
    parts = {
        part: tuple(text for name in names if isinstance(text := values.get(name), str) and text.strip())
        for part, names in texts.items()
    }
    key = values.get("id")
    return Probe(**parts, record=(model, int(key)) if key else None)


def _sentence(match: Match) -> LazyString:
    if match.owner is None:
        return _("{kind} “{name}” exists already: {reasons}.", kind=match.kind, name=match.name,
                 reasons=list(match.reasons))  # fmt: skip
    return _("{kind} “{name}” of {owner} exists already: {reasons}.", kind=match.kind, name=match.name,
             owner=match.owner, reasons=list(match.reasons))  # fmt: skip
