"""What somebody may do with one record and why, or why not: every right and every step, in one go.

The order is that of the decision itself: right, state, rows, of a step whose it is, and whether it has something to do.
Where the subject does not see the record, nothing more is said about it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from core.auth.grants import WRITE_SHARED
from core.auth.value_limits import limit_of
from core.auth.ways import Way
from core.auth.why.holding import holding, owner_of
from core.auth.why.reaching import conditions_of, is_bound_to_own, is_of_all, open_ways, opening
from core.auth.why.sources import sources, titles
from core.auth.why.subjects import Subject
from core.i18n import LazyString, _, written_about
from core.orm.compose import ModelInfo
from core.orm.methods import Where
from core.orm.parts import is_shut
from core.orm.policy import action_label

ON_RECORDS: Final = ("read", "update", "delete", "assign", "approve", "export", "print")
"""Rights on records that are explained by themselves; others are asked for by steps, which are explained."""
_CHANGING: Final = ("update", "delete", "assign", "approve")

Words = LazyString | str


@dataclass(frozen=True)
class Decision:
    """One right or step, whether the subject has it here, and the reasons in words."""

    key: str
    label: Words
    allowed: bool
    reasons: tuple[Words, ...]
    roles: tuple[Words, ...] = ()
    """The roles that the right comes from; of a missing right those that would give it."""
    is_step: bool = False
    icon: str | None = None


@dataclass
class _Question:
    key: str
    label: Words
    right: str
    method: Any = None
    ways: list[Way] = field(default_factory=list)
    conditions: list[Where] = field(default_factory=list)
    open: list[Way] = field(default_factory=list)
    is_theirs: bool = True
    has_something_to_do: bool = True
    is_others_only: bool = False
    """All companies share the record, and the subject changes those of the own company only."""

    @property
    def has_own_condition(self) -> bool:
        """Whether the step says whose it is."""
        return self.method is not None and self.method.by is not None

    @property
    def waits_for_something(self) -> bool:
        """Whether the step says on which records it has something to do."""
        return self.method is not None and self.method.when is not None


def decisions(subject: Subject, info: ModelInfo, record_id: int, state: Any = None) -> list[Decision]:
    """Every right and every step on a live record of the company, the rights first."""
    asked = _questions(subject, info)
    held = iter(
        holding(subject.env, info, record_id, [one for question in asked for one in question.conditions])
    )
    owner, of_all = owner_of(subject.env, info, record_id), is_of_all(subject.env, info, record_id)
    for question in asked:
        question.is_others_only = of_all and is_bound_to_own(subject, info, question.right)
        question.open = opening(question.ways, held, owner)
        question.is_theirs = next(held) if question.has_own_condition else True
        question.has_something_to_do = next(held) if question.waits_for_something else True
    if not asked[0].open:
        return [_decided(subject, info, asked[0], None)]
    return [_decided(subject, info, question, state) for question in asked]


def rights_on(subject: Subject, info: ModelInfo) -> list[str]:
    """The rights that can be explained by themselves: what some role has on the model, and the plainest ones."""
    known = {"read", "update", "delete", *subject.policy.index.declared_actions(info)}
    return [one for one in ON_RECORDS if one in known]


def _questions(subject: Subject, info: ModelInfo) -> list[_Question]:
    found = [_Question(one, action_label(one, info), one) for one in rights_on(subject, info)]
    found += [
        _Question(method.name, method.label, method.right, method) for method in info.methods.values()
        if not method.automatic and (method.addon or info.addon) in subject.identity.addons
    ]  # fmt: skip
    ways: dict[str, list[Way]] = {}
    for question in found:
        if question.right not in ways:
            ways[question.right] = open_ways(subject, info, question.right)
        question.ways = ways[question.right]
        question.conditions = conditions_of(question.ways)
        if question.has_own_condition:
            question.conditions.append(question.method.by(subject.env))
        if question.waits_for_something:
            question.conditions.append(question.method.when(subject.env))
    return found


def _decided(subject: Subject, info: ModelInfo, question: _Question, state: Any) -> Decision:
    method, right = question.method, question.right
    icon = method.icon if method is not None else None

    def said(allowed: bool, *reasons: Words, roles: Sequence[str] = ()) -> Decision:
        names = tuple(titles(subject.env, roles))
        return Decision(question.key, question.label, allowed, reasons, names, method is not None, icon)

    if not subject.policy.allowed(info, right):
        missing = _("No role of this person gives the right to {action}.", action=action_label(right, info))
        return said(False, missing, roles=_granting(subject, info, right))
    if question.is_others_only and question.open:
        text = _("All companies share this record: only the system administrator changes it.")
        return said(False, text, roles=_granting(subject, info, WRITE_SHARED))
    giving = sources(subject, info, right)
    if not question.open:
        text = _("The right is there, but it does not reach this record. It reaches:")
        reaches: list[Words] = [way.label for way in question.ways]
        if _is_limited(subject, info, right):
            reaches.append(_("But only within the values that the role is limited to."))
        return said(
            False, text, *(reaches or [_("nothing, as long as nobody shares a record")]), roles=giving
        )
    if method is not None and not subject.policy.offers(info, method):
        return said(False, _("The roles of this person do not show this step."), roles=giving)
    shut = _shut(subject, info, question, state)
    if shut is not None:
        return said(False, shut)
    if method is not None and method.by is not None and not question.is_theirs:
        return said(False, _("This step is for others: {who}", who=written_about(method.by)), roles=giving)
    if not question.has_something_to_do:
        return said(
            False, _("It is offered where it has something to do: {what}", what=written_about(method.when))
        )
    return said(True, *(way.label for way in question.open), roles=giving)


def _is_limited(subject: Subject, info: ModelInfo, right: str) -> bool:
    return limit_of(info, right, subject.identity, subject.policy.index) is not None


def _shut(subject: Subject, info: ModelInfo, question: _Question, state: Any) -> LazyString | None:
    """Why the record's state forbids it, whoever asks."""
    method = question.method
    if state is None:
        return None
    if method is None:
        shut = question.right in _CHANGING and is_shut(subject.env, info, state, info.always_editable)
        return _("No change is possible in the state “{state}”.", state=state.label) if shut else None
    if method.allowed_from(state):
        return None
    return _("It is not possible in the state “{state}”.", state=state.label)


def _granting(subject: Subject, info: ModelInfo, right: str) -> list[str]:
    index, person = subject.policy.index, subject.identity
    return index.granting_roles(info, right, person.addons, person.rights)
