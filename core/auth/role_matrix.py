"""The rights of one role as a table of models and actions: what is shipped, what is changed, and changing it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from core.auth.access import AccessPolicy
from core.auth.grants import Rows
from core.auth.handing_on import furthest
from core.auth.models import RoleRight, RoleRow, RoleScreen
from core.auth.models.role_rights import LEVELS, NONE
from core.auth.rights_hooks import KEEPERS
from core.auth.rights_of_actions import ORDER, possible_actions, possible_levels
from core.auth.rights_of_roles import PLACES, ROLES
from core.errors import AccessDenied, Conflict, NotFound
from core.i18n import LazyString, _
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.policy import action_label

AS_SHIPPED: Final = ""
LEVEL_LABELS: Final[dict[str, LazyString]] = dict(LEVELS)
MOST_ROWS: Final = 20_000
"""More than models and actions there are."""
M = TypeVar("M")
Key = tuple[str, str]
"""Model and action."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One action on one model: `chosen` is the changed level, or AS_SHIPPED; `below` what roles below add to it."""

    action: str
    label: LazyString | str
    shipped: str
    chosen: str
    options: tuple[str, ...]
    below: str | None

    @property
    def level(self) -> str:
        """What the role itself has."""
        return self.chosen or self.shipped


@dataclass(frozen=True, slots=True)
class ModelRights:
    """The rights on one model."""

    info: ModelInfo
    cells: tuple[Cell, ...]

    @property
    def changed(self) -> int:
        """How many are not as shipped."""
        return sum(cell.chosen != AS_SHIPPED for cell in self.cells)


def role_of(env: Env, key: int) -> RoleRow:
    """A role whose rights the caller may see. Raises AccessDenied or NotFound."""
    if not env.can("read", RoleRight):
        raise AccessDenied()
    return env.get(RoleRow, key)


def may_change(env: Env, role: RoleRow) -> bool:
    """Whether the caller may change what the role may do; the administrators' rights are nobody's to change."""
    return role.code not in KEEPERS and env.can("create", RoleRight) and env.can("update", RoleRight)


def addons_with_rights(env: Env) -> dict[str, LazyString]:
    """The addons of the company whose models roles have rights on, with their titles."""
    titles: dict[str, Any] = {loaded.name: loaded.manifest.title for loaded in env.composition.loaded}
    known = dict.fromkeys(info.addon for info in env.composition.models.values() if _is_governed(env, info))
    return {name: titles[name] for name in known}


def rights_on(env: Env, role: RoleRow, addon: str) -> list[ModelRights]:
    """What the role may do with each model of an addon."""
    rows = all_rows(env, RoleRight, role)
    common = {(row.model, row.action): row.level for row in rows if row.company_id == 0}
    own = {(row.model, row.action): row.level for row in rows if row.company_id != 0}
    governed = (
        info for info in env.composition.models.values() if info.addon == addon and _is_governed(env, info)
    )
    return [ModelRights(info, _cells(env, info, role, common, own)) for info in governed]


def _cells(
    env: Env, info: ModelInfo, role: RoleRow, common: Mapping[Key, str], own: Mapping[Key, str]
) -> tuple[Cell, ...]:
    policy = _policy(env)
    person, index = policy.identity, policy.index
    declared = _furthest(index.levels(info, person.addons), _alike(env, role))
    below = _furthest(
        index.levels(info, person.addons, person.rights),
        person.rights.of(PLACES).with_those_below([role.code]) - {role.code},
    )
    cells = []
    for action in possible_actions(info, index.declared_actions(info)):
        shipped = common.get((info.key, action)) or str(declared.get(action, NONE))
        chosen = own.get((info.key, action), AS_SHIPPED)
        label, added = action_label(action, info), below.get(action)
        more = str(added) if added is not None and _rank(added) > _rank(chosen or shipped) else None
        options = [AS_SHIPPED, NONE, *_levels(env, info, action)]
        if chosen not in options:
            options.append(chosen)
        cells.append(Cell(action, label, shipped, chosen, tuple(options), more))
    return tuple(cells)


def change_rights(env: Env, role: RoleRow, seen: Mapping[Key, str], wanted: Mapping[Key, str]) -> int:
    """Bring the rights that differ from what was `seen` to what is `wanted`; gives how many. Raises Conflict where
    somebody else has changed one of them meanwhile.
    """
    if not may_change(env, role):
        raise AccessDenied()
    stored = {(row.model, row.action): row for row in own_rows(env, RoleRight, role)}
    changes = {key: level for key, level in wanted.items() if level != seen.get(key, AS_SHIPPED)}
    for key, level in changes.items():
        now = stored[key].level if key in stored else AS_SHIPPED
        if now not in (seen.get(key, AS_SHIPPED), level):
            raise Conflict(
                (), _("Somebody else has changed these rights meanwhile. Please look at them again.")
            )
    new = [
        {"role": role, "model": key[0], "action": key[1], "level": level}
        for key, level in changes.items()
        if level != AS_SHIPPED and key not in stored
    ]
    env.create_many(RoleRight, new)
    for key in changes.keys() & stored.keys():
        if changes[key] != AS_SHIPPED:
            env.write(stored[key], level=changes[key])
    env.delete([stored[key] for key in changes.keys() & stored.keys() if changes[key] == AS_SHIPPED])
    return len(changes)


def restore_shipped(env: Env, role: RoleRow) -> int:
    """Back to what is shipped: rights, menus and buttons; gives how many rows that were."""
    if not may_change(env, role):
        raise AccessDenied()
    found = [own_rows(env, model, role) for model in (RoleRight, RoleScreen)]
    for rows in found:
        env.delete(rows)
    return sum(map(len, found))


def own_rows(env: Env, model: type[M], role: RoleRow) -> list[M]:
    """What the company itself has said about a role."""
    return [row for row in all_rows(env, model, role) if row.company_id != 0]


def all_rows(env: Env, model: type[M], role: RoleRow) -> list[Any]:
    """The same after what is said for all companies."""
    rows: list[Any] = env.search(model, env.condition(model, "role", "eq", str(role.id)), limit=MOST_ROWS)
    return sorted(rows, key=lambda row: int(row.company_id))


def _policy(env: Env) -> AccessPolicy:
    if not isinstance(env.policy, AccessPolicy):
        raise NotFound()
    return env.policy


def _is_governed(env: Env, info: ModelInfo) -> bool:
    """Models that some addon grants to somebody, in this company."""
    return info.addon in env.addons and info.whole is None and bool(_policy(env).index.declared_actions(info))


def _alike(env: Env, role: RoleRow) -> frozenset[str]:
    """The codes by which addons grant to the role: its own, and that of the role it is a copy of."""
    known = _policy(env).identity.rights.of(ROLES).by_code.get(role.code)
    return frozenset({role.code, *([known.basis] if known is not None and known.basis else [])})


def _furthest(levels: Iterable[tuple[str, str, Rows]], roles: frozenset[str]) -> dict[str, Rows]:
    """By action, the furthest of the levels that these roles have."""
    found: dict[str, Rows] = {}
    for code, action, level in levels:
        if code in roles:
            found[action] = max(found.get(action, level), level, key=ORDER.index)
    return found


def _levels(env: Env, info: ModelInfo, action: str) -> list[str]:
    limit = furthest(env, info, action)
    return [str(one) for one in possible_levels(info) if limit is not None and _rank(one) <= _rank(limit)]


def _rank(level: str) -> int:
    return -1 if level == NONE else ORDER.index(Rows(level))
