"""What superiors may do with each kind of record of the company, as administrators look at it and set it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.auth.models import HierarchyRule
from core.auth.models.role_rights import FULL, QUERY
from core.orm.compose import ModelInfo
from core.orm.env import Env

USUAL = (FULL, QUERY)
MOST_MODELS = 10_000


@dataclass(frozen=True, slots=True)
class ModelRule:
    """One kind of record with what direct superiors and those further up may."""

    info: ModelInfo
    direct: str
    indirect: str

    @property
    def is_changed(self) -> bool:
        """Whether the company has set it otherwise than usual."""
        return (self.direct, self.indirect) != USUAL


def superior_rules(env: Env) -> list[ModelRule]:
    """The rule of every model with owners."""
    stored = {row.model: (row.direct, row.indirect) for row in env.search(HierarchyRule, limit=MOST_MODELS)}
    owned = (info for info in env.composition.models.values() if info.is_owned and info.addon in env.addons)
    return [ModelRule(info, *stored.get(info.key, USUAL)) for info in owned]


def set_superior_rules(env: Env, wanted: Mapping[str, tuple[str, str]]) -> int:
    """Direct and indirect superiors by model; the usual rule is no row. Gives how many models have another rule now."""
    stored = {row.model: row for row in env.search(HierarchyRule, limit=MOST_MODELS)}
    now = {rule.info.key: (rule.direct, rule.indirect) for rule in superior_rules(env)}
    changes = {key: rule for key, rule in wanted.items() if key in now and rule != now[key]}
    for key, (direct, indirect) in changes.items():
        if key not in stored:
            env.create(HierarchyRule, model=key, direct=direct, indirect=indirect)
        elif (direct, indirect) == USUAL:
            env.delete(stored[key])
        else:
            env.write(stored[key], direct=direct, indirect=indirect)
    return len(changes)
