"""Section: which menus and buttons roles show or hide, where a company (or the deployment) has decided it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from core.auth.company_rights import Section
from core.auth.rights_of_roles import rows_of_roles
from core.orm.compose import ModelInfo
from core.orm.methods import Method

_FIRST: Final[Mapping[str, bool]] = {}


@dataclass(frozen=True, eq=False)
class ScreenRights:
    """(kind, name) -> code of a role -> whether it shows it."""

    decided: Mapping[tuple[str, str], Mapping[str, bool]] = field(default_factory=dict)

    def shown(self, kind: str, name: str, roles: frozenset[str]) -> bool | None:
        """Whether people of these roles have the menu or button; None where none of the roles says anything.

        Of several roles the generous one counts: shown by one is shown, though another hides it.
        """
        said = {shown for code, shown in self.decided.get((kind, name), _FIRST).items() if code in roles}
        return None if not said else True in said


def button_name(info: ModelInfo, method: Method[..., Any]) -> str:
    """How a button is named in the rows: model and method."""
    return f"{info.key}.{method.name}"


def _built(rows: Sequence[Mapping[str, Any]]) -> ScreenRights:
    found: dict[tuple[str, str], dict[str, bool]] = defaultdict(dict)
    for row in rows:
        found[row["kind"], row["name"]][row["code"]] = row["shown"]
    return ScreenRights(dict(found))


SCREENS: Final = Section(
    "screens",
    ("base.role", "base.role_screen"),
    rows_of_roles("base.role_screen", "kind", "name", "shown"),
    _built,
    ScreenRights(),
)
