"""The access policy: which actions, which rows, which fields. One door, one answer for every channel.

A question to the policy is decided in this order, and whatever is not allowed is denied:

    1  addon        is the model's addon on in this company?                no -> nothing is there
    2  right        does a role of mine grant the action on the model,      no -> denied
                    as declared or as the company has changed it, and does
                    the key leave it, with which a program calls?
    3  row          is the record reached by at least one way?              no -> the record is not there
                      own          owner = me
                      team         owner in (me, everybody below me)
                      department   owner in (people of my departments), and of those below
                      company      every row
                      superior     direct: all I have the right for but delete; indirect: query only;
                                   or what the company has set for the model
                      record rule  what a role's rule says, as SQL
                      sharing      rules of the company, shares by hand, the team of the record
    4  field        visible_to, editable_by, the company's field rights,
                    addon on; secrets never                                 no -> absent, or read only
                    masks: kept from the caller on single rows              no -> empty, or a row of dots
    5  state        (the Env asks the workflow)

        grants, rules          Identity                           Env
        of the addons          (one statement a request),         adds company = :company
             |                 rights of the company              and deleted_at is null
             |                      |
        AccessIndex ---------> AccessPolicy.where(model, action) ----------------> list, count, group, search,
        once a composition     a union of ways, one expression                      get, guard of a write,
                                    |                                               bulk update, joined labels
                               AccessPolicy.ways(model, action)  ----------------> explain(): each way as a
                                                                                    boolean column of the record

A way is either a set of owners or a condition. All owners of all ways become *one* bound array,
`owner_id = any(:owners)`; where further ways remain, a page walks each apart (`core.orm.walking`), because one
condition for several ways costs a list of a million rows its index.
Reports and members of departments are arrays of the identity, not subqueries, for the same reason.

A way only ever adds. So a rule that fails opens nothing: it is logged and counts as "no rows". A rule that reads a
model whose addon is off in this company is treated alike.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable, Mapping
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement, and_, false

from core.auth.access_index import AccessIndex, access_index
from core.auth.conditions import of_own_company, switched_off, union_of
from core.auth.explain import explain
from core.auth.field_rights import editable_fields, field_limits, readable_fields
from core.auth.grants import (
    BY_RULE,
    COMPANY,
    DEPARTMENT,
    OWN,
    OWN_DEPARTMENT,
    TEAM,
    WRITE_SHARED,
    Grant,
    RecordRule,
    Role,
    Rows,
    grant,
    record_rule,
)
from core.auth.masks import mask_index, masks_for
from core.auth.memory import OfDay
from core.auth.models.role_rights import BUTTON
from core.auth.parts import of_wholes, right_on_whole, top_of, ways_of_wholes
from core.auth.rights_of_screens import SCREENS, button_name
from core.auth.sharing import ways_of_sharing
from core.auth.value_limits import limit_of, limited, shares_of_roles, within
from core.auth.ways import Way, ways_of_grants, ways_of_hierarchy
from core.i18n import _
from core.orm.compose import ModelInfo, composition
from core.orm.methods import Method, Where
from core.orm.policy import Explanation, FieldLimits, SystemPolicy

if TYPE_CHECKING:
    from core.auth.identity import Identity
    from core.orm.env import Env

__all__ = [
    "BY_RULE", "COMPANY", "DEPARTMENT", "OWN", "OWN_DEPARTMENT", "TEAM", "WRITE_SHARED", "AccessPolicy", "Grant",
    "RecordRule", "Role", "Rows", "SystemPolicy", "grant", "record_rule",
]  # fmt: skip

_log: Final = logging.getLogger("keyuan.access")


class AccessPolicy:
    """What one identity may do. Answers that follow from the identity alone are kept for its next requests."""

    def __init__(self, identity: Identity, index: AccessIndex | None = None) -> None:
        self.identity = identity
        self.index = index if index is not None else access_index(composition())
        self._narrowing = identity.key.narrowing if identity.key is not None else None
        self._env: Env | None = None
        self._memory: dict[Hashable, Any] = {}
        self._own: dict[Hashable, Any] = {}

    def bind(self, env: Env, *, kept: bool = True) -> None:
        """Tell the policy which Env it serves: rules are asked with it. `kept` answers serve the next requests too."""
        self._env = env
        self._memory = self.index.memories.of(self.identity, env.language) if kept else {}

    def allowed(self, info: ModelInfo, action: str) -> bool:
        """Whether the caller has the function right: the addon is on, some role grants the action, and the key with
        which a program calls does not take it away.
        """
        if self._narrowing is not None and not self._narrowing.admits(info, action):
            return False
        return {info.addon, top_of(info).addon} <= self.identity.addons and action in self.levels(info)

    def where(self, info: ModelInfo, action: str, *, live: bool = False) -> Where | None:
        """The rows on which the caller may do `action`; None for every row of the company, `false()` for none.

        Company and bin are not part of it: the Env adds both to every statement. But `live` rows are those of live
        wholes.
        """
        live = live and info.whole is not None
        found: Where | None = self.remembered(
            ("where", info.key, action, live),
            lambda: self._union(info, action, live) if self.allowed(info, action) else false(),
        )
        return found

    def remembered(self, key: Hashable, build: Callable[[], Any]) -> Any:
        """What `build` returned for this caller before. An answer that took the clock or the database is of the
        moment: it holds for this Env only, and so does whatever asks for it. One that asked for the day holds for it.
        """
        if key in self._memory:
            kept = self._memory[key]
            if type(kept) is not OfDay:
                return kept
            if self._env is not None and self._env.today == kept.day:
                return kept.answer
        if key in self._own:
            if self._env is not None:
                self._env.moments += 1
            return self._own[key]
        before, days = self._moments, self._days
        found = build()
        if self._moments != before:
            self._own[key] = found
        else:
            self._memory[key] = OfDay(self.env.today, found) if self._days != days else found
        return found

    def ways(self, info: ModelInfo, action: str) -> list[Way]:
        """Every way by which rows may be reached, if the function right is there; what `where` is the union of."""
        person, ways = self.identity, list[Way]()
        if info.whole is not None:
            ways = ways_of_wholes(info, self.ways(info.whole, right_on_whole(action)), person.company_id)
            return limited(ways, info, action, person, self.index)
        for roles, rows in shares_of_roles(info, person, self.index):
            levels = self.index.rights(info, roles, person.addons, person.rights).get(action, frozenset())
            found = ways_of_grants(info, levels, person)
            found += [self._by_rule(info, rule) for rule in self._rules_of(info, action, roles)]
            ways += within(found, rows)
        if info.is_owned:
            further = ways_of_hierarchy(info, action, person)
            further += ways_of_sharing(info, action, person, self.env)
            ways += limited(further, info, action, person, self.index)
        return ways

    def readable(self, info: ModelInfo) -> frozenset[str]:
        """Names of the fields whose values the caller may see."""
        found: frozenset[str] = self.remembered(
            ("readable", info.key), lambda: readable_fields(info, self.identity, self.limits)
        )
        if self._narrowing is not None and self._narrowing.names_only(info):
            return found & {"id", info.display}
        return found

    def editable(self, info: ModelInfo) -> frozenset[str]:
        """Names of the fields that the caller has the right to give values for."""
        found: frozenset[str] = self.remembered(
            ("editable", info.key), lambda: editable_fields(info, self.identity, self.limits)
        )
        return found

    def shows(self, kind: str, name: str) -> bool | None:
        """Whether the caller's roles show or hide a menu or button; None where they leave it as it is shipped."""
        return self.identity.rights.of(SCREENS).shown(kind, name, self.identity.granting)

    def offers(self, info: ModelInfo, method: Method[..., Any]) -> bool:
        """Whether the caller may run the method at all: the right is held, the button is not hidden, and a key leaves
        it.
        """
        if self._narrowing is not None and not self._narrowing.runs(info):
            return False
        return self.allowed(info, method.right) and self.shows(BUTTON, button_name(info, method)) is not False

    def masks(self, info: ModelInfo) -> Mapping[str, Where]:
        """Fields whose values are kept from the caller on some rows: name -> on which."""
        found: Mapping[str, Where] = self.remembered(
            ("masks", info.key), lambda: masks_for(mask_index(self.env.composition), info, self.env)
        )
        return found

    @property
    def limits(self) -> FieldLimits:
        """What the company has taken from the caller's roles of the fields that are declared for them."""
        found: FieldLimits = self.remembered(("limits",), lambda: field_limits(self.index, self.identity))
        return found

    def explain(self, info: ModelInfo, action: str, record: Any = None) -> Explanation:
        """The decision in words, from the same expressions that decide."""
        return explain(self, info, action, record)

    @property
    def env(self) -> Env:
        if self._env is None:
            raise LookupError("this policy has not been bound to an Env")
        return self._env

    @property
    def _moments(self) -> int:
        return self._env.moments if self._env is not None else 0

    @property
    def _days(self) -> int:
        return self._env.days if self._env is not None else 0

    def levels(self, info: ModelInfo) -> dict[str, frozenset[Rows]]:
        """Action -> how far the caller's roles reach with it on the model; actions without a right are left out."""
        person = self.identity
        return self.index.rights(info, person.granting, person.addons, person.rights)

    def rules(self, info: ModelInfo, action: str) -> list[RecordRule]:
        """The rules that open further rows to the caller's roles for the action."""
        return self._rules_of(info, action, self.identity.granting)

    def _rules_of(self, info: ModelInfo, action: str, roles: frozenset[str]) -> list[RecordRule]:
        return self.index.rules(info, action, roles, self.identity.addons, self.identity.rights)

    def _union(self, info: ModelInfo, action: str, live: bool) -> Where | None:
        if info.whole is not None:
            return self._of_wholes(info, action, live)
        found, bound = union_of(info, self.ways(info, action)), of_own_company(info, action, self.identity)
        if found is None or bound is None:
            return bound if found is None else found
        return and_(found, bound)

    def _of_wholes(self, info: ModelInfo, action: str, live: bool) -> Where | None:
        assert info.whole is not None
        wholes = self.where(info.whole, right_on_whole(action), live=live)
        found = of_wholes(info, wholes, self.identity.company_id, live=live)
        bound = limit_of(info, action, self.identity, self.index)
        return found if bound is None else bound if found is None else and_(found, bound)

    def _by_rule(self, info: ModelInfo, rule: RecordRule) -> Way:
        label = _("The rule “{rule}” of the role {role}.", rule=rule.label, role=rule.role.title)
        try:
            condition = rule(self.env)
            if not isinstance(condition, ColumnElement):
                raise TypeError(f"a record rule returns an SQL condition, not {condition!r}")
            asleep = switched_off(condition, self.identity.addons)
            if asleep:
                raise LookupError(f"the rule reads {', '.join(asleep)}, switched off in this company")
        except Exception:
            _log.exception("record rule %s on %s opens nothing", rule.function.__qualname__, info.key)
            condition = false()
        return Way("rule", label, condition=condition)
