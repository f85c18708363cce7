"""Section: how far roles reach with single actions, where a company (or the deployment) has changed what is shipped."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from core.auth.company_rights import Section
from core.auth.grants import WRITE_SHARED, Rows
from core.auth.models.role_rights import NONE
from core.auth.rights_of_roles import rows_of_roles
from core.orm.compose import ModelInfo

Changed = Mapping[tuple[str, str], Rows | None]
"""(code of a role, action) -> the level it has instead of what is shipped; None for no right at all."""

USUAL: Final = ("read", "create", "update", "delete", "export", "import", "print")
ORDER: Final = (
    Rows.BY_RULE, Rows.OWN, Rows.TEAM, Rows.OWN_DEPARTMENT, Rows.DEPARTMENT, Rows.COMPANY,
)  # fmt: skip
"""From little to much."""


@dataclass(frozen=True, eq=False)
class ActionRights:
    """Changed rights by model."""

    by_model: Mapping[str, Changed] = field(default_factory=dict)

    def on(self, info: ModelInfo) -> Changed:
        """What is changed on one model."""
        return self.by_model.get(info.key, _UNCHANGED)


_UNCHANGED: Final[Changed] = {}


def possible_levels(info: ModelInfo) -> tuple[Rows, ...]:
    """The levels that mean something on this model, from little to much."""
    if info.is_owned:
        return ORDER
    if "department" in info.fields:
        return (Rows.BY_RULE, Rows.OWN_DEPARTMENT, Rows.DEPARTMENT, Rows.COMPANY)
    return (Rows.BY_RULE, Rows.COMPANY)


def possible_actions(info: ModelInfo, declared: Sequence[str] = ()) -> tuple[str, ...]:
    """The actions that can be given on this model: the usual ones, those that its buttons ask for, and `declared`."""
    asked = (method.right for method in info.methods.values() if not method.automatic)
    return tuple(one for one in dict.fromkeys((*USUAL, *asked, *declared)) if one != WRITE_SHARED)


def _built(rows: Sequence[Mapping[str, Any]]) -> ActionRights:
    """What a company says counts for more than what is said for all companies, which comes first."""
    found: dict[str, dict[tuple[str, str], Rows | None]] = defaultdict(dict)
    for row in rows:
        level = None if row["level"] == NONE else Rows(row["level"])
        found[row["model"]][row["code"], row["action"]] = level
    return ActionRights(dict(found))


ACTIONS: Final = Section(
    "actions",
    ("base.role", "base.role_right"),
    rows_of_roles("base.role_right", "model", "action", "level"),
    _built,
    ActionRights(),
)
