"""The same caller, who reads of one model only the rows on which they have a further right.

Whoever works out something from rows that shall leave the product reads them through such an Env, and need not think of
the right to export or to print.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, false

from core.orm.methods import Method, Where
from core.orm.policy import Explanation, FieldLimits, Policy, require

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env


def narrowed(env: Env, info: ModelInfo, right: str, further: Sequence[ModelInfo] = ()) -> Env:
    """An Env for reading the rows of the model on which the caller has `right`. Raises AccessDenied without it.

    Of `further` models too only such rows are read, none of those of which the caller does not have the right at all.
    """
    require(env.policy, info, right)
    limited = [
        one.key for one in (info, *further)
        if not env.policy.allowed(one, right) or env.policy.where(one, right) is not None
    ]  # fmt: skip
    if not limited:
        return env
    return env.with_policy(Narrowed(env.policy, frozenset(limited), right), env.reason)


class Narrowed:
    """A policy that knows of some models the rows of two rights at once as those that may be read."""

    def __init__(self, policy: Policy, models: frozenset[str], right: str) -> None:
        self._policy, self._models, self._right = policy, models, right
        self._memory: dict[Hashable, Any] = {}

    def allowed(self, info: ModelInfo, action: str) -> bool:
        return self._policy.allowed(info, action)

    def where(self, info: ModelInfo, action: str, *, live: bool = False) -> Where | None:
        found = self._policy.where(info, action, live=live)
        if info.key not in self._models or action != "read":
            return found
        if not self._policy.allowed(info, self._right):
            return false()
        further = self._policy.where(info, self._right, live=live)
        if found is None or further is None:
            return further if found is None else found
        return and_(found, further)

    def remembered(self, key: Hashable, build: Callable[[], Any]) -> Any:
        """For as long as this look lasts: what the caller's own answers depend on is not known here."""
        if key not in self._memory:
            self._memory[key] = build()
        return self._memory[key]

    def readable(self, info: ModelInfo) -> frozenset[str]:
        return self._policy.readable(info)

    def editable(self, info: ModelInfo) -> frozenset[str]:
        return self._policy.editable(info)

    def shows(self, kind: str, name: str) -> bool | None:
        return self._policy.shows(kind, name)

    def offers(self, info: ModelInfo, method: Method[..., Any]) -> bool:
        return self._policy.offers(info, method)

    def masks(self, info: ModelInfo) -> Mapping[str, Where]:
        return self._policy.masks(info)

    @property
    def limits(self) -> FieldLimits:
        return self._policy.limits

    def explain(self, info: ModelInfo, action: str, record: Any = None) -> Explanation:
        return self._policy.explain(info, action, record)
