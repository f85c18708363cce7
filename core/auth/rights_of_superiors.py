"""Section: what superiors may do with the records of those below them, where a company has changed the rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, select

from core.auth.company_rights import Section
from core.auth.models.role_rights import FULL, NONE, QUERY
from core.orm.compose import Composition, ModelInfo

QUERY_ACTIONS: Final = frozenset({"read", "export", "print"})
"""Look, print and report."""


@dataclass(frozen=True, slots=True)
class SuperiorRule:
    """How much superiors may, if a role gives them the right for the action: "full" is everything but delete."""

    direct: str = FULL
    indirect: str = QUERY

    def admits_direct(self, action: str) -> bool:
        return _admits(self.direct, action)

    def admits_indirect(self, action: str) -> bool:
        return _admits(self.indirect, action)


@dataclass(frozen=True, eq=False)
class SuperiorRules:
    """The rule by model."""

    by_model: Mapping[str, SuperiorRule] = field(default_factory=dict)

    def on(self, info: ModelInfo) -> SuperiorRule:
        """The rule for one model; the usual one where the company has not said anything else."""
        return self.by_model.get(info.key, _USUAL)


_USUAL: Final = SuperiorRule()


def _admits(how: str, action: str) -> bool:
    if how == NONE:
        return False
    return action in QUERY_ACTIONS if how == QUERY else action != "delete"


def _rows(composed: Composition, company: ColumnElement[int]) -> Select[Any]:
    rule = composed.info("base.hierarchy_rule").table
    here = (rule.c.company_id == company) & rule.c.deleted_at.is_(None)
    return select(rule.c.model, rule.c.direct, rule.c.indirect).where(here)


def _built(rows: Sequence[Mapping[str, Any]]) -> SuperiorRules:
    return SuperiorRules({row["model"]: SuperiorRule(row["direct"], row["indirect"]) for row in rows})


SUPERIORS: Final = Section("superiors", ("base.hierarchy_rule",), _rows, _built, SuperiorRules())
