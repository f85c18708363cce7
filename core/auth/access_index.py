"""Grants and rules of a composition, sorted by model once, and asked for sets of roles."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final
from weakref import WeakKeyDictionary

from core.auth.grants import Grant, RecordRule, Role, Rows
from core.auth.memory import Memories
from core.errors import CompositionError
from core.i18n import LazyString, _
from core.orm.compose import Composition, ModelInfo

_KEPT: Final = 2000
"""Answers kept per composition; sets of roles and addons in use are few, so this is a guard and not a size."""


class AccessIndex:
    """Who may do what, as declared. A grant counts where its addon is on, which a company decides."""

    def __init__(self, composed: Composition) -> None:
        self.roles = {role.code: (addon, role) for addon, role in composed.collect("role")}
        self._grants: dict[str, list[tuple[str, Grant]]] = defaultdict(list)
        self._rules: dict[str, list[tuple[str, RecordRule]]] = defaultdict(list)
        self._kept: dict[tuple[Any, ...], dict[str, frozenset[Rows]]] = {}
        self.memories = Memories()
        for addon, grant in composed.collect("grant"):
            info = _model_of(composed, addon, grant.model)
            _check_level(info, addon, grant)
            self._grants[info.key].append((addon, grant))
        for addon, rule in composed.collect("record_rule"):
            self._rules[_model_of(composed, addon, rule.model).key].append((addon, rule))

    def rights(
        self, info: ModelInfo, roles: frozenset[str], addons: frozenset[str]
    ) -> dict[str, frozenset[Rows]]:
        """Action -> levels granted to a holder of `roles` in a company with `addons` on."""
        key = (info.key, roles, addons)
        if key not in self._kept:
            found: dict[str, set[Rows]] = defaultdict(set)
            for addon, grant in self._grants.get(info.key, ()):
                if addon in addons and grant.role.code in roles:
                    for action in grant.actions:
                        found[action].add(grant.rows)
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            self._kept[key] = {action: frozenset(levels) for action, levels in found.items()}
        return self._kept[key]

    def rules(
        self, info: ModelInfo, action: str, roles: frozenset[str], addons: frozenset[str]
    ) -> list[RecordRule]:
        """The rules that open rows for this action to a holder of `roles`."""
        return [
            rule
            for addon, rule in self._rules.get(info.key, ())
            if addon in addons and rule.role.code in roles and action in rule.actions
        ]

    def granting_roles(self, info: ModelInfo, action: str, addons: frozenset[str]) -> list[Role]:
        """The roles that would give a right: what an explanation can name as missing."""
        found = {
            g.role: None
            for addon, g in self._grants.get(info.key, ())
            if addon in addons and action in g.actions
        }
        return list(found)

    def roles_reaching(self, level: Rows) -> list[str]:
        """Codes of the roles that some grant gives this level."""
        return sorted(
            {g.role.code for found in self._grants.values() for _addon, g in found if g.rows is level}
        )

    def roles_with_right(self, action: str) -> list[str]:
        """Codes of the roles that hold this right on some model."""
        return sorted(
            {g.role.code for found in self._grants.values() for _addon, g in found if action in g.actions}
        )

    def without_grant(self, composed: Composition) -> list[str]:
        """Models that nobody may use, which is hardly meant; the addon contract reports them."""
        return [key for key in composed.models if not self._grants.get(key)]


_indexes: WeakKeyDictionary[Composition, AccessIndex] = WeakKeyDictionary()


def access_index(composed: Composition) -> AccessIndex:
    """The index of a composition, built at the first question. Raises CompositionError for impossible grants."""
    if (index := _indexes.get(composed)) is None:
        index = _indexes[composed] = AccessIndex(composed)
    return index


def _model_of(composed: Composition, addon: str, model: Any) -> ModelInfo:
    try:
        return composed.info(model)
    except LookupError:
        name = getattr(model, "__qualname__", str(model))
        raise CompositionError(
            _("A grant or rule names {model}, which is not an installed model.", model=name), addon=addon
        ) from None


def _check_level(info: ModelInfo, addon: str, grant: Grant) -> None:
    if info.is_owned or grant.rows in (Rows.COMPANY, Rows.BY_RULE):
        return
    if grant.rows is Rows.DEPARTMENT and "department" in info.fields:
        return
    problem: LazyString = _(
        "{role} is granted rows={rows} on {model}, whose records have no owner.",
        role=grant.role.code, rows=grant.rows.value, model=info.key,
    )  # fmt: skip
    raise CompositionError(problem, addon=addon, model=info.key)
