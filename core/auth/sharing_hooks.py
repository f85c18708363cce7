"""What is asked of a sharing rule before it decides anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.auth.models import SharingRule
from core.auth.sharing_condition import filter_texts, rule_condition
from core.errors import BadRequest, ValidationFailed
from core.i18n import _
from core.modules.events import implements
from core.modules.hookspecs import after_write, before_create
from core.orm.compose import composition
from core.orm.dormant import model_here
from core.orm.env import Env

_OWNERS = ("owner_department", "owner_role")
_RECEIVERS = ("to_role", "to_department", "to_user")


@dataclass(frozen=True, slots=True)
class _Draft:
    """A rule as it is going to be: ids of the people by field, without those that are empty."""

    model: str
    condition: str | None
    people: Mapping[str, int]
    receivers_below: bool


@implements(before_create, model=SharingRule)
def check_new_rules(env: Env, rows: list[dict[str, Any]]) -> None:
    """A rule says of whom and with whom, once each, and asks for nothing that does not exist."""
    known = dict(composition().info(SharingRule).fields["model"].choices)
    for row in rows:
        people = {name: getattr(row.get(name), "id", row.get(name)) for name in (*_OWNERS, *_RECEIVERS)}
        named = {name: int(key) for name, key in people.items() if key not in (None, "")}
        draft = _Draft(
            str(row.get("model")), row.get("condition"), named, bool(row.get("receivers_below", True))
        )
        if draft.model in known:  # the kernel says of the others what is wrong
            _check(env, draft)


@implements(after_write, model=SharingRule)
def check_changed_rules(env: Env, records: Sequence[Any]) -> None:
    """The same of a rule that was changed."""
    for rule in records:
        people = {name: getattr(rule, f"{name}_id") for name in (*_OWNERS, *_RECEIVERS)}
        named = {name: key for name, key in people.items() if key is not None}
        _check(env, _Draft(rule.model, rule.condition, named, rule.receivers_below))


def _check(env: Env, draft: _Draft) -> None:
    _check_people(draft)
    if not env.is_system:
        _check_condition(env, draft)
        _refuse_for_oneself(env, draft)


def _check_people(draft: _Draft) -> None:
    owners = [name for name in _OWNERS if name in draft.people]
    if len(owners) > 1:
        text = _("Name either a department or a role of the owners, or none for the records of everybody.")
        raise ValidationFailed.at(owners[1], text)
    receivers = [name for name in _RECEIVERS if name in draft.people]
    if len(receivers) != 1:
        text = _("Name one: the role, the department or the person who gets the records.")
        raise ValidationFailed.at(receivers[1] if receivers else _RECEIVERS[0], text)


def _check_condition(env: Env, draft: _Draft) -> None:
    info = model_here(env, draft.model)
    try:
        rule_condition(env, info, draft.condition)
        hidden = {one.partition(":")[0] for one in filter_texts(draft.condition)} - env.policy.readable(info)
    except BadRequest as problem:
        raise ValidationFailed.at("condition", problem.message) from None
    if hidden:
        name = info.fields[hidden.pop()].label
        raise ValidationFailed.at("condition", _("You may not see {field} yourself.", field=name))


def _refuse_for_oneself(env: Env, draft: _Draft) -> None:
    """Nobody gives themselves records by a rule; whoever sees all of them anyway gains nothing."""
    info = model_here(env, draft.model)
    gains = env.policy.allowed(info, "read") and env.policy.where(info, "read") is not None
    if gains and _is_for_oneself(env, draft):
        text = _(
            "You are among those who would get the records. Another administrator has to make this rule."
        )
        raise ValidationFailed({"": [text]})


def _is_for_oneself(env: Env, draft: _Draft) -> bool:
    people = draft.people
    if "to_role" in people:
        role: Any = env.get("base.role", people["to_role"])
        return role.code in env.roles
    if "to_department" in people:
        employee: Any = composition().info("base.employee").cls
        here = (employee.user == env.user_id, employee.department.in_(_departments(env, draft)))
        return env.count("base.employee", *here, cap=1).value > 0
    return people["to_user"] == env.user_id


def _departments(env: Env, draft: _Draft) -> list[int]:
    """The department that gets the records, with those below it where the rule says so."""
    department: Any = composition().info("base.department").cls
    found = {draft.people["to_department"]}
    new = list(found)
    while new and draft.receivers_below:
        rows: Sequence[Any] = env.search("base.department", department.parent.in_(new), limit=10_000)
        new = [one.id for one in rows if one.id not in found]
        found.update(new)
    return sorted(found)
