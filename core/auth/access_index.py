"""Grants and rules of a composition, sorted by model once, and asked for sets of roles.

A company may have changed how far a role reaches with an action on a model: then that counts instead of what the
addons grant to this role, and a role that has no right for the action any more opens nothing by its rules either. A
copy of a declared role has what that one has.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any, Final
from weakref import WeakKeyDictionary

from core.auth.company_rights import SHIPPED, CompanyRights
from core.auth.grants import Grant, RecordRule, Rows
from core.auth.memory import Memories
from core.auth.parts import right_on_whole, rights_on_parts, top_of
from core.auth.rights_of_actions import ACTIONS, possible_levels
from core.auth.rights_of_roles import ROLES
from core.errors import CompositionError
from core.i18n import LazyString, _
from core.orm.compose import Composition, ModelInfo
from core.orm.immutable import CHANGING

_KEPT: Final = 2000
"""Answers kept per composition; sets of roles and addons in use are few, so this is a guard and not a size."""


class AccessIndex:
    """Who may do what, as declared. A grant counts where its addon is on, which a company decides."""

    def __init__(self, composed: Composition) -> None:
        self.models = composed.models
        self.roles = {role.code: (addon, role) for addon, role in composed.collect("role")}
        self._grants: dict[str, list[tuple[str, Grant]]] = defaultdict(list)
        self._rules: dict[str, list[tuple[str, RecordRule]]] = defaultdict(list)
        self._kept: dict[tuple[Any, ...], dict[str, frozenset[Rows]]] = {}
        self._codes: dict[tuple[Any, ...], list[str]] = {}
        self.memories = Memories()
        for addon, grant in composed.collect("grant"):
            info = _model_of(composed, addon, grant.model)
            _refuse_part(info, addon)
            _check_level(info, addon, grant)
            self._grants[info.key].append((addon, grant))
        for addon, rule in composed.collect("record_rule"):
            info = _model_of(composed, addon, rule.model)
            _refuse_part(info, addon)
            self._rules[info.key].append((addon, rule))

    def rights(
        self,
        info: ModelInfo,
        roles: frozenset[str],
        addons: frozenset[str],
        configured: CompanyRights = SHIPPED,
    ) -> dict[str, frozenset[Rows]]:
        """Action -> levels granted to a holder of `roles` in a company with `addons` on."""
        key = (info.key, roles, addons, configured.key)
        known = self._kept.get(key)
        if known is None:
            found: dict[str, set[Rows]] = defaultdict(set)
            for role, action, level in self.levels(info, addons, configured):
                if role in roles and not (info.is_immutable and action in CHANGING):
                    found[action].add(level)
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            known = self._kept[key] = {action: frozenset(levels) for action, levels in found.items()}
        return known

    def forget(self) -> None:
        """Begin anew: what is kept by versions of rights, which are numbers of one database."""
        self._kept.clear()
        self.memories.forget()

    def levels(
        self, info: ModelInfo, addons: frozenset[str], configured: CompanyRights = SHIPPED
    ) -> Iterator[tuple[str, str, Rows]]:
        """(code of a role, action, level) for everything that holds on a model in a company; on parts what follows from
        the rights on their whole.
        """
        if info.whole is not None:
            above = self.levels(info.whole, addons, configured)
            yield from (
                (role, one, level) for role, action, level in above for one in rights_on_parts(action)
            )
            return
        changed, known = configured.of(ACTIONS).on(info), configured.of(ROLES)
        for addon, grant in self._grants.get(info.key, ()):
            for code in known.alike(grant.role.code) if addon in addons else ():
                yield from ((code, one, grant.rows) for one in grant.actions if (code, one) not in changed)
        possible = possible_levels(info) if changed else ()
        for (code, action), level in changed.items():
            if level is not None and level in possible:
                yield code, action, level

    def declared_actions(self, info: ModelInfo) -> list[str]:
        """Every action that some grant of an addon names for the model."""
        if info.whole is not None:
            above = self.declared_actions(info.whole)
            return sorted({one for action in above for one in rights_on_parts(action)})
        return sorted({one for _addon, grant in self._grants.get(info.key, ()) for one in grant.actions})

    def rules(
        self,
        info: ModelInfo,
        action: str,
        roles: frozenset[str],
        addons: frozenset[str],
        configured: CompanyRights = SHIPPED,
    ) -> list[RecordRule]:
        """The rules that open rows for this action to a holder of `roles`."""
        if info.whole is not None:
            return self.rules(info.whole, right_on_whole(action), roles, addons, configured)
        changed, known = configured.of(ACTIONS).on(info), configured.of(ROLES)

        def opens(role: str) -> bool:
            return role in roles and changed.get((role, action), Rows.BY_RULE) is not None

        return [
            rule
            for addon, rule in self._rules.get(info.key, ())
            if addon in addons and action in rule.actions and any(map(opens, known.alike(rule.role.code)))
        ]

    def granting_roles(
        self, info: ModelInfo, action: str, addons: frozenset[str], configured: CompanyRights = SHIPPED
    ) -> list[str]:
        """Codes of the roles that would give a right: what an explanation can name as missing."""
        codes = (code for code, one, _level in self.levels(info, addons, configured) if one == action)
        return list(dict.fromkeys(codes))

    def title_of(self, code: str, configured: CompanyRights, language: str) -> str:
        """What a role is called: by its declaration, else as the company has named it."""
        if code in self.roles:
            title: LazyString = self.roles[code][1].title
            return title.translate(language)
        known = configured.of(ROLES).by_code.get(code)
        return known.title(language) if known is not None else code

    def roles_reaching(self, *levels: Rows) -> list[str]:
        """Codes of the roles that some grant gives one of these levels."""
        return self._roles_of(("reaching", *levels), lambda grant: grant.rows in levels)

    def roles_with_right(self, action: str) -> list[str]:
        """Codes of the roles that hold this right on some model."""
        return self._roles_of(("with right", action), lambda grant: action in grant.actions)

    def _roles_of(self, key: tuple[Any, ...], wanted: Callable[[Grant], bool]) -> list[str]:
        """Codes of the roles of such grants, which each request asks for and which are the same for as long as the
        composition.
        """
        known = self._codes.get(key)
        if known is None:
            codes = {one.role.code for found in self._grants.values() for _addon, one in found if wanted(one)}
            known = self._codes[key] = sorted(codes)
        return known

    def without_grant(self, composed: Composition) -> list[str]:
        """Models that nobody may use, which is hardly meant; the addon contract reports them."""
        return [key for key, info in composed.models.items() if not self._grants.get(top_of(info).key)]


_indexes: WeakKeyDictionary[Composition, AccessIndex] = WeakKeyDictionary()


def access_index(composed: Composition) -> AccessIndex:
    """The index of a composition, built at the first question. Raises CompositionError for impossible grants."""
    if (index := _indexes.get(composed)) is None:
        index = _indexes[composed] = AccessIndex(composed)
    return index


def forget_rights() -> None:
    """Begin anew in every composition: for tests, which go on with other databases."""
    for index in [*_indexes.values()]:
        index.forget()


def _model_of(composed: Composition, addon: str, model: Any) -> ModelInfo:
    try:
        return composed.info(model)
    except LookupError:
        name = getattr(model, "__qualname__", str(model))
        raise CompositionError(
            _("A grant or rule names {model}, which is not an installed model.", model=name), addon=addon
        ) from None


def _refuse_part(info: ModelInfo, addon: str) -> None:
    if info.whole is None:
        return
    problem: LazyString = _(
        "{model} is part of {whole} and has its rights: no grant or rule may name it.",
        model=info.key, whole=info.whole.key,
    )  # fmt: skip
    raise CompositionError(problem, addon=addon, model=info.key)


def _check_level(info: ModelInfo, addon: str, grant: Grant) -> None:
    if info.is_immutable and (wrong := CHANGING & set(grant.actions)):
        text = _(
            "{role} is granted {actions} on {model}, whose rows are written once.",
            role=grant.role.code,
            actions=", ".join(sorted(wrong)),
            model=info.key,
        )
        raise CompositionError(text, addon=addon, model=info.key)
    if grant.rows in possible_levels(info):
        return
    problem: LazyString = _(
        "{role} is granted rows={rows} on {model}, whose records have no owner.",
        role=grant.role.code, rows=grant.rows.value, model=info.key,
    )  # fmt: skip
    raise CompositionError(problem, addon=addon, model=info.key)
