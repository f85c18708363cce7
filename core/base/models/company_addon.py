"""Switching addons on and off where administrators look."""

from typing import Any

from core.api import CompanyAddon, Where, _, action, and_, current_env, key_of, literal
from core.base.models.user import KEEPERS
from core.lifecycle.activation import disable, enable


def switched_on(env: Any) -> Where:
    """What an administrator can switch off."""
    return and_(CompanyAddon.enabled, literal(not env.roles.isdisjoint(KEEPERS)))


def switched_off(env: Any) -> Where:
    """What an administrator can switch on again."""
    return and_(~CompanyAddon.enabled, literal(not env.roles.isdisjoint(KEEPERS)))


class BaseCompanyAddon(CompanyAddon, extend=True):
    """The switch as administrators use it: off is not gone, the data stay and come back with the addon."""

    @action(
        label=_("Switch off"), right="read", by=switched_on, icon="player-pause",
        danger=True,
        confirm=_("Menus, screens and rules of this addon disappear for the company. Its data stay."),
    )  # fmt: skip
    def switch_off(self) -> None:
        """The company works without the addon from its next page on."""
        disable(current_env(), key_of(self, "company") or 0, self.addon)

    @action(
        label=_("Switch on"), right="read", by=switched_off, icon="player-play",
        confirm=_("The addon and those it needs are switched on; its data are there again."),
    )  # fmt: skip
    def switch_on(self) -> None:
        """The company works with the addon from its next page on."""
        enable(current_env(), key_of(self, "company") or 0, self.addon, with_dependencies=True)
