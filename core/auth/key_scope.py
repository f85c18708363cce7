"""What a key takes from the rights of its user. It never adds any.

    scope "read"      reading; no step, whatever right it asks for, and nothing that leaves a trace, as exports do
    record types      only these and their parts. Of the types by which all others are named (people, companies,
                      departments, choices) the names may be read, since records could not be understood without;
                      of whatever else a record refers to the id is there and the name is not
    accounts, rights  not changed by a key unless it names the type: who finds a key shall not make an account of it,
                      nor run a step on one
    acting for others never

It stands in the policy, so it holds for addresses, searches, steps, labels and files alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from core.auth.models.api_key import WRITE
from core.auth.parts import top_of
from core.orm.compose import ModelInfo

READING: Final = frozenset({"read"})
NAMES: Final = frozenset(
    {"base.company", "base.currency_rate", "base.department", "base.option", "base.role", "base.user"}
)
"""Types of which any key may read the names."""
KEEPING: Final = frozenset(
    {
        "base.api_key", "base.company", "base.company_addon", "base.department", "base.employee", "base.field_right",
        "base.hierarchy_rule", "base.role", "base.role_place", "base.role_right", "base.role_screen", "base.session",
        "base.share", "base.sharing_rule", "base.user", "base.user_role", "base.value_limit",
    }
)  # fmt: skip
"""Types that say who may do what, the tree of superiors too: changed by a key only where it names them."""
NEVER: Final = frozenset({"act_for"})
API: Final = "api"


class Narrowing(NamedTuple):
    """How far a key reaches within the rights of its user; `models` empty for every type."""

    writes: bool
    models: frozenset[str]

    def admits(self, info: ModelInfo, action: str) -> bool:
        """Whether the key leaves the action on the model to its user."""
        top = top_of(info).key
        if action in NEVER or not (self.writes or action in READING):
            return False
        if self.models:
            return top in self.models or (top in NAMES and action == "read")
        return action in READING or top not in KEEPING

    def runs(self, info: ModelInfo) -> bool:
        """Whether the key leaves steps of the model to its user, whatever right they ask for."""
        top = top_of(info).key
        return self.writes and (top in self.models if self.models else top not in KEEPING)

    def names_only(self, info: ModelInfo) -> bool:
        """Whether nothing but the names of these records may be read."""
        return bool(self.models) and top_of(info).key not in self.models


@dataclass(frozen=True, slots=True)
class KeyInUse:
    """The key with which a request was made. Its secret is not here."""

    id: int
    name: str
    start: str
    scope: str
    models: tuple[str, ...]
    expires: datetime

    @property
    def narrowing(self) -> Narrowing:
        return Narrowing(self.scope == WRITE, frozenset(self.models))


def channel_of(key_id: int) -> str:
    """Through which door a program comes, for the audit: it names the key, which stays known by its number."""
    return f"{API}:{key_id}"


def key_of_channel(channel: str) -> int | None:
    """The key by which something was done; None for other doors."""
    door, _colon, number = channel.partition(":")
    return int(number) if door == API and number.isdecimal() else None


def codes_of(stored: str | None) -> tuple[str, ...]:
    """The record types of a key, as its row has them."""
    return tuple((stored or "").split())


def stored_codes(models: Iterable[str]) -> str | None:
    """The same to be stored; none for every type."""
    return " ".join(sorted(set(models))) or None
